"""`ingest extract`: the extractor on files, addresses and streams, without a database."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import click

from ingest.cli.face import Face, pass_face, refuse_both
from ingest.cli.output import json_line, note, print_json, print_jsonld, quote, safe
from ingest.errors import UsageError

if TYPE_CHECKING:
    from ingest.records import Source

Extractor: TypeAlias = Callable[["Source"], dict[str, Any]]


@click.command()
@click.argument("sources", metavar="[SRC…|-]", nargs=-1)
@click.option("--jsonl", is_flag=True, help="One JSON object a line in, one out, in order, as they come.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a source.")
@click.option("--jsonld", is_flag=True, help="Print each source as schema.org NewsArticle, JSON-LD.")
@click.option("--html/--text", "html", default=None, help="What the input is. Default: look.")
@click.option("--url", help="Address of the article; relative links and its publisher follow from it.")
@click.option("--title", help="Title of the article, as the feed gives it.")
@click.option("--author", "authors", multiple=True, help="Author, as the feed gives it. May be repeated.")
@click.option("--published", help="Publication time, ISO 8601 or RFC 822.")
@pass_face
def extract(
    face: Face,
    sources: tuple[str, ...],
    jsonl: bool,
    as_json: bool,
    jsonld: bool,
    html: bool | None,
    url: str | None,
    title: str | None,
    authors: tuple[str, ...],
    published: str | None,
) -> None:
    """Find clean text, notices and attribution without a database.

    SRC is a file, an http(s) address, or - for standard input (the default).

    With --jsonl each line holds `id` and `html` or `text`, optionally `url`, `title`, `author`, `published`
    and `feed` (`url`, `title`). A line that cannot be used yields an object with `error`; the lines after it are
    processed all the same, and the exit status is 1.

    \b
    Examples:
      ingest extract article.html --url https://example.org/a
      ingest extract https://example.org/a --json
      ingest extract --jsonl entries.jsonl > articles.jsonl
    """
    from ingest.urls import is_web

    refuse_both(jsonl=jsonl, json=as_json, jsonld=jsonld)
    if url and not is_web(url):
        raise UsageError(f"--url: {url!r} is no web address: write https://….")
    face.log()
    extractor = _extractor(face)
    if jsonl:
        if len(sources) > 1 or html is not None or url or title or authors or published:
            raise UsageError("--jsonl takes one FILE and no description: each line describes itself.")
        with _opened(sources[0] if sources else "-") as stream:
            failed = _stream(stream, extractor)
    else:
        describe = partial(_described, html=html, url=url, title=title, authors=authors, published=published)
        show = _printer(face, as_json=as_json, jsonld=jsonld)
        failed = _each(face, sources or ("-",), describe, extractor, show)
    if failed:
        click.get_current_context().exit(1)


COMMANDS = {"extract": extract}


def _extractor(face: Face) -> Extractor:
    from ingest.articles.extract import extract as extract_source
    from ingest.articles.extraction_json import to_json
    from ingest.articles.notices import catalogue
    from ingest.articles.publishers import table

    rules, own = face.settings.rules_dir, face.settings.publishers_file
    read = partial(
        extract_source,
        catalogue=catalogue.load(rules if rules.is_dir() else None),
        cutting=face.cutting,
        publishers=table.load(own if own.is_file() else None),
        agent=face.settings.fetch.agent,
    )
    return lambda source: to_json(read(source), threshold=face.cutting.threshold)


# ------------------------------------------------------------------------------------------ a stream of lines


def _stream(lines: BinaryIO, extractor: Extractor) -> int:
    """Answer every line with a line; how many could not be used. Each answer leaves before the next line is read."""
    failed = 0
    for line in lines:
        if not line.strip():
            continue
        answer = _answer(line, extractor)
        failed += "error" in answer
        click.echo(json_line(answer))  # echo flushes
    return failed


def _answer(line: bytes, extractor: Extractor) -> dict[str, Any]:
    from ingest import sources

    try:
        id, source = sources.from_json(line)
    except sources.LineError as error:
        return {"id": error.id, "error": str(error)}
    try:
        return {"id": id, **extractor(source)}
    except Exception as error:  # a bug of ours must not cost the lines after it
        import logging

        from ingest.text import internal_error

        logging.getLogger(__name__).exception("extract failed", extra={"id": json.dumps(id)})
        return {"id": id, "error": internal_error(error)}


def _opened(name: str) -> BinaryIO:
    if name == "-":
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}.") from error


# ------------------------------------------------------------------------------------------ one source after another


Printer: TypeAlias = Callable[["Source", dict[str, Any], int], None]


def _each(
    face: Face,
    names: tuple[str, ...],
    describe: Callable[..., Source],
    extractor: Extractor,
    show: Printer,
) -> int:
    failed = 0
    for place, (name, got) in enumerate(read_all(face, names)):
        if isinstance(got, str):
            note(f"ingest: {safe(name)}: {safe(got)}")
            failed += 1
            continue
        source = describe(*got)
        named = {"id": name} if len(names) > 1 else {}
        show(source, named | extractor(source), place)
    return failed


def _printer(face: Face, *, as_json: bool, jsonld: bool) -> Printer:
    """How each source is printed: as a trail for people, as our object, or as schema.org's."""
    from ingest.articles.schemaorg import news_article
    from ingest.cli.trail import print_article

    def show(source: Source, found: dict[str, Any], place: int) -> None:
        if as_json:
            print_json(found)
        elif jsonld:
            known = {"url": source.url, "published_at": source.published, "language": source.language}
            print_jsonld(news_article(found | known, contact=face.settings.fetch.contact))
        else:
            if place:
                click.echo()
            if "id" in found:
                quote(f"== {safe(found['id'])}")
            print_article(found)

    return show


Read = tuple[bytes, str | None, str | None]


def _described(
    body: bytes,
    content_type: str | None,
    final_url: str | None,
    *,
    html: bool | None,
    url: str | None,
    title: str | None,
    authors: tuple[str, ...],
    published: str | None,
) -> Source:
    from ingest import charset, sources

    try:
        return sources.make(
            charset.to_text(body, content_type),
            html=html,
            url=url or final_url,
            title=title,
            author=authors,
            published=published,
        )
    except ValueError as error:
        raise UsageError(f"--published: {error}.") from error


def read_all(face: Face, names: tuple[str, ...]) -> Iterator[tuple[str, Read | str]]:
    """Each source with its bytes, content type and address, or with the cause why it could not be read."""
    import asyncio

    for name in names:
        if name == "-":
            body = sys.stdin.buffer.read()
            yield name, unfit(body) or (body, None, None)
        elif "://" in name:
            yield name, asyncio.run(_fetch(face, name))
        else:
            try:
                body = Path(name).read_bytes()
            except OSError as error:
                yield name, f"cannot be read: {error.strerror}"
            else:
                yield name, unfit(body) or (body, None, None)


_FEED = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:(?:<[?!][^>]*>\s*)*<(?:rss|feed|rdf:RDF)\b|\{\s*"version":\s*"https://jsonfeed\.org/)"""
)


def unfit(body: bytes) -> str:
    """Why this is no article; nothing when it may be one."""
    if _FEED.match(body):
        return "a feed, not an article. `ingest add URL` and `ingest poll` read feeds"
    if body.startswith(b"%PDF-"):
        return "a PDF. Give HTML or text"
    return ""


async def _fetch(face: Face, url: str) -> Read | str:
    from ingest.fetch.client import Fetcher
    from ingest.records import Failure, Fetched, Request

    async with Fetcher(face.settings.fetch) as fetcher:
        answer = await fetcher.get(Request(url))
    if isinstance(answer, Fetched):
        return unfit(answer.body) or (answer.body, answer.content_type, answer.url)
    return (
        answer.detail if isinstance(answer, Failure) else "the server answered 304 although nothing was asked"
    )
