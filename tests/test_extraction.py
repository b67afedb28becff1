"""Batches: how they are cut, and what a killed one costs."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest import extraction, stages
from ingest.errors import CatalogueError
from ingest.extraction import BATCH_CHARACTERS, Extracted, batches
from ingest.processes import Processes, WorkerTimeout
from ingest.records import Extraction, Failure, FailureKind, FeedLearning, Source
from ingest.settings import Settings
from ingest.stages import read_plainly


def test_batches_keep_the_order_and_the_limit() -> None:
    sizes = [10, BATCH_CHARACTERS - 10, 1, BATCH_CHARACTERS + 5, 3]
    found = batches((Source("x" * size), size) for size in sizes)
    assert [[size for _, size in batch] for batch in found] == [sizes[:2], [1], [BATCH_CHARACTERS + 5], [3]]
    assert batches([]) == []


def read_or_die(bodies: Sequence[str], memory: bytes | None) -> tuple[list[Extraction], FeedLearning]:
    """Stands for the extraction in a worker process; what it learned are the bodies it has read."""
    if "deadly" in bodies:
        os.kill(os.getpid(), signal.SIGKILL)
    learned = (memory or b"") + "".join(bodies).encode()
    return [read_plainly(Source(body)) for body in bodies], FeedLearning(learned, ())


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (Source("<p>Fish &amp; chips</p><p>a &lt; b"), "Fish & chips  a < b"),
        (Source("a <b> & c", is_html=False), "a <b> & c"),
        (Source("<script>1</script><p>page", is_page=True, entry_body="<p>entry</p>"), "entry"),
        (Source("&#" + "1" * 5000 + ";" + "<" * 3), "\ufffd<<<"),
    ],
)
def test_what_could_not_be_extracted_is_read_plainly(source: Source, text: str) -> None:
    assert read_plainly(source).text == text


@pytest.mark.parametrize(
    ("bodies", "lost", "memory"),
    [(["a", "b"], [], b"0ab"), (["a", "deadly", "b"], [1], b"0ab"), (["deadly"], [0], None)],
)
async def test_a_killed_batch_costs_the_one_that_killed_it(
    bodies: list[str], lost: list[int], memory: bytes | None
) -> None:
    async with Processes(1) as processes:

        async def call(some: Sequence[str], known: bytes | None) -> Extracted:
            return Extracted(*await processes.run(read_or_die, some, known, timeout=30))

        done = await extraction.whole_or_one_by_one(call, bodies, b"0")
    failed = [place for place, result in enumerate(done.results) if isinstance(result, Failure)]
    assert failed == lost
    assert [r.text for r in done.results if isinstance(r, Extraction)] == [b for b in bodies if b != "deadly"]
    assert (done.learning.memory if done.learning else None) == memory
    for result in done.results:
        if isinstance(result, Failure):
            assert result.kind is FailureKind.PARSE_TIMEOUT
            assert "SIGKILL" in result.detail


async def test_entries_that_overrun_one_after_the_other_end_with_the_time_of_the_poll() -> None:
    called: list[Sequence[str]] = []

    async def overrun(some: Sequence[str], known: bytes | None) -> Extracted:
        called.append(some)
        await asyncio.sleep(0.05)
        raise WorkerTimeout("stopped after 0.05 s")

    entries = [str(n) for n in range(100)]
    done = await extraction.whole_or_one_by_one(overrun, entries, None, time.monotonic() + 0.2)
    assert 1 < len(called) < 10
    assert len(done.results) == 100
    told = [result.detail for result in done.results if isinstance(result, Failure)]
    assert (told[0], told[-1]) == ("stopped after 0.05 s", "the time of the poll was over")


def own_publishers(folder: Path, text: str) -> stages.ExtractOptions:
    path = folder / "publishers.toml"
    path.write_text(text, "utf-8")
    return extraction.options_of(Settings(publishers_file=path))


def test_a_batch_knows_the_deployments_publishers(tmp_path: Path) -> None:
    options = own_publishers(
        tmp_path, '[US.newspaper]\n"gull.example" = { name = "Gull Ledger", also = ["GPL"] }\n'
    )
    source = Source("<p>Fog came at noon.</p><p>This story originally appeared in GPL.</p>")
    now = datetime(2026, 11, 23, tzinfo=UTC)
    (read,), _, _ = stages.extract_batch([source], [1], options, None, now)
    (again,) = stages.reread_batch([source], [read.notices], options, None)
    for found in (read, again):
        assert found.attribution.original_publisher == "Gull Ledger"
        assert found.attribution.original_publisher_domain == "gull.example"


async def test_a_wrong_publisher_is_told_before_anything_is_polled(tmp_path: Path) -> None:
    options = own_publishers(tmp_path, "[US.newspaper\n")
    async with Processes(1) as processes:
        with pytest.raises(CatalogueError, match="no TOML"):
            await extraction.check_own_rules(processes, options)
