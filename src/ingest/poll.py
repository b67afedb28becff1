"""One feed through all stages: fetch → parse → changes → (page) → extract → schedule → persist → link copies.

The one module that knows the order of a poll. Expected failures arrive as values; an exception out of a stage is a bug,
caught in `Poller.poll`, recorded on the poll as `internal`, and the feed is rescheduled all the same.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING

from ingest import allocator
from ingest.clock import Clock
from ingest.conclusion import Visit, conclude
from ingest.desk import Desk
from ingest.errors import StoreError
from ingest.extraction import Extractor, check_own_rules, options_of, worker_processes
from ingest.feeds import schedule, validators
from ingest.fetch.client import Fetcher
from ingest.parsing import parse
from ingest.processes import Processes
from ingest.recording import Recorder
from ingest.records import (
    Brought,
    Failure,
    FailureKind,
    FeedPolicy,
    Fetched,
    Lease,
    NotModified,
    PollResult,
    Request,
)
from ingest.settings import Settings
from ingest.stages import ExtractOptions
from ingest.store.engine import Store, database_now
from ingest.text import internal_error

if TYPE_CHECKING:
    from ingest.pages import PageReader
    from ingest.records import DuePage

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_poller(settings: Settings, store: Store, random: Random) -> AsyncIterator[Poller]:
    """A poller with its HTTP client and its worker processes, all closed at the end.

    Raises CatalogueError when a notice rule is wrong: before a feed is claimed, not at each of its entries.
    """
    allocator.settle()
    options = options_of(settings)
    async with (
        Recorder(store, settings.stories.window) as recorder,
        Fetcher(settings.fetch) as fetcher,
        worker_processes(settings) as processes,
    ):
        await check_own_rules(processes, options)
        poller = Poller(settings, store, fetcher, processes, options, random, recorder)
        await poller.catch_up()
        yield poller


class Poller:
    """What only a new document needs is imported with the first: most polls bring none, and are done sooner without."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        fetcher: Fetcher,
        processes: Processes,
        options: ExtractOptions,
        random: Random,
        recorder: Recorder,
    ) -> None:
        self._settings = settings
        self._store = store
        self._recorder = recorder
        self._fetcher = fetcher
        self._processes = processes
        self._random = random
        self._parse_timeout = settings.poll.parse_timeout.total_seconds()
        self._bounds = schedule.bounds(settings.poll)
        self.desk = Desk(2 * settings.worker.processes + 2)  # some are read while others ask the store
        self._extractor = Extractor(processes, options, self._parse_timeout)

    @cached_property
    def _pages(self) -> PageReader:
        from ingest.fetch.robots import Robots
        from ingest.pages import PageReader

        agent = self._settings.fetch.agent
        robots = Robots(self._fetcher, agent)
        return PageReader(self._fetcher, robots, self._store, self._settings.poll, agent)

    async def catch_up(self) -> None:
        """Link what a worker stored that was stopped before it came to link it."""
        await self._recorder.catch_up(await self._store.query(database_now))

    async def poll(self, lease: Lease, clock: Clock) -> PollResult:
        """Visit the feed of `lease` and store what came of it. `clock` is the database's, as it stood at the claim."""
        with self._recorder.visit():
            try:
                visit = await self._visit(lease, clock)
                return await self._recorded(lease, visit, clock)
            except StoreError:
                raise  # the store cannot be written: the lease will lapse and the feed is still due
            except Exception as error:
                log.exception("a poll failed on a fault of ours", extra={"feed": lease.feed_id})
                fault = Failure(FailureKind.INTERNAL, internal_error(error))
                return await self._recorded(lease, Visit(fault), clock)

    async def _recorded(self, lease: Lease, visit: Visit, clock: Clock) -> PollResult:
        record = conclude(
            lease,
            visit,
            started=clock.now,
            finished=clock.at(),
            bounds=self._bounds,
            dice=self._random.random(),
        )
        brought = Brought(lease, record, visit.parsed, visit.changes)
        if made := visit.made:
            brought = replace(
                brought,
                drafts=made.drafts,
                learning=made.learning,
                catalogue_version=made.catalogue_version,
                awaited=made.awaited,
            )
        counts = await self._recorder.store(brought)
        if counts.refused:
            told = {"feed": lease.feed_id}
            log.warning("another worker holds the lease: this poll was not stored", extra=told)
        return PollResult(
            lease.feed_id,
            lease.url,
            (visit.parsed.title if visit.parsed else None) or lease.title,
            record.outcome,
            counts,
            record.next_poll,
            record.detail,
            record.warnings,
        )

    # ------------------------------------------------------------------------------ the stages, in order

    async def _visit(self, lease: Lease, clock: Clock) -> Visit:
        request = Request(
            lease.url,
            lease.etag,
            lease.last_modified,
            lease.validated_url,
            allow_file=lease.allow_file,
            known=lease.sent_digest,
        )
        unconditional = lease.standing.distrusted or validators.is_due(lease.standing, clock.now)
        never_visited = lease.last_success_at is None and not lease.failures
        with self.desk.expecting() if never_visited else nullcontext():
            answer = await self._fetcher.get(
                replace(request, etag=None, last_modified=None) if unconditional else request
            )
        if not isinstance(answer, Fetched):
            return await self._with_late_pages(Visit(answer), lease, clock)
        digest = (
            lease.body_digest if answer.is_known else hashlib.blake2b(answer.body, digest_size=16).digest()
        )
        if digest == lease.body_digest:
            return await self._with_late_pages(Visit(answer, body_digest=digest), lease, clock)
        return await self._read(lease, request, answer, digest, clock)

    async def _read(
        self,
        lease: Lease,
        request: Request,
        answer: Fetched,
        digest: bytes | None,
        clock: Clock,
    ) -> Visit:
        """A document we do not know: what is new in it, taken through the article stages."""
        from ingest.drafting import Drafting, decide, draft, draft_with_pages, present_in, sources_of, time_of
        from ingest.store import known

        now, until = clock.now, time_of(lease, clock, self._parse_timeout)
        async with self.desk:
            known_items, memory = await self._store.query(known.before, lease.feed_id)
            parsed = await parse(self._processes, answer, frozenset(known_items), now, self._parse_timeout)
            if isinstance(parsed, Failure):
                return Visit(parsed)
            present = present_in(parsed, known_items)
            found = await decide(self._store, lease.feed_id, parsed, {item.article_id for item in present})
            sources = sources_of(lease, parsed, found.changed)
            policy = self._policy(lease)
            due = await self._due_pages(lease, now, {change.article_id for change in found.changed})
            needs_pages = _has_due_pages(lease, now) or (
                policy is not FeedPolicy.FEED and self._pages.are_wanted(sources, policy)
            )
            if not needs_pages:
                made = await draft(self._extractor, memory, found.changed, sources, now, until)
        if needs_pages:  # which may take minutes: no other document waits for it
            how = Drafting(lease, memory, policy, clock, until)
            made = await draft_with_pages(
                self._pages, self._extractor, how, changed=found.changed, sources=sources, due=due
            )
        warnings = (*parsed.warnings, *made.warnings)
        if answer.truncated:
            warnings = ("the connection closed before the end of the document", *warnings)
        is_part = parsed.truncated or answer.truncated or answer.is_delta
        digest_if_whole = None if is_part else digest
        found = replace(found, unchanged=(*found.unchanged, *present))
        distrust = await self._distrust(request, lease, answer, now) if found.changed else None
        if distrust:
            warnings = (*warnings, f"the feed's validators are not believed any more: {distrust}")
        return Visit(answer, parsed, found, made, digest_if_whole, warnings, distrust)

    async def _with_late_pages(self, visit: Visit, lease: Lease, clock: Clock) -> Visit:
        """A visit that brought nothing, with the pages that earlier ones could not have and whose time has come."""
        if visit.failure or not _has_due_pages(lease, clock.now):
            return visit
        from ingest.drafting import Drafting, draft_with_pages, time_of
        from ingest.store import templates

        until = time_of(lease, clock, self._parse_timeout)
        due = await self._due_pages(lease, clock.now)
        memory = await self._store.query(templates.load, lease.feed_id)
        how = Drafting(lease, memory, self._policy(lease), clock, until)
        made = await draft_with_pages(self._pages, self._extractor, how, due=due)
        return replace(visit, made=made, warnings=made.warnings)

    async def _due_pages(
        self, lease: Lease, now: datetime, besides: Collection[int | None] = frozenset()
    ) -> list[DuePage]:
        if not _has_due_pages(lease, now):
            return []
        from ingest.store import awaited

        return await self._store.query(awaited.due, lease.feed_id, now, self._settings.poll.pages, besides)

    def _policy(self, lease: Lease) -> FeedPolicy:
        return FeedPolicy(self._settings.poll.policy) if lease.policy is FeedPolicy.DEFAULT else lease.policy

    async def _distrust(self, request: Request, lease: Lease, answer: Fetched, now: datetime) -> str | None:
        """Why the validators are not to be believed, of a document that brought news; None when they may be."""
        if lease.standing.distrusted or not (lease.etag or lease.last_modified):
            return None
        if validators.unchanged(answer, lease.etag, lease.last_modified):
            return f"{now:%Y-%m-%d}: the document changed under an unchanged validator"
        if not validators.is_due(lease.standing, now):
            return None
        # An audit that found news: does the server go on calling the old document current?
        if isinstance(await self._fetcher.get(request), NotModified):
            return f"{now:%Y-%m-%d}: 304 for a document that had changed"
        return None


def _has_due_pages(lease: Lease, now: datetime) -> bool:
    return lease.pages_due_at is not None and lease.pages_due_at <= now
