"""The history of a feed: fetch → parse → changes → extract → keep, one archive document after the other, ever older.

The second order of the stages beside `poll`. It visits pages of the past once and for good, so no validator is sent,
and what it finds is no news: the feed's schedule never hears of it. Only articles the store has not are taken, because
an archive may hold an older version of what the feed itself corrected since (RFC 5005 §4), and their bodies are those
of the archive: a history of thousands of entries is no reason to visit thousands of pages.

Each page is read under a lease of the feed, so that it takes its turn among all visits to the host (store.leases), and
no poll of the feed goes on at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ingest import urls
from ingest.claiming import claim, patience, this_process
from ingest.clock import Clock
from ingest.drafting import decide, draft, sources_of, time_of
from ingest.extraction import Extractor, check_own_rules, options_of, worker_processes
from ingest.feeds import archives as history
from ingest.feeds import failures
from ingest.fetch.client import Fetcher
from ingest.fetch.reasons import of_status
from ingest.linking import Linker
from ingest.parsing import parse
from ingest.processes import Processes
from ingest.records import (
    ChangeReason,
    Failure,
    FailureKind,
    Fetched,
    Lease,
    NotModified,
    ParsedFeed,
    Request,
)
from ingest.settings import Settings
from ingest.stages import ExtractOptions
from ingest.store import archives, leases, templates, unlinked
from ingest.store.engine import Store, database_now
from ingest.text import digest

_GONE = frozenset({404, 410})
_ANEW = "the page is gone, and the next walk asks the feed whether its history goes on elsewhere"


@dataclass(frozen=True, slots=True)
class PageResult:
    """One document of the history, as the caller sees it. A failure's page stays the next one."""

    number: int
    url: str
    entries: int = 0
    new: int = 0
    left_out: int = 0  # entries over the cap of one document
    next_url: str | None = None
    end: str | None = None  # why the history ends here
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """What a backfill came to."""

    pages: int
    new: int
    complete: bool = False  # the end of the history is reached
    obstacle: str | None = None  # why it stopped before


async def backfill(
    settings: Settings,
    store: Store,
    feed_id: int,
    *,
    pages: int | None = None,
    on_page: Callable[[PageResult], None] = lambda _: None,
) -> Walk:
    """Walk the history of a feed for at most `pages` documents, from where the last walk stopped.

    Interrupted between or inside pages it loses nothing: a page is stored whole, with the place of the walk, or not.
    """
    options = options_of(settings)
    done = new = 0
    async with Fetcher(settings.fetch) as fetcher, worker_processes(settings) as processes:
        await check_own_rules(processes, options)
        reader = _Reader(settings, store, fetcher, processes, options)
        while pages is None or done < pages:
            turn = await _turn(settings, store, feed_id)
            if isinstance(turn, str):
                return Walk(done, new, obstacle=turn)
            result = await reader.read(*turn)
            on_page(result)
            if result.failure:
                return Walk(done, new, obstacle=result.failure)
            done, new = done + 1, new + result.new
            if result.next_url is None:
                return Walk(done, new, complete=True)
    return Walk(done, new)


async def _turn(settings: Settings, store: Store, feed_id: int) -> tuple[Lease, Clock] | str:
    """The feed's lease and the time, as soon as its host is free; or what keeps us from it."""
    loop = asyncio.get_running_loop()
    gap = settings.poll.host_gap.total_seconds()
    until = loop.time() + patience(gap)
    wanted = {"owner": this_process(), "limit": 1, "feed_ids": [feed_id], "due_only": False}
    while True:
        asked = Clock(await store.query(database_now))
        got = await claim(store, settings.poll, now=asked.now, **wanted)
        if got:
            return got[0], Clock(asked.at())
        obstacle = await store.query(archives.obstacle, feed_id, asked.now)
        if obstacle:
            return obstacle
        if loop.time() > until:
            return "another worker is at the feed or its host; try again later"
        await asyncio.sleep(gap / 4 or 0.2)


class _Reader:
    """Reads one page under one lease."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        fetcher: Fetcher,
        processes: Processes,
        options: ExtractOptions,
    ) -> None:
        self._poll = settings.poll
        self._store = store
        self._fetcher = fetcher
        self._processes = processes
        self._parse_timeout = settings.poll.parse_timeout.total_seconds()
        self._extractor = Extractor(processes, options, self._parse_timeout)
        self._linker = Linker(store, settings.stories.window)

    async def read(self, lease: Lease, clock: Clock) -> PageResult:
        """The page that is next, stored, or why it could not be. The lease is given back either way."""
        try:
            page = await self._store.call(archives.place, lease)
            if page.not_before and page.not_before > clock.now:
                await self._store.call(leases.release, lease)
                until = f"{page.not_before:%Y-%m-%d %H:%M} UTC"
                return PageResult(page.number, page.url, failure=f"its server asked us to wait until {until}")
            answer = await self._fetcher.get(Request(page.url))
            parsed = await self._parsed(answer, clock.now)
            if isinstance(parsed, Failure):
                return await self._failed(lease, page, parsed, clock.at())
            found = await decide(self._store, lease.feed_id, parsed)
            new = [change for change in found.changed if change.reason is ChangeReason.NEW]
            sources = sources_of(lease, parsed, new)
            memory = await self._store.query(templates.load, lease.feed_id)
            latest = time_of(lease, clock, self._parse_timeout)
            made = await draft(self._extractor, memory, new, sources, clock.now, latest)
            next_url = history.older(parsed.links, page.url)
            stored = clock.at()
            kept = await self._store.call(
                partial(
                    archives.keep,
                    next_url=next_url,
                    digest=_digest(parsed),
                    now=stored,
                    catalogue_version=made.catalogue_version,
                    learning=made.learning,
                ),
                lease,
                page,
                parsed,
                made.drafts,
            )
        except BaseException:
            await self._store.call(leases.release, lease)
            raise
        if kept is None:
            return PageResult(
                page.number, page.url, failure="the lease was lost: nothing of the page is stored"
            )
        if kept.unlinked is not None and await self._linker.link(kept.fingerprints, stored):
            await self._store.call(unlinked.done, [kept.unlinked])
        return PageResult(
            page.number, page.url, len(parsed.entries), kept.new, parsed.over_cap, kept.next_url, kept.end
        )

    async def _failed(self, lease: Lease, page: archives.Page, failure: Failure, at: datetime) -> PageResult:
        usual, longest = self._poll.default_interval, self._poll.max_interval
        wait = failures.asked_wait(failure, usual=usual, longest=longest)
        is_gone = failure.status in _GONE and page.number > archives.FIRST
        told = (
            f"{urls.host(page.url)}: {of_status(failure.status or 0)}; {_ANEW}" if is_gone else failure.detail
        )
        failed = partial(archives.fail, now=at, not_before=at + wait if wait else None, is_gone=is_gone)
        await self._store.call(failed, lease, page, told)
        return PageResult(page.number, page.url, failure=told)

    async def _parsed(self, answer: Fetched | NotModified | Failure, now: datetime) -> ParsedFeed | Failure:
        if not isinstance(answer, Fetched):
            return answer if isinstance(answer, Failure) else Failure(FailureKind.PROTOCOL, "an unasked 304")
        parsed = await parse(self._processes, answer, frozenset(), now, self._parse_timeout)
        if isinstance(parsed, ParsedFeed) and (parsed.truncated or answer.truncated):
            return Failure(FailureKind.PROTOCOL, "the document ends early: its older entries would be lost")
        return parsed


def _digest(parsed: ParsedFeed) -> bytes:
    """Which entries a document holds, in whatever order: two pages with the same are one page with two addresses."""
    keys = sorted(entry.guid or entry.url or entry.title or "" for entry in parsed.entries)
    return digest("\n".join(keys))
