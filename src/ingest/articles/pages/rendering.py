"""A Document as the least HTML that holds it: what is stored as the body of a page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby

from ingest.records import Block, BlockKind, Document, LinkSpan

_AROUND = {BlockKind.LIST_ITEM: "ul", BlockKind.QUOTE: "blockquote", BlockKind.TABLE_ROW: "table"}


def to_html(document: Document) -> str:
    """Blocks and links as HTML, nothing else in it. `blocks.from_html` reads the same text back."""
    starts: dict[int, list[LinkSpan]] = {}
    for link in document.links:
        starts.setdefault(link.start, []).append(link)
    pieces: list[str] = []
    for kind, group in groupby(document.blocks, key=lambda block: block.kind):
        inner = "\n".join(_block(document, block, starts) for block in group)
        around = _AROUND.get(kind)
        pieces.append(f"<{around}>\n{inner}\n</{around}>" if around else inner)
    return "\n".join(pieces)


def _block(document: Document, block: Block, starts: dict[int, list[LinkSpan]]) -> str:
    text = "".join(_linked(document, block, starts))
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


def _linked(document: Document, block: Block, starts: dict[int, list[LinkSpan]]) -> Iterator[str]:
    at = block.start
    for start in sorted(start for start in range(block.start, block.end) if start in starts):
        for link in starts[start]:
            if start < at or link.end > block.end:
                continue
            yield escape(document.text[at:start], quote=False)
            rel = f' rel="{escape(link.rel)}"' if link.rel else ""
            yield f'<a href="{escape(link.href)}"{rel}>{escape(document.text[start : link.end], quote=False)}</a>'
            at = link.end
    yield escape(document.text[at : block.end], quote=False)
