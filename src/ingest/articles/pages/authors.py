"""Who wrote a page, by its markup: JSON-LD, meta, microdata, rel=author, the marked byline; in this order.

The names of the first of them that names a person are the authors; what all of them say becomes statements. Names
are read out of whatever the markup holds ("By ANA LIMA, AP Sports Writer"), and a news agency that stands where a
writer should is stated as the agency.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import etree

from ingest.articles.markup import absolute_url
from ingest.articles.pages.furniture import Mark
from ingest.articles.pages.jsonld import Graph
from ingest.articles.pages.marked import Marked, with_rel
from ingest.articles.pages.said import Said, inside, link_of, place_of, statement, text_of
from ingest.articles.pages.surroundings import is_of_picture
from ingest.articles.people import bylines
from ingest.records import Person, Statement

MAX_AUTHORS = 20
_MAX_BYLINE = 200

_METAS = (
    *("author", "article:author", "article:author_name", "dc.creator", "dcterms.creator"),
    *("parsely-author", "sailthru.author", "byl", "byline", "cxenseparse:author"),
)
_ANSWERS = frozenset(("creator", "author_organisation", "agency"))
_BYLINE = re.compile(
    r"(?:^|[-_])(?:by-?line|author|reporter)s?(?:$|[-_]?(?:name|names|text|txt|info|link|original)$)"
)
_OTHERS = Mark(  # somebody who wrote something else on the page
    r"comment|reply|replies|related|recommend|sidebar|teaser|more-?(?:from|by)|popular|trending|latest|review-|bio\b"
)
_FURNITURE = frozenset(("nav", "aside", "footer", "form"))


def read(
    graph: Graph,
    metas: dict[str, list[Said]],
    marked: Marked,
    base: str | None,
    site: str | None,
    hosts: frozenset[str] = frozenset(),
) -> tuple[tuple[Person, ...], list[Statement]]:
    """The authors, and a statement for each claim of any source. `site` is the name of the site: nobody's name;
    nor is what `hosts`, the labels of the addresses at which the article stands, spell.
    """
    statements: list[Statement] = []
    chosen: dict[str, Person] = {}
    answered = False  # by an earlier source: a mark further down the page may be of another article
    for source, is_name in (
        (_in_jsonld(graph), True),
        ((said for name in _METAS for said in metas.get(name, ())), True),
        (_in_microdata(marked, base), True),
        (_in_links(marked, base), False),
        (_in_bylines(marked, base), False),
    ):
        found: dict[str, Person] = {}
        for said in islice(source, MAX_AUTHORS):
            read = bylines.read(said.text, is_name=is_name, own=site, spelled=hosts)
            for name in read.people:
                found.setdefault(
                    name.casefold(), Person(name, url=said.url if len(read.people) == 1 else None)
                )
                statements.append(statement("creator", said, name))
            statements += [statement("author_organisation", said, outlet) for outlet in read.outlets]
            if read.agency and not answered:
                statements.append(statement("agency", said, read.agency))
        chosen = chosen or found
        answered = answered or any(said.property in _ANSWERS for said in statements)
    return tuple(chosen.values())[:MAX_AUTHORS], statements


def _in_jsonld(graph: Graph) -> Iterator[Said]:
    for key in ("author", "creator"):
        given = False
        for value in graph.values(key):
            for text, place in graph.texts(key, "name", node={key: value}):
                url = value.get("url") if isinstance(value, dict) else None
                address = absolute_url(url, None) if isinstance(url, str) else None
                given = True
                yield Said(text, f"jsonld/{graph.type}/{place}", address)
        if given:
            return


def _in_microdata(marked: Marked, base: str | None) -> Iterator[Said]:
    """itemprop=author, its name where it holds one; not the authors of comments."""
    for element in marked.properties:
        properties = (element.get("itemprop") or "").lower().split()
        if not {"author", "creator"} & set(properties) or element.tag == "meta":
            continue
        if is_of_picture(element) or _is_of_others(element):
            continue
        names = [one for one in inside(element) if "name" in (one.get("itemprop") or "").split()]
        for one in names or [element]:
            text = one.get("content") or text_of(one, _MAX_BYLINE)
            if text and len(text) <= _MAX_BYLINE:
                yield Said(text, place_of(element), link_of(element, base))


def _in_links(marked: Marked, base: str | None) -> Iterator[Said]:
    for anchor in with_rel(marked.anchors, "author")[:3]:
        yield Said(text_of(anchor, _MAX_BYLINE), "a[rel=author]", absolute_url(anchor.get("href"), base))


def _in_bylines(marked: Marked, base: str | None) -> Iterator[Said]:
    """Elements whose class says that they are the byline, innermost first; the first that names somebody."""
    for element in marked.bylines:
        if not any(_BYLINE.search(word.lower()) for word in (element.get("class") or "").split()):
            continue
        if _is_of_others(element):
            continue
        text = text_of(element, _MAX_BYLINE)
        read = bylines.read(text)
        if read.people or read.agency:
            yield Said(text, place_of(element), link_of(element, base))
            return


def _is_of_others(element: etree._Element) -> bool:
    """Inside a comment, a list of other articles, the page's furniture; or the biography below the article."""
    chain: Iterable[etree._Element] = (element, *element.iterancestors())
    for node in chain:
        if node.tag in ("body", "html", "article", "main"):
            return False
        if node.tag in _FURNITURE or "Comment" in (node.get("itemtype") or ""):
            return True
        if any(_OTHERS(node.get(name)) for name in ("class", "id", "itemprop")):
            return True
    return False
