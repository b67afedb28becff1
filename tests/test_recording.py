"""Polls stored many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from ingest import recording
from ingest.errors import StoreError
from ingest.recording import Recorder
from ingest.records import Brought, Lease, Outcome, PollCounts
from ingest.store.engine import Store
from tests.store.samples import HOUR, NOW, brought, draft, entry, feed, leased, list_polls, record

QUIET = record(NOW, Outcome.UNCHANGED, status=304)


@contextmanager
def under_way(recorder: Recorder, visits: int) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(visits):
            stack.enter_context(recorder.visit())
        yield


def leases_of(store: Store, count: int) -> list[Lease]:
    return [leased(store, feed(store, f"https://mirror{n}.example/feed")) for n in range(count)]


async def test_what_comes_together_is_one_transaction_and_each_learns_its_own_fate(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    leases = leases_of(store, 4)
    transactions = []
    call = store.call

    async def counted(fn, polls):  # type: ignore[no-untyped-def]
        transactions.append(len(polls))
        return await call(fn, polls)

    monkeypatch.setattr(store, "call", counted)
    stranger = Lease(leases[3].feed_id, "not the token", leases[3].until, leases[3].url)
    async with Recorder(store, HOUR) as recorder:
        told = await asyncio.gather(
            *(recorder.store(Brought(lease, QUIET)) for lease in (*leases[:3], stranger))
        )
        assert told == [PollCounts()] * 3 + [PollCounts(refused=True)]
        assert transactions == [4]
        assert await recorder.store(Brought(leases[3], QUIET)) == PollCounts()
    assert transactions == [4, 1]


async def test_a_store_that_cannot_be_written_is_told_to_all_who_wait_and_the_next_batch_tries_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    leases = leases_of(store, 2)
    call = store.call

    async def full(fn, polls):  # type: ignore[no-untyped-def]
        raise StoreError("the disk is full")

    async with Recorder(store, HOUR) as recorder:
        monkeypatch.setattr(store, "call", full)
        told = await asyncio.gather(
            *(recorder.store(Brought(one, QUIET)) for one in leases), return_exceptions=True
        )
        assert [str(error) for error in told] == ["the disk is full"] * 2
        monkeypatch.setattr(store, "call", call)
        assert await recorder.store(Brought(leases[0], QUIET)) == PollCounts()


async def test_who_stops_waiting_stops_no_one_else_and_the_end_waits_for_what_was_begun(store: Store) -> None:
    leases = leases_of(store, 2)
    async with Recorder(store, HOUR) as recorder:
        impatient, patient = (asyncio.create_task(recorder.store(Brought(one, QUIET))) for one in leases)
        await asyncio.sleep(0)
        impatient.cancel()
        assert await patient == PollCounts()
        late = asyncio.create_task(recorder.store(Brought(leases[0], QUIET)))
        await asyncio.sleep(0)
    assert late.done()


async def test_nobody_waits_for_polls_that_are_not_under_way(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for linger in ("LINGER", "LINGER_WITH_NEWS"):
        monkeypatch.setattr(recording, linger, 3600)
    leases = leases_of(store, 3)
    came = asyncio.Event()

    async def poll(recorder: Recorder, lease: Lease, *, last: bool) -> PollCounts:
        with recorder.visit():
            if last:
                await came.wait()
            else:
                asyncio.get_running_loop().call_later(0.05, came.set)
            return await recorder.store(Brought(lease, QUIET))

    async with Recorder(store, HOUR) as recorder:
        told = await asyncio.gather(*(poll(recorder, one, last=one is leases[2]) for one in leases))
    assert told == [PollCounts()] * 3


async def test_so_many_polls_with_news_wait_for_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "LINGER_WITH_NEWS", 3600)
    leases = leases_of(store, recording.ENOUGH_NEWS)
    async with Recorder(store, HOUR) as recorder:
        with under_way(recorder, len(leases) + 1):  # one of them takes for ever
            polls = [brought(lease, [draft(entry(str(n)))]) for n, lease in enumerate(leases)]
            async with asyncio.timeout(10):
                told = await asyncio.gather(*map(recorder.store, polls))
    assert told == [PollCounts(new=1)] * len(leases)


async def test_polls_that_bring_a_transaction_full_of_articles_wait_for_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "LINGER_WITH_NEWS", 3600)
    monkeypatch.setattr(recording, "MOST_AT_ONCE", 4)
    leases = leases_of(store, 2)
    async with Recorder(store, HOUR) as recorder:
        with under_way(recorder, len(leases) + 1):  # one of them takes for ever
            polls = [brought(lease, [draft(entry("1")), draft(entry("2"))]) for lease in leases]
            async with asyncio.timeout(10):
                told = await asyncio.gather(*map(recorder.store, polls))
    assert told == [PollCounts(new=2)] * 2


async def test_a_poll_that_cannot_be_stored_costs_no_other(store: Store) -> None:
    leases = leases_of(store, 3)
    polls = [brought(lease, [draft(entry(str(n)))]) for n, lease in enumerate(leases)]
    timeless = replace(polls[1].record, finished_at=polls[1].record.finished_at.replace(tzinfo=None))
    polls[1] = replace(polls[1], record=timeless)
    async with Recorder(store, HOUR) as recorder:
        told = await asyncio.gather(*map(recorder.store, polls), return_exceptions=True)
    assert [told[0], told[2]] == [PollCounts(new=1)] * 2
    assert "time without a zone" in str(told[1])
    with store.read() as connection:
        assert [len(list_polls(connection, feed_id=lease.feed_id)) for lease in leases] == [1, 0, 1]
