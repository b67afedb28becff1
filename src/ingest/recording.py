"""The records of polls that brought nothing new, written many at a time.

Most polls of a day end with a 304 or the bytes we know. A transaction for each would cost more than the visit.
"""

from __future__ import annotations

import asyncio

from ingest.records import Lease, PollCounts, PollRecord
from ingest.store import polls
from ingest.store.engine import Store

LINGER = 0.02
"""Seconds the first record waits for others to come with it."""


class Recorder:
    """Collects records and stores them together; an async context manager that ends when all are stored."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Lease, PollRecord, asyncio.Future[PollCounts]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Recorder:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._writing is not None:
            await self._writing

    async def unchanged(self, lease: Lease, record: PollRecord) -> PollCounts:
        """Store the record of a poll without a new document. Returns when it is on the disk, or refused.

        Cancelling the wait does not undo it.
        """
        stored: asyncio.Future[PollCounts] = asyncio.get_running_loop().create_future()
        self._waiting.append((lease, record, stored))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await stored

    async def _write(self) -> None:
        while self._waiting:
            await asyncio.sleep(LINGER)
            batch, self._waiting = self._waiting, []
            try:
                records = [(lease, record) for lease, record, _ in batch]
                lost = await self._store.call(polls.persist_unchanged, records)
            except Exception as error:
                for _, _, stored in batch:
                    _settle(stored, error)
            else:
                for lease, _, stored in batch:
                    _settle(stored, PollCounts(refused=lease.feed_id in lost))
        self._writing = None


def _settle(stored: asyncio.Future[PollCounts], result: PollCounts | Exception) -> None:
    """Tell who waits, unless they were told to stop waiting."""
    if stored.done():
        return
    if isinstance(result, Exception):
        stored.set_exception(result)
    else:
        stored.set_result(result)
