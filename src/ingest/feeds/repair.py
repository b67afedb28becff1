"""Mending markup before any parser sees it: what publishers get wrong often, each fault by the smallest change.

Every function takes and returns UTF-8 bytes. The order is parse.py's: `clean` always, `expand` where a DTD declares
entities, the rest only for documents that are not well-formed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from html.entities import html5

from lxml import etree

from ingest.feeds.limits import REPEATED, SHORT_FIELDS, Limits

DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>'
HEAD_BYTES = 1_048_576  # how far into a document its root element is looked for

_HEAD_TOKEN = re.compile(rb"<!--|<([A-Za-z_][\w.-]*(?::[\w.-]+)?)(?=[\s/>])")
_DOCTYPE = re.compile(rb"<!DOCTYPE\s[^\[<>]*(?:\[(.*?)\]\s*)?>", re.S | re.I)
_COMMENT = re.compile(rb"<!--.*?-->", re.S)
_CONTROLS = bytes(range(9)) + b"\x0b\x0c" + bytes(range(14, 32))
# A cheap first look, since nearly every reference is to a character that exists.
_UNUSUAL_REFERENCE = re.compile(
    rb"&#(?:(?![1-9][0-9]{1,5};|[xX][0-9a-fA-F]{2,5};)|[12][0-9];|3[01];|5[5-7][0-9]{3};|6553[45];"
    rb"|[xX](?:[01][0-9a-fA-F];|[dD][89a-fA-F][0-9a-fA-F]{2};|[fF]{3}[eEfF];|0))"
)
_CHARACTER_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_CDATA = re.compile(rb"(<!\[CDATA\[.*?\]\]>)", re.S)
_ENTITY = re.compile(rb"&([A-Za-z_][\w.-]{0,40});")
_LOOSE_AMPERSAND = re.compile(rb"&(?!#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)")
_LOOSE_BRACKET = re.compile(rb"<(?![A-Za-z_/!?])")
_BARE_VALUES = re.compile(rb"<[A-Za-z][^<>\"']{0,200}=[^\s<>\"'][^<>\"']{0,200}>")
_BARE_VALUE = re.compile(rb"(\s[\w:.-]+=)([^\s<>\"'/]+)")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})

# Namespaces behind the prefixes feeds use without declaring them.
_USUAL = {
    "atom": "http://www.w3.org/2005/Atom",
    "cc": "http://creativecommons.org/ns#",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rsl": "https://rslstandard.org/rsl",
    "rss": "http://backend.userland.com/rss",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


def root_at(document: bytes) -> tuple[int, str]:
    """Where the first element that could be a root starts, and its qualified name; (-1, "") when there is none.

    HTML that a server printed before the feed (`<br />`, `<b>Warning</b>`) is passed over when a feed root follows.
    """
    first = (-1, "")
    at, head = 0, document[:HEAD_BYTES]
    while match := _HEAD_TOKEN.search(head, at):
        at = match.end()
        if match[1] is None:
            end = document.find(b"-->", at)
            if end < 0:
                break
            at = end + 3
            continue
        name = match[1].decode("ascii", "replace")
        if name.rpartition(":")[2].lower() in ("rss", "feed", "rdf", "channel"):
            return match.start(), name
        if first[0] < 0:
            first = (match.start(), name)
            if name.lower() == "html":
                break
    return first


def clean(document: bytes, root_start: int) -> tuple[bytes, list[str]]:
    """A declaration that is true, no text before the root, no character XML forbids.

    Control characters and NUL go; a reference to a lone surrogate or beyond Unicode becomes U+FFFD. A DOCTYPE is
    kept. One bad reference would otherwise lose the whole feed.
    """
    warnings: list[str] = []
    prolog, body = document[:root_start], document[root_start:]
    doctype = _DOCTYPE.search(prolog)
    before = _COMMENT.sub(b"", prolog[: doctype.start()] if doctype else prolog).lstrip(
        b"\xef\xbb\xbf \t\r\n"
    )
    if before[:1] not in (b"", b"<") or re.search(rb"<[a-zA-Z]", before):
        warnings.append("text before the feed's root element left out")
    before_bytes = len(body)
    body = body.translate(None, _CONTROLS)
    for noncharacter in (b"\xef\xbf\xbe", b"\xef\xbf\xbf"):
        body = body.replace(noncharacter, b"")
    if len(body) < before_bytes:
        warnings.append(f"{before_bytes - len(body)} bytes of control characters removed")
    if _UNUSUAL_REFERENCE.search(body):
        mended = _CHARACTER_REFERENCE.sub(_legal_reference, body)
        if mended != body:
            warnings.append("references to characters that do not exist replaced")
            body = mended
    kept = doctype[0] if doctype else b""
    # As many line ends as before, so that an error names the publisher's line.
    lines = b"\n" * (prolog.count(b"\n") - kept.count(b"\n"))
    return DECLARATION + kept + lines + body, warnings


def has_doctype(document: bytes) -> bool:
    """Whether a document has one as `clean` leaves it: behind the declaration."""
    start = len(DECLARATION)
    return document[start : start + 9].upper() == b"<!DOCTYPE"


def _legal_reference(match: re.Match[bytes]) -> bytes:
    digits = match[1] or match[2]
    if len(digits.lstrip(b"0")) > 7:
        return b"\xef\xbf\xbd"
    code = int(digits, 16 if match[1] else 10)
    if code < 0x20 and code not in (9, 10, 13):
        return b""
    if 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF) or code > 0x10FFFF:
        return b"\xef\xbf\xbd"
    return match[0]


def expand(document: bytes, declared: dict[str, str]) -> bytes:
    """Named entities as the characters they stand for, outside CDATA, and no DOCTYPE.

    `declared` are the document's own (small and flat: limits.scan saw to that), HTML's names come after them, as
    feeds use those undeclared. Without a DTD left, an item is the same bytes wherever it stands.
    """

    def replaced(match: re.Match[bytes]) -> bytes:
        name = match[1].decode("ascii", "replace")
        if name in declared:
            return html.escape(declared[name]).encode()
        if name in _XML_ENTITIES or f"{name};" not in html5:
            return match[0]
        return html.escape(html5[f"{name};"]).encode()

    document = _DOCTYPE.sub(b"", document, count=1)
    return _outside_cdata(document, lambda text: _ENTITY.sub(replaced, text))


def escape_loose(document: bytes) -> bytes:
    """`&` and `<` that start neither a reference nor a tag escaped, bare attribute values quoted, outside CDATA."""

    def escaped(text: bytes) -> bytes:
        text = _LOOSE_BRACKET.sub(b"&lt;", _LOOSE_AMPERSAND.sub(b"&amp;", text))
        return _BARE_VALUES.sub(lambda tag: _BARE_VALUE.sub(rb'\1"\2"', tag[0]), text)

    return _outside_cdata(document, escaped)


def _outside_cdata(document: bytes, change: Callable[[bytes], bytes]) -> bytes:
    if b"<![CDATA[" not in document:
        return change(document)
    if b"]]>" not in document:  # an open section would be searched to the end at each opening
        return document
    pieces = _CDATA.split(document)
    return b"".join(piece if index % 2 else change(piece) for index, piece in enumerate(pieces))


def bind(document: bytes, root: str, prefixes: Iterable[str]) -> bytes:
    """The document with these prefixes declared at its root."""
    declarations = "".join(
        f' xmlns:{prefix}="{_USUAL.get(prefix.lower(), "urn:undeclared:" + prefix)}"'
        for prefix in sorted(prefixes)
    )
    opening = f"<{root}".encode()
    return document.replace(opening, opening + declarations.encode(), 1)


def end_at_root(document: bytes, root: str) -> bytes:
    """Without what follows the root's last end tag (server notices, a second document, counters)."""
    end = document.rfind(f"</{root}".encode())
    if end < 0:
        return document
    close = document.find(b">", end)
    return document[: close + 1] if close >= 0 else document


def close(document: bytes, parents: Iterable[str]) -> bytes:
    """The document with the end tags of these elements (outermost first) appended."""
    return document + b"".join(f"</{name}>".encode() for name in reversed(tuple(parents)))


# --------------------------------------------------------------------------- through a tree


def recovered(document: bytes) -> bytes | None:
    """What libxml2 makes of a broken document: unclosed elements closed, stray end tags dropped. None: nothing."""
    root = etree.fromstring(document, tree_parser())
    return None if root is None else etree.tostring(root, encoding="utf-8", xml_declaration=True)


def tree_parser() -> etree.XMLParser[etree._Element]:
    """A parser that opens nothing, resolves nothing and survives broken markup.

    huge_tree lifts libxml2's own limits; limits.scan has measured depth, attributes and text before.
    """
    return etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def trim(document: bytes, limits: Limits) -> tuple[bytes, list[str]]:
    """The document with every text, field and list cut to the limits, and what was cut."""
    root = etree.fromstring(document, tree_parser())
    warnings: list[str] = []
    if root is None:
        return document, warnings
    _drop_repeats(root, limits, warnings)
    for element in root.iter("*"):
        name = etree.QName(element).localname
        cap = limits.text_chars
        if name.lower() in SHORT_FIELDS:
            cap = limits.field_chars
            # Mixed content would add up again in feedparser, so a long field keeps its own text only.
            if sum(len(part) for part in element.itertext()) > cap:
                _flatten(element)
        if element.text and len(element.text) > cap:
            element.text = element.text[:cap]
            warnings.append(f"<{name}> cut to {cap} characters")
        if element.tail and len(element.tail) > limits.text_chars:
            element.tail = element.tail[: limits.text_chars]
            warnings.append(f"text after <{name}> cut to {limits.text_chars} characters")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True), warnings


def _flatten(element: etree._Element) -> None:
    for child in element:
        child.tail = None
        if etree.QName(child).localname.lower() not in SHORT_FIELDS | {"uri", "url", "homepage"}:
            element.remove(child)


def _drop_repeats(root: etree._Element, limits: Limits, warnings: list[str]) -> None:
    """In each item, and in the channel around them, at most `repeats` elements of each repeated name."""
    counts: dict[tuple[int, str], int] = {}
    surplus: list[etree._Element] = []
    owner = 0
    for element in root.iter("*"):
        name = etree.QName(element).localname.lower()
        if name in ("item", "entry"):
            owner += 1
        elif name in REPEATED:
            counts[owner, name] = counts.get((owner, name), 0) + 1
            if counts[owner, name] > limits.repeats:
                surplus.append(element)
    for element in surplus:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    for (_, name), count in counts.items():
        if count > limits.repeats:
            warnings.append(f"{count} <{name}> in one entry: {limits.repeats} kept")
