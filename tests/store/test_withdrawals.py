"""What a feed takes back stays in the store, marked with reason and time; what only scrolled away is not marked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from ingest.records import Changes, Tombstone, Unchanged
from ingest.store.engine import Store
from ingest.store.queries import show_article
from ingest.store.withdrawals import DELETED, LEFT_OUT
from tests.store.samples import HOUR, NOW, document, draft, entry, feed, poll

SECOND = HOUR / 3600
NOTHING = Changes((), ())


def status(store: Store) -> dict[str, tuple[str, datetime | None, str | None]]:
    found = {}
    with store.read() as connection:
        for article_id in (1, 2):
            article = show_article(connection, article_id).article
            told = (article["status"], article["withdrawn_at"], article["withdrawn_reason"])
            found[str(article["title"])] = told
    return found


ALIVE = ("active", None, None)
ONE, TWO = entry("1"), entry("2")


@pytest.fixture
def feed_id(store: Store) -> int:
    number = feed(store)
    poll(store, number, [draft(ONE), draft(TWO)])
    return number


def see(store: Store, feed_id: int, *entries: Any, hours: int = 1, status: int = 200, **parsed: Any) -> None:
    """A later poll that reads a document with these entries, none of them changed."""
    shown = document(*entries, **parsed)
    poll(store, feed_id, [], shown, NOTHING, at=NOW + hours * HOUR, status=status)


def test_a_tombstone_marks_the_article_with_its_time_and_words(store: Store, feed_id: int) -> None:
    see(store, feed_id, TWO, tombstones=(Tombstone("1", NOW + HOUR / 2, "printed in error"),))
    marked = ("withdrawn", NOW + HOUR / 2, f"{DELETED}: printed in error")
    assert status(store) == {"Title 1": marked, "Title 2": ALIVE}


def test_a_tombstone_without_a_time_counts_from_when_it_was_seen(store: Store, feed_id: int) -> None:
    see(store, feed_id, TWO, tombstones=(Tombstone("1", None),))
    assert status(store)["Title 1"] == ("withdrawn", NOW + HOUR + SECOND, DELETED)


def test_an_entry_that_stands_beside_its_tombstone_is_dead_only_if_it_is_older(
    store: Store, feed_id: int
) -> None:
    published = ONE.published
    assert published is not None
    see(store, feed_id, ONE, TWO, tombstones=(Tombstone("1", published - HOUR), Tombstone("2", None)))
    assert status(store) == {"Title 1": ALIVE, "Title 2": ALIVE}
    see(store, feed_id, ONE, TWO, tombstones=(Tombstone("1", published + HOUR),), hours=2)
    assert status(store)["Title 1"][0] == "withdrawn"


def test_what_a_complete_feed_leaves_out_is_withdrawn_until_it_is_back(store: Store, feed_id: int) -> None:
    see(store, feed_id, TWO, complete=True)
    assert status(store) == {"Title 1": ("withdrawn", NOW + HOUR + SECOND, LEFT_OUT), "Title 2": ALIVE}
    again = Changes((), (Unchanged(1, ONE.item_digest), Unchanged(2, TWO.item_digest)))
    poll(store, feed_id, [], document(ONE, TWO, complete=True), again, at=NOW + 2 * HOUR)
    assert status(store) == {"Title 1": ALIVE, "Title 2": ALIVE}


@pytest.mark.parametrize(
    "how",
    [{"complete": False}, {"complete": True, "truncated": True}, {"complete": True, "status": 226}],
    ids=["scrolled away", "cut", "delta"],
)
def test_absence_elsewhere_says_nothing(store: Store, feed_id: int, how: dict[str, Any]) -> None:
    see(store, feed_id, TWO, **how)
    assert status(store) == {"Title 1": ALIVE, "Title 2": ALIVE}


def test_entries_that_a_delta_does_not_name_still_stand_in_the_feed(store: Store, feed_id: int) -> None:
    see(store, feed_id, TWO, status=226)
    with store.read() as connection:
        (seen,) = show_article(connection, 1).sightings
        assert (seen["first_seen_at"], seen["left_at"]) == (NOW + SECOND, None)
    see(store, feed_id, TWO, hours=2)
    with store.read() as connection:
        (seen,) = show_article(connection, 1).sightings
        assert seen["left_at"] == NOW + 2 * HOUR + SECOND
