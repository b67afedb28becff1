"""`ingest backfill`: what a feed published before we knew it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ingest.cli.face import Face, Number, pass_face
from ingest.cli.output import note, print_json, safe
from ingest.errors import UsageError

if TYPE_CHECKING:
    from ingest.backfill import PageResult, Walk
    from ingest.store.engine import Store


@click.command()
@click.argument("feed", metavar="FEED")
@click.option("--pages", type=Number(), metavar="N", help="Read at most N pages, then stop.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a page.")
@pass_face
def backfill(face: Face, feed: str, pages: int | None, as_json: bool) -> None:
    """Read the history a feed links to.

    Follows the links to older pages: prev-archive and next (RFC 5005), next_url (JSON Feed). One page at a time, with
    the pause of poll.host_gap, beside running workers. Stopped, it goes on where it was when called again; called
    again at the end, it reads what is new in the history. What it finds is stored like any article and changes nothing
    of when the feed is polled. FEED is the number, the address or a unique part of the address or title of a feed.
    Exit status 1 when a page could not be read; where it is gone, the next call asks the feed for another way.

    \b
    Examples:
      ingest backfill example.org
      ingest backfill 3 --pages 20 --json
    """
    face.log()
    with face.store() as store:
        walk = _walk(face, store, _with_history(store, feed), pages, as_json=as_json)
    if not as_json:
        _tell(walk)
    elif walk.obstacle and not walk.pages:
        note(f"ingest: {safe(walk.obstacle)}")
    if walk.obstacle:
        click.get_current_context().exit(1)


COMMANDS = {"backfill": backfill}


def _with_history(store: Store, name: str) -> int:
    from ingest.store import feeds

    with store.read() as connection:
        feed = feeds.resolve(connection, name)
    if feed.url.startswith("file:"):
        raise UsageError(f"feed {feed.id} is a file of your own: there is no history behind it.")
    return feed.id


def _walk(face: Face, store: Store, feed_id: int, pages: int | None, *, as_json: bool) -> Walk:
    import asyncio

    from ingest import backfill as order

    with _progress(quiet=as_json) as advance:

        def on_page(result: PageResult) -> None:
            if as_json:
                print_json(_json(result))
            advance(result)

        return asyncio.run(order.backfill(face.settings, store, feed_id, pages=pages, on_page=on_page))


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[PageResult], None]]:
    """What to call with each page: a line that counts on a terminal, a line a page elsewhere, nothing beside JSON."""
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.markup import escape

        found = 0
        with Console(stderr=True).status("Reading the history …") as status:

            def count(result: PageResult) -> None:
                nonlocal found
                found += result.new
                status.update(escape(f"{_line(result)}; {found} new in all"))

            yield count
    else:
        yield lambda result: note(_line(result))


def _line(result: PageResult) -> str:
    from ingest.urls import without_secrets

    entries = "entry" if result.entries == 1 else "entries"
    over = f", {result.left_out} over the cap left out" if result.left_out else ""
    told = result.failure or f"{result.entries} {entries}, {result.new} new{over}"
    return f"page {result.number}: {safe(without_secrets(result.url))} ({safe(told)})"


def _json(result: PageResult) -> dict[str, object]:
    from ingest.urls import without_secrets

    return {
        "page": result.number,
        "url": without_secrets(result.url),
        "entries": result.entries,
        "new": result.new,
        "left_out": result.left_out,
        "next_url": without_secrets(result.next_url) if result.next_url else None,
        "end": result.end,
        "failure": result.failure,
    }


def _tell(walk: Walk) -> None:
    pages, articles = "page" if walk.pages == 1 else "pages", "article" if walk.new == 1 else "articles"
    read = f"{walk.pages} {pages} read, {walk.new} new {articles}"
    if walk.obstacle:
        rest = f"stopped: {safe(walk.obstacle)}. The same command goes on from there."
    elif walk.complete:
        rest = "the end of the history is reached."
    else:
        rest = "there is more: the same command goes on from there."
    click.echo(f"{read}; {rest}")
