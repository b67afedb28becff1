"""What is learned of a feed's recurring blocks, as it passes between worker, poll and store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ingest.records.words import NoticeKind

LEARNED = "learned:"
"""In place of the id of a rule, before a template's signature in hexadecimal."""

FIRM = 0.8
"""Confidence of a template of seven stories, or of five with the marks of a footer. A weaker one that a feed gives up
may have been the background of an affair that is over: what it cut comes back when its articles are read again."""


@dataclass(frozen=True, slots=True)
class LearnedTemplate:
    """A block that recurs across a feed's entries, with its slots as {title}, {author}, {…}: what a person is shown."""

    signature: bytes  # 8, the same as long as it lives; in a notice's rule behind LEARNED
    masked: str
    kind: NoticeKind
    stories: int  # that carried it, copies of one story counted once
    confidence: float
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class FeedLearning:
    """What a poll leaves behind for the next: the packed memory (articles.notices.memory) and what it amounts to."""

    memory: bytes
    templates: tuple[LearnedTemplate, ...]
