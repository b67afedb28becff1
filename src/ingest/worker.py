"""Who polls what when: claims due feeds, keeps a number of polls in flight, stops without losing anything.

`run` is the service: APScheduler is its clock, the store's leases are its queue, so any number of workers may
run on any number of machines. `poll_once` is the same crew for the command line, until nothing is due.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random

from ingest.claiming import claim, patience, this_process
from ingest.clock import Clock
from ingest.errors import IngestError, StoreError
from ingest.poll import Poller, open_poller
from ingest.records import Lease, PollResult
from ingest.settings import Settings
from ingest.store import feeds, leases, polls
from ingest.store.address import shown
from ingest.store.engine import Store, database_now
from ingest.urls import without_secrets

log = logging.getLogger(__name__)

_LISTED = 500
"""Feeds named in one claim: a longer list is asked about in turns."""

_REST = 1.0
"""Seconds at most before hosts that have their pause are looked at again."""

_HOUR = 3600


class Crew:
    """The polls in flight in this process. No more are begun while documents lie unread."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        poller: Poller,
        *,
        on_result: Callable[[PollResult], None],
        feed_ids: Sequence[int] | None = None,
        due_only: bool = True,
    ) -> None:
        self._settings = settings
        self._store = store
        self._poller = poller
        self._on_result = on_result
        self._left = deque(feed_ids) if feed_ids is not None else None
        self._due_only = due_only
        self._owner = this_process()
        self._running: dict[asyncio.Task[None], Lease] = {}
        self._capacity = settings.fetch.concurrency
        self._gap = settings.poll.host_gap.total_seconds()
        self._rest: asyncio.TimerHandle | None = None  # until then every feed to be had waits for its host
        self._unheard: OSError | None = None  # why the caller no longer learns what came of polls
        self.wake = asyncio.Event()

    async def fill(self) -> bool:
        """Claim feeds until the crew is full or no more are to be had; True when the work is done.

        A claim that comes back short proves nothing while polls are in flight or hosts have their pause: more of
        their feeds may be due. Then the crew is woken when a pause may be over.
        """
        while (free := self._capacity - len(self._running)) > 0:
            wanted = min(free, self._settings.worker.batch)
            asked = self._poller.desk.room(wanted)
            if not asked:
                return False
            claimed, clock = await self._claim(asked)
            for lease in claimed:
                task = asyncio.create_task(self._poll(lease, clock))
                self._running[task] = lease
                task.add_done_callback(self._done)
            if len(claimed) < asked:
                if claimed and not self._gap:
                    continue  # the next claim looks past the hosts that are full now
                if self._running and not self._gap:
                    return False  # whichever ends wakes us
                waiting = await self._waiting(clock.now)
                if waiting:
                    self._wake_in(min(self._gap / 4 or _REST, _REST))
                return not waiting and not self._running
            if asked < wanted:
                return False  # each document that is read wakes us
        return False

    async def until_idle(self) -> None:
        """Poll until nothing is due and nothing is in flight, or other workers keep us from what is left.

        Raises the OSError of an `on_result` that could not write: nobody hears of the polls that would follow.
        """
        loop = asyncio.get_running_loop()
        seconds = patience(self._gap)
        until = loop.time() + seconds
        while not self._unheard:
            self.wake.clear()
            if await self.fill():
                break
            if self._running:
                until = loop.time() + seconds
            elif loop.time() > until:
                break
            await self.wake.wait()
        if self._unheard:
            raise self._unheard

    async def drain(self, grace: timedelta) -> None:
        """Let what is in flight finish for `grace`, then give up the rest."""
        if self._running:
            told = {"polls": len(self._running), "seconds": grace.total_seconds()}
            log.info("finishing the polls in flight", extra=told)
            await asyncio.wait(list(self._running), timeout=grace.total_seconds())
        await self.abandon()

    async def abandon(self) -> None:
        """Stop what is in flight; its leases go back, so that another worker need not wait for their end."""
        given_up = dict(self._running)
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
        try:
            for lease in given_up.values():
                await self._store.call(leases.release, lease)
        except StoreError as error:
            log.warning(
                "leases could not be given back and have to end by themselves", extra={"error": str(error)}
            )
        if given_up:
            log.info("gave up polls: their feeds stay due", extra={"polls": len(given_up)})

    async def _claim(self, limit: int) -> tuple[list[Lease], Clock]:
        """Leases, and the clock as it stood when they were had: a claim may have waited for other writers."""
        asked = Clock(await self._store.query(database_now))
        claimed = await self._claim_at(asked.now, limit)
        return claimed, Clock(asked.at())

    async def _claim_at(self, now: datetime, limit: int) -> list[Lease]:
        if self._left is None:
            return await self._claim_of(None, limit, now)
        claimed: list[Lease] = []
        for some in self._in_turns(self._left):
            got = await self._claim_of(some, limit - len(claimed), now)
            claimed += got
            taken = {lease.feed_id for lease in got}
            self._left.extend(feed_id for feed_id in some if feed_id not in taken)
            if len(claimed) >= limit:
                break
        return claimed

    async def _claim_of(self, feed_ids: Sequence[int] | None, limit: int, now: datetime) -> list[Lease]:
        return await claim(
            self._store,
            self._settings.poll,
            now=now,
            owner=self._owner,
            limit=limit,
            feed_ids=feed_ids,
            due_only=self._due_only,
        )

    async def _waiting(self, now: datetime) -> bool:
        """Whether feeds are to be had as soon as their hosts are free."""
        waiting = partial(leases.waiting, now=now, due_only=self._due_only)
        if self._left is None:
            return await self._store.query(waiting)
        for some in self._in_turns(self._left):
            self._left.extend(some)
            if await self._store.query(partial(waiting, feed_ids=some)):
                return True
        return False

    @staticmethod
    def _in_turns(left: deque[int]) -> Iterator[list[int]]:
        """The feeds left, some at a time, taken off the front; whoever asks puts back behind what stays."""
        for _ in range(0, len(left), _LISTED):
            yield [left.popleft() for _ in range(min(_LISTED, len(left)))]

    def _wake_in(self, seconds: float) -> None:
        def wake() -> None:
            self._rest = None
            self.wake.set()

        if self._rest is None:
            self._rest = asyncio.get_running_loop().call_later(seconds, wake)

    async def _poll(self, lease: Lease, clock: Clock) -> None:
        result = await self._poller.poll(lease, clock)
        try:
            self._on_result(result)
        except OSError as error:  # a full disk, a reader that left: the poll is stored all the same
            self._unheard = error
            self.wake.set()

    def _done(self, task: asyncio.Task[None]) -> None:
        lease = self._running.pop(task)
        if not task.cancelled() and (error := task.exception()):
            trace = None if isinstance(error, IngestError) else error  # a full disk is no bug
            told = {"feed": lease.feed_id, "error": str(error)}
            log.error("a poll could not be recorded", extra=told, exc_info=trace)
        # A claim for every finished poll would cost more than polls.
        if len(self._running) <= self._capacity // 2 and self._rest is None:
            self.wake.set()


async def poll_once(
    settings: Settings,
    store: Store,
    *,
    feed_ids: Sequence[int] | None = None,
    due_only: bool = True,
    on_result: Callable[[PollResult], None] = lambda _: None,
) -> None:
    """Poll the given feeds, or all that are due (all active ones, without `due_only`), and return when done.

    Interrupted, it gives its leases back: the feeds stay due and nothing half-done is stored.
    """
    if feed_ids is None and not due_only:
        feed_ids = await store.query(feeds.active)
    async with open_poller(settings, store, Random()) as poller:  # noqa: S311 - jitter
        crew = Crew(settings, store, poller, on_result=on_result, feed_ids=feed_ids, due_only=due_only)
        try:
            await crew.until_idle()
        finally:
            await crew.abandon()


def run(settings: Settings, store: Store) -> int:
    """The worker, until SIGTERM or SIGINT. Returns the exit status."""
    return asyncio.run(_run(settings, store))


async def _run(settings: Settings, store: Store) -> int:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    async def tidy() -> None:
        await poller.catch_up()
        await _set_right(settings, store)
        await _forget(settings, store)

    stopping = _stop_on_signals()
    await _set_right(settings, store)
    async with open_poller(settings, store, Random()) as poller:  # noqa: S311 - jitter
        crew = Crew(settings, store, poller, on_result=log_result)
        clock = AsyncIOScheduler(timezone="UTC")
        clock.add_job(
            crew.wake.set,
            "interval",
            seconds=settings.worker.tick.total_seconds(),
            id="tick",
            coalesce=True,
            max_instances=1,
        )
        clock.add_job(tidy, "interval", seconds=_HOUR, id="tidy", coalesce=True, max_instances=1)
        clock.start()
        polled = await store.query(feeds.count_active)
        log.info(
            "worker started",
            extra={
                "feeds": polled,
                "store": shown(settings.database_url),
                "concurrency": settings.fetch.concurrency,
                "processes": settings.worker.processes,
            },
        )
        if not polled:
            log.warning("no feed is polled: `ingest add URL` adds one; or is this the wrong store?")
        crew.wake.set()
        try:
            while not stopping.is_set():
                await _either(crew.wake, stopping, within=2 * settings.worker.tick)
                crew.wake.clear()
                if not stopping.is_set():
                    await _filled(crew)
        finally:
            clock.shutdown(wait=False)
            await crew.drain(settings.worker.grace)
    log.info("worker stopped")
    return 0


async def _set_right(settings: Settings, store: Store) -> None:
    now = await store.query(database_now)
    if count := await store.call(feeds.set_right, now, settings.poll.lease):
        log.warning(
            "the database's clock was set back: feeds that it had put off are due", extra={"feeds": count}
        )


async def _forget(settings: Settings, store: Store) -> None:
    before = await store.query(database_now) - settings.worker.keep_polls
    after: int | None = 0
    while after is not None:
        after = await store.call(polls.forget, before, after)


async def _filled(crew: Crew) -> None:
    """A database that restarts, is locked or full costs the claims of that time, and not the worker."""
    try:
        await crew.fill()
    except StoreError as error:
        log.error("no feed could be claimed, the next tick tries again", extra={"error": str(error)})


def _stop_on_signals() -> asyncio.Event:
    """An event set by the first SIGTERM or SIGINT; the second ends the process at once (leases expire)."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()

    def on_signal(number: int) -> None:
        if stopping.is_set():
            log.warning("second signal: stopping at once")
            os._exit(128 + number)
        log.info("stopping after the polls in flight", extra={"signal": signal.Signals(number).name})
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    return stopping


async def _either(*events: asyncio.Event, within: timedelta) -> None:
    """Until one of them is set, or for so long: the scheduler goes by the wall clock, which may be set back."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=within.total_seconds())
    finally:
        for wait in waits:
            wait.cancel()


def log_result(result: PollResult) -> None:
    """One line a poll, for the worker's log."""
    counts = result.counts
    log.info(
        "polled",
        extra={
            "feed": result.feed_id,
            "outcome": result.outcome.value,
            "new": counts.new,
            "edited": counts.edited,
            "next": result.next_poll.at.isoformat(timespec="seconds"),
            "url": without_secrets(result.url),
            "detail": result.detail,
        },
    )
