"""Manners that all workers share: one visit at a time to a host, a pause, and staying away when told to."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from ingest.records import Brought, FailureKind, FeedPolicy, Lease, NextPoll, Outcome, PollRecord
from ingest.store import hosts
from ingest.store.bulk import table_of
from ingest.store.engine import Store
from ingest.store.feeds import add_feed, count_active
from ingest.store.leases import FREE, claim, release, waiting
from ingest.store.models import Feed, Host
from ingest.store.queries import feed_health
from ingest.store.types import FeedOrigin, FeedStatus, HostScope
from tests.store.samples import HOUR, NOW, failure, persisted

SECOND = timedelta(seconds=1)
GAP = 2 * SECOND


def add(store: Store, *urls: str) -> list[int]:
    with store.write() as connection:
        return [add_feed(connection, url, now=NOW - HOUR)[0] for url in urls]


def take(store: Store, at: datetime = NOW, **options: Any) -> list[Lease]:
    wanted = {"owner": "w1", "limit": 50, "lease_for": HOUR, "per_host": 1, "gap": GAP, **options}
    with store.write() as connection:
        return claim(connection, now=at, **wanted)


def end(store: Store, lease: Lease, at: datetime, record: PollRecord | None = None) -> None:
    """The poll of the lease ends at `at`, its feed due in an hour."""
    assert not persisted(store, Brought(lease, record or failure(at - SECOND))).refused


def limited(at: datetime, *, wait: timedelta = HOUR, **fields: Any) -> PollRecord:
    """A poll that ended at `at` with 429."""
    told = {"failure": FailureKind.RATE_LIMITED, "status": 429, "detail": "slow down", **fields}
    return PollRecord(at - SECOND, at, Outcome.FAILED, NextPoll(at + wait, HOUR, "Retry-After"), **told)


# --------------------------------------------------------------------------- one at a time, and a pause


def test_a_host_is_visited_by_one_worker_at_a_time_and_rests_after_the_visit(store: Store) -> None:
    add(store, "https://a.example/1", "https://a.example/2")
    (first,) = take(store)
    assert take(store, NOW + 60 * SECOND, owner="w2") == []
    end(store, first, NOW + 60 * SECOND)
    assert take(store, NOW + 61 * SECOND, owner="w2") == []
    (second,) = take(store, NOW + 62 * SECOND, owner="w2")
    assert second.feed_id != first.feed_id


def test_two_visits_at_a_time_begin_a_pause_apart(store: Store) -> None:
    add(store, *(f"https://a.example/{n}" for n in range(4)))
    begun = [len(take(store, NOW + n * SECOND, per_host=2)) for n in range(6)]
    assert begun == [1, 0, 1, 0, 0, 0]


def test_a_visit_that_was_no_poll_begins_a_pause_too(store: Store) -> None:
    add(store, "https://a.example/1")
    with store.write() as connection:
        hosts.visited(connection, ["https://a.example/archive/3"], NOW - HOUR)
        hosts.visited(connection, ["https://a.example/archive/2"], NOW)
    assert take(store, NOW + SECOND) == []
    assert len(take(store, NOW + GAP)) == 1


def test_files_have_no_host_to_be_spared(store: Store) -> None:
    with store.write() as connection:
        for n in range(3):
            add_feed(connection, f"file:///{n}.xml", now=NOW, origin=FeedOrigin.CONFIG)
    assert len(take(store)) == 3


def test_whoever_finds_nothing_learns_whether_waiting_helps(store: Store) -> None:
    first, _ = add(store, "https://a.example/1", "https://a.example/2")
    (lease,) = take(store)
    with store.read() as connection:
        assert waiting(connection, now=NOW)
        assert not waiting(connection, now=NOW, feed_ids=[first])
        assert not waiting(connection, now=NOW - 2 * HOUR)
        assert waiting(connection, now=NOW - 2 * HOUR, due_only=False)
    with store.write() as connection:
        assert release(connection, lease)


def test_a_host_with_ten_thousand_due_feeds_makes_no_other_feed_late(store: Store) -> None:
    dice = Random(7)
    due = {f"h{n}.example": NOW + timedelta(seconds=60 * dice.random()) for n in range(100)}
    crowd = [("big.example", NOW - HOUR)] * 10_000
    add_many(store, [*crowd, *due.items()])
    late: dict[str, timedelta] = {}
    big: list[tuple[datetime, datetime]] = []
    flying: list[tuple[datetime, Lease]] = []
    for second in range(90):
        now = NOW + second * SECOND
        for until, lease in [one for one in flying if one[0] <= now]:
            end(store, lease, until)
            flying.remove((until, lease))
        for lease in take(store, now, limit=10 - len(flying)):
            host = lease.url.split("/")[2]
            lasts = timedelta(seconds=1 + 3 * dice.random())
            flying.append((now + lasts, lease))
            if host == "big.example":
                big.append((now, now + lasts))
            else:
                late[host] = now - due[host]
    assert late.keys() == due.keys()
    assert max(late.values()) <= 60 * SECOND
    pauses = [after[0] - before[1] for before, after in pairwise(big)]
    assert min(pauses) >= GAP
    assert len(big) >= 15, "the crowded host is served all the while"


def test_feeds_of_a_host_that_asked_us_to_wait_do_not_count_as_due(store: Store) -> None:
    first, second, _ = add(store, "https://a.example/1", "https://a.example/2", "https://b.example/1")
    with store.write() as connection:
        for feed_id, url in ((first, "https://a.example/1"), (second, "https://a.example/2")):
            wish = hosts.Wish(feed_id, url, NOW, NOW + HOUR, "slow down")
            hosts.told_to_wait(connection, [wish])
    with store.read() as connection:
        assert count_active(connection) == 3
        assert count_active(connection, due_by=NOW) == 1
        assert count_active(connection, due_by=NOW + 2 * HOUR) == 3


def add_many(store: Store, feeds: list[tuple[str, datetime]]) -> None:
    rows = [
        {
            "url": f"https://{host}/{n}",
            "host": host,
            "tags": [],
            "origin": FeedOrigin.ADDED,
            "policy": FeedPolicy.FEED,
            "status": FeedStatus.ACTIVE,
            "created_at": NOW,
            "statements": [],
            "next_poll_at": due,
            "failures": 0.0,
        }
        for n, (host, due) in enumerate(feeds)
    ]
    with store.write() as connection:
        connection.execute(insert(table_of(Feed)), rows)


# --------------------------------------------------------------------------- told to wait


def test_one_feed_told_to_wait_keeps_us_from_no_other(store: Store) -> None:
    add(store, "https://a.example/1", "https://a.example/2")
    (lease,) = take(store)
    end(store, lease, NOW, limited(NOW))
    assert len(take(store, NOW + GAP)) == 1


def test_two_feeds_of_a_host_told_to_wait_within_an_hour_keep_us_from_the_host(store: Store) -> None:
    add(store, *(f"https://a.example/{n}" for n in range(3)), "https://b.example/")
    told(store, "a.example", NOW, NOW + 50 * 60 * SECOND, wait=2 * HOUR)
    at = NOW + HOUR
    assert [lease.url for lease in take(store, at, limit=9)] == ["https://b.example/"]
    with store.read() as connection:
        assert not waiting(connection, now=at)
        rows = [row for row in feed_health(connection) if row["host"] == "a.example"]
    until = NOW + 50 * 60 * SECOND + 2 * HOUR
    assert {row["host_limited_until"] for row in rows} == {until}
    assert rows[0]["host_limited_reason"] == "several of its feeds: slow down"
    assert "https://a.example/2" in {lease.url for lease in take(store, until)}


def test_feeds_told_to_wait_hours_apart_are_no_evidence_against_their_host(store: Store) -> None:
    add(store, *(f"https://a.example/{n}" for n in range(3)))
    told(store, "a.example", NOW, NOW + 61 * 60 * SECOND, wait=3 * HOUR)
    assert len(take(store, NOW + 61 * 60 * SECOND + GAP)) == 1


def test_a_host_that_was_just_waited_for_needs_no_second_witness(store: Store) -> None:
    add(store, *(f"https://a.example/{n}" for n in range(4)))
    told(store, "a.example", NOW, NOW + GAP, wait=HOUR)
    told(store, "a.example", NOW + HOUR + GAP, wait=HOUR)
    assert take(store, NOW + HOUR + 2 * GAP) == []


def test_two_hosts_that_wait_widen_to_their_domain_and_no_further(store: Store) -> None:
    urls = [f"https://{host}.platform.example/{n}" for host in ("x", "y", "z") for n in range(2)]
    add(store, *urls, "https://platform.example/", "https://notplatform.example/")
    told(store, "x.platform.example", NOW, NOW + GAP)
    assert "https://z.platform.example/0" in {lease.url for lease in peek(store, NOW + GAP)}
    told(store, "y.platform.example", NOW + 3 * GAP, NOW + 4 * GAP)
    at = NOW + 6 * GAP
    assert [lease.url for lease in peek(store, at)] == ["https://notplatform.example/"]
    with store.read() as connection:
        health = {row["host"]: row["host_limited_until"] for row in feed_health(connection)}
    assert health["z.platform.example"] == NOW + 4 * GAP + HOUR
    assert health["notplatform.example"] is None


@pytest.mark.parametrize("fields", [{}, {"retry_after": HOUR}], ids=["without", "with"])
def test_503_is_a_wish_of_the_host_only_with_retry_after(store: Store, fields: dict[str, Any]) -> None:
    add(store, *(f"https://a.example/{n}" for n in range(3)))
    told(store, "a.example", NOW, NOW + GAP, failure=FailureKind.HTTP, status=503, **fields)
    assert bool(take(store, NOW + 2 * GAP)) is not bool(fields)


def told(store: Store, host: str, *moments: datetime, **fields: Any) -> None:
    """At each moment the next feed of the host is polled and told to wait."""
    for at in moments:
        lease = next(lease for lease in take(store, at) if f"//{host}/" in lease.url)
        end(store, lease, at, limited(at, **fields))
        put_back(store)


def peek(store: Store, at: datetime) -> list[Lease]:
    """What a claim would bring, given back at once."""
    found = take(store, at)
    put_back(store)
    return found


def put_back(store: Store) -> None:
    with store.write() as connection:
        connection.execute(update(Feed).values(FREE))


def test_a_wait_is_never_shortened_by_a_later_shorter_one(store: Store) -> None:
    with store.write() as connection:
        for feed_id, wait in ((1, HOUR), (2, 5 * HOUR), (3, HOUR)):
            wish = hosts.Wish(feed_id, "https://a.example/", NOW, NOW + wait, "d")
            hosts.told_to_wait(connection, [wish])
        row = connection.execute(select(Host).where(Host.scope == HostScope.HOST)).one()
    assert row.limited_until == NOW + 5 * HOUR


def test_what_is_evidence_no_more_is_forgotten(store: Store) -> None:
    def hear(feed_id: int, url: str, at: datetime) -> None:
        with store.write() as connection:
            hosts.told_to_wait(connection, [hosts.Wish(feed_id, url, at, at + HOUR / 2, "d")])

    for feed_id in (1, 2):
        hear(feed_id, "https://a.example/", NOW)
    hear(3, "https://b.example/", NOW + HOUR)
    with store.read() as connection:
        assert set(connection.scalars(select(Host.host))) == {"a.example", "b.example"}
    hear(3, "https://b.example/", NOW + 3 * HOUR)
    with store.read() as connection:
        assert set(connection.scalars(select(Host.host))) == {"b.example"}
