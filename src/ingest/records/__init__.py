"""The frozen values that flow through the stages (docs/architecture.md draws the way).

Stages take and return these and nothing else: no database row, response or parser object leaves the module
that made it. Names follow schema.org NewsArticle, IPTC and Dublin Core where one of them has a word.
All times are timezone-aware UTC. All spans are half-open [start, end) offsets in Unicode code points.

A record is read with the first who names it: to define one takes a third of a millisecond, and most polls bring
nothing that would need those of articles.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.records.articles import (
        Attribution,
        Block,
        BlockKind,
        Byline,
        Claim,
        Document,
        Evidence,
        Extraction,
        FieldValue,
        Hop,
        LinkSpan,
        Notice,
        Source,
        SourceFeed,
    )
    from ingest.records.feeds import (
        Change,
        Changes,
        Entry,
        EntryKeys,
        KnownArticle,
        Link,
        ParsedFeed,
        Person,
        Statement,
        Tombstone,
        Unchanged,
        Withheld,
    )
    from ingest.records.pages import Awaited, DuePage
    from ingest.records.polls import (
        Brought,
        Draft,
        Lease,
        NextPoll,
        Outcome,
        PollCounts,
        PollRecord,
        PollResult,
        Step,
    )
    from ingest.records.schedule import FeedHints, Move, Moved, Rhythm, Standing
    from ingest.records.stories import Containment, CopyRelation, LinkedBy, StoryCopy, StoryLink
    from ingest.records.templates import FIRM, LEARNED, FeedLearning, LearnedTemplate
    from ingest.records.visits import IM_USED, Failure, Fetched, NotModified, Redirect, Request
    from ingest.records.words import (
        EXCLUSIVE,
        ChangeReason,
        Completeness,
        EvidenceKind,
        FailureKind,
        FeedPolicy,
        HopRole,
        NoticeKind,
        SourceForm,
    )

__all__ = [
    "EXCLUSIVE",
    "FIRM",
    "IM_USED",
    "LEARNED",
    "Attribution",
    "Awaited",
    "Block",
    "BlockKind",
    "Brought",
    "Byline",
    "Change",
    "ChangeReason",
    "Changes",
    "Claim",
    "Completeness",
    "Containment",
    "CopyRelation",
    "Document",
    "Draft",
    "DuePage",
    "Entry",
    "EntryKeys",
    "Evidence",
    "EvidenceKind",
    "Extraction",
    "Failure",
    "FailureKind",
    "FeedHints",
    "FeedLearning",
    "FeedPolicy",
    "Fetched",
    "FieldValue",
    "Hop",
    "HopRole",
    "KnownArticle",
    "LearnedTemplate",
    "Lease",
    "Link",
    "LinkSpan",
    "LinkedBy",
    "Move",
    "Moved",
    "NextPoll",
    "NotModified",
    "Notice",
    "NoticeKind",
    "Outcome",
    "ParsedFeed",
    "Person",
    "PollCounts",
    "PollRecord",
    "PollResult",
    "Redirect",
    "Request",
    "Rhythm",
    "Source",
    "SourceFeed",
    "SourceForm",
    "Standing",
    "Statement",
    "Step",
    "StoryCopy",
    "StoryLink",
    "Tombstone",
    "Unchanged",
    "Withheld",
]

_MODULES = ("words", "schedule", "visits", "polls", "feeds", "templates", "articles", "pages", "stories")
"""Where the names are looked for, in this order: first what every poll needs."""


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module in _MODULES:
            home = import_module(f"{__name__}.{module}")
            if hasattr(home, name):
                return globals().setdefault(name, getattr(home, name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
