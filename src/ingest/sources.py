"""From what a person or program hands in to a Source: the input side of `ingest extract`.

Everything here is pure. What cannot be understood raises ValueError with a sentence for a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ingest.records import Person, Source, SourceFeed
from ingest.text import moment

_PAGE_START = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*|<\?xml[^>]*>\s*)*(?:<!doctype\s+html|<html[\s>])", re.I | re.S
)
_PAGE_HEAD = re.compile(r"<(?:head|meta|title)[\s>]", re.I)
# A start or end tag that HTML has: "a < b and c > d" and "<jane@example.org>" are text.
_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|em|strong|ul|ol|li|h[1-6]|img|figure|blockquote|table|tr|td|article|section"
    r"|small|hr|pre|iframe|html|body|head|font|center)(?:\s[^<>]*)?/?>",
    re.I,
)


def make(
    body: str,
    *,
    html: bool | None = None,
    url: str | None = None,
    title: str | None = None,
    author: str | Sequence[str] | None = None,
    published: datetime | str | None = None,
    feed: Mapping[str, str | None] | None = None,
) -> Source:
    """A Source of one article; `html=None` looks at the body to tell HTML from text, and a page from a fragment."""
    is_html = looks_like_html(body) if html is None else html
    names = [author] if isinstance(author, str) else author or []
    feed = feed or {}
    return Source(
        body=body,
        is_html=is_html,
        is_page=is_html and looks_like_page(body),
        url=url or None,
        title=title or None,
        authors=tuple(Person(name.strip()) for name in names if name.strip()),
        published=moment(published) if isinstance(published, str) and published else published or None,
        feed=SourceFeed(url=feed.get("url"), title=feed.get("title")),
    )


def looks_like_html(body: str) -> bool:
    return bool(_PAGE_START.match(body) or _TAG.search(body))


def looks_like_page(body: str) -> bool:
    """Whether HTML is a whole web page, not the fragment a feed carries (which some wrap into <html><body>)."""
    return bool(_PAGE_START.match(body) and _PAGE_HEAD.search(body))


# ------------------------------------------------------------------------------------------ one line of JSONL


def from_json(line: str | bytes) -> tuple[Any, Source]:
    """`id` and Source of one JSON line; unknown keys are ignored.

    Raises LineError, which carries the id where there was one.
    """
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError(None, f"not a JSON line: {error}") from None
    if not isinstance(item, dict):
        raise LineError(None, "not a JSON object")
    try:
        return item.get("id"), _source(item)
    except ValueError as error:
        raise LineError(item.get("id"), str(error)) from None


class LineError(ValueError):
    def __init__(self, id: Any, cause: str) -> None:
        super().__init__(cause)
        self.id = id


def _source(item: dict[str, Any]) -> Source:
    html, text = _text(item, "html"), _text(item, "text")
    if html is None and text is None:
        raise ValueError('needs "html" or "text"')
    author, feed = item.get("author"), item.get("feed")
    if not (author is None or isinstance(author, str) or _is_list_of_texts(author)):
        raise ValueError('"author" is neither text nor a list of texts')
    if feed is not None and not isinstance(feed, dict):
        raise ValueError('"feed" is not an object with "url" and "title"')
    return make(
        html or "" if text is None else text,  # offsets index the text, where there is one
        html=text is None,
        url=_text(item, "url"),
        title=_text(item, "title"),
        author=author,
        published=_text(item, "published"),
        feed={key: _text(feed, key) for key in ("url", "title")} if feed else None,
    )


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _text(item: Mapping[str, Any], key: str) -> str | None:
    value = item.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f'"{key}" is not text')
    return value
