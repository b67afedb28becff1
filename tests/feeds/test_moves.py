"""Permanent redirects: believed after a week of them, or when there is nothing to lose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.feeds.failures import weight
from ingest.feeds.moves import died, lasting, seen
from ingest.records import Failure, FailureKind, Move, Moved, Redirect

OLD, NEW = "http://old.example/feed", "https://new.example/feed"
NOW = datetime(2026, 11, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TO_NEW = (Redirect(301, NEW),)


def test_a_redirect_is_adopted_after_a_week_of_sightings() -> None:
    moved: Moved | None = None
    moves: list[Move | None] = []
    for day in range(9):
        moved, move = seen(OLD, TO_NEW, moved, NOW + day * DAY)
        moves.append(move)
        if move:
            break
    assert [move is not None for move in moves] == [False] * 7 + [True]
    assert moves[-1]
    assert moves[-1].url == NEW
    assert "8 times since 2026-11-12" in moves[-1].reason


def test_two_sightings_a_month_apart_are_not_enough() -> None:
    moved, _ = seen(OLD, TO_NEW, None, NOW)
    moved, move = seen(OLD, TO_NEW, moved, NOW + 30 * DAY)
    assert move is None
    assert moved == Moved(NEW, NOW, 2)


def test_a_redirect_that_ends_or_changes_starts_again() -> None:
    known = Moved(NEW, NOW, 9)
    assert seen(OLD, (), known, NOW + 8 * DAY) == (None, None)
    other = (Redirect(308, "https://third.example/feed"),)
    assert seen(OLD, other, known, NOW + 8 * DAY) == (
        Moved("https://third.example/feed", NOW + 8 * DAY, 1),
        None,
    )


@pytest.mark.parametrize("target", ["https://old.example/feed", "https://old.example/feed/"])
def test_https_on_the_same_host_is_adopted_at_once(target: str) -> None:
    moved, move = seen(OLD, (Redirect(301, target),), None, NOW)
    assert (moved, move) == (None, Move(target, "http became https"))


@pytest.mark.parametrize(
    "target",
    [
        "https://other.example/feed",
        "http://old.example/feed2",
        "https://old.example:8443/feed",
        "https://old.example/",
        "https://old.example/feed?all",
    ],
)
def test_nothing_else_is_adopted_at_once(target: str) -> None:
    moved, move = seen(OLD, (Redirect(301, target),), None, NOW)
    assert move is None
    assert moved


def test_a_temporary_redirect_never_counts_nor_what_follows_it() -> None:
    assert lasting(OLD, (Redirect(302, NEW),)) == OLD
    assert lasting(OLD, (Redirect(308, NEW), Redirect(302, "https://x.example/"))) == NEW
    assert lasting(OLD, (Redirect(307, "https://x.example/"), Redirect(301, NEW))) == OLD


@pytest.mark.parametrize(
    ("failure", "adopted"),
    [
        (Failure(FailureKind.HTTP, "404", 404), True),
        (Failure(FailureKind.GONE, "410", 410), True),
        (Failure(FailureKind.HTTP, "503", 503), False),
        (Failure(FailureKind.TIMEOUT, "slow"), False),
        (Failure(FailureKind.HTTP, "404", 404, url=NEW), False),
    ],
)
def test_when_the_old_address_dies_the_one_it_had_pointed_to_is_taken(
    failure: Failure, adopted: bool
) -> None:
    assert (died(failure, Moved(NEW, NOW, 1), weight(failure)) is not None) == adopted
    assert died(failure, None, weight(failure)) is None


@pytest.mark.parametrize("kind", [FailureKind.DNS, FailureKind.CONNECT])
def test_an_address_that_is_not_reached_is_dead_when_that_goes_on(kind: FailureKind) -> None:
    """Once or twice it may be our own network, which would move every feed that was ever seen to redirect."""
    failure = Failure(kind, "not reached")
    adopted = [
        died(failure, Moved(NEW, NOW, 1), times * weight(failure)) is not None for times in range(1, 6)
    ]
    assert adopted == [False, False, False, True, True]


def test_a_feed_stays_where_it_is_when_it_is_sent_to_an_address_too_long_to_be_kept() -> None:
    assert seen(OLD, (Redirect(301, f"{NEW}?cursor={'x' * 3000}"),), None, NOW) == (None, None)
