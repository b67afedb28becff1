"""The list of feeds: added once, kept in step with the configuration, found by what a person types."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ingest.errors import UsageError
from ingest.store import feeds
from ingest.store.engine import Store
from ingest.store.feeds import SyncCounts, add_feed, list_feeds, move, resolve, set_enabled, sync_config
from ingest.store.types import FeedOrigin, FeedStatus
from tests.store.samples import HOUR, NOW, feed, leased, poll


@dataclass(frozen=True)
class Item:
    url: str
    title: str | None = None
    policy: str = "feed"
    language: str | None = None
    tags: tuple[str, ...] = ()


A, B = Item("https://a.example/feed", "Alpha", tags=("x",)), Item("https://b.example/feed")


def sync(store: Store, *items: Item) -> SyncCounts:
    with store.write() as connection:
        return sync_config(connection, items, NOW)


def statuses(store: Store) -> list[FeedStatus]:
    with store.read() as connection:
        return [item.status for item in list_feeds(connection)]


def test_a_feed_is_added_once(store: Store) -> None:
    with store.write() as connection:
        first = add_feed(connection, "https://a.example/feed", now=NOW)
        again = add_feed(connection, "https://a.example/feed", now=NOW, title="Other")
    assert first == (first[0], True)
    assert again == (first[0], False)
    assert leased(store).title is None


def test_the_configuration_is_followed(store: Store) -> None:
    assert sync(store, A, B) == SyncCounts(added=2)
    assert sync(store, A, B) == SyncCounts()
    assert sync(store, Item(A.url, "Omega", "page")) == SyncCounts(updated=1, retired=1)
    with store.read() as connection:
        omega, gone = list_feeds(connection)
    assert (omega.title, omega.policy, omega.tags, omega.origin) == ("Omega", "page", (), FeedOrigin.CONFIG)
    assert (gone.status, gone.status_reason) == (FeedStatus.RETIRED, feeds.GONE_FROM_CONFIG)
    assert sync(store, Item(A.url, "Omega", "page"), B) == SyncCounts(updated=1)
    assert statuses(store) == [FeedStatus.ACTIVE, FeedStatus.ACTIVE]


def test_the_configuration_leaves_alone_what_a_person_or_the_source_switched_off(store: Store) -> None:
    sync(store, A, B)
    with store.write() as connection:
        set_enabled(connection, resolve(connection, A.url).id, False, now=NOW, reason="noisy")
        feeds.retire(connection, resolve(connection, B.url).id, "410 Gone")
    sync(store, A, B)
    assert statuses(store) == [FeedStatus.DISABLED, FeedStatus.RETIRED]


def test_feeds_added_by_hand_are_not_the_configurations_to_retire(store: Store) -> None:
    feed(store)
    assert sync(store, A) == SyncCounts(added=1)
    assert statuses(store) == [FeedStatus.ACTIVE, FeedStatus.ACTIVE]


def test_a_feed_switched_on_again_after_it_left_the_configuration_stays_on(store: Store) -> None:
    sync(store, A)
    sync(store)
    with store.write() as connection:
        set_enabled(connection, resolve(connection, "Alpha").id, True, now=NOW)
    assert sync(store) == SyncCounts()
    assert statuses(store) == [FeedStatus.ACTIVE]


def test_a_moved_feed_keeps_its_id_forgets_validators_and_is_known_by_both_addresses(store: Store) -> None:
    feed_id, other = feed(store, "http://a.example/old"), feed(store, "https://b.example/")
    poll(store, feed_id, [], etag='"e"')
    with store.write() as connection:
        assert move(connection, feed_id, "https://new.example/", now=NOW, reason="301 since 7 days")
        assert not move(connection, other, "http://a.example/old", now=NOW, reason="301")
    with store.write() as connection:
        assert resolve(connection, "http://a.example/old").url == "https://new.example/"
        assert add_feed(connection, "http://a.example/old", now=NOW) == (feed_id, False)
    assert leased(store, feed_id, at=NOW + 2 * HOUR).etag is None
    with store.write() as connection:
        assert move(connection, feed_id, "http://a.example/old", now=NOW, reason="301 back")
        assert resolve(connection, "https://new.example/").id == feed_id


def test_a_feed_is_found_by_number_address_or_a_part_of_either(store: Store) -> None:
    sync(store, A, B)
    with store.read() as connection:
        for typed in ("1", A.url, "ALPHA", "a.example"):
            assert resolve(connection, typed).url == A.url


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("example", r"matches several.*\n  1  https://a.example/feed\n  2  https://b.example/feed"),
        ("nowhere", "no feed matches 'nowhere': `ingest feeds`"),
        ("77", "no feed matches"),
        ("9" * 40, "no feed matches"),
        ("%", "no feed matches"),
    ],
)
def test_what_names_no_feed_or_several_is_told(store: Store, typed: str, told: str) -> None:
    sync(store, A, B)
    with store.read() as connection, pytest.raises(UsageError, match=told):
        resolve(connection, typed)
