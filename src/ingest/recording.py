"""Polls stored many at a time: those that end about the same moment share a transaction, and a look for copies.

A transaction for each would cost more than the visit of a poll without news, and as much as reading a new entry. Each
poll of a batch is stored whole or, when its lease was lost, not at all; and what goes wrong with one costs no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from ingest import allocator
from ingest.errors import StoreError
from ingest.records import Brought, PollCounts
from ingest.store import polls, unlinked
from ingest.store.engine import Store

if TYPE_CHECKING:
    from ingest.linking import Linker

LINGER = 0.02
"""Seconds that a poll without news waits for others to be stored with it."""

LINGER_WITH_NEWS = 0.3
"""The same for one that brought some: they come more slowly, and are spared more by company."""

ENOUGH_NEWS = 30
"""Polls with news that wait for no more: a larger company would spare them little, and their texts are in memory."""

MOST_AT_ONCE = 100
"""Articles in one transaction, about: other writers wait for it. Polls that bring so many wait for no more either."""

GIVEN_UP = timedelta(minutes=10)
"""After which nobody is linking what was stored any more: he was stopped, or failed."""

_Waiting = tuple[Brought, "asyncio.Future[PollCounts]"]


class Recorder:
    """Collects polls and stores them together; an async context manager that ends when all are stored.

    Copies are looked for among what was stored within `window`.
    """

    def __init__(self, store: Store, window: timedelta) -> None:
        self._store = store
        self._window = window
        self._visits = 0  # under way, those included that wait here
        self._waiting: list[_Waiting] = []
        self._news = 0  # of those who wait, how many bring some
        self._articles = 0  # that they bring
        self._in_hand = 0  # being stored
        self._time = asyncio.Event()  # to store those who wait
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None
        self._linked: list[int] = []  # notes of what is stored and linked

    @cached_property
    def _linker(self) -> Linker:
        # Here, with all that it compares copies by: most polls bring nothing to compare.
        from ingest.linking import Linker

        return Linker(self._store, self._window)

    async def __aenter__(self) -> Recorder:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._writing is not None:
            await self._writing
        if self._linked:
            await self._store.call(unlinked.done, self._linked)

    async def catch_up(self, now: datetime) -> None:
        """Link what others stored and, stopped or failing, did not link. It is tried once: a fault is in the log."""
        for left in await self._store.query(unlinked.left, now - GIVEN_UP):
            await self._linker.late(left.article_ids, left.stored_at)
            await self._store.call(unlinked.done, [left.id])

    @contextmanager
    def visit(self) -> Iterator[None]:
        """Around a poll, from its beginning: others wait for its end, and when all are there they wait no more."""
        self._visits += 1
        try:
            yield
        finally:
            self._visits -= 1
            self._if_complete()

    async def store(self, poll: Brought) -> PollCounts:
        """Store a poll, and link what it brought. Returns when it is on the disk, or refused.

        Cancelling the wait does not undo it.
        """
        loop = asyncio.get_running_loop()
        stored: asyncio.Future[PollCounts] = loop.create_future()
        self._waiting.append((poll, stored))
        self._news += bool(poll.drafts)
        self._articles += len(poll.drafts)
        self._wait_until(loop.time() + (LINGER_WITH_NEWS if poll.drafts else LINGER))
        self._if_complete()
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await stored

    def _wait_until(self, due: float) -> None:
        if self._timer is None or due < self._timer.when():
            if self._timer is not None:
                self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_at(due, self._time.set)

    def _if_complete(self) -> None:
        """Wait no more when all who are under way are here, or enough of them."""
        everybody = bool(self._waiting) and len(self._waiting) + self._in_hand >= self._visits
        if everybody or self._news >= ENOUGH_NEWS or self._articles >= MOST_AT_ONCE:
            self._time.set()

    async def _write(self) -> None:
        while self._waiting:
            await self._time.wait()
            batch = self._taken()
            self._in_hand = len(batch)
            await self._store_all(batch)
            self._in_hand = 0
            if any(poll.drafts for poll, _ in batch):
                allocator.give_back()  # or the heap grows with every feed: 10 MB after some thousands
        self._writing = None

    def _taken(self) -> list[_Waiting]:
        """Those who waited longest, as many as one transaction takes; for the others it is time then, too."""
        size = count = 0
        while count < len(self._waiting) and size < MOST_AT_ONCE:
            size += len(self._waiting[count][0].drafts)
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        self._news -= sum(bool(poll.drafts) for poll, _ in batch)
        self._articles -= size
        if not self._waiting:
            self._time.clear()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        return batch

    async def _store_all(self, batch: Sequence[_Waiting]) -> None:
        """All in one transaction; where that fails one by one, until the store itself turns out to be the trouble."""
        try:
            await self._persist(batch)
        except Exception as error:
            if len(batch) == 1:
                _tell(batch, error)
            else:
                await self._store_each(batch)

    async def _store_each(self, batch: Sequence[_Waiting]) -> None:
        for place, one in enumerate(batch):
            try:
                await self._persist([one])
            except StoreError as error:
                _tell(batch[place:], error)
                return
            except Exception as error:
                _tell([one], error)

    async def _persist(self, batch: Sequence[_Waiting]) -> None:
        ended = [poll for poll, _ in batch]
        done = await self._store.call(partial(polls.persist, linked=tuple(self._linked)), ended)
        self._linked.clear()
        if done.unlinked is not None:
            at = max(poll.record.finished_at for poll in ended)
            if await self._linker.link(done.fingerprints, at):
                self._linked.append(done.unlinked)
        for (_, stored), counts in zip(batch, done.counts, strict=True):
            if not stored.done():  # who waited may have been told to stop
                stored.set_result(counts)


def _tell(batch: Sequence[_Waiting], error: Exception) -> None:
    for _, stored in batch:
        if not stored.done():
            stored.set_exception(error)
