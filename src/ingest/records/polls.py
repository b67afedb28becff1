"""One poll: the lease it runs under, what it made, what is recorded of it."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ingest.records.schedule import Move, Standing
from ingest.records.visits import Redirect
from ingest.records.words import FailureKind, FeedPolicy

if TYPE_CHECKING:
    from ingest.records.articles import Extraction, Source
    from ingest.records.feeds import Change, Changes, ParsedFeed
    from ingest.records.pages import Awaited
    from ingest.records.templates import FeedLearning


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to poll one feed until `until`. A result is stored only while the token is still the feed's."""

    feed_id: int
    token: str
    until: datetime
    url: str
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None  # where these came from, if a redirect led there
    body_digest: bytes | None = None
    sent_digest: bytes | None = None
    allow_file: bool = False
    policy: FeedPolicy = FeedPolicy.DEFAULT
    language: str | None = None
    interval: timedelta | None = None  # what the last decision chose
    failures: float = 0.0  # weighed, since the last success
    last_success_at: datetime | None = None
    pages_due_at: datetime | None = None  # when the first of its awaited pages may be asked for
    standing: Standing = Standing()  # noqa: RUF009 - frozen


class Outcome(enum.StrEnum):
    """How a poll ended."""

    STORED = "stored"  # something new or edited
    UNCHANGED = "unchanged"  # 304, identical bytes, or no entry differed
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Draft:
    """A change with what the article stages made of it, ready to persist."""

    change: Change
    source: Source  # what the article stages were told: kept, so that better rules can be replayed
    extraction: Extraction
    awaited: Awaited | None = None  # its page, which was wanted and may yet be had


@dataclass(frozen=True, slots=True)
class Step:
    """One rule of the schedule: what it was given, and the wait it would make."""

    rule: str
    given: str
    wait: timedelta


@dataclass(frozen=True, slots=True)
class NextPoll:
    at: datetime
    interval: timedelta
    reason: str  # one line for a person: "Retry-After 3600 s, waiting 60 min", "in 48 min: about 30 entries a day"
    steps: tuple[Step, ...] = ()  # the rules asked, in order; what won is the reason


@dataclass(frozen=True, slots=True)
class PollRecord:
    """What the polls table keeps of one visit."""

    started_at: datetime
    finished_at: datetime
    outcome: Outcome
    next_poll: NextPoll
    detail: str | None = None  # one line; the failure's cause
    failure: FailureKind | None = None
    status: int | None = None
    retry_after: timedelta | None = None  # what the server asked for, unclamped
    final_url: str | None = None
    redirects: tuple[Redirect, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None  # where these came from, if not the feed's own address
    body_digest: bytes | None = None
    sent_digest: bytes | None = None
    body_bytes: int = 0
    failures: float = 0.0  # the feed's weighed failure count after this poll
    warnings: tuple[str, ...] = ()
    entries_seen: int = 0
    withheld: int = 0
    flapping: int = 0
    standing: Standing | None = None  # what is known of the feed after this poll; None leaves it as it was
    move: Move | None = None  # the address the feed is given
    retire: str | None = None  # why it is polled no more


@dataclass(frozen=True, slots=True)
class Brought:
    """A poll to be stored: the lease it ran under, what is recorded of it, and what it brought.

    `parsed` and `changes` are None when no document was read: a failure, a 304, identical bytes. `drafts` are the
    changes that came through the article stages, by the rules of `catalogue_version`; `learning` is what they taught
    of the feed's recurring blocks. `awaited` tells, by article, what becomes of awaited pages that were not had this
    time either (None: they are not awaited any more); it is None itself when the poll had nothing to do with pages.
    """

    lease: Lease
    record: PollRecord
    parsed: ParsedFeed | None = None
    changes: Changes | None = None
    drafts: Sequence[Draft] = ()
    learning: FeedLearning | None = None
    catalogue_version: str = ""
    awaited: Mapping[int, Awaited | None] | None = None

    @property
    def has_read(self) -> bool:
        """Whether a document or pages were read: most polls bring neither."""
        return self.parsed is not None or self.awaited is not None


@dataclass(frozen=True, slots=True)
class PollCounts:
    new: int = 0
    edited: int = 0
    unchanged: int = 0
    refused: bool = False  # the lease was lost; nothing was stored


@dataclass(frozen=True, slots=True)
class PollResult:
    """One poll as its caller sees it."""

    feed_id: int
    url: str
    title: str | None
    outcome: Outcome
    counts: PollCounts
    next_poll: NextPoll
    detail: str | None = None
    warnings: tuple[str, ...] = ()
