"""`ingest poll --explain FEED`: why a feed is polled when it is, from what the store knows; nothing is visited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.face import Face
from ingest.cli.output import print_json, safe

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from ingest.records import Failure, NextPoll, Standing
    from ingest.store.engine import Store

ORDER = (
    "Retry-After",
    "failures or 429",
    "rhythm",
    "Cache-Control or Expires, ttl, sy:updatePeriod",
    "skipHours, skipDays",
    "jitter",
)


@dataclass(frozen=True, slots=True)
class _Explained:
    """One feed: what the last decision was made from, and the decision made again."""

    row: RowMapping  # of the view feed_health
    standing: Standing
    decided_at: datetime | None
    decision: NextPoll | None  # without jitter; None for a feed that was never polled
    failure: Failure | None


def explain(face: Face, store: Store, feed_ids: list[int], *, as_json: bool) -> None:
    """Print the last decision of each feed: all inputs, the order of the rules, what won."""
    from ingest.store import queries

    with store.read() as connection:
        rows = queries.feed_health(connection, feed_ids=feed_ids)
    for row in rows:
        explained = _explained(face, row)
        if as_json:
            print_json(_json(explained))
        else:
            click.echo("\n".join(_lines(explained)))


def _explained(face: Face, row: RowMapping) -> _Explained:
    from ingest.feeds import schedule
    from ingest.records import Failure, FailureKind
    from ingest.store import standing

    known, at, failure = standing.read(row), row["last_polled_at"], None
    if row["last_failure"]:
        asked = row["last_retry_after_seconds"]
        failure = Failure(
            FailureKind(row["last_failure"]),
            row["last_detail"] or "",
            row["last_status"],
            None if asked is None else timedelta(seconds=asked),
        )
    if at is None:
        return _Explained(row, known, None, None, failure)
    decision = schedule.next_poll(
        now=at,
        bounds=schedule.bounds(face.settings.poll),
        dice=0.0,
        rhythm=known.rhythm,
        interval=standing.duration(row["interval_seconds"]),
        hints=known.hints,
        failure=failure,
        failures=row["failures"],
    )
    return _Explained(row, known, at, decision, failure)


def _lines(explained: _Explained) -> Iterator[str]:
    from ingest.feeds.schedule import words
    from ingest.urls import without_secrets

    row, decision = explained.row, explained.decision
    yield f"Feed {row['feed_id']}: {safe(row['title'] or '–')}  {safe(without_secrets(row['url']))}"
    if not row["enabled"]:
        yield f"  not polled: {row['status']}, {safe(row['status_reason'])}"
    yield "  What is known"
    for name, value in _inputs(explained).items():
        yield f"    {name:20} {safe(value)}"
    yield f"  The order: {'; '.join(ORDER)}"
    if decision is None:
        yield f"  Next: at once ({safe(row['next_poll_reason'])})"
        return
    yield f"  Decided at {_time(explained.decided_at)}"
    for step in decision.steps:
        if step.rule != "jitter":
            yield f"    {step.rule:26} {safe(step.given)} → {words(step.wait)}"
    jitter = row["next_poll_at"] - decision.at
    yield f"    {'jitter':26} {words(max(jitter, timedelta(0)))}"
    yield f"  Won: {safe(row['next_poll_reason'])}"
    yield f"  Next: {_time(row['next_poll_at'])}"


def _inputs(explained: _Explained) -> dict[str, str]:
    """All that the rules are given, in words."""
    from ingest.feeds import forecast, hints
    from ingest.feeds.schedule import words

    row, known = explained.row, explained.standing
    at = explained.decided_at
    asked = [f"{name} {words(wait)}" for name, wait in hints.floors(known.hints)]
    if skipped := hints.skipped(known.hints):
        asked.append(skipped)
    told: dict[str, str] = {
        "rhythm": forecast.told(known.rhythm, at) if known.rhythm and at else "nothing learned yet",
        "hints": "; ".join(asked) or "none",
        "failures": f"{row['failures']:g} weighed since {_time(row['last_success_at']) or 'ever'}",
        "last polls": row["last_outcomes"] or "none",
    }
    if explained.failure:
        told["last failure"] = explained.failure.detail
    if row["last_retry_after_seconds"] is not None:
        told["Retry-After"] = f"{row['last_retry_after_seconds']:.0f} s"
    if known.moved:
        moved = known.moved
        told["moving to"] = f"{moved.url}, seen {moved.times} times since {_time(moved.since)}"
    if known.distrusted:
        told["validators"] = f"not sent: {known.distrusted}"
    return told


def _json(explained: _Explained) -> dict[str, Any]:
    decision = explained.decision
    return {
        "feed_id": explained.row["feed_id"],
        "url": explained.row["url"],
        "inputs": _inputs(explained),
        "order": ORDER,
        "decided_at": explained.decided_at,
        "steps": [
            {"rule": step.rule, "given": step.given, "wait_seconds": step.wait.total_seconds()}
            for step in (decision.steps if decision else ())
            if step.rule != "jitter"
        ],
        "won": explained.row["next_poll_reason"],
        "next_poll_at": explained.row["next_poll_at"],
    }


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else ""
