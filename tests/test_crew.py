"""The crew itself: which feeds it claims and when it is done, with a poller that does next to nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any, cast

import pytest
import sqlalchemy

from ingest import settings as settings_module
from ingest.clock import Clock
from ingest.desk import Desk
from ingest.errors import StoreError
from ingest.poll import Poller
from ingest.records import Brought, Lease, NextPoll, Outcome, PollCounts, PollRecord, PollResult
from ingest.store import feeds, leases, polls
from ingest.store.engine import Store
from ingest.worker import Crew


class QuickPoller:
    """Gives the lease back after a moment; the feed is not due again."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.desk = Desk(1)
        self.dice = Random(3)
        self.in_flight = 0
        self.most_in_flight = 0
        self.begun: list[datetime] = []  # by the database's clock

    async def poll(self, lease: Lease, clock: Clock) -> PollResult:
        now = clock.now
        self.begun.append(now)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        await asyncio.sleep(self.dice.random() * 0.004)
        self.in_flight -= 1  # before the release: from then on another may be claimed
        next_poll = NextPoll(now + timedelta(hours=1), timedelta(hours=1), "")
        record = PollRecord(now, now, Outcome.UNCHANGED, next_poll)
        await self.store.call(polls.persist, [Brought(lease, record)])
        return PollResult(lease.feed_id, lease.url, None, Outcome.UNCHANGED, PollCounts(), next_poll)


def add(store: Store, count: int) -> list[int]:
    with store.write() as connection:
        added = [
            feeds.add_feed(connection, f"https://one.example/{n}", now=datetime.now(UTC))
            for n in range(count)
        ]
    return [feed if isinstance(feed, int) else feed.id for feed, _ in cast("Any", added)]


async def test_every_feed_of_a_crowded_host_is_polled_before_the_crew_is_done(store: Store) -> None:
    ids = add(store, 30)
    for _ in range(5):
        seen: list[int] = []
        poller = QuickPoller(store)
        crew = Crew(
            settings_module.load(None, {"INGEST_POLL__PER_HOST": "2", "INGEST_POLL__HOST_GAP": "0"}),
            store,
            cast("Poller", poller),
            on_result=lambda result, seen=seen: seen.append(result.feed_id),  # type: ignore[misc]
            feed_ids=ids,
            due_only=False,
        )
        await crew.until_idle()
        assert sorted(seen) == ids
        assert poller.most_in_flight <= 2


async def test_a_host_has_its_pause_between_all_visits_of_a_crew(store: Store) -> None:
    ids = add(store, 5)
    poller = QuickPoller(store)
    settings = settings_module.load(None, {"INGEST_POLL__HOST_GAP": "0.05"})
    crew = Crew(settings, store, cast("Poller", poller), on_result=lambda _: None, feed_ids=ids)
    await crew.until_idle()
    assert len(poller.begun) == len(ids)
    pauses = [after - before for before, after in pairwise(poller.begun)]
    assert min(pauses) >= timedelta(seconds=0.05)


class Reader(QuickPoller):
    """Every visit brings a document that has to be read."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.fetched = 0
        self.most_fetched = 0

    async def poll(self, lease: Lease, clock: Clock) -> PollResult:
        self.fetched += 1
        self.most_fetched = max(self.most_fetched, self.fetched)
        async with self.desk:
            result = await super().poll(lease, clock)
        self.fetched -= 1
        return result


async def test_no_more_is_fetched_while_documents_lie_unread(store: Store) -> None:
    ids = add(store, 60)
    reader = Reader(store)
    seen: list[int] = []
    environ = {"INGEST_POLL__HOST_GAP": "0", "INGEST_POLL__PER_HOST": "100", "INGEST_WORKER__BATCH": "5"}
    crew = Crew(
        settings_module.load(None, environ),
        store,
        cast("Poller", reader),
        on_result=lambda result: seen.append(result.feed_id),
        feed_ids=ids,
    )
    await crew.until_idle()
    assert sorted(seen) == ids
    assert reader.most_in_flight == 1
    assert reader.most_fetched <= 15  # three lie there, and what one claim brings is noticed after the next


async def test_more_feeds_than_a_statement_takes_are_all_polled(store: Store) -> None:
    ids = add(store, 600)
    with store.write() as connection:
        feeds.set_enabled(connection, ids[550], False, now=datetime.now(UTC))
    poller = QuickPoller(store)
    seen: list[int] = []
    environ = {"INGEST_POLL__HOST_GAP": "0", "INGEST_POLL__PER_HOST": "50"}
    crew = Crew(
        settings_module.load(None, environ),
        store,
        cast("Poller", poller),
        on_result=lambda result: seen.append(result.feed_id),
        feed_ids=ids,
        due_only=False,
    )
    await crew.until_idle()
    assert sorted(seen) == [*ids[:550], *ids[551:]]


async def test_eight_workers_poll_every_feed_once_and_no_host_twice_at_a_time(
    store: Store, migrated_url: str
) -> None:
    with store.write() as connection:
        for n in range(48):
            feeds.add_feed(connection, f"https://h{n % 6}.example/{n}", now=datetime.now(UTC))
    flying: Counter[str] = Counter()
    most: Counter[str] = Counter()
    polled: Counter[int] = Counter()

    class Watched(QuickPoller):
        async def poll(self, lease: Lease, clock: Clock) -> PollResult:
            host = lease.url.split("/")[2]
            polled[lease.feed_id] += 1
            flying[host] += 1
            most[host] = max(most[host], flying[host])
            await asyncio.sleep(self.dice.random() * 0.01)
            flying[host] -= 1
            return await super().poll(lease, clock)

    settings = settings_module.load(None, {"INGEST_POLL__HOST_GAP": "0"})
    stores = [Store(migrated_url) for _ in range(8)]
    crews = [Crew(settings, one, cast("Poller", Watched(one)), on_result=lambda _: None) for one in stores]
    await asyncio.gather(*(crew.until_idle() for crew in crews))
    for one in stores:
        one.close()
    assert (len(polled), set(polled.values())) == (48, {1})
    assert set(most.values()) == {1}


async def test_what_is_abandoned_gives_its_lease_back(store: Store) -> None:
    ids = add(store, 3)

    class Sleeper(QuickPoller):
        async def poll(self, lease: Lease, clock: Clock) -> PollResult:
            await asyncio.sleep(60)
            raise AssertionError

    settings = settings_module.load(None, {"INGEST_POLL__PER_HOST": "5", "INGEST_POLL__HOST_GAP": "0"})
    crew = Crew(settings, store, cast("Poller", Sleeper(store)), on_result=lambda _: None, feed_ids=ids)
    assert not await crew.fill()
    await crew.abandon()
    again = await store.call(
        lambda connection: leases.claim(
            connection, now=store.now(), owner="next", limit=9, lease_for=timedelta(minutes=1), per_host=9
        )
    )
    assert sorted(lease.feed_id for lease in again) == ids


async def test_a_poll_that_a_full_disk_did_not_let_in_is_one_line_of_the_log_and_a_bug_a_traceback(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(QuickPoller):
        error: Exception = StoreError("the disk is full")

        async def poll(self, lease: Lease, clock: Clock) -> PollResult:
            raise self.error

    for error, traced in ((StoreError("the disk is full"), False), (ZeroDivisionError("a bug"), True)):
        caplog.clear()
        (feed,) = add(store, 1)
        poller = Failing(store)
        poller.error = error
        crew = Crew(
            settings_module.load(None, {}),
            store,
            cast("Poller", poller),
            on_result=lambda _: None,
            feed_ids=[feed],
        )
        await crew.until_idle()
        (record,) = caplog.records
        assert (record.__dict__["feed"], record.__dict__["error"]) == (feed, str(error))
        assert bool(record.exc_info) is traced
        with store.write() as connection:
            connection.execute(sqlalchemy.text("DELETE FROM feeds"))


async def test_who_cannot_be_told_ends_the_polls_with_what_kept_him_from_hearing(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def on_result(result: PollResult) -> None:
        raise BrokenPipeError

    ids = add(store, 30)
    settings = settings_module.load(None, {"INGEST_POLL__HOST_GAP": "0"})
    poller = QuickPoller(store)
    crew = Crew(settings, store, cast("Poller", poller), on_result=on_result, feed_ids=ids)
    with pytest.raises(BrokenPipeError):
        await crew.until_idle()
    await crew.abandon()
    assert len(poller.begun) < 30, "a claim may be under way when the first result is told, not all of them"
    assert caplog.records == []
