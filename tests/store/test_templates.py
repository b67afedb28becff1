"""Learned templates in the store: written with the poll, forgotten with it, refused with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from ingest.records import FeedLearning, LearnedTemplate, Lease, NoticeKind, Outcome
from ingest.store import templates
from ingest.store.engine import Store
from ingest.store.models import Feed, Template, TemplateMemory
from tests.store.samples import HOUR, NOW, brought, count_of, draft, entry, feed, leased, persisted, record


def template(name: int, stories: int = 3, kind: NoticeKind = NoticeKind.TEMPLATE) -> LearnedTemplate:
    return LearnedTemplate(name.to_bytes(8, "big"), "Read by {…}", kind, stories, 0.7, NOW - HOUR, NOW)


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
