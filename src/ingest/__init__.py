"""Polls syndication feeds and turns entries into clean text with evidenced attribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ingest.records import Extraction

__version__ = "0.1.0"
__all__ = ["extract"]


def extract(
    body: str,
    *,
    html: bool | None = None,
    url: str | None = None,
    title: str | None = None,
    author: str | Sequence[str] | None = None,
    published: datetime | str | None = None,
    feed: Mapping[str, str] | None = None,
) -> Extraction:
    """Clean text, notices and attribution of one article: what `ingest extract` does, with the built-in rules.

    `body` is HTML (a fragment or a whole page) or plain text; `html=None` looks which. `feed` may hold `url`
    and `title` of the feed it came from. `published` is a datetime or ISO 8601 or RFC 822 text. Raises ValueError
    for a date that is neither.
    """
    from ingest import sources
    from ingest.articles.extract import extract as extract_source
    from ingest.articles.notices import catalogue

    source = sources.make(
        body, html=html, url=url, title=title, author=author, published=published, feed=feed or {}
    )
    return extract_source(source, catalogue.load())
