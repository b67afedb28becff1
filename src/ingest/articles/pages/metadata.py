"""What a page's markup says about its article: JSON-LD, meta elements, links with a rel.

Read from the raw tree, before any extractor deletes it. Everything said becomes a Statement with its place and
its words; whether a value is evidence (a canonical link to the page itself is none) is attribution's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice

from lxml import etree

from ingest.articles.markup import absolute_url
from ingest.articles.pages import authors, marked, surroundings, terms
from ingest.articles.pages.jsonld import Graph
from ingest.articles.pages.marked import Marked, with_rel
from ingest.articles.pages.said import MAX_VALUE, Said
from ingest.articles.publishers import sites
from ingest.records import Person, Statement
from ingest.text import moment, one_line

_MAX_GIVEN = 20  # values of one meta name
_MAX_STATEMENTS = 100
_MAX_ELEMENTS = 500  # of each kind looked at
_YEARS = range(1990, 2101)
_AHEAD = timedelta(days=2)  # as for the dates of feeds: clocks and time zones are wrong by so much

# Where a statement stands in JSON-LD: property of ours, of schema.org, and what to read of an object.
_JSONLD = (
    ("publisher", "publisher", ("name", "legalName")),
    ("publisher_url", "publisher", ("url",)),
    ("original_publisher", "sourceOrganization", ("name",)),
    ("original_url", "isBasedOn", ("url", "@id")),
    ("original_url", "isBasedOnUrl", ("url", "@id")),
    ("copyright_holder", "copyrightHolder", ("name", "legalName")),
    ("copyright_year", "copyrightYear", ()),
    ("rights", "copyrightNotice", ()),
    ("credit_text", "creditText", ()),
    ("license", "license", ("url", "@id", "name")),
    ("provider", "provider", ("name",)),
    ("provider_url", "provider", ("url",)),
    ("contributor", "contributor", ("name",)),
    ("contributor", "editor", ("name",)),
)
_META = {
    "og:site_name": "publisher",
    "dc.publisher": "publisher",
    "dcterms.publisher": "publisher",
    "syndication-source": "original_url",
    "original-source": "original_url",
    "dc.source": "original_url",
    "dcterms.source": "original_url",
    "dcterms.isversionof": "original_url",
    "copyright": "rights",
    "rights": "rights",
    "dc.rights": "rights",
    "dcterms.rights": "rights",
    "dcterms.rightsholder": "copyright_holder",
    "dcterms.license": "license",
    "license": "license",
    "dc.contributor": "contributor",
}
_SOURCE_RELS = ("syndication-source", "original-source")  # metas by their standard, and often written so
_META_DATES = (
    "article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "dc.date",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "pubdate", "publishdate", "publish-date", "date",
)  # fmt: skip
_URL_PROPERTIES = frozenset(("publisher_url", "provider_url", "original_url", "canonical_url"))
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Metadata:
    title: str | None = None
    language: str | None = None
    authors: tuple[Person, ...] = ()
    published: datetime | None = None  # UTC, 1990 to 2100; a date alone is its midnight
    statements: tuple[Statement, ...] = ()
    base: str | None = None  # what relative links are relative to: the page's `<base>`, else its own address


def read(
    root: etree._Element, url: str | None, now: datetime | None = None, agent: str = terms.AGENT
) -> Metadata:
    """The metadata of a page. `url`, or the page's own `<base>`, resolves relative links.

    A date of publication later than two days after `now` is none. `agent` is as whom we read the page's terms.
    """
    base = _base_url(root, url)
    graph = Graph(
        "".join(script.itertext())
        for script in islice(root.iter("script"), _MAX_ELEMENTS)
        if "ld+json" in (script.get("type") or "").lower()
    )
    metas = _metas(root)
    marks = marked.find(root)
    statements = [*_stated_in_jsonld(graph, base), *_stated_in_meta(metas, base)]
    statements += _stated_in_links(marks, metas, base)
    statements += terms.in_markup(metas, marks.links, base, agent)
    statements += [*surroundings.home(marks, url), *surroundings.provider(marks, base)]
    site = next((said.value for said in statements if said.property == "publisher"), None)
    addresses = [said.value for said in statements if said.property in ("canonical_url", "original_url")]
    hosts = frozenset(chain.from_iterable(map(sites.labels, filter(None, (url, *addresses)))))
    people, creators = authors.read(graph, metas, marks, base, site, hosts)
    statements = creators + statements
    return Metadata(
        title=_title(graph, metas, root),
        language=_language(metas, root),
        authors=people,
        published=_published(graph, metas, root, now),
        statements=_distinct(statements)[:_MAX_STATEMENTS],
        base=base,
    )


def _distinct(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """What is said in several places once, at the first of them."""
    first: dict[tuple[str, str], Statement] = {}
    for one in statements:
        first.setdefault((one.property, one.value), one)
    return tuple(first.values())


def _base_url(root: etree._Element, url: str | None) -> str | None:
    declared = next(root.iter("base"), None)
    return (absolute_url(declared.get("href"), url) if declared is not None else None) or url


def _metas(root: etree._Element) -> dict[str, list[Said]]:
    """Contents by lower-case name or property, in document order."""
    metas: dict[str, list[Said]] = {}
    for meta in islice(root.iter("meta"), _MAX_ELEMENTS):
        content = (meta.get("content") or "").strip()
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            name = meta.get(attribute)
            if name and content:
                said = Said(content, f"meta[{attribute}={one_line(name, 60)}]")
                metas.setdefault(name.strip().lower(), []).append(said)
    return metas


def _statement(name: str, said: Said, base: str | None) -> Statement | None:
    value: str | None = one_line(said.text, MAX_VALUE)
    if name in _URL_PROPERTIES:
        value = absolute_url(said.text, base)
    elif name == "copyright_year":
        value = said.text if _YEAR.fullmatch(said.text) else None
    elif name == "license" and ("/" in said.text):
        value = absolute_url(said.text, base) or value
    return Statement(name, value, said.place, one_line(said.text, MAX_VALUE)) if value else None


def _stated_in_jsonld(graph: Graph, base: str | None) -> Iterator[Statement]:
    for name, key, inside in _JSONLD:
        for text, place in graph.texts(key, *inside):
            if name in ("publisher_url", "provider_url") and "/" not in place:
                continue  # the publisher is a bare name
            statement = _statement(name, Said(text, f"jsonld/{graph.type}/{place}"), base)
            if statement:
                yield statement
    for image in graph.values("image"):
        if isinstance(image, dict):
            for name, key in (("image_credit", "creditText"), ("image_copyright", "copyrightNotice")):
                for text, place in graph.texts(key, node=image):
                    said = Said(text, f"jsonld/{graph.type}/image/{place}")
                    yield Statement(name, one_line(text, MAX_VALUE), said.place, one_line(text, MAX_VALUE))


def _stated_in_meta(metas: dict[str, list[Said]], base: str | None) -> Iterator[Statement]:
    for name, ours in _META.items():
        for said in metas.get(name, ())[:_MAX_GIVEN]:
            if ours == "original_url" and not said.text.startswith(("http", "/")):
                continue  # a source's name
            statement = _statement(ours, said, base)
            if statement:
                yield statement


def _stated_in_links(marks: Marked, metas: dict[str, list[Said]], base: str | None) -> Iterator[Statement]:
    for rel in _SOURCE_RELS:
        for link in with_rel(marks.links, rel):
            said = Said(link.get("href") or "", f"link[rel={rel}]")
            if statement := _statement("original_url", said, base):
                yield statement
    canonical = [
        Said(link.get("href") or "", "link[rel=canonical]") for link in with_rel(marks.links, "canonical")[:1]
    ]
    for said in [*canonical, *metas.get("og:url", ())[:1]]:
        if statement := _statement("canonical_url", said, base):
            yield statement
    licences = [link for link in with_rel(marks.links, "license") if not terms.is_rsl(link)]
    for tag, elements in (("link", licences), ("a", with_rel(marks.anchors, "license"))):
        for element in elements[:5]:
            if address := absolute_url(element.get("href"), base):
                yield Statement("license", address, f"{tag}[rel=license]", element.get("href") or address)


# --------------------------------------------------------------------------- single values


def _title(graph: Graph, metas: dict[str, list[Said]], root: etree._Element) -> str | None:
    candidates = [text for text, _ in graph.texts("headline")]
    candidates += [said.text for said in metas.get("og:title", ())]
    candidates += ["".join(title.itertext()) for title in islice(root.iter("title"), 1)]
    return next((line for text in candidates if (line := one_line(text, 500))), None)


def _language(metas: dict[str, list[Said]], root: etree._Element) -> str | None:
    candidates = [root.get("lang") or ""]
    candidates += [said.text for name in ("content-language", "og:locale") for said in metas.get(name, ())]
    for candidate in candidates:
        if _LANGUAGE.fullmatch(candidate.strip()):
            return candidate.strip().replace("_", "-")
    return None


def _published(
    graph: Graph, metas: dict[str, list[Said]], root: etree._Element, now: datetime | None
) -> datetime | None:
    candidates = [text for key in ("datePublished", "dateCreated") for text, _ in graph.texts(key)]
    candidates += [said.text for name in _META_DATES for said in metas.get(name, ())]
    times = [time for time in islice(root.iter("time"), _MAX_ELEMENTS) if time.get("datetime")]
    candidates += [
        time.get("datetime") or ""
        for time in times
        if time.get("itemprop") == "datePublished" or time.get("pubdate") is not None
    ]
    latest = now + _AHEAD if now else None
    dates = (date for text in candidates if (date := _date(text)))
    return next((date for date in dates if latest is None or date <= latest), None)


def _date(text: str) -> datetime | None:
    """An ISO 8601 or RFC 5322 date in UTC; None for anything else, and outside the years a page can be from."""
    text = text.strip()
    if len(text) > 40:
        return None
    try:
        found = moment(text)
    except ValueError:
        return None
    return found if found.year in _YEARS else None
