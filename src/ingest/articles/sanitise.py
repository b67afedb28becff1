"""The HTML that is stored and may be shown: article markup and nothing active."""

from __future__ import annotations

import re
from contextvars import ContextVar
from itertools import islice

import nh3
from lxml import etree

from ingest.articles.markup import Markup, absolute_url, parse, start_tags
from ingest.articles.tags import names
from ingest.text import storable

_TAGS = set(
    names(
        "a abbr article b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em"
        " figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark ol p pre q rp rt ruby s samp"
        " section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr"
    )
)
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "rel", "title"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start", "reversed"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_URL_ATTRIBUTES = {"href", "src", "cite"}
_DROPPED_WITH_CONTENT = set(names("script style template noscript svg math title textarea select"))
# html5ever compares each attribute with all before it and re-opens unclosed formatting in every paragraph:
# below this both stay under a few milliseconds, above it the fragment goes through our own tree first.
_DIRECT_CHARS = 20_000
_DIRECT_TAGS = 150
# nh3's time is quadratic in the escapes it writes: 0.5 s for this many, 15 s for a million.
_MAX_ESCAPES = 200_000
_ESCAPED = re.compile("[&\u00a0]")


def sanitise(html: str, base_url: str | None = None) -> str:
    """`html` as article markup by nh3's allow-list, in bounded time.

    Links and images have absolute http, https or mailto addresses, resolved against `base_url`, or none at all;
    `rel` is kept as it is, because it is evidence. Scripts, styles, handlers, frames and forms go; the text inside
    other unknown elements stays. Never raises on any string; after
    200,000 ampersands and no-break spaces the rest is cut.
    """
    return of_markup(parse(html), base_url)


def of_markup(markup: Markup, base_url: str | None = None) -> str:
    """The same of what is parsed already."""
    if markup.root is None:
        return ""
    source = markup.source
    if len(source) > _DIRECT_CHARS or start_tags(source) > _DIRECT_TAGS:
        source = etree.tostring(markup.root, encoding="unicode", method="html")
    return _clean(source, base_url)


def of_rendering(html: str) -> str:
    """The same of what `pages.rendering` wrote: flat, well-formed, its addresses absolute; so not parsed again."""
    return _clean(html, None)


def _clean(source: str, base_url: str | None) -> str:
    if source.count("&") + source.count("\u00a0") > _MAX_ESCAPES:
        last = next(islice(_ESCAPED.finditer(source), _MAX_ESCAPES, None))
        source = source[: last.start()]
    _base.set(base_url)
    return storable(_CLEANER.clean(source))  # character references may stand for controls


def _absolute(_tag: str, name: str, value: str) -> str | None:
    return absolute_url(value, _base.get()) if name in _URL_ATTRIBUTES else value


# One for all entries: making it takes as long as cleaning a short one. So the base comes to its filter from outside.
_base: ContextVar[str | None] = ContextVar("base", default=None)
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=_absolute,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
