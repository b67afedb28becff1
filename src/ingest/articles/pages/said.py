"""A text and the place it stands, and how a place is named so that a person finds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import cast

from lxml import etree

from ingest.articles.markup import absolute_url
from ingest.records import Statement
from ingest.text import one_line, storable

MAX_VALUE = 1_000
_FEW = 300
_RUNS_ON = frozenset("a abbr b em font i mark strong sub sup u".split())  # with the letters beside it
_MARKS = ("itemprop", "rel", "property", "id", "class")


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    place: str
    url: str | None = None


def place_of(element: etree._Element) -> str:
    """The element with the attribute that tells most: "span[itemprop=author]", "div.byline"."""
    tag = cast("str", element.tag)
    for name in _MARKS:
        words = (element.get(name) or "").split()
        if words and name == "class":
            return f"{tag}." + ".".join(words[:3])[:60]
        if words:
            return f"{tag}[{name}={' '.join(words)[:60]}]"
    return tag


def text_of(element: etree._Element, limit: int = MAX_VALUE) -> str:
    """All text inside on one line, with a space around elements that may stand apart; no code of scripts and styles.

    Empty when it is longer than `limit` characters: then the element is no line.
    """
    pieces: list[str] = []
    length = 0
    for event, node in etree.iterwalk(element, events=("start", "end")):
        hidden = node.tag in ("script", "style") or not isinstance(node.tag, str)
        gap = "" if node.tag in _RUNS_ON else " "
        if event == "start":
            piece = gap if hidden else gap + (node.text or "")
        else:
            piece = gap + (node.tail or "") if node is not element else ""
        pieces.append(piece)
        length += len(piece)
        if length > 8 * limit:  # mostly white space, so far
            return ""
    line = " ".join(storable("".join(pieces)).split())
    return line if len(line) <= limit else ""


def inside(element: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """The element and the first few hundred in it, of these tags: more is no badge and no byline."""
    return (one for one in islice(element.iter(), _FEW) if not tags or one.tag in tags)


def statement(name: str, said: Said, value: str | None = None) -> Statement:
    quote = one_line(said.text, MAX_VALUE)
    return Statement(name, value or quote, said.place, quote)


def link_of(element: etree._Element, base: str | None) -> str | None:
    """The first web address that the element, or something in it, links to."""
    for anchor in inside(element, "a"):
        if address := absolute_url(anchor.get("href"), base):
            return address
    return None
