"""What polling learned of a feed, between its columns and the records: `records.schedule.Standing`, both ways."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, RowMapping

from ingest.records import FailureKind, FeedHints, Moved, Rhythm, Standing

COLUMNS = (
    "hints", "rhythm", "moved_to", "moved_since", "moved_times", "last_failure", "last_whole_at",
    "validators_distrusted",
)  # fmt: skip


def read(row: Row[Any] | RowMapping) -> Standing:
    """The standing that a row of `feeds` (or of the view feed_health) holds."""
    feed = row if isinstance(row, RowMapping) else row._mapping
    moved = None
    if feed["moved_to"] is not None:
        moved = Moved(feed["moved_to"], feed["moved_since"], feed["moved_times"])
    failure = feed["last_failure"]
    return Standing(
        rhythm=rhythm_of(feed["rhythm"]),
        hints=_hints(feed["hints"]),
        moved=moved,
        last_failure=FailureKind(failure) if failure else None,
        whole_at=feed["last_whole_at"],
        distrusted=feed["validators_distrusted"],
    )


def changed(before: Standing, after: Standing) -> dict[str, Any]:
    """The columns that differ, with their values; empty after most polls that found nothing new."""
    values: dict[str, Any] = {}
    if after.hints != before.hints:
        values["hints"] = _hints_json(after.hints)
    if after.rhythm is not before.rhythm and after.rhythm is not None:
        values["rhythm"] = _rhythm_json(after.rhythm)
    if after.moved != before.moved:
        moved = after.moved
        values["moved_to"] = moved.url if moved else None
        values["moved_since"] = moved.since if moved else None
        values["moved_times"] = moved.times if moved else None
    if after.last_failure != before.last_failure:
        values["last_failure"] = after.last_failure
    if after.whole_at != before.whole_at:
        values["last_whole_at"] = after.whole_at
    if after.distrusted != before.distrusted:
        values["validators_distrusted"] = after.distrusted
    return values


def rhythm_of(stored: dict[str, Any] | None) -> Rhythm | None:
    """The rhythm that the column `rhythm` of feeds and feed_health holds."""
    if stored is None:
        return None
    lists = {name: tuple(stored[name]) for name in ("sums", "trust", "hours", "days", "minutes")}
    return Rhythm(
        began=datetime.fromisoformat(stored["began"]),
        at=datetime.fromisoformat(stored["at"]),
        clumps=stored["clumps"],
        shown=stored["shown"],
        **lists,
    )


def _rhythm_json(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "began": rhythm.began.isoformat(timespec="seconds"),
        "at": rhythm.at.isoformat(timespec="seconds"),
        "sums": rhythm.sums,
        "trust": rhythm.trust,
        "hours": rhythm.hours,
        "days": rhythm.days,
        "minutes": rhythm.minutes,
        "clumps": rhythm.clumps,
        "shown": rhythm.shown,
    }


def _hints(stored: dict[str, Any] | None) -> FeedHints:
    if not stored:
        return FeedHints()
    return FeedHints(
        ttl=duration(stored.get("ttl")),
        skip_hours=frozenset(stored.get("skip_hours", ())),
        skip_days=frozenset(stored.get("skip_days", ())),
        update_interval=duration(stored.get("update_interval")),
        fresh_for=duration(stored.get("fresh_for")),
    )


def _hints_json(hints: FeedHints) -> dict[str, Any] | None:
    """What is said, in seconds and sorted lists; nothing said is null."""
    waits = {"ttl": hints.ttl, "update_interval": hints.update_interval, "fresh_for": hints.fresh_for}
    said: dict[str, Any] = {name: wait.total_seconds() for name, wait in waits.items() if wait is not None}
    if hints.skip_hours:
        said["skip_hours"] = sorted(hints.skip_hours)
    if hints.skip_days:
        said["skip_days"] = sorted(hints.skip_days)
    return said or None


def duration(value: float | None) -> timedelta | None:
    """A column of seconds, which may be empty."""
    return None if value is None else timedelta(seconds=value)
