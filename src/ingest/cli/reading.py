"""`ingest list` and `ingest show`: what was read, and how we know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from ingest.cli.face import Face, Number, pass_face, refuse_both
from ingest.cli.output import heading, print_json, print_jsonld, safe, safe_text, shown, wrapped
from ingest.cli.subscriptions import NO_FEEDS, resolve
from ingest.cli.tables import print_table
from ingest.errors import UsageError

NO_ARTICLES = "No articles yet. Run `ingest poll`."


# ------------------------------------------------------------------------------------------ list


@click.command("list")
@click.option("--feed", metavar="FEED", help="Only this feed's.")
@click.option(
    "--since", metavar="TIME", help="First seen since a date (2026-01-31), a time, or an age (12h, 7d)."
)
@click.option("--limit", type=Number(), default=50, show_default=True, help="At most so many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an article, with its text.")
@pass_face
def list_articles(face: Face, feed: str | None, since: str | None, limit: int, as_json: bool) -> None:
    """List articles with the hands they came through.

    Newest first. FEED is the number, the address or a unique part of the address or title of a feed.

    \b
    Examples:
      ingest list --limit 10
      ingest list --feed example.org --since 7d --json
    """
    from ingest.store import queries

    face.log()
    with face.store() as store:
        feed_id = resolve(store, feed) if feed else None
        moment = parse_since(since, store.now()) if since else None
        columns = None if as_json else _COLUMNS
        with store.read() as connection:
            found = queries.list_articles(
                connection, feed_id=feed_id, since=moment, limit=limit, columns=columns
            )
            rows = [dict(row) for row in found]
            has_feeds = bool(rows) or bool(queries.feed_health(connection))
    if as_json:
        for row in rows:
            print_json(row)
    elif rows:
        print_articles(rows)
    elif not has_feeds:
        click.echo(NO_FEEDS)
    else:
        click.echo("No article fits. Leave out --feed or --since." if feed or since else NO_ARTICLES)


def parse_since(text: str, now: datetime) -> datetime:
    """The moment a person names: ISO 8601, or an age such as 30m, 12h, 7d, 2w."""
    from ingest.text import moment

    if age := re.fullmatch(r"(\d{1,6})\s*([mhdw])", text.strip()):
        unit = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}[age[2]]
        try:
            return now - timedelta(**{unit: int(age[1])})
        except OverflowError:
            return datetime.min.replace(tzinfo=UTC)
    try:
        return moment(text)
    except ValueError as error:
        raise UsageError(f"--since: {error}; write 2026-01-31, 2026-01-31T12:00Z, 12h or 7d.") from error


_COLUMNS = (
    *("article_id", "first_seen_at", "feed_title", "feed_url", "title", "url", "authors"),
    *("original_publisher", "chain", "license", "copyright_holder"),
)


def print_articles(rows: Sequence[Mapping[str, Any]]) -> None:
    """Who wrote it, where it appeared first, through whose hands it came: one line an article."""
    print_table(
        ("id", "first seen", "feed", "title", "authors", "first published by", "chain", "licence or owner"),
        [
            (
                row["article_id"],
                row["first_seen_at"],
                _short(row["feed_title"] or row["feed_url"], 24),
                _short(row["title"] or row["url"], 60),
                _short(row["authors"], 28),
                _short(row["original_publisher"], 24),
                _short(row["chain"], 44),
                _short(row["license"] or _owned(row["copyright_holder"]), 26),
            )
            for row in rows
        ],
        right=("id",),
        spare=("feed", "first published by", "first seen", "authors"),  # the chain names both ends
    )


def _owned(holder: str | None) -> str | None:
    return f"© {holder}" if holder else None


def _short(value: object, limit: int) -> str:
    from ingest.text import one_line

    return one_line(str(value), limit) if value else "–"


# ------------------------------------------------------------------------------------------ show


@click.command()
@click.argument("article", metavar="ID", type=Number())
@click.option("--source", is_flag=True, help="Print the source text that the notices' offsets index.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--jsonld", is_flag=True, help="Print it as schema.org NewsArticle, JSON-LD.")
@pass_face
def show(face: Face, article: int, source: bool, as_json: bool, jsonld: bool) -> None:
    """Tell an article's trail, with the evidence for it.

    Who wrote it, where it appeared first, through whose hands it came, who owns it and on what terms, whom to ask for
    removal: each with the words that say so and how sure they are. Then every notice with the rule that found it.
    ID is the number that `ingest list` shows.

    \b
    Examples:
      ingest show 12
      ingest show 12 --json
      ingest show 12 --jsonld
    """
    from ingest.cli.stored import stored_article
    from ingest.cli.trail import print_article
    from ingest.store import queries

    refuse_both(source=source, json=as_json, jsonld=jsonld)
    face.log()
    with face.store() as store, store.read() as connection:
        found = stored_article(queries.show_article(connection, article), face.cutting.threshold)
    if as_json:
        print_json(found)
    elif jsonld:
        _print_jsonld(face, found)
    elif source:
        click.echo(safe_text(found["source_text"] or ""))
    else:
        _print_head(found)
        if found["status"] == "tombstoned":
            _print_takedowns(found["takedowns"])
        else:
            print_article(found)
        _print_history(found)


_HEAD = {
    "url": "Address",
    "feed_title": "Feed",
    "feed_url": "Feed address",
    "published_at": "Published",
    "updated_at": "Updated",
    "first_seen_at": "First seen",
    "language": "Language",
    "status": "Status",
    "withdrawn_at": "Withdrawn",
    "withdrawn_reason": "Why",
}


def _print_head(found: dict[str, Any]) -> None:
    heading(f"Article {found['id']}")
    for key, label in _HEAD.items():
        if found.get(key) not in (None, ""):
            click.echo(wrapped(safe(shown(found[key])), f"  {label + ':':14} "))
    if page := found["awaited_page"]:
        click.echo(wrapped(safe(_awaited(page)), f"  {'Page:':14} "))
    click.echo()


def _awaited(page: Mapping[str, Any]) -> str:
    """Why the article is what its feed gave, and whether its page may still come."""
    tried = f"{page['tries']} {'try' if page['tries'] == 1 else 'tries'}"
    if page["due_at"] is None:
        return f"given up after {tried}: {page['why']}"
    if not page["tries"]:
        return f"not read yet, with the next poll: {page['why']}"
    return f"not had in {tried}, again with a poll after {shown(page['due_at'])}: {page['why']}"


def _print_jsonld(face: Face, found: dict[str, Any]) -> None:
    from ingest.articles.schemaorg import news_article

    if found["status"] == "tombstoned":
        raise UsageError(
            f"article {found['id']} was taken down: `ingest show {found['id']}` tells on whose request."
        )
    print_jsonld(news_article(found, contact=face.settings.fetch.contact))


def _print_takedowns(takedowns: Sequence[Mapping[str, Any]]) -> None:
    click.echo("Taken down: its text, its notices, the names in it and every quote are removed.")
    for one in takedowns:
        asked = f"withheld since {shown(one['requested_at'])}, on the request of {one['requester']}: {one['reason']}"
        click.echo(f"  {safe(asked)}")
        click.echo(f"  `ingest takedown lift {one['id']}` lets it come back from its feed.")


def _print_history(found: dict[str, Any]) -> None:
    from ingest.urls import without_secrets

    if len(found["versions"]) > 1:
        click.echo()
        heading(f"Versions ({len(found['versions'])})")
        for version in found["versions"]:
            told = f"{version['number']}  {shown(version['created_at'])}  {version['reason']}  {version['title'] or ''}"
            click.echo(f"  {safe(told)}")
    if found["copies"]:
        click.echo()
        heading(f"Copies (story {found['story_id']})")
    for copy in found["copies"]:
        where = copy["feed_title"] or without_secrets(copy["feed_url"])
        original = ", the original" if copy["is_original"] else ""
        click.echo(wrapped(f"{copy['article_id']} {safe(where)}{original} {safe(copy['url'])}", "  "))
    click.echo()
    heading("Seen in")
    for seen in found["sightings"]:
        left = f", gone since {shown(seen['left_at'])}" if seen["left_at"] else ""
        where = without_secrets(seen["feed_url"])
        click.echo(f"  {safe(where)}  {shown(seen['first_seen_at'])} to {shown(seen['last_seen_at'])}{left}")


COMMANDS = {"list": list_articles, "show": show}
