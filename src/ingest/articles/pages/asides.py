"""Lines among an article's paragraphs that are no part of its text: its own title, and links to other stories.

Extractors keep them: a headline is the text's best heading, and a paragraph that is one link is a paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from ingest.records import Block, BlockKind, Document, LinkSpan
from ingest.urls import same_site

_LINKED_SHARE = 0.75  # of the line: "Related: …" before the link, a mark after it
_LEAST_WORDS = 4  # shorter ones name a source, a product, a place
_OPENING = 40  # words that may stand before the title: a kicker, a date, names
_WORDS = re.compile(r"\w+")


def asides(document: Document, kept: Iterable[int], title: str | None, url: str | None) -> set[int]:
    """Which of the kept blocks are the title or lead to another story of the same site."""
    order = sorted(kept)
    found = _titles(document, order, _words(title or ""))
    if url:
        found.update(index for index in order if _leads_away(document, document.blocks[index], url))
    return found


def _titles(document: Document, order: list[int], title: list[str]) -> set[int]:
    """The page's title where the text begins, and its first-level heading whatever its wording."""
    found = set()
    before = 0
    for index in order:
        block = document.blocks[index]
        words = _words(document.text[block.start : block.end])
        heading = block.kind is BlockKind.HEADING
        if (heading and block.level == 1) or (words and _same(words, title)):
            found.add(index)
            continue
        before += len(words)
        if before > _OPENING:
            break
    return found


def _same(words: list[str], title: list[str]) -> bool:
    """Equal but for the name of the site, which titles end or begin with."""
    length = len(words)
    return words == title or (length >= _LEAST_WORDS and words in (title[:length], title[-length:]))


def _leads_away(document: Document, block: Block, url: str) -> bool:
    if block.kind is BlockKind.QUOTE:
        return False
    text = document.text[block.start : block.end]
    links = links_in(document, block)
    linked = sum(link.end - link.start for link in links)
    return (
        linked >= _LINKED_SHARE * len(text)
        and len({link.href for link in links}) == 1
        and len(_words(text)) >= _LEAST_WORDS
        and same_site(links[0].href, url)
    )


def links_in(document: Document, block: Block) -> list[LinkSpan]:
    """The links of a block, in order."""
    first = bisect_left(document.links, block.start, key=lambda link: link.start)
    found = []
    for link in document.links[first:]:
        if link.end > block.end:
            break
        found.append(link)
    return found


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.lower())
