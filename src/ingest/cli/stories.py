"""`ingest story`: the copies of one text, what links them, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.face import Face, Number, pass_face
from ingest.cli.output import heading, print_json, safe, shown
from ingest.cli.tables import print_table
from ingest.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

    from ingest.store.story_queries import StoryDetail

NO_STORIES = "No stories yet: no two articles are copies of one text."
_SHOW = "show"
_COMMANDS = (_SHOW, "split", "merge")


class _Stories(click.Group):
    """`ingest story 3` shows story 3."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = [_SHOW, *args]
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Stories, invoke_without_command=True, subcommand_metavar="[ID | split ARTICLE… | merge ID ID]"
)
@click.option("--limit", type=Number(), default=50, show_default=True, help="At most so many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a story.")
@click.pass_context
def story(ctx: click.Context, limit: int, as_json: bool) -> None:
    """List stories, show one, or correct them: articles that are copies of one text.

    Copies are found by their texts, over all feeds. What a person splits or merges is recorded, can be undone by the
    opposite, and holds against what later polls find.

    \b
    Examples:
      ingest story
      ingest story 3
      ingest story split 12
      ingest story merge 3 8
    """
    ctx.default_map = {name: {"as_json": as_json} for name in _COMMANDS}  # `ingest story --json 3`
    if ctx.invoked_subcommand is None:
        _list(ctx.ensure_object(Face), limit, as_json=as_json)


def _list(face: Face, limit: int, *, as_json: bool) -> None:
    from ingest.store import story_queries

    face.log()
    with face.store() as store, store.read() as connection:
        rows = story_queries.list_stories(connection, limit=limit)
    if as_json:
        for row in rows:
            print_json(dict(row))
    elif rows:
        columns = ("story_id", "articles", "updated_at", "title")
        cells = [[row[name] for name in columns] for row in rows]
        print_table(("story", "articles", "last looked at", "title"), cells, right=("story", "articles"))
    else:
        click.echo(NO_STORIES)


@story.command(_SHOW)
@click.argument("number", metavar="ID", type=Number())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_face
def show(face: Face, number: int, as_json: bool) -> None:
    """Show a story: its articles, what links them, which is the original and why.

    ID is the number that `ingest story` and the column story_id of article_attribution show.
    """
    from ingest.store import story_queries

    face.log()
    with face.store() as store, store.read() as connection:
        found = story_queries.show_story(connection, number)
    if as_json:
        print_json(_json(found))
    else:
        _print(found)


@story.command()
@click.argument("articles", metavar="ARTICLE...", type=Number(), nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a story there is then.")
@pass_face
def split(face: Face, articles: tuple[int, ...], as_json: bool) -> None:
    """Part articles from the rest of their story: they are no copies of it.

    They stay together as far as they are linked, and so does the rest. `ingest story merge` takes it back.
    """
    from ingest.store import stories

    _decide(face, lambda connection, now: stories.split(connection, articles, now=now), as_json=as_json)


@story.command()
@click.argument("numbers", metavar="STORY STORY", type=Number(), nargs=2)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_face
def merge(face: Face, numbers: tuple[int, int], as_json: bool) -> None:
    """Make one story of two; the older number stays. `ingest story split` takes it back."""
    from ingest.store import stories

    if numbers[0] == numbers[1]:
        raise UsageError("name two stories: these are one.")
    _decide(face, lambda connection, now: stories.merge(connection, numbers, now=now), as_json=as_json)


def _decide(face: Face, decision: Callable[[Connection, datetime], set[int]], *, as_json: bool) -> None:
    """Carry out what a person decides in one transaction, and show the stories there are then."""
    from ingest import linking
    from ingest.store import story_locks, story_queries
    from ingest.store.engine import database_now

    face.log()
    with face.store() as store:

        def carry_out() -> list[int]:
            with store.write() as connection:
                now = database_now(connection)
                there = sorted(decision(connection, now))
                linking.retell(connection, there, now=now)
            return there

        there = story_locks.retried(carry_out)
        with store.read() as connection:
            found = [story_queries.show_story(connection, number) for number in there]
    for place, one in enumerate(found):
        if as_json:
            print_json(_json(one))
        else:
            click.echo("\n" if place else "", nl=False)
            _print(one)


COMMANDS = {"story": story}


# ------------------------------------------------------------------------------------------ a story


def _json(found: StoryDetail) -> dict[str, Any]:
    return {
        "story_id": found.story["id"],
        "created_at": found.story["created_at"],
        "updated_at": found.story["updated_at"],
        "original_reason": found.story["original_reason"],
        "articles": [dict(row) for row in found.articles],
        "links": [dict(row) for row in found.links],
        "events": [dict(row) for row in found.events],
    }


def _print(found: StoryDetail) -> None:
    number = found.story["id"]
    count = len(found.articles)
    heading(f"Story {number} ({count} article{'' if count == 1 else 's'})")
    if not count:
        click.echo("  It has no articles any more.")
    elif count > 1:
        reason = found.story["original_reason"]
        click.echo(f"  Original: {_original(found)}" + (f" ({safe(reason)})" if reason else ""))
    for row in found.articles:
        _print_article(row, found.links)
    if found.events:
        click.echo()
        heading("How it came about")
    for event in found.events:
        click.echo(f"  {shown(event['at'])}  {_told(event, number)}")


def _original(found: StoryDetail) -> str:
    said = {row["article_id"]: row["is_original"] for row in found.articles}
    if not any(said.values()):
        return "not known" if None in said.values() else "none of these"
    return next(f"article {number}" for number, is_original in said.items() if is_original)


def _print_article(row: RowMapping, links: Sequence[RowMapping]) -> None:
    click.echo()
    heading(f"Article {row['article_id']}  {safe(row['title'] or row['url'] or '')}")
    when = row["published_at"] or row["first_seen_at"]
    click.echo(
        f"  {shown(when)}  {safe(row['feed_title'] or row['feed_url'])}  {safe(row['url'] or '')}".rstrip()
    )
    if row["chain"]:
        click.echo(f"  {safe(row['chain'])}")
    for link in links:
        if link["article_id"] == row["article_id"]:
            click.echo(f"  {_linked(link)}")


_WORDS = {
    "excerpt_of": "excerpt of",
    "copy_of": "copy of",
    "edited_from": "edited from",
    "same_story": "of one story with",
    "apart": "not of one story with",
}


def _linked(link: RowMapping) -> str:
    told = f"{_WORDS[link['relation']]} article {link['of_article_id']}"
    if link["linked_by"] == "person":
        return f"{told}: a person said so on {shown(link['linked_at'])}"
    return (
        f"{told}: {link['contained']:.0%} of this text stands there, {link['of_contained']:.0%} of that one here "
        f"({link['shared']} runs of five words)"
    )


def _told(event: RowMapping, number: int) -> str:
    articles = ("article " if len(event["article_ids"]) == 1 else "articles ") + shown(event["article_ids"])
    by = "a person" if event["linked_by"] == "person" else "their texts"
    other = event["other_story_id"] if event["story_id"] == number else event["story_id"]
    here = event["story_id"] == number
    match event["change"].value:
        case "merged":
            way = f"came from story {other}" if here else f"went to story {other}"
        case "split":
            way = f"went to story {other}" if here else f"came from story {other}"
        case _:
            way = "left: changed, no copy any more"
    return safe(f"{articles} {way}, said {by}")
