"""Pages of articles that were wanted and not had, and are asked for again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ingest.records.articles import Source
from ingest.records.feeds import Change


@dataclass(frozen=True, slots=True)
class Awaited:
    """What an article without its page waits for."""

    why: str  # it was not had the last time, one line
    tries: int  # polls in which it failed, or its host did
    due_at: datetime | None  # not before this; None once it was given up
    asked: int = 0  # visits to the page itself


@dataclass(frozen=True, slots=True)
class DuePage:
    """A page whose time has come: the article as it stands, its source as the feed gave it."""

    change: Change  # the version that the page would make
    source: Source
    awaited: Awaited
