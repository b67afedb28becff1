"""Learned templates in the store: written with the poll, forgotten with it, refused with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import delete, select

from ingest.records import LEARNED, FeedLearning, LearnedTemplate, Lease, NoticeKind, Outcome
from ingest.store import replay, templates
from ingest.store.engine import Store
from ingest.store.models import ArticleVersion, Feed, NoticeRow, Template, TemplateMemory
from tests.store.samples import HOUR, NOW, brought, count_of, draft, entry, feed, leased, persisted, record


def template(
    name: int, stories: int = 3, kind: NoticeKind = NoticeKind.TEMPLATE, confidence: float = 0.7
) -> LearnedTemplate:
    return LearnedTemplate(name.to_bytes(8, "big"), "Read by {…}", kind, stories, confidence, NOW - HOUR, NOW)


def poll(
    store: Store,
    lease: Lease,
    learning: FeedLearning | None,
    at: datetime = NOW,
    outcome: Outcome = Outcome.STORED,
) -> None:
    persisted(store, brought(lease, [draft(entry(str(at)))], record(at, outcome), learning=learning))


def kept(store: Store, feed_id: int) -> tuple[bytes | None, list[tuple[int, int, str]]]:
    """The memory, and of each template its number, its articles and its kind."""
    with store.read() as connection:
        rows = templates.learned(connection, feed_id)
        told = [(int.from_bytes(row["signature"], "big"), row["articles"], row["kind"]) for row in rows]
        return templates.load(connection, feed_id), told


def test_what_a_poll_learned_stands_there_for_the_next(store: Store) -> None:
    one, other = feed(store), feed(store, "https://other.example/feed")
    assert kept(store, one) == (None, [])
    poll(store, leased(store, one), FeedLearning(b"\x00first", (template(1), template(2, 5))))
    assert kept(store, one) == (b"\x00first", [(2, 5, "template"), (1, 3, "template")])
    assert kept(store, other) == (None, [])


def test_a_template_is_renewed_and_one_no_longer_learned_is_forgotten(store: Store) -> None:
    one, other = feed(store), feed(store, "https://other.example/feed")
    poll(store, leased(store, other), FeedLearning(b"o", (template(1),)))
    poll(store, leased(store, one), FeedLearning(b"1", (template(1), template(2))))
    later = NOW + HOUR
    poll(store, leased(store, one, at=later), FeedLearning(b"2", (template(2, 4, NoticeKind.BYLINE),)), later)
    assert kept(store, one) == (b"2", [(2, 4, "byline")])
    last = later + HOUR
    poll(store, leased(store, one, at=last), FeedLearning(b"3", ()), last)
    assert kept(store, one) == (b"3", [])
    assert kept(store, other) == (b"o", [(1, 3, "template")])


def test_a_poll_that_learned_nothing_leaves_what_was_learned(store: Store) -> None:
    feed_id = feed(store)
    poll(store, leased(store, feed_id), FeedLearning(b"1", (template(1),)))
    later = NOW + HOUR
    poll(store, leased(store, feed_id, at=later), None, later)
    assert kept(store, feed_id) == (b"1", [(1, 3, "template")])


def test_a_lost_lease_and_a_failed_poll_store_nothing_learned(store: Store) -> None:
    feed_id = feed(store)
    lost = leased(store, feed_id)
    current = leased(store, feed_id, at=lost.until + HOUR)
    poll(store, lost, FeedLearning(b"late", (template(1),)))
    assert kept(store, feed_id) == (None, [])
    poll(store, current, FeedLearning(b"failed", (template(1),)), outcome=Outcome.FAILED)
    assert kept(store, feed_id) == (None, [])


def test_what_was_learned_of_a_feed_goes_with_it(store: Store) -> None:
    feed_id = feed(store)
    with store.write() as connection:
        templates.save(connection, [(feed_id, FeedLearning(b"1", (template(1),)), NOW)])
    with store.write() as connection:
        connection.execute(delete(Feed).where(Feed.id == feed_id))
    with store.read() as connection:
        assert count_of(connection, Template) == count_of(connection, TemplateMemory) == 0


@pytest.mark.parametrize(("confidence", "read_again"), [(0.79, True), (0.8, False)])
def test_what_a_weak_template_cut_is_read_again_once_the_feed_gives_it_up(
    store: Store, confidence: float, read_again: bool
) -> None:
    feed_id = feed(store)
    learned = template(1, confidence=confidence)
    cut, other = draft(entry("cut")), draft(entry("other"))
    (notice,) = cut.extraction.notices
    notice = replace(notice, rule=f"{LEARNED}{learned.signature.hex()}")
    cut = replace(cut, extraction=replace(cut.extraction, notices=(notice,)))
    learning = FeedLearning(b"1", (learned,))
    persisted(store, brought(leased(store, feed_id), [cut, other], record(NOW), learning=learning))
    with store.read() as connection:
        now = connection.scalar(select(ArticleVersion.catalogue_version).limit(1))
        assert replay.waiting(connection, other_than=now) == {}
    later = NOW + HOUR
    poll(store, leased(store, feed_id, at=later), FeedLearning(b"2", ()), later)
    with store.read() as connection:
        held = select(NoticeRow.version_id).where(NoticeRow.rule == notice.rule)
        (cut_version,) = connection.scalars(held)
        assert replay.waiting(connection, other_than=now) == ({feed_id: [cut_version]} if read_again else {})
