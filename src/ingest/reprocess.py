"""The archive, read again: store → extract → compare → replace → link copies, a batch at a time.

The third order of the work, beside `poll` and `backfill`. It may run while workers do: what a worker
replaces meanwhile is the worker's. What is done carries the version of the rules that did it, so a run that was
stopped is continued by the next.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from ingest.errors import IngestError
from ingest.extraction import Extractor, batches, options_of, worker_processes
from ingest.linking import Linker
from ingest.records import Extraction, Failure, FailureKind, NoticeKind
from ingest.settings import Settings
from ingest.stages import STOPPED
from ingest.store import replay, templates
from ingest.store.engine import Store, database_now
from ingest.store.replay import Kept, Made
from ingest.text import internal_error

log = logging.getLogger(__name__)

PAGE = 100
"""Versions read from the store at once."""

EXAMPLES = 20
"""Articles that a report names."""


@dataclass(slots=True)
class Report:
    """What came of a run, or would have, had it not been dry."""

    catalogue_version: str
    waiting: int  # versions there were to read
    read: int = 0
    changed: int = 0  # versions that came to something else in any way told below
    texts: int = 0  # clean texts among them that are another
    examples: list[int] = field(default_factory=list)  # the first articles that changed, by number
    added: Counter[NoticeKind] = field(default_factory=Counter)
    removed: Counter[NoticeKind] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)  # versions by the name of a field that changed
    left: int = 0  # versions a worker had replaced or had in hand
    unreadable: dict[int, str] = field(default_factory=dict)  # article → why; these stay as they were

    @property
    def seen(self) -> int:
        return self.read + self.left + len(self.unreadable)

    def tell(self, article_id: int, before: Made, now: Made) -> None:
        """Count what differs between two readings of one version of an article."""
        added, removed = now.notices - before.notices, before.notices - now.notices
        fields = [name for name, value in now.fields.items() if value != before.fields[name]]
        other_text = now.text != before.text
        self.texts += other_text
        if other_text or added or removed or fields:
            self.changed += 1
            if len(self.examples) < EXAMPLES:
                self.examples.append(article_id)
        self.fields.update(fields)
        for total, some in ((self.added, added), (self.removed, removed)):
            for (kind, _), times in some.items():
                total[kind] += times


async def reprocess(
    settings: Settings,
    store: Store,
    *,
    feed_ids: Collection[int] | None = None,
    since: datetime | None = None,
    everything: bool = False,
    dry_run: bool = False,
    on_progress: Callable[[Report], None] = lambda _: None,
) -> Report:
    """Read current versions again with the notice rules of now, and store what they come to in place of what they were.

    Those that other rules read, or `everything`; of the feeds given; of articles first seen since then. A dry run
    reads and compares and stores nothing. `on_progress` is called once before the first batch and after each.
    Raises CatalogueError when a rule is wrong.
    """
    options = options_of(settings)
    rules = options.catalogue_version
    waiting = await store.query(
        partial(replay.waiting, other_than=None if everything else rules, feed_ids=feed_ids, since=since)
    )
    report = Report(rules, sum(map(len, waiting.values())))
    on_progress(report)
    if not waiting:
        return report
    async with worker_processes(settings) as processes:
        extractor = Extractor(processes, options, settings.poll.parse_timeout.total_seconds())
        linker = Linker(store, settings.stories.window)
        replaying = _Replay(store, extractor, linker, report, dry_run=dry_run, on_progress=on_progress)
        await replaying.run(
            waiting, at_once=settings.worker.processes + 1
        )  # one is read and written while the others are extracted
    return report


@dataclass(frozen=True, slots=True)
class _Batch:
    """Versions of one feed, and what is remembered of its templates."""

    kept: Sequence[Kept]
    memory: bytes | None


class _Replay:
    def __init__(
        self,
        store: Store,
        extractor: Extractor,
        linker: Linker,
        report: Report,
        *,
        dry_run: bool,
        on_progress: Callable[[Report], None],
    ) -> None:
        self._store = store
        self._extractor = extractor
        self._report = report
        self._dry_run = dry_run
        self._on_progress = on_progress
        self._faults: set[str] = set()
        self._linker = linker
        self._writing = asyncio.Lock()

    async def run(self, waiting: Mapping[int, Sequence[int]], at_once: int) -> None:
        slots = asyncio.Semaphore(at_once)
        try:
            async with asyncio.TaskGroup() as group:
                async for batch in self._batches(waiting):
                    await slots.acquire()
                    task = group.create_task(self._redo(batch))
                    task.add_done_callback(lambda _: slots.release())
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors

    async def _batches(self, waiting: Mapping[int, Sequence[int]]) -> AsyncIterator[_Batch]:
        for feed_id, version_ids in waiting.items():
            memory = await self._store.query(templates.load, feed_id)
            for start in range(0, len(version_ids), PAGE):
                wanted = version_ids[start : start + PAGE]
                page = await self._store.query(replay.read, feed_id, wanted)
                self._report.left += len(wanted) - len(page)
                for batch in batches((kept.source, kept) for kept in page):
                    yield _Batch([kept for _, kept in batch], memory)

    async def _redo(self, batch: _Batch) -> None:
        results = await self._extract(batch)
        reread: list[tuple[Kept, Extraction]] = []
        for kept, result in zip(batch.kept, results, strict=True):
            if isinstance(result, Failure):
                self._report.unreadable[kept.article_id] = result.detail
            else:
                reread.append((kept, replace(result, warnings=_warnings(kept, result))))
        done = await self._replace(reread)
        self._report.left += len(reread) - len(done)
        self._report.read += len(done)
        for kept, extraction in reread:
            if kept.version_id in done:
                self._report.tell(kept.article_id, kept.made, replay.made_of(extraction))
        self._on_progress(self._report)

    async def _extract(self, batch: _Batch) -> Sequence[Extraction | Failure]:
        """What each comes to. A fault of ours is found one by one, too: an archive is not stopped by one article."""
        entries = [(kept.source, kept.notices) for kept in batch.kept]
        try:
            return (await self._extractor.reread(entries, batch.memory)).results
        except IngestError:
            raise  # a rule became wrong meanwhile: no article's fault
        except Exception as error:
            if len(batch.kept) == 1:
                return [self._fault(batch.kept[0], error)]
        return [result for kept in batch.kept for result in await self._extract(_Batch([kept], batch.memory))]

    def _fault(self, kept: Kept, error: Exception) -> Failure:
        """The same fault may be that of every article: the log has it once, the report with each."""
        detail = internal_error(error)
        if detail not in self._faults:
            self._faults.add(detail)
            told = {"article": kept.article_id}
            log.error("an article could not be read on a fault of ours", extra=told, exc_info=error)
        return Failure(FailureKind.INTERNAL, detail)

    async def _replace(self, reread: Sequence[tuple[Kept, Extraction]]) -> Collection[int]:
        """The versions that take their new reading; all of them in a dry run, which writes none.

        One batch is written and linked at a time: linking holds copies that other batches have, and what is held is
        left as it is.
        """
        if self._dry_run:
            return {kept.version_id for kept, _ in reread}
        rules = self._report.catalogue_version
        async with self._writing:
            done = await self._store.call(partial(replay.replace, catalogue_version=rules), reread)
            read = {kept.article_id: extraction for kept, extraction in reread if kept.version_id in done}
            await self._linker.again(read, await self._store.query(database_now))
        return done


def _warnings(kept: Kept, extraction: Extraction) -> tuple[str, ...]:
    """Those of the feed's reader stand among the old ones, and are not read again."""
    old = (line for line in kept.warnings if line != STOPPED)
    return tuple(dict.fromkeys((*old, *extraction.warnings)))
