"""What a visit comes to: the record of the poll, with the time of the next and what is known of the feed from now on.

Nothing is asked here and nothing is stored: the answer, the document and the changes found in it are all there is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ingest.feeds import failures, hints, moves, rhythm, schedule
from ingest.feeds.schedule import Bounds
from ingest.fetch.headers import freshness
from ingest.records import (
    ChangeReason,
    Failure,
    Fetched,
    Lease,
    Move,
    NotModified,
    Outcome,
    PollRecord,
    Rhythm,
    Standing,
)

if TYPE_CHECKING:
    from ingest.drafting import Drafted
    from ingest.records import Changes, ParsedFeed


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of one visit, before it is recorded."""

    answer: Fetched | NotModified | Failure
    parsed: ParsedFeed | None = None
    changes: Changes | None = None
    made: Drafted | None = None  # of a document that was read
    body_digest: bytes | None = None
    warnings: tuple[str, ...] = ()
    distrust: str | None = None  # why the feed's validators are not to be believed

    @property
    def sent_digest(self) -> bytes | None:
        """Of a whole document that came over a wire."""
        if self.body_digest is None or not isinstance(self.answer, Fetched):
            return None
        return self.answer.sent_digest or None

    @property
    def failure(self) -> Failure | None:
        return self.answer if isinstance(self.answer, Failure) else None

    @property
    def has_news(self) -> bool:
        return self.made is not None and bool(self.made.drafts)


def conclude(
    lease: Lease, visit: Visit, *, started: datetime, finished: datetime, bounds: Bounds, dice: float
) -> PollRecord:
    """What is stored of a poll. `dice` is a number from 0 to 1 that spreads feeds over time; `bounds` the settings'."""
    answer, failure, found = visit.answer, visit.failure, visit.changes
    weighed = lease.failures + failures.weight(failure) if failure else 0.0
    headers = {} if isinstance(answer, Failure) else answer.headers
    standing, move = _standing(lease, visit, weighed, finished)
    next_poll = schedule.next_poll(
        now=finished,
        bounds=bounds,
        dice=dice,
        rhythm=standing.rhythm,
        interval=lease.interval,
        hints=standing.hints,
        failure=None if move else failure,  # another address has not failed
        failures=weighed,
    )
    if failure and move:
        next_poll = replace(next_poll, at=finished + bounds.shortest, reason=f"once more: {move.reason}")
    over = failure is not None and move is None and failures.is_over(failure, lease.standing.last_failure)
    outcome = Outcome.FAILED if failure else Outcome.STORED if visit.has_news else Outcome.UNCHANGED
    kept = isinstance(answer, NotModified)
    # A 304 for a document that arrived cut would keep the rest from us for ever.
    whole = not (isinstance(answer, Fetched) and answer.truncated)
    return PollRecord(
        started_at=started,
        finished_at=finished,
        outcome=outcome,
        next_poll=next_poll,
        detail=_detail(visit),
        failure=failure.kind if failure else None,
        status=failure.status if failure else 304 if kept else getattr(answer, "status", None),
        retry_after=failure.retry_after if failure else None,
        final_url=getattr(answer, "url", None),
        redirects=getattr(answer, "redirects", ()),
        etag=lease.etag if kept else headers.get("etag") if whole else None,
        last_modified=lease.last_modified if kept else headers.get("last-modified") if whole else None,
        validated_url=lease.validated_url if kept else _elsewhere(answer, lease.url),
        body_digest=lease.body_digest if kept else visit.body_digest,
        sent_digest=lease.sent_digest if kept else visit.sent_digest,
        body_bytes=len(answer.body) if isinstance(answer, Fetched) else 0,
        failures=0.0 if move else weighed,
        warnings=visit.warnings,
        entries_seen=len(visit.parsed.item_digests or visit.parsed.entries) if visit.parsed else 0,
        withheld=found.withheld if found else 0,
        flapping=found.flapping if found else 0,
        standing=standing,
        move=move,
        retire="its server says it is gone for good (410 twice)" if over else None,
    )


def _standing(lease: Lease, visit: Visit, weighed: float, now: datetime) -> tuple[Standing, Move | None]:
    """What is known of the feed after this poll, and the address it is to have from now on."""
    before, answer = lease.standing, visit.answer
    if isinstance(answer, Failure):
        move = moves.died(answer, before.moved, weighed)
        return replace(before, last_failure=answer.kind), move
    moved, move = moves.seen(lease.url, answer.redirects, before.moved, now)
    after = replace(
        before,
        hints=hints.remembered(
            before.hints, visit.parsed.hints if visit.parsed else None, freshness(answer.headers)
        ),
        moved=moved,
        last_failure=None,
        distrusted=before.distrusted or visit.distrust,
    )
    if isinstance(answer, Fetched) and not (answer.truncated or answer.is_delta):
        after = replace(after, whole_at=now)
    if visit.parsed and visit.changes:
        after = replace(after, rhythm=_rhythm(lease, visit.parsed, visit.changes, now))
    return after, move


def _rhythm(lease: Lease, parsed: ParsedFeed, found: Changes, now: datetime) -> Rhythm | None:
    return rhythm.learn(
        lease.standing.rhythm,
        since=lease.last_success_at,
        now=now,
        news=[
            change.entry.published or change.entry.updated
            for change in found.changed
            if change.reason is ChangeReason.NEW
        ],
        shown=len(parsed.item_digests or parsed.entries),
    )


def _elsewhere(answer: Fetched | NotModified | Failure, url: str) -> str | None:
    """Where the document came from, when a redirect led there."""
    return answer.url if isinstance(answer, Fetched) and answer.url != url else None


def _detail(visit: Visit) -> str | None:
    if visit.failure:
        return visit.failure.detail
    said = []
    if visit.parsed is None:
        said.append("not modified" if isinstance(visit.answer, NotModified) else "identical bytes")
    elif visit.parsed.truncated:
        said.append("the document ends early: whole entries kept")
    if visit.parsed and visit.parsed.over_cap:
        said.append(f"{visit.parsed.over_cap} entries over the cap left out")
    if visit.changes and visit.changes.conflicts:
        said.append(f"{visit.changes.conflicts} entries share a guid")
    made = visit.made.drafts if visit.made else ()
    if late := sum(one.change.reason is ChangeReason.PAGE for one in made):
        said.append(f"{late} awaited {'page' if late == 1 else 'pages'} read")
    return "; ".join(said) or None
