"""Extraction in worker processes: a batch at a time, and one by one what a batch could not do in its time."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from ingest.processes import Processes, WorkerDied, WorkerTimeout
from ingest.records import Failure, FailureKind
from ingest.settings import Settings
from ingest.stages import ExtractOptions, catalogue_version, check_publishers, extract_batch, reread_batch
from ingest.warm import RULES_VARIABLE

if TYPE_CHECKING:
    from ingest.records import Extraction, FeedLearning, Notice, Source

BATCH_CHARACTERS = 200_000
"""Bodies sent to a worker process in one call: enough to outweigh the call, small enough for its time limit."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Extracted:
    """Of each source of a batch its extraction, or why its process had to be given up; and what they taught."""

    results: Sequence[Extraction | Failure]
    learning: FeedLearning | None = None
    catalogue_version: str = ""  # of the rules that read them; empty when none did


def options_of(settings: Settings) -> ExtractOptions:
    extract = settings.extract
    return ExtractOptions(
        settings.rules_dir,
        frozenset(extract.cut_kinds),
        extract.threshold,
        settings.publishers_file,
        settings.fetch.agent,
    )


def worker_processes(settings: Settings) -> Processes:
    """Processes for the pure stages. The first call starts them, with parsers and catalogue loaded once for all."""
    worker = settings.worker
    rules = str(settings.rules_dir or "")
    return Processes(
        worker.processes, worker.memory_limit, preload=("ingest.warm",), environment={RULES_VARIABLE: rules}
    )


async def check_own_rules(processes: Processes, options: ExtractOptions) -> None:
    """Raise CatalogueError for a wrong rule or publisher of the operator's. Ours were checked when they were made."""
    if options.publishers_file and options.publishers_file.is_file():
        await processes.run(check_publishers, options)
    if options.rules_dir and any(options.rules_dir.glob("*.toml")):
        await processes.run(catalogue_version, options)


def batches(entries: Iterable[tuple[Source, T]]) -> list[list[tuple[Source, T]]]:
    """Sources, each with what belongs to it, in runs of as many as one call takes."""
    found: list[list[tuple[Source, T]]] = []
    size = 0
    for source, own in entries:
        if not found or size + len(source.body) > BATCH_CHARACTERS:
            found.append([])
            size = 0
        found[-1].append((source, own))
        size += len(source.body)
    return found


class Extractor:
    """Calls of the pure extraction, each allowed `timeout` seconds. A batch is of one feed."""

    def __init__(self, processes: Processes, options: ExtractOptions, timeout: float) -> None:
        self._processes = processes
        self._options = options
        self._timeout = timeout

    async def learn(
        self,
        batch: Sequence[tuple[Source, int]],
        memory: bytes | None,
        now: datetime,
        until: float = math.inf,
    ) -> Extracted:
        """Sources with the key of each one's story: extracted, and learned from on top of `memory`.

        `until`: no call begins later, by time.monotonic().
        """

        async def call(some: Sequence[tuple[Source, int]], known: bytes | None) -> Extracted:
            sources, keys = map(list, zip(*some, strict=True))
            made = await self._processes.run(
                extract_batch, sources, keys, self._options, known, now, timeout=self._timeout
            )
            return Extracted(*made)

        return await whole_or_one_by_one(call, batch, memory, until)

    async def reread(
        self, batch: Sequence[tuple[Source, tuple[Notice, ...]]], memory: bytes | None
    ) -> Extracted:
        """Sources with the notices found in them before: extracted anew, and nothing learned from them."""

        async def call(some: Sequence[tuple[Source, tuple[Notice, ...]]], known: bytes | None) -> Extracted:
            sources, earlier = map(list, zip(*some, strict=True))
            made = await self._processes.run(
                reread_batch, sources, earlier, self._options, known, timeout=self._timeout
            )
            return Extracted(made)

        return await whole_or_one_by_one(call, batch, memory)


async def whole_or_one_by_one(
    call: Callable[[Sequence[T], bytes | None], Awaitable[Extracted]],
    batch: Sequence[T],
    memory: bytes | None,
    until: float = math.inf,
) -> Extracted:
    """A batch that overruns is done again one by one, so that one entry costs nothing but itself."""
    if time.monotonic() > until:
        return Extracted([Failure(FailureKind.PARSE_TIMEOUT, "the time of the poll was over")] * len(batch))
    try:
        return await call(batch, memory)
    except (WorkerTimeout, WorkerDied) as error:
        if len(batch) == 1:
            return Extracted([Failure(FailureKind.PARSE_TIMEOUT, str(error))])
    results: list[Extraction | Failure] = []
    learning: FeedLearning | None = None
    version = ""
    for one in batch:
        alone = await whole_or_one_by_one(call, [one], memory, until)
        results += alone.results
        version = alone.catalogue_version or version
        if alone.learning:
            learning, memory = alone.learning, alone.learning.memory
    return Extracted(results, learning, version)
