"""The place of a walk through a feed's history: it moves with what is stored, and never without."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from ingest.records import Lease, Tombstone
from ingest.store import archives
from ingest.store.engine import Store
from ingest.store.models import ArchivePage, Article
from tests.store.samples import HOUR, NOW, count_of, document, draft, entry, feed, leased, poll

OLDER = "https://mirror.example/2025"


def place(store: Store, lease: Lease) -> archives.Page:
    with store.write() as connection:
        return archives.place(connection, lease)


def keep(store: Store, lease: Lease, page: archives.Page, *guids: str, **how: Any) -> archives.Kept | None:
    entries = [entry(guid) for guid in guids]
    wanted: dict[str, Any] = {"next_url": OLDER, "digest": "/".join(guids).encode(), "now": NOW, **how}
    parsed = document(*entries, tombstones=wanted.pop("tombstones", ()))
    drafts = [draft(one) for one in entries]
    with store.write() as connection:
        return archives.keep(
            connection, lease, page, parsed, drafts, catalogue_version="c", learning=None, **wanted
        )


def count(store: Store, model: Any) -> int:
    with store.read() as connection:
        return count_of(connection, model)


def test_the_first_place_is_the_feeds_own_document_and_the_next_what_it_names(store: Store) -> None:
    feed_id = feed(store)
    lease = leased(store, feed_id)
    first = place(store, lease)
    assert (first.number, first.url) == (1, lease.url)
    assert keep(store, lease, first, "1") == archives.Kept(1, OLDER, None)
    second = place(store, leased(store, feed_id))
    assert (second.number, second.url) == (2, OLDER)


def test_a_walker_that_lost_its_lease_stores_nothing_and_moves_nothing(store: Store) -> None:
    feed_id = feed(store)
    late = leased(store, feed_id)
    page = place(store, late)
    current = leased(store, feed_id, at=NOW + 2 * HOUR)
    assert keep(store, late, page, "1") is None
    assert (count(store, Article), count(store, ArchivePage)) == (0, 1)
    with store.write() as connection:
        archives.fail(connection, late, page, "too late", now=NOW, not_before=NOW + HOUR)
    assert place(store, current) == page
    assert keep(store, current, page, "1") is not None


def test_an_empty_page_ends_the_history_whatever_it_names(store: Store) -> None:
    lease = leased(store, feed(store))
    kept = keep(store, lease, place(store, lease))
    assert kept == archives.Kept(0, None, "it is empty")


def test_a_tombstone_in_an_archive_does_not_bury_what_stands_in_the_feed(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("alive")), draft(entry("gone"))])
    poll(store, feed_id, [], document(entry("alive")), at=NOW + HOUR)
    lease = leased(store, feed_id, at=NOW + 2 * HOUR)
    stones = tuple(Tombstone(guid, NOW - timedelta(days=9)) for guid in ("alive", "gone"))
    keep(store, lease, place(store, lease), tombstones=stones)
    with store.read() as connection:
        found = {article.guid: article.status.value for article in connection.execute(select(Article))}
    assert found == {"alive": "active", "gone": "withdrawn"}
