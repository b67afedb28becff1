"""The vocabularies of feeds: which namespace an element is in, whatever prefix the document gave it."""

from __future__ import annotations

import functools

from lxml import etree

# Namespace address, lower case, without a final slash -> the prefix the element is known by. The formats' own
# elements have none.
_PREFIXES = {
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0": "",
    "http://my.netscape.com/rdf/simple/0.9": "",
    "http://channel.netscape.com/rdf/simple/0.9": "",
    "http://purl.org/atom/ns#": "atom",
    "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/terms": "dcterms",
    "http://creativecommons.org/ns#": "cc",
    "http://creativecommons.org/ns#license": "cc",
    "http://web.resource.org/cc": "cc",
    "http://backend.userland.com/creativecommonsrssmodule": "creativeCommons",
    "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "creativeCommons",
    "http://search.yahoo.com/mrss": "media",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.pheedo.com/namespace/pheedo": "pheedo",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://purl.org/rss/1.0/modules/syndication": "sy",
    "http://purl.org/syndication/history/1.0": "fh",
    "http://purl.org/atompub/tombstones/1.0": "at",
    "https://rslstandard.org/rsl": "rsl",
    "http://rslstandard.org/rsl": "rsl",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
}

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
RDF_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"


@functools.lru_cache(maxsize=4096)
def known_as(tag: str) -> str:
    """The conventional name of an element, from its `{namespace}local` tag: "dc:rights", "atom:link", "item".

    An element of no vocabulary we read is named by its address and so matches nothing.
    """
    if not tag.startswith("{"):
        return tag
    address, _, local = tag[1:].partition("}")
    address = address.lower()
    if "prismstandard.org/namespaces" in address:
        return f"prism:{local}"
    prefix = _PREFIXES.get(address.rstrip("/"))
    if prefix is None:
        return tag
    return f"{prefix}:{local}" if prefix else local


def name_of(element: etree._Element) -> str:
    """known_as of an element of a tree without comments and processing instructions (their tag is no string)."""
    return known_as(str(element.tag))


def content(element: etree._Element) -> str:
    """All text of an element, as the document has it."""
    return "".join(element.itertext()) if len(element) else element.text or ""
