"""A fragment of HTML, or plain text, as a Document: text, its blocks, its links.

Every later offset indexes the `text` made here. For HTML the blocks are joined by one newline and white space
inside a block is folded to single spaces, except in preformatted text. A `<br>` starts a new block of the same
kind, because footers are often nothing but lines between `<br>`s and notices are found block by block.
Table rows are one block, cells joined by " | "; a row whose cells hold several blocks is layout, and its
content is walked as if the table were not there. How a word is read (<rt>) stands in brackets behind it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import NamedTuple, cast

from lxml import etree

from ingest.articles.markup import Markup, absolute_url, parse
from ingest.articles.tags import (
    CELL_BLOCKS,
    IS_BREAKING,
    IS_DROPPED,
    IS_EMPHASIS,
    IS_FOOTER,
    IS_LINK,
    IS_LIST,
    IS_MARK,
    IS_QUOTE,
    KINDS,
    ROLES,
)
from ingest.records import Block, BlockKind, Document, LinkSpan

_MAX_IMAGES = 500
_CHUNK = 65536  # of a text node, so that folding 5 MB of words does not need 300 MB

# The captions of classic WordPress and its relatives, older than <figcaption>.
_CAPTION_CLASS = re.compile(
    r"(?<![\w-])(?:wp-caption-text|(?:image|photo|figure|gallery|media)?-?caption(?:-text)?)(?![\w-])"
)

# Invisible and meaningless between letters: zero-width space, no-break space, soft hyphen, word joiner; marks of
# direction, which `html` keeps for whoever shows it; and the controls that character references bring in. Joiners
# (U+200C, U+200D, U+034F) spell words in Persian and emoji; alone they pad the previews of newsletters.
_INVISIBLE = "\u200b\u2060\ufeff\u00ad\ufffe\uffff"
_DIRECTION = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_JUNK = re.compile(
    f"[{_INVISIBLE}{_DIRECTION}\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]"
    r"|(?<=\s)[\u200c\u200d\u034f]++(?!\S)|\A[\u200c\u200d\u034f]++(?=\s)"
)
# A letter and its accent in two characters, as some editors and file systems write "é" and "が": rules, names and the
# copies of a story know them as one. Only these are composed; Unicode's NFC changes characters in names as well.
_ACCENTS = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u031b\u0323\u0327\u0328"
_ACCENTS += "\u3099\u309a"
_DECOMPOSED = re.compile(f"[^\\W\\d_][{_ACCENTS}]+")
_MAY_BE_UNTIDY = _INVISIBLE + _DIRECTION + _ACCENTS + "\u200c\u034f"
_JUNK_REFERENCE = re.compile(
    r"&(?:shy|zwn?j|[lr]rm|Zero|NoBreak|Negative"
    r"|#0*+(?:820[3-7]|8288|823[4-8]|829[4-7]|1564|847|6527\d|655\d\d|173|[12]?\d\b|3[01]\b|12[7-9]|1[345]\d)"
    r"|#[xX]0*+(?:200[b-fB-F]|202[a-eA-E]|206[06-9]|61[cC]|34[fF]|[fF][eEfF][fF][eEfF]|[aA][dD]"
    r"|1?[0-9a-fA-F]\b|7[fF]|[89][0-9a-fA-F]\b))"
)
_WORD = re.compile(r"\w")
_CELL_SEPARATOR = " | "


def from_html(html: str, base_url: str | None = None) -> Document:
    """The blocks of a fragment (or of a whole page's body, furniture included).

    Relative links are resolved against `base_url` and left out without one; only http, https and mailto links
    are kept. Never raises on any string; what was capped is told in `warnings`.
    """
    markup = parse(html)
    return walk(markup, base_url).document()


def from_text(text: str) -> Document:
    """Plain text as it is: offsets index the input itself, blocks are its lines without surrounding white space."""
    blocks = []
    for line in re.finditer(r"[^\r\n]+", text):
        stripped = line[0].strip()
        if stripped:
            start = line.start() + line[0].index(stripped)
            blocks.append(Block(start, start + len(stripped)))
    return Document(text, tuple(blocks))


def walk(markup: Markup, base_url: str | None = None) -> Walk:
    """Walk a parsed tree; `Walk.owners` says which element each block came from."""
    state = Walk(base_url, may_be_untidy=_may_be_untidy(markup.source))
    if markup.root is not None:
        state.run(markup.root)
    state.warnings = markup.warnings
    return state


def _may_be_untidy(source: str) -> bool:
    """Asked once, because asking at every text is a tenth of the walk."""
    return any(map(source.__contains__, _MAY_BE_UNTIDY)) or _JUNK_REFERENCE.search(source) is not None


def _composed(letter: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", letter[0])


class _Frame(NamedTuple):
    """What the block-level elements around the current text make of it."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    in_row: bool = False  # inside a data row: cells do not start blocks
    preformatted: bool = False


@cache  # as many as there are kinds and levels
def _frame(kind: BlockKind, level: int) -> _Frame:
    return _Frame(kind, level, False, kind is BlockKind.PREFORMATTED)


class Walk:
    """One pass over a tree, without recursion: text is folded into the current block as it comes."""

    def __init__(self, base_url: str | None, *, may_be_untidy: bool) -> None:
        self._base_url = base_url
        self._may_be_untidy = may_be_untidy
        self.warnings: tuple[str, ...] = ()
        self.blocks: list[Block] = []
        self.owners: list[etree._Element] = []  # a block each: the element it begins in
        self._lines: list[str] = []
        self._links: list[LinkSpan] = []
        self._images: list[str] = []
        self.image_places: list[int] = []  # an image each: how many blocks stand before it
        self._offset = 0  # in the document, where the current block starts
        self._frame = _Frame()
        self._outer: list[_Frame] = []
        self._lists = self._quotes = self._emphasis = self._footers = 0  # open elements
        self._open_links: list[tuple[str, str]] = []  # href, rel
        self._link_has_text = False
        self._after_rule = False
        # The current block.
        self._pieces: list[str] = []
        self._length = 0
        self._gap = self._next_cell = False  # before the next text
        self._link_start: int | None = None
        self._owner: etree._Element
        self._emphasised = self._in_footer = self._quoted = True  # all of the words so far
        self._plain = self._has_words = False

    def document(self) -> Document:
        text = "\n".join(self._lines)
        self._end_links_at(len(text))  # badges after the last block
        return Document(text, tuple(self.blocks), tuple(self._links), tuple(self._images), self.warnings)

    def run(self, root: etree._Element) -> None:
        roles = ROLES.get
        events = etree.iterwalk(root, events=("start", "end"))
        for event, element in events:
            tag = cast("str", element.tag)  # comments and instructions are gone
            role = roles(tag, 0)
            if event == "start":
                if role & IS_DROPPED:
                    events.skip_subtree()
                    continue
                if role:
                    self._enter(element, tag, role)
                text = element.text
                if text and (self._length or not text.isspace()):
                    self._text(text, element)
            else:
                if role and not role & IS_DROPPED:
                    self._leave(element, tag, role)
                text = element.tail
                if text and (self._length or not text.isspace()):
                    self._text(text, cast("etree._Element", element.getparent()))
        self._end_block()

    # ------------------------------------------------------------------ elements

    def _enter(self, element: etree._Element, tag: str, role: int) -> None:
        if role & IS_BREAKING:
            self._outer.append(self._frame)
            self._frame = self._frame_of(element, tag)
            if role & IS_LIST:
                self._lists += 1
        elif role & IS_LINK:
            self._pause_link()
            href = absolute_url(element.get("href"), self._base_url) or ""
            self._open_links.append((href, " ".join((element.get("rel") or "").lower().split())))
            self._link_has_text = False
        elif role & IS_MARK:
            self._mark(element, tag)
        if role & IS_EMPHASIS:
            self._emphasis += 1
        if role & IS_FOOTER:
            self._footers += 1
        if role & IS_QUOTE:
            self._quotes += 1

    def _mark(self, element: etree._Element, tag: str) -> None:
        if tag == "rt":
            if _is_bare_reading(element):
                self._text("(", element)
        elif tag == "br":
            if self._frame.preformatted:
                self._text("\n", element)
            else:
                self._end_block()
        elif tag == "hr":
            self._end_block()
            self._after_rule = True
        elif len(self._images) < _MAX_IMAGES:
            address = absolute_url(_source_of(element), self._base_url)
            if address:
                self._images.append(address)
                self.image_places.append(len(self.blocks))

    def _leave(self, element: etree._Element, tag: str, role: int) -> None:
        if role & IS_BREAKING:
            if self._frame.in_row and tag != "tr":
                self._gap = True
            elif self._length:
                self._end_block()
            self._frame = self._outer.pop()
            if role & IS_LIST:
                self._lists -= 1
        elif role & IS_LINK:
            self._pause_link()
            href, rel = self._open_links.pop()
            if not self._link_has_text and ("license" in rel or "creativecommons.org/" in href) and href:
                # A licence badge is a picture; its link is the evidence.
                here = self._offset + self._length
                self._links.append(LinkSpan(here, here, href, rel))
        elif tag == "rt" and _is_bare_reading(element):
            self._gap = False
            self._text(")", element)
        if role & IS_EMPHASIS:
            self._emphasis -= 1
        if role & IS_FOOTER:
            self._footers -= 1
        if role & IS_QUOTE:
            self._quotes -= 1

    def _frame_of(self, element: etree._Element, tag: str) -> _Frame:
        frame = self._frame
        if frame.in_row:
            self._gap = True
            if tag in ("td", "th"):
                self._next_cell = True
            return frame
        if self._length:
            self._end_block()
        if (kind := KINDS.get(tag)) is not None:
            return _frame(kind, self._level_of(kind, tag))
        if tag == "tr":
            if _is_data_row(element):
                return _Frame(BlockKind.TABLE_ROW, 0, True, frame.preformatted)
        elif tag in ("p", "div"):
            classes = element.get("class")
            if classes and "caption" in classes and _CAPTION_CLASS.search(classes):
                return _frame(BlockKind.CAPTION, 0)
        return frame

    def _level_of(self, kind: BlockKind, tag: str) -> int:
        if kind is BlockKind.HEADING:
            return int(tag[1])
        if kind is BlockKind.LIST_ITEM:
            return max(self._lists, 1)
        return self._quotes + 1 if kind is BlockKind.QUOTE else 0

    # ------------------------------------------------------------------ text

    def _text(self, text: str, element: etree._Element) -> None:
        if len(text) > _CHUNK:
            for at in range(0, len(text), _CHUNK):
                self._text(text[at : at + _CHUNK], element)
            return
        if self._may_be_untidy:
            text = _DECOMPOSED.sub(_composed, _JUNK.sub("", text))
        lead = ""
        if self._frame.preformatted:
            folded = text if self._length else text.lstrip()
            if not folded:
                return
        else:
            words = text.split()
            if not words:
                self._gap = self._gap or bool(text)
                return
            folded = " ".join(words)
            if self._length:
                if self._next_cell:
                    lead = _CELL_SEPARATOR
                elif self._gap or text[0].isspace():
                    lead = " "
            self._gap = text[-1].isspace()
            self._next_cell = False
        if not self._length:
            self._owner = element
        start = self._length + len(lead)
        self._length = start + len(folded)
        self._pieces += (lead, folded)
        if self._open_links and self._link_start is None:
            self._link_start = start
            self._link_has_text = True
        if not self._plain and _WORD.search(folded):  # a full stop outside <em>…</em> does not count
            self._has_words = True
            self._emphasised = self._emphasised and self._emphasis > 0
            self._in_footer = self._in_footer and self._footers > 0
            self._quoted = self._quoted and self._quotes > 0
            self._plain = not (self._emphasised or self._in_footer or self._quoted)

    def _pause_link(self) -> None:
        """Write down the part of the innermost link that lies in the current block."""
        if self._link_start is not None:
            href, rel = self._open_links[-1]
            if href and self._link_start < self._length:
                self._links.append(
                    LinkSpan(self._offset + self._link_start, self._offset + self._length, href, rel)
                )
            self._link_start = None

    def _end_links_at(self, end: int) -> None:
        """Take from the last links what lies behind `end`: white space that went, or the place of the next block."""
        for place in range(len(self._links) - 1, -1, -1):
            link = self._links[place]
            if link.end <= end:
                return
            if link.start < end or link.start == link.end:
                self._links[place] = replace(link, start=min(link.start, end), end=end)
            else:
                del self._links[place]

    # ------------------------------------------------------------------ blocks

    def _start_block(self) -> None:
        self._pieces = []
        self._length = 0
        self._gap = self._next_cell = False
        self._link_start = None
        self._emphasised = self._in_footer = self._quoted = True
        self._plain = self._has_words = False

    def _end_block(self) -> None:
        if not self._length:
            return
        line = "".join(self._pieces)
        if self._frame.preformatted:
            line = line.rstrip()
            self._length = len(line)
            self._end_links_at(self._offset + self._length)
        self._pause_link()
        self.blocks.append(
            Block(
                self._offset,
                self._offset + self._length,
                self._frame.kind,
                self._frame.level,
                self._emphasised and self._has_words,
                self._after_rule,
                self._in_footer and self._has_words,
                self._quoted and self._has_words,
            )
        )
        self.owners.append(self._owner)
        self._lines.append(line)
        self._offset += self._length + 1
        self._after_rule = False
        self._start_block()


def _is_bare_reading(rt: etree._Element) -> bool:
    """Whether a ruby annotation says something, and has no <rp> around it to keep it apart from what it annotates."""
    ruby = rt.getparent()
    return (ruby is None or ruby.find("rp") is None) and any(map(str.strip, rt.itertext()))


def _source_of(image: etree._Element) -> str:
    """Where a picture is; of one that a script or the browser is to choose, the first that they may."""
    source = image.get("src") or ""
    if source and source[:5].lower() != "data:":  # those are placeholders
        return source
    if of_script := image.get("data-src") or image.get("data-lazy-src"):
        return of_script
    candidates = (image.get("srcset") or image.get("data-srcset") or "").split(None, 1)
    return candidates[0].rstrip(",") if candidates else ""


def _is_data_row(row: etree._Element) -> bool:
    """Whether a table row holds data: several cells, none of them with more than one block inside."""
    if len(row) < 2:
        return False
    for cell in row:
        inner = list(islice(cell.iter(*CELL_BLOCKS), 2))
        if len(inner) > 1 or (inner and inner[0].tag == "table"):
            return False
    return True
