"""A feed document parsed in a worker process that can be killed: what it says, or why it could not be read."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ingest.processes import Processes, WorkerDied, WorkerTimeout
from ingest.records import Failure, FailureKind, Fetched
from ingest.stages import parse_document

if TYPE_CHECKING:
    from ingest.records import ParsedFeed


async def parse(
    processes: Processes, answer: Fetched, known: frozenset[bytes], now: datetime, seconds: float
) -> ParsedFeed | Failure:
    """The document of `answer`, in at most `seconds`; items whose digests are `known` are left out."""
    task = partial(parse_document, url=answer.url, content_type=answer.content_type, known=known, now=now)
    try:
        return await processes.run(task, answer.body, timeout=seconds)
    except WorkerTimeout:
        told = f"the document took longer than {seconds:g} s to parse"
    except WorkerDied as death:
        told = f"the document broke the parsing process: {death}"
    return Failure(FailureKind.PARSE_TIMEOUT, told)
