"""`ingest takedown`: removing what was asked to be removed, for good."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.face import Face, Number, pass_face
from ingest.cli.output import note, print_json, safe, shown
from ingest.cli.subscriptions import resolve
from ingest.cli.tables import print_table
from ingest.errors import UsageError

if TYPE_CHECKING:
    from ingest.store.engine import Store
    from ingest.store.reach import Found, Target

_SHOWN = 20
_SCOPES = ("article", "url", "guid", "feed", "host")
_HOST = re.compile(r"[^\s/@:]+\.[^\s/@:.]+", re.UNICODE)


@click.group()
def takedown() -> None:
    """Remove articles on request, and keep them from coming back.

    `add` tells what would go, `add --yes` removes it; `list` shows what is withheld; `lift` lets it come back.

    \b
    Examples:
      ingest takedown add 12
      ingest takedown list
    """


@takedown.command()
@click.argument("target")
@click.option("--scope", type=click.Choice(_SCOPES), help="What TARGET is. Default: look.")
@click.option("--feed", metavar="FEED", help="TARGET is the guid of an entry of this feed.")
@click.option(
    "--copies", is_flag=True, help="Also the copies in other feeds, and later ones of that original."
)
@click.option("--requester", metavar="WHO", help="Who asked. Needed with --yes.")
@click.option("--reason", metavar="TEXT", help="Why, in their words. Needed with --yes.")
@click.option("--yes", is_flag=True, help="Remove it. Without, only tell what would be removed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_face
def add(
    face: Face,
    target: str,
    scope: str | None,
    feed: str | None,
    copies: bool,
    requester: str | None,
    reason: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Remove what TARGET names, and withhold it from now on.

    TARGET is the number of an article, an address, the guid of an entry (with --feed), a site such as example.org
    with all it published or passed on, or a feed with all it delivers (with --scope feed). Text, notices, names and
    every quote go in one transaction; what stays is the address, digests and this record. Neither feed, page, archive
    nor another feed's copy brings it back.

    \b
    Examples:
      ingest takedown add 12
      ingest takedown add 12 --copies --requester "Ada Marsh" --reason "my work, not licensed" --yes
      ingest takedown add https://example.org/2026/story
      ingest takedown add example.org --requester legal@example.org --reason "opt-out" --yes
    """
    from ingest.store import reach

    if yes and not (requester and reason):
        raise UsageError("a removal is recorded with who asked and why: add --requester WHO --reason TEXT.")
    face.log()
    with face.store() as store:
        named = _target(store, target, scope, feed)
        if yes:
            done, found = _carried_out(
                store, named, copies=copies, requester=requester or "", reason=reason or ""
            )
        else:
            done = None
            with store.read() as connection:
                found = reach.find(connection, named)
    going = [*found.articles, *(found.copies if copies else ())]
    if as_json:
        print_json(_json(named, found, going, done))
    else:
        _tell(named, found, going, copies, done, yes)


@takedown.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that were lifted.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object a takedown, lifted ones included."
)
@pass_face
def list_takedowns(face: Face, everything: bool, as_json: bool) -> None:
    """Show what is withheld, since when, and on whose request."""
    from ingest.store import takedowns

    face.log()
    with face.store() as store, store.read() as connection:
        rows = [dict(row) for row in takedowns.listed(connection, lifted=everything or as_json)]
    if as_json:
        for row in rows:
            print_json(row)
    elif rows:
        print_table(
            ("id", "since", "scope", "target", "articles", "requester", "reason", "lifted"),
            [
                (
                    row["id"], row["requested_at"], row["scope"].value, row["target"], row["articles"],
                    row["requester"] or "–", row["reason"] or "–", row["lifted_at"] or "–",
                )
                for row in rows
            ],
            right=("id", "articles"),
            spare=("articles", "scope"),
        )  # fmt: skip
    else:
        click.echo("Nothing is withheld. `ingest takedown add TARGET` tells what a takedown would remove.")


@takedown.command()
@click.argument("number", metavar="ID", type=Number())
@pass_face
def lift(face: Face, number: int) -> None:
    """Let come back what takedown ID withholds.

    Nothing of it was kept: what the feeds still carry is fetched anew at their next poll, under new numbers.
    ID is the number that `ingest takedown list` shows.
    """
    from ingest.store import takedowns
    from ingest.urls import without_secrets

    face.log()
    with face.store() as store:
        now = store.now()
        with store.write() as connection:
            lifted = takedowns.lift(connection, number, now=now)
    click.echo(
        f"Takedown {lifted.takedown_id} is lifted. Its text was not kept: what feeds still carry comes back, under new "
        "numbers, when they are polled."
    )
    if lifted.still_withheld:
        click.echo(f"{_articles(lifted.still_withheld)} stay away: another takedown names them as well.")
    for url in lifted.feeds[:_SHOWN]:
        click.echo(f"  ingest poll {safe(without_secrets(url))}")


COMMANDS = {"takedown": takedown}


# ------------------------------------------------------------------------------------------ what is meant


def _target(store: Store, text: str, scope: str | None, feed: str | None) -> Target:
    """What a person named. Raises UsageError, with the ways to say it, when that cannot be told."""
    from ingest import urls
    from ingest.store.reach import Target
    from ingest.store.types import TakedownScope
    from ingest.store.withholding import is_page

    text = text.strip()
    if feed is not None:
        if scope not in (None, "guid"):
            raise UsageError("--feed says whose guid TARGET is: leave out --scope.")
        return Target(TakedownScope.GUID, text, resolve(store, feed))
    match scope or _kind(text):
        case "article" if text.isdecimal() and int(text) >= 2**63:
            raise UsageError(f"there is no article {text}: `ingest list` shows those there are.")
        case "article" if text.isdecimal():
            return Target(TakedownScope.ARTICLE, text)
        case "url" if is_page(text):
            return Target(TakedownScope.URL, text)
        case "url" if urls.is_web(text):
            raise UsageError(f"{text} is a home page: write {urls.host(text)} for all of the site.")
        case "host" if name := urls.host(text if "://" in text else f"http://{text}/"):
            return Target(TakedownScope.HOST, _site(name))
        case "feed":
            feed_id = resolve(store, text)
            return Target(TakedownScope.FEED, _feed_address(store, feed_id), feed_id)
        case "guid":
            raise UsageError("a guid belongs to a feed: name it with --feed FEED.")
    raise UsageError(
        f"{text}: neither the number of an article, nor an address (https://…), nor a site (example.org). "
        "--feed FEED makes it the guid of an entry, --scope feed a feed."
    )


def _site(host: str) -> str:
    """The site at a host. Raises UsageError for a suffix such as co.uk, below which many have sites of their own."""
    from ingest.urls import is_suffix

    site = host.removeprefix("www.")
    if not is_suffix(site):
        return site
    if site == host:
        raise UsageError(f"{host} is no site: many register their own below it. Name the one that is meant.")
    return host  # www.gov.uk is the site at the suffix gov.uk


def _kind(text: str) -> str | None:
    if text.isdecimal():
        return "article"
    if "://" in text:
        return "url"
    return "host" if _HOST.fullmatch(text) else None


def _feed_address(store: Store, feed_id: int) -> str:
    from ingest.store import queries
    from ingest.urls import without_secrets

    with store.read() as connection:
        (feed,) = queries.feed_health(connection, feed_ids=[feed_id])
    return without_secrets(feed["url"])


# ------------------------------------------------------------------------------------------ carrying it out


def _carried_out(store: Store, named: Target, **how: Any) -> tuple[int | None, Found]:
    """The takedown's number and what it removed; what is left of the stories is told anew in the same transaction."""
    from ingest import linking
    from ingest.store import story_locks, takedowns

    now = store.now()

    def carry_out() -> tuple[int | None, Found]:
        with store.write() as connection:
            done, found = takedowns.take_down(connection, named, now=now, **how)
            told = (*found.articles, *found.copies)
            linking.regroup(connection, {row["story_id"] for row in told if row["story_id"]}, now=now)
        return done, found

    removed = story_locks.retried(carry_out)
    takedowns.scrub(store.engine)
    return removed


# ------------------------------------------------------------------------------------------ what is told


def _json(
    named: Target, found: Found, going: Sequence[Mapping[str, Any]], done: int | None
) -> dict[str, Any]:
    removed = {row["article_id"] for row in going}
    return {
        "takedown_id": done,
        "removed": done is not None,
        "scope": named.scope.value,
        "target": named.name,
        "articles": [dict(row) for row in going],
        "copies_left": [dict(row) for row in found.copies if row["article_id"] not in removed],
        "in_force": found.in_force,
    }


def _tell(
    named: Target, found: Found, going: Sequence[Mapping[str, Any]], copies: bool, done: int | None, yes: bool
) -> None:
    if found.in_force is not None and not going:
        click.echo(
            f"Takedown {found.in_force} withholds {safe(named.name)} already, and nothing of it stands here."
        )
        return
    verb = "Removed" if done is not None else "Would remove"
    if going:
        click.echo(f"{verb} {_articles(len(going))}:")
        _print(going)
    else:
        click.echo(f"No article here is {_WHAT[named.scope.value]} {safe(named.name)}.")
    if found.copies and not copies:
        left = "are left" if done is not None else "would be left"
        click.echo(f"Copies of it in other feeds {left} ({len(found.copies)}): --copies removes them, too.")
        _print(found.copies)
    if done is not None:
        click.echo(f"Takedown {done} withholds {'it' if len(going) == 1 else 'them'} from now on.")
        click.echo(
            "Backups, exports and what others fetched from you are not reached: see docs/takedowns.md."
        )
        if named.scope.value == "feed":
            click.echo("The feed is polled all the same: `ingest feeds --disable` stops that.")
    elif not yes:
        note("Nothing was removed. Repeat with --requester WHO --reason TEXT --yes to do it.")


_WHAT = {"article": "number", "url": "at", "guid": "the entry", "feed": "of the feed", "host": "from"}


def _print(rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows[:_SHOWN]:
        where = row["feed_title"] or row["feed_url"]
        told = f"{row['article_id']}  {row['title'] or '(no title)'}  {shown(row['url'])}  in {where}"
        click.echo(f"  {safe(told)}")
    if len(rows) > _SHOWN:
        click.echo(f"  and {len(rows) - _SHOWN} more")


def _articles(number: int) -> str:
    return "1 article" if number == 1 else f"{number} articles"
