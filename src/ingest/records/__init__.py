"""The frozen values that flow through the stages (docs/architecture.md draws the way).

Stages take and return these and nothing else: no database row, response or parser object leaves the module
that made it. Names follow schema.org NewsArticle, IPTC and Dublin Core where one of them has a word.
All times are timezone-aware UTC. All spans are half-open [start, end) offsets in Unicode code points.
"""

from __future__ import annotations

from ingest.records.articles import (
    Attribution,
    Block,
    BlockKind,
    Byline,
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
    ChangeReason,
    Changes,
    Entry,
    EntryKeys,
    Failure,
    FeedHints,
    Fetched,
    KnownArticle,
    Link,
    NotModified,
    ParsedFeed,
    Person,
    Redirect,
    Request,
    Statement,
    Tombstone,
    Unchanged,
)
from ingest.records.polls import Draft, Lease, NextPoll, Outcome, PollCounts, PollRecord, PollResult, Step
from ingest.records.schedule import Move, Moved, Rhythm, Standing
from ingest.records.templates import FeedLearning, LearnedTemplate
from ingest.records.words import (
    Completeness,
    EvidenceKind,
    FailureKind,
    HopRole,
    NoticeKind,
    SourceForm,
)

__all__ = [
    "Attribution",
    "Block",
    "BlockKind",
    "Byline",
    "Change",
    "ChangeReason",
    "Changes",
    "Completeness",
    "Document",
    "Draft",
    "Entry",
    "EntryKeys",
    "Evidence",
    "EvidenceKind",
    "Extraction",
    "Failure",
    "FailureKind",
    "FeedHints",
    "FeedLearning",
    "Fetched",
    "FieldValue",
    "Hop",
    "HopRole",
    "KnownArticle",
    "LearnedTemplate",
    "Lease",
    "Link",
    "LinkSpan",
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
    "Tombstone",
    "Unchanged",
]
