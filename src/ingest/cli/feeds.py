"""`ingest add`, `ingest import`, `ingest feeds`: which feeds there are."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import click

from ingest.cli.face import Face, pass_face
from ingest.cli.output import note, print_json, safe
from ingest.cli.subscriptions import NO_FEEDS, read_feed_file, read_feed_list, resolve_all
from ingest.cli.tables import print_table
from ingest.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from ingest.fetch.client import Fetcher
    from ingest.processes import Processes
    from ingest.records import FeedPolicy, Link
    from ingest.store.engine import Store


# ------------------------------------------------------------------------------------------ add

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""The form of a tag, roughly (BCP 47)."""


@click.command()
@click.argument("urls", metavar="URL…", nargs=-1, required=True)
@click.option("--title", help="Your own name for the feed.")
@click.option(
    "--policy",
    type=click.Choice(["feed", "page", "auto"]),
    help="Where article bodies come from: the feed's entries, the articles' own pages, or (auto) the pages of "
    "entries that are a summary or an excerpt. Default: poll.policy of the settings.",
)
@click.option(
    "--language", metavar="TAG", help="Language of the feed (en, pt-BR), when it does not say so itself."
)
@click.option("--tag", "tags", multiple=True, help="A tag of yours. May be repeated.")
@click.option("--no-check", is_flag=True, help="Add the address unseen; the first poll will tell.")
@pass_face
def add(
    face: Face,
    urls: tuple[str, ...],
    title: str | None,
    policy: str | None,
    language: str | None,
    tags: tuple[str, ...],
    no_check: bool,
) -> None:
    """Add feeds. URL is a feed, or a page that names its feed.

    Each address is visited first. A page that names several feeds lists them and adds none. A feed that is there
    already gets the title, policy, language and tags given here.

    \b
    Examples:
      ingest add https://example.org/feed.xml
      ingest add example.org --policy page --language en
    """
    if language and not _LANGUAGE.fullmatch(language):
        raise UsageError(f"--language: {language!r} is no language tag: write en, or pt-BR.")
    if title and len(urls) > 1:
        raise UsageError("--title names one feed: add the others in a call of their own.")
    import asyncio

    from ingest.records import FeedPolicy

    face.log()
    addresses = [_web_address(url) for url in urls]
    given = FeedPolicy(policy) if policy else None
    done: list[bool] = []
    with face.store(create=True) as store:

        def on_found(item: _Found) -> None:
            done.append(_add(store, item, title=title, policy=given, language=language, tags=tags))

        if no_check:
            for url in addresses:
                on_found(_Found(url))
        else:
            asyncio.run(_find_all(face, addresses, on_found))
    if not all(done):
        click.get_current_context().exit(1)


@dataclass(frozen=True, slots=True)
class _Found:
    """A feed to add, or why there is none."""

    url: str
    about: str = ""
    problem: str | None = None
    candidates: tuple[Link, ...] = ()


def _web_address(text: str) -> str:
    from ingest.urls import is_web

    url = text.strip()
    if "://" not in url:
        url = f"https://{url}"
    if not is_web(url):
        raise UsageError(
            f"{text!r} is no web address. Feeds from files are named in the feeds file (file:PATH)."
        )
    return url


class _Described(TypedDict):
    """What a person says of a feed; None and () say nothing."""

    title: str | None
    policy: FeedPolicy | None
    language: str | None
    tags: tuple[str, ...]


def _add(store: Store, item: _Found, **described: Unpack[_Described]) -> bool:
    """Add the feed, or give one that is there what is said of it here. False when that, or finding it, failed."""
    from ingest.records import FeedPolicy
    from ingest.store import feeds
    from ingest.text import one_line
    from ingest.urls import too_long, without_secrets

    if not item.problem and (problem := too_long(item.url)):
        item = _Found(item.url, problem=f"{one_line(without_secrets(item.url), 80)}: {problem}.")
    if item.problem:
        note(f"ingest: {safe(item.problem)}")
        for link in item.candidates:
            note(f"  {safe(link.href)}" + (f"  ({safe(link.title)})" if link.title else ""))
        return False
    now = store.now()
    problem, changed = "", []
    with store.write() as connection:
        feed_id, new = feeds.add_feed(
            connection,
            item.url,
            now=now,
            title=described["title"],
            policy=described["policy"] or FeedPolicy.DEFAULT,
            language=described["language"],
            tags=described["tags"],
        )
        if not new:
            try:
                changed = feeds.change(connection, feed_id, **described)
            except UsageError as error:
                problem = str(error)
    told = f"{'Added' if new else 'Known already:'} feed {feed_id}: {safe(without_secrets(item.url))}"
    click.echo(f"{told}  {safe(item.about)}".rstrip())
    if changed:
        click.echo(f"Changed of feed {feed_id}: {', '.join(changed)}.")
    if problem:
        note(f"ingest: {problem}")
    return not problem


async def _find_all(face: Face, urls: list[str], on_found: Callable[[_Found], None]) -> None:
    """Visit one after the other; each is told before the next, so that whoever interrupts keeps what was found."""
    from ingest.fetch.client import Fetcher
    from ingest.processes import Processes

    async with (
        Fetcher(face.settings.fetch) as fetcher,
        Processes(1, face.settings.worker.memory_limit) as processes,
    ):
        for url in urls:
            on_found(await _find(face, fetcher, processes, url))


async def _find(
    face: Face, fetcher: Fetcher, processes: Processes, url: str, *, follow: bool = True
) -> _Found:
    """The feed at `url`, or the one feed the page there names."""
    from datetime import UTC, datetime

    from ingest.feeds import discover, moves
    from ingest.parsing import parse
    from ingest.records import Failure, Fetched, Request
    from ingest.urls import without_secrets

    shown = without_secrets(url)
    answer = await fetcher.get(Request(url))
    if not isinstance(answer, Fetched):
        cause = (
            answer.detail
            if isinstance(answer, Failure)
            else "the server answered 304 although nothing was asked"
        )
        return _Found(url, problem=f"{shown}: {cause}. Check the address, or add it unseen with --no-check.")
    seconds = face.settings.poll.parse_timeout.total_seconds()
    parsed = await parse(processes, answer, frozenset(), datetime.now(UTC), seconds)
    if not isinstance(parsed, Failure):
        about = f"({parsed.title or 'no title'}, {len(parsed.entries)} entries)"
        return _Found(moves.lasting(url, answer.redirects), about)
    links = discover.feed_links(answer.body, answer.url) if follow else []
    if len(links) == 1:
        return await _find(face, fetcher, processes, links[0].href, follow=False)
    if links:
        problem = f"{shown} names {len(links)} feeds; add the one you want:"
        return _Found(url, problem=problem, candidates=tuple(links))
    return _Found(
        url,
        problem=f"{shown}: {parsed.detail}. Nor does it name a feed; look for a feed address on the site.",
    )


# ------------------------------------------------------------------------------------------ import


@click.command("import")
@click.argument("file", metavar="FILE|-")
@pass_face
def import_feeds(face: Face, file: str) -> None:
    """Add the feeds of an OPML, CSV or TOML list. - is standard input, whose content tells which.

    \b
    Examples:
      ingest import subscriptions.opml
      curl -s https://example.org/blogroll.opml | ingest import -
    """
    from ingest.store import feeds
    from ingest.store.types import FeedOrigin

    face.log()
    if file == "-":
        listed = read_feed_list(sys.stdin.buffer.read(), "standard input")
    else:
        listed = read_feed_file(Path(file))
    new = 0
    with face.store(create=True) as store:
        now = store.now()
        with store.write() as connection:
            for item in listed.feeds:
                feed_id, created = feeds.add_feed(
                    connection,
                    item.url,
                    now=now,
                    title=item.title,
                    origin=FeedOrigin.IMPORTED,
                    policy=item.policy,
                    language=item.language,
                    tags=item.tags,
                )
                new += created
                if created and not item.enabled:
                    feeds.set_enabled(connection, feed_id, False, now=now, reason="off in the imported list")
    for warning in listed.warnings:
        note(f"ingest: {safe(warning)}")
    known = len(listed.feeds) - new
    click.echo(
        f"{new} {'feed' if new == 1 else 'feeds'} added, {known} known already (left as they are). "
        "`ingest poll` visits them."
    )


# ------------------------------------------------------------------------------------------ feeds


@click.command()
@click.option("--due", is_flag=True, help="Only feeds whose time has come.")
@click.option("--enable", metavar="FEED", multiple=True, help="Poll FEED again, at once. May be repeated.")
@click.option("--disable", metavar="FEED", multiple=True, help="Stop polling FEED; its articles stay.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a feed.")
@pass_face
def feeds(face: Face, due: bool, enable: tuple[str, ...], disable: tuple[str, ...], as_json: bool) -> None:
    """List the feeds and how polling them goes.

    --enable and --disable switch feeds on and off instead. FEED is the number, the address or a unique part
    of the address or title of a feed.

    \b
    Examples:
      ingest feeds
      ingest feeds --due --json
      ingest feeds --disable example.org
    """
    from ingest.store import queries

    face.log()
    with face.store() as store:
        if enable or disable:
            _switch(store, enable, disable)
            return
        now = store.now()
        with store.read() as connection:
            rows = queries.feed_health(connection)
    chosen = [dict(row) for row in rows if not due or (row["enabled"] and row["next_poll_at"] <= now)]
    if as_json:
        for row in chosen:
            print_json(row | {"publishes": _publishes(row, now)})
    elif chosen:
        _print_feeds(chosen)
    else:
        click.echo("No feed is due. `ingest feeds` lists all." if rows else NO_FEEDS)


def _publishes(row: Mapping[str, Any], now: datetime) -> str | None:
    """The feed's rhythm in words."""
    from ingest.feeds import forecast
    from ingest.store import standing

    learned = standing.rhythm_of(row["rhythm"])
    return forecast.told(learned, now) if learned else None


def _print_feeds(rows: Sequence[Mapping[str, Any]]) -> None:
    from ingest.text import one_line
    from ingest.urls import without_secrets

    print_table(
        ("id", "title", "status", "articles", "last poll", "outcome", "next poll", "address"),
        [
            (
                row["feed_id"],
                one_line(str(row["title"] or "–"), 32),
                row["status"],
                row["articles"],
                row["last_polled_at"] or "never",
                row["last_failure"] or row["last_outcome"],
                row["next_poll_at"] if row["enabled"] else row["status_reason"] or "–",
                without_secrets(str(row["url"])),
            )
            for row in rows
        ],
        right=("id", "articles"),
        spare=("articles", "last poll", "status"),
    )
    failing = [row for row in rows if row["last_failure"] and row["enabled"]]
    for row in failing:
        note(f"feed {row['feed_id']}: {safe(row['last_detail'])}; {safe(row['next_poll_reason'])}")


def _switch(store: Store, enable: tuple[str, ...], disable: tuple[str, ...]) -> None:
    from ingest.store import feeds as stored

    wanted = [(names, on) for names, on in ((enable, True), (disable, False)) if names]
    changes = [(feed_id, on) for names, on in wanted for feed_id in resolve_all(store, names)]
    with store.write() as connection:
        for feed_id, on in changes:
            stored.set_enabled(
                connection, feed_id, on, now=store.now(), reason=None if on else "disabled by hand"
            )
    for feed_id, on in changes:
        click.echo(f"Feed {feed_id} {'is polled again' if on else 'is not polled any more'}.")


COMMANDS = {"add": add, "import": import_feeds, "feeds": feeds}
