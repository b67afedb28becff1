"""Leases: no feed is polled twice at once, no host fills the batch, no late worker stores."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta

import pytest

from ingest.records import Brought, Lease, Outcome
from ingest.store import hosts
from ingest.store.engine import Store
from ingest.store.feeds import add_feed, retire, set_enabled, set_right
from ingest.store.leases import claim, release
from ingest.store.types import FeedOrigin
from tests.store.samples import HOUR, NOW, brought, draft, entry, failure, feed, leased, persisted, record


def add(store: Store, *urls: str) -> list[int]:
    with store.write() as connection:
        return [add_feed(connection, url, now=NOW - HOUR)[0] for url in urls]


def take(store: Store, **options: object) -> list[Lease]:
    wanted: dict[str, object] = {"now": NOW, "owner": "w1", "limit": 10, "lease_for": HOUR, **options}
    with store.write() as connection:
        return claim(connection, **wanted)  # type: ignore[arg-type]


def test_a_lease_carries_what_the_poll_needs(store: Store) -> None:
    with store.write() as connection:
        add_feed(
            connection,
            "file:///a",
            now=NOW,
            origin=FeedOrigin.CONFIG,
            title="A",
            policy="page",
            language="de",
        )
    (lease,) = take(store)
    assert (lease.url, lease.title, lease.policy, lease.language) == ("file:///a", "A", "page", "de")
    assert lease.allow_file
    assert lease.until == NOW + HOUR


def test_a_feed_is_leased_once_and_again_when_the_lease_lapsed(store: Store) -> None:
    feed(store)
    (first,) = take(store)
    assert take(store) == []
    (second,) = take(store, now=NOW + HOUR)
    assert second.token != first.token


def test_the_longest_due_come_first_and_those_not_due_do_not_come(store: Store) -> None:
    late, early, future = add(store, "https://a.example/", "https://b.example/", "https://c.example/")
    with store.write() as connection:
        set_enabled(connection, late, False, now=NOW)
        set_enabled(connection, late, True, now=NOW)
        set_enabled(connection, future, False, now=NOW)
        set_enabled(connection, future, True, now=NOW + HOUR)
    assert [lease.feed_id for lease in take(store)] == [early, late]
    assert [lease.feed_id for lease in take(store, due_only=False)] == [future]


def test_disabled_and_retired_feeds_are_never_leased(store: Store) -> None:
    disabled, retired = add(store, "https://a.example/", "https://b.example/")
    with store.write() as connection:
        set_enabled(connection, disabled, False, now=NOW)
        retire(connection, retired, "410 Gone")
    assert take(store, due_only=False, feed_ids=[disabled, retired]) == []


def test_one_host_cannot_fill_the_batch(store: Store) -> None:
    add(store, *(f"https://big.example/{n}" for n in range(20)), "https://small.example/")
    hosts = Counter(lease.url.split("/")[2] for lease in take(store, limit=3, per_host=2))
    assert hosts == {"big.example": 2, "small.example": 1}


def test_live_leases_count_against_their_host_and_released_ones_do_not(store: Store) -> None:
    add(store, *(f"https://big.example/{n}" for n in range(5)))
    first = take(store, per_host=2)
    assert len(first) == 2
    assert take(store, per_host=2) == []
    with store.write() as connection:
        assert release(connection, first[0])
    assert len(take(store, per_host=2)) == 1


def test_the_limit_holds_across_hosts(store: Store) -> None:
    add(store, *(f"https://h{n}.example/" for n in range(9)))
    assert [len(take(store, limit=4)) for _ in range(4)] == [4, 4, 1, 0]


def test_what_a_clock_put_off_that_was_ahead_is_due_when_it_is_set_back(store: Store) -> None:
    ahead = NOW + 400 * 24 * HOUR
    polled, held, rests = add(store, *(f"https://a.example/{n}" for n in range(3)))
    with store.write() as connection:
        (lease,) = claim(connection, now=ahead, owner="w1", limit=1, lease_for=HOUR, feed_ids=[polled])
        hosts.visited(connection, lease.url, ahead)
        claim(connection, now=ahead, owner="w1", limit=1, lease_for=HOUR, feed_ids=[held])
        added, _ = add_feed(connection, "https://a.example/new", now=ahead)
        set_enabled(connection, rests, False, now=NOW)
        set_enabled(connection, rests, True, now=NOW + 900 * 24 * HOUR)
    persisted(store, Brought(lease, record(ahead, Outcome.UNCHANGED)))
    gap = {"gap": timedelta(seconds=1), "per_host": 9}
    assert take(store, **gap) == []
    with store.write() as connection:
        assert set_right(connection, NOW, HOUR) == 2
        assert set_right(connection, NOW, HOUR) == 0
    got = [lease.feed_id for n in range(1, 9) for lease in take(store, now=NOW + n * HOUR / 60, **gap)]
    assert sorted(got) == [polled, held, added]


def test_a_lease_is_released_by_its_token_only(store: Store) -> None:
    feed(store)
    (old,) = take(store)
    (new,) = take(store, now=NOW + HOUR)
    with store.write() as connection:
        assert not release(connection, old)
    assert take(store, now=NOW + HOUR) == []
    with store.write() as connection:
        assert release(connection, new)
        assert not release(connection, new)


def test_feeds_of_one_claim_share_a_token_and_are_still_given_back_one_by_one(store: Store) -> None:
    add(store, "https://a.example/", "https://b.example/")
    first, second = take(store)
    assert first.token == second.token
    with store.write() as connection:
        assert release(connection, first)
        assert not release(connection, first)
    (again,) = take(store, owner="w2")
    assert (again.feed_id, again.token != first.token) == (first.feed_id, True)
    with store.write() as connection:
        assert not release(connection, first), "its token is another claim's now"
        assert release(connection, second)


def test_a_late_worker_stores_nothing_at_all(store: Store) -> None:
    feed_id = feed(store)
    (late,) = take(store)
    (current,) = take(store, now=NOW + 2 * HOUR, owner="w2")
    one = draft(entry("1"))
    for result in (record(detail="late"), failure()):
        assert persisted(store, brought(late, [one], result)).refused
    with store.read() as connection:
        for table in ("polls", "articles", "article_versions", "publishers", "sightings"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
    with store.write() as connection:
        assert release(connection, current)
    assert leased(store, feed_id).feed_id == feed_id


def test_threads_that_claim_at_once_never_get_the_same_feed(store: Store) -> None:
    ids = add(store, *(f"https://h{n % 12}.example/{n}" for n in range(48)))
    barrier = threading.Barrier(6)
    got: list[int] = []

    def worker() -> None:
        barrier.wait()
        for _ in range(4):
            got.extend(lease.feed_id for lease in take(store, limit=3, per_host=4))

    threads = [threading.Thread(target=worker) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got))
    rest = [lease.feed_id for lease in take(store, limit=100, per_host=4)]
    assert sorted(got + rest) == ids


WORKER = """
import sys
from datetime import datetime, timedelta
from ingest.store.engine import Store
from ingest.store.leases import claim
url, name, now = sys.argv[1:]
with Store(url) as store:
    while True:
        with store.write() as connection:
            leases = claim(connection, now=datetime.fromisoformat(now), owner=name, limit=2,
                           lease_for=timedelta(hours=1), per_host=10)
        if not leases:
            break
        for lease in leases:
            print(lease.feed_id, lease.token, flush=True)
"""


def test_processes_that_claim_at_once_share_all_feeds_and_none_twice(store: Store, migrated_url: str) -> None:
    ids = add(store, *(f"https://h{n % 4}.example/{n}" for n in range(30)))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, migrated_url, f"w{n}", NOW.isoformat()],
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(2)
    ]
    lines = [line for process in processes for line in process.communicate(timeout=30)[0].splitlines()]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(int(line.split()[0]) for line in lines) == ids


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_worker_steps_over_the_feeds_that_another_is_just_taking(store: Store) -> None:
    ids = add(store, "https://a.example/", "https://b.example/")
    with store.write() as connection:
        first = claim(connection, now=NOW, owner="w1", limit=1, lease_for=timedelta(hours=1))
        second = take(store, limit=1, owner="w2")  # before the first commits
    assert [first[0].feed_id, second[0].feed_id] == ids
