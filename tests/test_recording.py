"""Polls stored many at a time."""

from __future__ import annotations

import asyncio

import pytest

from ingest.errors import StoreError
from ingest.recording import Recorder
from ingest.records import Brought, Lease, Outcome, PollCounts
from ingest.store.engine import Store
from tests.store.samples import HOUR, NOW, feed, leased, record

QUIET = record(NOW, Outcome.UNCHANGED, status=304)


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
