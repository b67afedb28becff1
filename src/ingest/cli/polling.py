"""`ingest poll` and `ingest run`: visit feeds once, or for good."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ingest import garbage
from ingest.cli import schedules
from ingest.cli.face import Face, pass_face
from ingest.cli.output import note, print_json, safe, shown
from ingest.cli.reading import print_articles
from ingest.cli.subscriptions import count_to_poll, resolve_all, sync_config
from ingest.errors import UsageError

if TYPE_CHECKING:
    from ingest.records import PollResult
    from ingest.store.engine import Store

_LANDED_LIMIT = 30
_LEFT_SHOWN = 10


@click.command()
@click.argument("feeds", metavar="[FEED…]", nargs=-1)
@click.option("--due", is_flag=True, help="Feeds whose time has come, new ones included (the default).")
@click.option("--all", "all_feeds", is_flag=True, help="Every enabled feed, due or not.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a feed.")
@click.option(
    "--explain", is_flag=True, help="Visit nothing: print why the feeds named are polled when they are."
)
@pass_face
def poll(
    face: Face, feeds: tuple[str, ...], due: bool, all_feeds: bool, as_json: bool, explain: bool
) -> None:
    """Visit feeds once and show what landed.

    FEED is the number, the address or a unique part of the address or title of a feed. The first poll creates a
    SQLite store and reads the feeds file. Exit status 1 when some feed failed.

    \b
    Examples:
      ingest poll
      ingest poll 3 example.org
      ingest poll --all --json
      ingest poll --explain 3
    """
    if bool(feeds) + due + all_feeds > 1:
        raise UsageError("FEED, --due and --all exclude each other: name feeds, or give one of the options.")
    if explain and not feeds:
        raise UsageError(
            "--explain wants feeds to explain: their numbers, addresses or unique parts of them."
        )
    face.log()
    if explain:
        with face.store() as store:
            schedules.explain(face, store, resolve_all(store, feeds), as_json=as_json)
        return
    with face.store(create=True) as store:
        sync_config(face, store)
        feed_ids = resolve_all(store, feeds) if feeds else None
        due_only = not feeds and not all_feeds
        before = store.now()
        expected = count_to_poll(store, feed_ids, due_only)
        tally = _poll(face, store, feed_ids, due_only, expected, as_json=as_json)
        if not as_json:
            _tell(face, store, tally, before, expected)
        if tally.polled < expected:
            _tell_left(store, tally, before, feed_ids, due_only=due_only)
    if tally.failed or tally.polled < expected:
        click.get_current_context().exit(1)


@click.command()
@pass_face
def run(face: Face) -> None:
    """Poll feeds as they fall due, until SIGTERM or Ctrl-C. This is the service.

    Any number of these may run against one PostgreSQL store.

    \b
    Example:
      INGEST_DATABASE_URL=postgresql://ingest@db/ingest ingest run
    """
    from ingest import worker

    face.log(as_service=True)
    with face.store(create=True) as store:
        sync_config(face, store)
        garbage.start_is_over()
        status = worker.run(face.settings, store)
    click.get_current_context().exit(status)


COMMANDS = {"poll": poll, "run": run}


# ------------------------------------------------------------------------------------------ polling


class _Tally:
    """What came of the polls, added up. Of the results nothing is kept but a line for each that failed."""

    def __init__(self) -> None:
        self.new = self.edited = 0
        self.seen: set[int] = set()
        self.failed: list[str] = []

    @property
    def polled(self) -> int:
        return len(self.seen)

    def add(self, result: PollResult) -> None:
        from ingest.records import Outcome

        self.seen.add(result.feed_id)
        self.new += result.counts.new
        self.edited += result.counts.edited
        if result.outcome is Outcome.FAILED:
            again = safe(result.next_poll.reason)
            self.failed.append(f"{safe(_name(result))}: {safe(result.detail)} (again {again})")


def _poll(
    face: Face, store: Store, feed_ids: Sequence[int] | None, due_only: bool, expected: int, *, as_json: bool
) -> _Tally:
    import asyncio

    from ingest import worker

    tally = _Tally()
    with _progress(expected, quiet=as_json) as advance:

        def on_result(result: PollResult) -> None:
            tally.add(result)
            if as_json:
                print_json(_json(result))
            advance(result)

        garbage.start_is_over()
        asyncio.run(
            worker.poll_once(face.settings, store, feed_ids=feed_ids, due_only=due_only, on_result=on_result)
        )
    return tally


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[Callable[[PollResult], None]]:
    """What to call with each result: a bar on a terminal, a line a feed elsewhere, nothing beside JSON."""
    if quiet or not total:
        yield lambda _: None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("Polling"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=total)
            yield lambda _: bar.advance(task)
    else:
        yield lambda result: note(_line(result))


def _line(result: PollResult) -> str:
    counts = result.counts
    parts = [f"{result.outcome.value}:", safe(_name(result))]
    if counts.new or counts.edited:
        parts.append(f"({counts.new} new, {counts.edited} edited)")
    elif result.detail:
        parts.append(f"({safe(result.detail)})")
    return " ".join(parts)


def _name(result: PollResult) -> str:
    from ingest.urls import without_secrets

    return result.title or without_secrets(result.url)


def _json(result: PollResult) -> dict[str, object]:
    from ingest.urls import without_secrets

    return {
        "feed_id": result.feed_id,
        "url": without_secrets(result.url),
        "title": result.title,
        "outcome": result.outcome.value,
        "new": result.counts.new,
        "edited": result.counts.edited,
        "unchanged": result.counts.unchanged,
        "refused": result.counts.refused,
        "detail": result.detail,
        "warnings": result.warnings,
        "next_poll_at": result.next_poll.at,
        "next_poll_reason": result.next_poll.reason,
    }


# ------------------------------------------------------------------------------------------ what came of it


def _tell(face: Face, store: Store, tally: _Tally, before: datetime, expected: int) -> None:
    from ingest.store import address

    if not tally.polled:
        if not expected:
            _nothing_polled(store)
        return
    if tally.new:
        _landed(store, before)
    for failed in tally.failed:
        note(f"failed: {failed}")
    polled = f"{tally.polled} {'feed' if tally.polled == 1 else 'feeds'} polled"
    news = f"{tally.new} new, {tally.edited} edited" if tally.new or tally.edited else "nothing changed"
    faults = f", {len(tally.failed)} failed" if tally.failed else ""
    click.echo(f"{polled}: {news}{faults}. Store: {safe(address.shown(face.settings.database_url))}")


def _landed(store: Store, before: datetime) -> None:
    """The articles first seen since `before`, as many as fit a screen."""
    from ingest.store import queries

    with store.read() as connection:
        found = queries.list_articles(connection, since=before, limit=_LANDED_LIMIT + 1)
        rows = [dict(row) for row in found]
    print_articles(rows[:_LANDED_LIMIT])
    if len(rows) > _LANDED_LIMIT:
        click.echo("… and more: `ingest list` shows them.")


def _nothing_polled(store: Store) -> None:
    from ingest.cli.subscriptions import earliest, none_polled

    soonest = earliest(store)
    if soonest is None:
        click.echo(none_polled(store))
    else:
        click.echo(
            f"Nothing changed: no feed is due before {safe(soonest)} UTC. `ingest poll --all` polls all the same."
        )


def _tell_left(
    store: Store, tally: _Tally, before: datetime, feed_ids: Sequence[int] | None, *, due_only: bool
) -> None:
    """Why feeds that were to be polled were not, feed by feed, as far as the store knows."""
    from ingest.store import queries

    with store.read() as connection:
        rows = list(map(dict, queries.feed_health(connection, feed_ids=feed_ids)))
    wanted = [
        row for row in rows if feed_ids is not None or (row["enabled"] and _was_due(row, before, due_only))
    ]
    left = [row for row in wanted if row["feed_id"] not in tally.seen]
    for row in left[:_LEFT_SHOWN]:
        note(f"feed {row['feed_id']} was not polled: {safe(_obstacle(row, before))}")
    if len(left) > _LEFT_SHOWN:
        note(f"and {len(left) - _LEFT_SHOWN} feeds more; `ingest feeds --json` tells of each.")


def _was_due(row: Mapping[str, Any], before: datetime, due_only: bool) -> bool:
    return not due_only or row["next_poll_at"] <= before


def _obstacle(row: Mapping[str, Any], before: datetime) -> str:
    if not row["enabled"]:
        why = f"{row['status']}, {row['status_reason']}" if row["status_reason"] else row["status"]
        return f"it is switched off ({why}); `ingest feeds --enable {row['feed_id']}` polls it again."
    if row["lease_until"] and row["lease_until"] > before:
        return f"{row['lease_owner']} has it until {shown(row['lease_until'])} UTC, or its poll could not be stored."
    if row["host_limited_until"] and row["host_limited_until"] > before:
        return f"its host asked to wait until {shown(row['host_limited_until'])} UTC ({row['host_limited_reason']})."
    return "other workers were at its host; try again later."
