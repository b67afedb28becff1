"""`ingest reprocess`: what the store kept, read again by the rules of now."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.face import Face, pass_face
from ingest.cli.output import note, print_json, safe
from ingest.cli.reading import parse_since
from ingest.cli.subscriptions import resolve_all
from ingest.cli.tables import print_table

if TYPE_CHECKING:
    from ingest.reprocess import Report
    from ingest.store.engine import Store

_LINE_EVERY_S = 10.0
_UNREADABLE_SHOWN = 20


@click.command()
@click.option("--feed", "feeds", metavar="FEED", multiple=True, help="Only this feed's articles; repeatable.")
@click.option(
    "--since", metavar="TIME", help="First seen since a date (2026-01-31), a time, or an age (12h, 7d)."
)
@click.option("--all", "everything", is_flag=True, help="Also what the rules of now have read already.")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_face
def reprocess(
    face: Face, feeds: tuple[str, ...], since: str | None, everything: bool, dry_run: bool, as_json: bool
) -> None:
    """Read stored articles again after the notice rules changed.

    Text, notices and attribution of each current version are made anew from the source that the store kept, and
    put in the place of the old ones. May run beside workers. Stopped, it goes on where it was when called again.
    FEED is the number, the address or a unique part of the address or title of a feed. Exit status 1 when some
    article could not be read; such articles stay as they were.

    \b
    Examples:
      ingest reprocess --dry-run
      ingest reprocess --feed example.org --since 30d
    """
    face.log()
    with face.store() as store:
        feed_ids = resolve_all(store, feeds) if feeds else None
        moment = parse_since(since, store.now()) if since else None
        report = _reprocess(face, store, feed_ids, moment, everything, dry_run, quiet=as_json)
    if as_json:
        print_json(_json(report, dry_run))
    elif report.waiting:
        _tell(report, dry_run)
    else:
        click.echo(_nothing(report, narrowed=bool(feeds or since), everything=everything))
    if report.unreadable:
        click.get_current_context().exit(1)


COMMANDS = {"reprocess": reprocess}


def _reprocess(
    face: Face,
    store: Store,
    feed_ids: Sequence[int] | None,
    since: datetime | None,
    everything: bool,
    dry_run: bool,
    *,
    quiet: bool,
) -> Report:
    import asyncio

    from ingest import reprocess as archive

    with _progress(quiet=quiet) as show:
        return asyncio.run(
            archive.reprocess(
                face.settings,
                store,
                feed_ids=feed_ids,
                since=since,
                everything=everything,
                dry_run=dry_run,
                on_progress=show,
            )
        )


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[Report], None]]:
    """What to call with the report as it grows: a bar on a terminal, a line now and then elsewhere."""
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("Reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=None)
            yield lambda report: bar.update(task, total=report.waiting, completed=report.seen)
    else:
        yield _Lines()


class _Lines:
    """A line every ten seconds, and one at the end."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, report: Report) -> None:
        now = time.monotonic()
        is_last = 0 < report.waiting == report.seen
        if is_last or now - self._told >= _LINE_EVERY_S:
            self._told = now
            note(f"{report.seen} of {report.waiting} articles read again")


# ------------------------------------------------------------------------------------------ what came of it


def _nothing(report: Report, *, narrowed: bool, everything: bool) -> str:
    if everything:
        return "Nothing to do: no article fits." if narrowed else "Nothing to do: there are no articles yet."
    those = "these articles" if narrowed else "all articles"
    return (
        f"Nothing to do: {those} were read by the rules of now ({report.catalogue_version}). "
        "`ingest reprocess --all` reads them all the same."
    )


def _tell(report: Report, dry_run: bool) -> None:
    rows = [
        *(("notices added", kind.value, times) for kind, times in _ranked(report.added)),
        *(("notices removed", kind.value, times) for kind, times in _ranked(report.removed)),
        *(("fields changed", name, times) for name, times in _ranked(report.fields)),
    ]
    if report.examples:
        more = " …" if report.changed > len(report.examples) else ""
        click.echo(f"Articles changed: {', '.join(map(str, sorted(report.examples)))}{more}")
    if rows:
        print_table(("what", "which", "times"), rows, right=("times",))
    for article_id, why in list(report.unreadable.items())[:_UNREADABLE_SHOWN]:
        note(f"article {article_id} could not be read and stays as it was: {safe(why)}")
    if report.left:
        note(f"{report.left} left to the workers, who had replaced them or had them in hand.")
    more = f", {len(report.unreadable)} could not be read" if report.unreadable else ""
    would = " Nothing was stored: this was a dry run." if dry_run else ""
    articles = "article" if report.read == 1 else "articles"
    click.echo(
        f"{report.read} {articles} read again: {report.changed} changed, {report.texts} in their text{more}. "
        f"Rules: {report.catalogue_version}.{would}"
    )


def _ranked(counts: Counter[Any]) -> list[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _json(report: Report, dry_run: bool) -> dict[str, object]:
    return {
        "catalogue_version": report.catalogue_version,
        "dry_run": dry_run,
        "waiting": report.waiting,
        "read": report.read,
        "changed": report.changed,
        "texts_changed": report.texts,
        "articles_changed": sorted(report.examples),
        "notices_added": dict(_ranked(report.added)),
        "notices_removed": dict(_ranked(report.removed)),
        "fields_changed": dict(_ranked(report.fields)),
        "left_to_workers": report.left,
        "unreadable": [
            {"article_id": article_id, "detail": why} for article_id, why in report.unreadable.items()
        ],
    }
