"""Small documents of our own making, and the call every test makes."""

from __future__ import annotations

from datetime import UTC, datetime

from ingest.feeds.limits import DEFAULTS, Limits
from ingest.feeds.parse import parse
from ingest.records import Failure, ParsedFeed, Statement

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://paper.test/feeds/all.xml"

NAMESPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:cc="http://creativecommons.org/ns#" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule" '
    'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:rsl="https://rslstandard.org/rsl" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:fh="http://purl.org/syndication/history/1.0" '
    'xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:gml="http://www.opengis.net/gml"'
)


def rss(*items: str, channel: str = "", prolog: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    """An RSS 2.0 document with every namespace the tests use."""
    head = f"<title>The Paper</title><link>https://paper.test/</link>{channel}"
    return f'{prolog}<rss version="2.0" {NAMESPACES}><channel>{head}{"".join(items)}</channel></rss>'.encode()


def item(number: int = 1, more: str = "", title: str | None = None) -> str:
    return (
        f"<item><title>{title or f'Story {number}'}</title><link>https://paper.test/{number}</link>"
        f'<guid isPermaLink="false">paper-{number}</guid><pubDate>Fri, {number:02d} Nov 2026 10:00:00 GMT</pubDate>'
        f"<description>Body {number}</description>{more}</item>"
    )


def atom(*entries: str, feed: str = "", attributes: str = "") -> bytes:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES} {attributes}><title>The Paper</title>'
        f'<id>urn:paper</id><link href="https://paper.test/"/>{feed}{"".join(entries)}</feed>'
    ).encode()


def entry(more: str = "", number: int = 1) -> str:
    return (
        f"<entry><id>urn:paper:{number}</id><title>Story {number}</title>"
        f'<link href="https://paper.test/{number}"/><updated>2026-11-0{number}T10:00:00Z</updated>{more}</entry>'
    )


def read(
    body: bytes,
    *,
    content_type: str | None = None,
    known: frozenset[bytes] = frozenset(),
    limits: Limits = DEFAULTS,
    url: str = URL,
) -> ParsedFeed:
    """The feed in `body`; a Failure fails the test with its detail."""
    parsed = parse(body, url=url, content_type=content_type, known=known, now=NOW, limits=limits)
    assert isinstance(parsed, ParsedFeed), parsed
    return parsed


def refuse(body: bytes, limits: Limits = DEFAULTS) -> Failure:
    """The failure of `body`; a feed fails the test."""
    failure = parse(body, url=URL, now=NOW, limits=limits)
    assert isinstance(failure, Failure), failure
    return failure


def stated(statements: tuple[Statement, ...], prop: str) -> list[tuple[str, str]]:
    """(value, place) of each statement of one property."""
    return [(one.value, one.place) for one in statements if one.property == prop]
