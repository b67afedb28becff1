"""Feeds that an HTML page names (feed autodiscovery)."""

from __future__ import annotations

from lxml import etree
from lxml import html as lxml_html

from ingest.feeds import markup
from ingest.records import Link

PAGE_BYTES = 2 * 1024 * 1024  # of a page; the links stand in its head
_LINKS = 50
_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "application/x.atom+xml",
        "application/x-atom+xml",
        "application/json",
        "application/xml",
        "text/xml",
        "text/rss+xml",
    }
)
# Types that name other things as well: a WordPress page links its REST API as application/json.
_VAGUE_TYPES = {"application/json": "feed", "application/xml": "", "text/xml": ""}


def feed_links(page: bytes, base_url: str) -> list[Link]:
    """The feeds `page` names in <link rel="alternate"> (or the old rel="feed"), absolute, in its order, each once.

    `base_url` is where the page was found; a <base> in it is honoured. Comment feeds come last, as a page's first
    feed is taken to be its own.
    """
    if not page.strip():
        return []
    try:
        root = lxml_html.document_fromstring(page[:PAGE_BYTES], parser=lxml_html.HTMLParser(huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError):
        return []
    for element in root.iter("base"):
        base_url = markup.web_address(element.get("href"), base_url) or base_url
        break
    found: dict[str, Link] = {}
    for element in root.iter("link"):
        link = _feed_link(element, base_url)
        if link and link.href not in found:
            found[link.href] = link
        if len(found) >= _LINKS:
            break
    return sorted(found.values(), key=_is_comments)


def _feed_link(element: etree._Element, base_url: str) -> Link | None:
    relations = (element.get("rel") or "").lower().split()
    kind = (element.get("type") or "").partition(";")[0].strip().lower()
    if "feed" not in relations and ("alternate" not in relations or kind not in _FEED_TYPES):
        return None
    href = element.get("href") or ""
    if _VAGUE_TYPES.get(kind, "") not in href.lower():
        return None
    address = markup.web_address(href, base_url)
    if address is None:
        return None
    title = markup.label(element.get("title") or "")[:200] or None
    return Link(address, "alternate", kind or None, title)


def _is_comments(link: Link) -> bool:
    return "comment" in f"{link.href} {link.title or ''}".lower()
