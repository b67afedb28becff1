"""`ingest export`: articles or the list of feeds, for other programs."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.face import Face, pass_face
from ingest.cli.output import json_line, note, print_jsonld
from ingest.cli.querying import csv_cell
from ingest.cli.reading import NO_ARTICLES, parse_since
from ingest.cli.subscriptions import NO_FEEDS, resolve
from ingest.errors import UsageError

if TYPE_CHECKING:
    from ingest.store.queries import ArticleDetail

_ARTICLE_FORMATS = ("jsonl", "csv", "jsonld")
_FEED_FORMATS = ("opml", "csv", "toml")


@click.command()
@click.option("--feeds", "only_feeds", is_flag=True, help="Export the list of feeds, not the articles.")
@click.option(
    "--format",
    "form",
    type=click.Choice(sorted({*_ARTICLE_FORMATS, *_FEED_FORMATS})),
    help="Articles: jsonl (default), csv or jsonld (schema.org). Feeds: opml (default), csv or toml.",
)
@click.option("--feed", metavar="FEED", help="Only this feed's articles.")
@click.option("--since", metavar="TIME", help="Only articles first seen since a date, a time or an age (7d).")
@pass_face
def export(face: Face, only_feeds: bool, form: str | None, feed: str | None, since: str | None) -> None:
    """Write articles, or the list of feeds, for other programs.

    Everything goes to standard output. In CSV a text that a spreadsheet would run as a formula is prefixed
    with a quote.

    \b
    Examples:
      ingest export --since 7d > articles.jsonl
      ingest export --format csv > articles.csv
      ingest export --format jsonld > articles.jsonld
      ingest export --feeds > subscriptions.opml
    """
    formats = _FEED_FORMATS if only_feeds else _ARTICLE_FORMATS
    form = form or formats[0]
    if form not in formats:
        what = "feeds" if only_feeds else "articles"
        raise UsageError(f"{what} are exported as {' or '.join(formats)}, not {form}.")
    if only_feeds and (feed or since):
        raise UsageError("--feed and --since choose articles: leave them out with --feeds.")
    face.log()
    if only_feeds:
        _export_feeds(face, form)
    else:
        _export_articles(face, form, feed, since)


COMMANDS = {"export": export}


def _export_feeds(face: Face, form: str) -> None:
    from ingest.feeds import feedlist
    from ingest.store import feeds
    from ingest.store.types import FeedStatus

    with face.store() as store, store.read() as connection:
        listed = feeds.list_feeds(connection)
    if not listed:
        note(NO_FEEDS)
    write = {"opml": feedlist.write_opml, "csv": feedlist.write_csv, "toml": feedlist.write_toml}[form]
    entries = [
        feedlist.ListedFeed(
            url=feed.url,
            title=feed.title,
            enabled=feed.status is FeedStatus.ACTIVE,
            policy=feed.policy,
            language=feed.language,
            tags=feed.tags,
            home_url=feed.home_url,
        )
        for feed in listed
    ]
    click.echo(write(entries), nl=False)


def _export_articles(face: Face, form: str, feed: str | None, since: str | None) -> None:
    from ingest.store import queries

    with face.store() as store:
        feed_id = resolve(store, feed) if feed else None
        moment = parse_since(since, store.now()) if since else None
        with store.read() as connection:
            chosen = partial(queries.list_articles, connection, feed_id=feed_id, since=moment)
            if form == "jsonld":
                ids = [row["article_id"] for row in chosen(columns=["article_id"])]
                written = _write_jsonld(face, queries.article_details(connection, ids))
            else:
                write = _write_jsonl if form == "jsonl" else _write_csv
                with closing(chosen()) as rows:  # before the connection, when whoever reads us stops early
                    written = write(map(dict, rows))
    if not written:
        note("No article fits." if feed or since else NO_ARTICLES)


def _write_jsonl(rows: Iterable[Mapping[str, Any]]) -> int:
    written = 0
    for row in rows:
        click.echo(json_line(row))
        written += 1
    return written


def _write_jsonld(face: Face, details: Iterable[ArticleDetail]) -> int:
    from ingest.articles.schemaorg import news_article
    from ingest.cli.stored import stored_article

    written = 0
    for detail in details:
        article = stored_article(detail, face.cutting.threshold)
        print_jsonld(news_article(article, contact=face.settings.fetch.contact))
        written += 1
    return written


def _write_csv(rows: Iterable[Mapping[str, Any]]) -> int:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    written = 0
    for row in rows:
        if not written:
            writer.writerow(row.keys())
        writer.writerow([csv_cell(value) for value in row.values()])
        written += 1
    return written
