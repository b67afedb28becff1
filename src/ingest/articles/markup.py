"""From hostile HTML to an lxml tree in bounded time: the one parser behind blocks, sanitise and page.

Measured on libxml2 2.14: 200,000 attributes on one tag take 98 s (each is compared with all before it), and at
2,048 open elements the parser stops and drops the rest of the text. html5ever, behind nh3, takes minutes on
100,000 nested divs. So what is too long is cut, too many attributes are dropped, too deep nesting is flattened,
and each of them is told in a warning. Ordinary markup pays two counts and one regular expression.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml import etree

from ingest.articles.tags import names
from ingest.text import encoded, unescaped

MAX_CHARS = 5_000_000
MAX_DEPTH = 200  # real pages reach about that
MAX_ATTRIBUTES = 64
MAX_URL = 4096
_LEAF_HEADROOM = 24  # paragraphs and inline markup may stand inside the deepest container

# The attribute syntax of the HTML standard, 13.2.5.32 and following. Possessive throughout: nothing is tried
# twice, so hostile input costs linear time.
_ATTRIBUTE = (
    r"[\s/]*+[^\s/>][^\s/>=]*+"
    r"""(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?+)?+"""
)
# All of a document up to the first tag that may have too many attributes, each byte read once. Comments and code are
# consumed whole, so that what stands in them is not taken for tags; a tag is, so that no "<" in its values is. The
# attributes nearly all tags have, written the way nearly all are, go by a shorter pattern first.
_FEW = MAX_ATTRIBUTES // 2
_UNFLOODED = re.compile(
    (
        r"[^<]*+(?:<(?:/|!--[^-]*+(?:-(?!->)[^-]*+)*+|(?i:script|style)\b[^<]*+(?:<(?!/[sS])[^<]*+)*+"
        rf'|[a-zA-Z][^\s/>]*+(?:\s++[\w:-]++="[^"]*+"){{0,{_FEW}}}+'
        rf"(?:>|(?:{_ATTRIBUTE}){{0,{_FEW}}}+(?![\s/]*+[^\s/>]))|(?![a-zA-Z]))[^<]*+)*+"
    ).encode()
)
_FIRST_ATTRIBUTES = re.compile(rf"(?:{_ATTRIBUTE}){{0,{MAX_ATTRIBUTES}}}+")
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|textarea|title|iframe|xmp|noembed|noframes)\b.*?(?:</\1|\Z)"
    rf"|<(/?)([a-zA-Z][^\s/>]*+)((?:{_ATTRIBUTE})*+[\s/]*+)(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
# A browser drops these inside an address, and controls and spaces around it (WHATWG URL, 4.4).
_IGNORED_IN_URL = re.compile(r"[\t\r\n]+")
_CONTROLS_AND_SPACE = "".join(map(chr, range(0x21)))
_PLAIN_WEB = re.compile(r"https?://[^/\s\[\x00-\x20][^\x00-\x20]*+\Z")
_WEB_OR_MAIL = re.compile(r"https?://(?:[^/\s\[]|\[[\da-f:.]+\])|mailto:[^@\s]+@", re.IGNORECASE)

_TAG = re.compile(r"<[a-zA-Z/!]")
_ESCAPED_TAG = re.compile(
    r"&lt;/?(?:p|div|br|a|span|b|strong|i|em|ul|ol|li|h[1-6]|img|blockquote|table)\b[^<>]{0,2000}?(?:&gt;|>)",
    re.IGNORECASE,
)

_VOID = names("area base br col embed hr img input link meta param source track wbr")
_LEAVES = names("p h1 h2 h3 h4 h5 h6 li pre a b strong i em small span figcaption dt dd")
_CLOSES_ITSELF = names("a p li dt dd td th tr")  # <p>…<p> follow each other, without an end tag
_INLINE = names("a abbr b big cite code em font i q s small span strong sub sup u")
# libxml2's own table (HTMLparser.c, htmlEndPriority): an end tag does not close an element of higher priority.
_END_PRIORITY = {"div": 150, "td": 160, "th": 160, "tr": 170, "thead": 180, "tbody": 180, "tfoot": 180,
                 "table": 190, "head": 200, "body": 200, "html": 220}  # fmt: skip
_ORDINARY = 100
_FEW_TAGS = 20_000  # bytes, in which counting them costs less than looking how deep they go

# One step a level: evaluated level by level in C, each element visited once.
_too_deep = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + _LEAF_HEADROOM + 4) + ")")


@dataclass(frozen=True, slots=True)
class Markup:
    """A parsed fragment or page. `root` is None when there is no element and no text.

    `source` is the text that was parsed; its nesting and attributes are within the caps.
    """

    root: etree._Element | None
    source: str
    warnings: tuple[str, ...]


def parse(html: str) -> Markup:
    """Parse a fragment or a whole page. Never raises on any string; caps are told in `warnings`."""
    given, data = encoded(html)
    source, warnings = _mended(given)
    if source is not given:
        data = source.encode("utf-8")
    if _may_be_flooded(data) and _is_flooded(source):
        source = _flatten(source)
        data = source.encode("utf-8")
        warnings.append(f"more than {MAX_ATTRIBUTES} attributes on a tag: the rest were dropped")
    root = _tree(data)
    if root is not None and (len(data) > _FEW_TAGS or data.count(b"<") > MAX_DEPTH) and _too_deep(root):
        source = _flatten(source)
        root = _tree(source.encode("utf-8"))
        warnings.append(f"nested deeper than {MAX_DEPTH}: flattened")
    return Markup(root, source, tuple(warnings))


def _mended(source: str) -> tuple[str, list[str]]:
    """The source itself where nothing is wrong with it; else cut, without CDATA marks, unescaped; with the warnings."""
    warnings = []
    if len(source) > MAX_CHARS:
        source = source[:MAX_CHARS]
        warnings.append(f"longer than {MAX_CHARS:,} characters: the rest was left out")
    if "<![CDATA[" in source:
        # HTML reads it as a comment and loses the text; in a feed it is a leftover of bad escaping.
        whole = source.replace("]]]]><![CDATA[>", "]]>")  # how one section is written inside another
        source = whole.replace("<![CDATA[", "").replace("]]>", "")
    if _is_escaped_markup(source):
        source = unescaped(source)
        warnings.append("escaped twice: read as the markup it stands for")
    return source, warnings


def absolute_url(href: str | None, base_url: str | None) -> str | None:
    """The http, https or mailto address a browser would go to, its scheme in small letters.

    None of anything else: a relative one without a base, other schemes, what is longer than MAX_URL.
    """
    if not href or len(href) > MAX_URL:
        return None
    if _PLAIN_WEB.match(href):
        return href
    if not href.isprintable():
        href = _IGNORED_IN_URL.sub("", href)
    href = href.strip(_CONTROLS_AND_SPACE)
    if not _WEB_OR_MAIL.match(href):
        if not base_url:
            return None
        try:
            href = _join(base_url, href)
        except ValueError:  # urllib's word for a broken host
            return None
        if not _WEB_OR_MAIL.match(href):
            return None
    scheme, colon, rest = href.partition(":")
    return scheme.lower() + colon + rest


def _join(base_url: str, href: str) -> str:
    """What urljoin gives; most of a page's links it would take 15 µs for."""
    first = href[:1]
    if first == "/" and href[1:2] != "/" and "/." not in href:
        return _origin(base_url) + href
    return _page(base_url) + href if first == "#" and len(href) > 1 else urljoin(base_url, href)


@functools.lru_cache(maxsize=256)
def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@functools.lru_cache(maxsize=256)
def _page(url: str) -> str:
    return urljoin(url, "#")


def start_tags(source: str) -> int:
    """An upper bound of the number of elements, and so of the nesting depth."""
    return source.count("<") - source.count("</")


def _is_escaped_markup(source: str) -> bool:
    if _TAG.search(source) or "&lt;" not in source:
        return False
    first = _ESCAPED_TAG.search(source)
    return first is not None and (
        not source[: first.start()].strip() or _ESCAPED_TAG.search(source, first.end()) is not None
    )


def _may_be_flooded(data: bytes) -> bool:
    ordinary = _UNFLOODED.match(data)
    return ordinary is not None and ordinary.end() < len(data)


def _is_flooded(source: str) -> bool:
    """Whether a tag has too many attributes, and not just code or a text area that looks like one."""
    return any(
        _FIRST_ATTRIBUTES.sub("", token[4], count=1).strip("/ \t\n")
        for token in _TOKEN.finditer(source)
        if token[3] and not token[2]
    )


def _tree(data: bytes) -> etree._Element | None:
    # A parser each time costs 4 µs; a shared one would serialise the threads.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # lxml's word for "nothing in it"
        return None
    return root


def _flatten(source: str) -> str:
    """The same text with at most MAX_DEPTH open elements and MAX_ATTRIBUTES attributes a tag.

    Follows what libxml2 holds open, never less, so that the tree cannot come out deeper. A container too many
    becomes a line break, which keeps the paragraphs apart; inline markup too many just goes.
    """
    out: list[str] = []
    stack: list[str] = []
    dropped: dict[str, int] = {}
    before = ""
    last = 0
    for token in _TOKEN.finditer(source):
        if token[3] is None:  # a comment or raw text: nothing in it nests
            continue
        name = token[3].lower()
        text = source[last : token.start()]
        out.append(text)
        last = token.end()
        if not token[2]:
            tag = _start_tag(name, token, stack, dropped)
        elif dropped.get(name):
            dropped[name] -= 1
            tag = _replacement(name)
        else:
            _close(name, stack)
            tag = token[0]
        if not (tag == before == "<br>" and not text):  # one break is enough
            out.append(tag)
        before = tag
    out.append(source[last:])
    return "".join(out)


def _start_tag(name: str, token: re.Match[str], stack: list[str], dropped: dict[str, int]) -> str:
    if name not in _VOID:
        if name in _CLOSES_ITSELF and stack and stack[-1] == name:
            stack.pop()
        if len(stack) >= MAX_DEPTH + (_LEAF_HEADROOM if name in _LEAVES else 0):
            dropped[name] = dropped.get(name, 0) + 1
            return _replacement(name)
        stack.append(name)
    attributes = _FIRST_ATTRIBUTES.match(token[4])
    return f"<{token[3]}{attributes[0] if attributes else ''}>"


def _replacement(name: str) -> str:
    return "" if name in _INLINE else "<br>"


def _close(name: str, stack: list[str]) -> None:
    priority = _END_PRIORITY.get(name, _ORDINARY)
    for i in range(len(stack) - 1, -1, -1):
        if stack[i] == name:
            del stack[i:]
            return
        if _END_PRIORITY.get(stack[i], _ORDINARY) > priority:
            return
