"""A Document as the least HTML that holds it: what is stored as the body of a page."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from html import escape
from itertools import groupby
from operator import attrgetter

from ingest.records import Block, BlockKind, Document, LinkSpan

_AROUND = {BlockKind.LIST_ITEM: "ul", BlockKind.QUOTE: "blockquote", BlockKind.TABLE_ROW: "table"}


def to_html(document: Document) -> str:
    """Blocks and links as HTML, nothing else in it. `blocks.from_html` reads the same text back."""
    links = sorted(document.links, key=attrgetter("start"))
    pieces: list[str] = []
    for kind, group in groupby(document.blocks, key=attrgetter("kind")):
        inner = "\n".join(_block(document, block, links) for block in group)
        around = _AROUND.get(kind)
        pieces.append(f"<{around}>\n{inner}\n</{around}>" if around else inner)
    return "\n".join(pieces)


def _block(document: Document, block: Block, links: list[LinkSpan]) -> str:
    text = "".join(_linked(document, block, links))
    if block.emphasis:
        text = f"<em>{text}</em>"
    match block.kind:
        case BlockKind.HEADING:
            html = f"<h{block.level}>{text}</h{block.level}>"
        case BlockKind.LIST_ITEM:
            html = f"<li>{text}</li>"
        case BlockKind.CAPTION:
            html = f"<figure><figcaption>{text}</figcaption></figure>"
        case BlockKind.TABLE_ROW:
            html = f"<tr><td>{text}</td></tr>"
        case BlockKind.PREFORMATTED:
            html = f"<pre>{text}</pre>"
        case _:
            html = f"<p>{text}</p>"
    return f"<hr>{html}" if block.after_rule and block.kind not in _AROUND else html


def _linked(document: Document, block: Block, links: list[LinkSpan]) -> Iterator[str]:
    at = block.start
    first, end = (bisect_left(links, place, key=attrgetter("start")) for place in (block.start, block.end))
    for link in links[first:end]:
        if link.start < at or link.end > block.end:
            continue
        yield escape(document.text[at : link.start], quote=False)
        rel = f' rel="{escape(link.rel)}"' if link.rel else ""
        yield f'<a href="{escape(link.href)}"{rel}>{escape(document.text[link.start : link.end], quote=False)}</a>'
        at = link.end
    yield escape(document.text[at : block.end], quote=False)
