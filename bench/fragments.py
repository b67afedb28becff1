"""What the article stages keep of feed entries: real article markup cut into entries, read back, and timed.

    python -m bench.fragments [FOLDER]      (default: ../shared/pages/benchmark)

From each page's container (articles/pages/container.py) runs of neighbouring blocks are cut (p, ul, ol, dl, h2 to h6,
figure, blockquote, pre, table, whatever divisions they stand in), of 300 to 8,000 characters of text as feeds carry
them. What a reader would see of a fragment is told by the standard library's HTML parser, which shares no line with
ours. "Text kept" is the share of its words, weighed by length, that stand in the clean text or in notices cut from
it; lists, headings and captions the same, of the words whose nearest structural element is one, in blocks of that
kind. Times are process time, the best of three rounds, the median entry.
"""

from __future__ import annotations

import gc
import gzip
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from lxml import etree

from ingest import charset
from ingest.articles import blocks, extract
from ingest.articles.markup import parse
from ingest.articles.notices import catalogue
from ingest.articles.pages import body as page_body
from ingest.articles.pages import container
from ingest.articles.sanitise import sanitise
from ingest.records import BlockKind, Extraction, Source

FOLDER = Path(__file__).parents[2] / "shared" / "pages" / "benchmark"
LEAST, MOST = 300, 8_000  # characters of text
ROUNDS = 3

CUT = ("p", "ul", "ol", "dl", "h2", "h3", "h4", "h5", "h6", "figure", "blockquote", "pre", "table")
UNSEEN = frozenset(
    "script style noscript template iframe object svg math canvas audio video map select textarea button title"
    " option progress meter dialog".split()
)
KINDS = {
    **dict.fromkeys(("li", "dt", "dd"), BlockKind.LIST_ITEM),
    **{f"h{level}": BlockKind.HEADING for level in range(1, 7)},
    **dict.fromkeys(("figcaption", "caption"), BlockKind.CAPTION),
    **dict.fromkeys(("blockquote", "pre", "td", "th"), None),
}
SHOWN = {BlockKind.LIST_ITEM: "lists", BlockKind.HEADING: "headings", BlockKind.CAPTION: "captions"}
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
BLOCK = frozenset(
    "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr"
    " ul".split()
)
CAPTIONS = {"caption", "wp-caption-text"}  # the classes of captions before there was <figcaption>

Words = Counter[str]


class Seen(HTMLParser):
    """The words a reader sees, and those of each kind of element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.kinds: list[BlockKind | None] = [
            None
        ]  # of the text at each depth: its nearest structural element's
        self.texts: dict[BlockKind | None, list[str]] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.separate(tag)
        if tag not in VOID:
            self.open.append(tag)
            captioned = tag in ("p", "div") and CAPTIONS & set((dict(attrs).get("class") or "").split())
            self.kinds.append(BlockKind.CAPTION if captioned else KINDS.get(tag, self.kinds[-1]))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                self.kinds.pop()
            self.kinds.pop()
        self.separate(tag)

    def separate(self, tag: str) -> None:
        if tag in BLOCK:
            for texts in self.texts.values():
                texts.append(" ")

    def handle_data(self, data: str) -> None:
        if not UNSEEN.intersection(self.open):
            self.texts.setdefault(self.kinds[-1], []).append(data)

    def words(self, kind: BlockKind | None = None) -> Words:
        texts = self.texts.values() if kind is None else [self.texts.get(kind, [])]
        return words("\n".join("".join(each) for each in texts))


def words(text: str) -> Words:
    return Counter(text.translate(dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))).split())


def share(found: Words, wanted: Words) -> tuple[int, int]:
    """Characters of the wanted words that were found, and all of them."""
    kept = found & wanted
    return sum(len(word) * n for word, n in kept.items()), sum(len(word) * n for word, n in wanted.items())


def fragments(folder: Path) -> Iterator[tuple[str, str]]:
    """Addresses and entries cut from the pages of the folder; the same ones each time."""
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    for identity, page_of in truth.items():
        html = gzip.decompress((folder / "html" / f"{identity}.html.gz").read_bytes())
        root = parse(charset.to_text(html)).root
        if root is None:
            continue
        etree.strip_elements(root, *page_body.NEVER_TEXT, with_tail=False)
        chance = random.Random(identity)
        run: list[str] = []
        length, wanted = 0, chance.randint(LEAST, MOST)
        for block in outermost(container.find(root).element):
            size = len(" ".join("".join(block.itertext()).split()))
            if run and length + size > MOST:
                if length >= LEAST:
                    yield page_of["url"], "\n".join(run)
                run, length = [], 0
            if size > MOST:
                continue
            run.append(etree.tostring(block, encoding="unicode", method="html", with_tail=False))
            length += size
            if length >= wanted:
                yield page_of["url"], "\n".join(run)
                run, length, wanted = [], 0, chance.randint(LEAST, MOST)
        if length >= LEAST:
            yield page_of["url"], "\n".join(run)


def outermost(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if child.tag in CUT:
            yield child
        else:
            yield from outermost(child)


def kept_words(extraction: Extraction) -> Words:
    return words(extraction.text) + words("\n".join(n.quote for n in extraction.notices if n.cut))


def of_kind(extraction: Extraction, kind: BlockKind) -> Words:
    document = extraction.document
    return words("\n".join(document.text[b.start : b.end] for b in document.blocks if b.kind is kind))


def median(entries: list[tuple[str, str]], run: Callable[[str, str], object]) -> float:
    """Milliseconds of process time, of the median entry, each at its best."""
    best = [float("inf")] * len(entries)
    for _ in range(ROUNDS):
        for index, (url, html) in enumerate(entries):
            started = time.process_time()
            run(url, html)
            best[index] = min(best[index], time.process_time() - started)
    return 1000 * statistics.median(best)


def main() -> None:
    entries = list(fragments(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
    rules = catalogue.load()
    gc.collect()
    gc.freeze()  # as a worker does

    def whole(url: str, html: str) -> Extraction:
        return extract.extract(Source(html, url=url), rules)

    kept: dict[str, list[tuple[int, int]]] = {}
    empty = 0
    for url, html in entries:
        found, seen = whole(url, html), Seen(html)
        empty += not found.text.strip()
        kept.setdefault("text", []).append(share(kept_words(found), seen.words()))
        for kind, name in SHOWN.items():
            kept.setdefault(name, []).append(share(of_kind(found, kind), seen.words(kind)))
    print(
        f"{len(entries)} entries, {statistics.mean(len(html) for _, html in entries):,.0f} characters of HTML each"
    )
    for name, pairs in kept.items():
        got, all_of_it = map(sum, zip(*pairs, strict=True))
        print(f"  {name:<9} {got / all_of_it:.4f} kept of {all_of_it:,} characters")
    print(f"  {empty} without text")
    for name, run in (
        ("blocks alone", lambda url, html: blocks.from_html(html, url)),
        ("sanitised HTML alone", lambda url, html: sanitise(html, url)),
        ("all stages: blocks, sanitised HTML, notices, attribution", whole),
    ):
        print(f"  {median(entries, run):.2f} ms {name}")


if __name__ == "__main__":
    main()
