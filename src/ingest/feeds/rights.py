"""What the elements of an item or channel state about source, rights, publisher and terms, as Statements.

Claims are kept as they stand: what is free text stays free text (`rights`), a licence is the address or name given,
an image's credit is the image's. Weighing them is the attribution stage's business.
Read: RSS 2.0, RSS 1.0 with Dublin Core, DCMI terms, Creative Commons (both modules), Media RSS, PRISM, FeedBurner,
Atom (RFC 4287), RSL 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree

from ingest import text
from ingest.feeds import markup, people
from ingest.feeds.names import RDF_RESOURCE, content, name_of
from ingest.records import Statement

Element = etree._Element

_QUOTE_CHARS = 2_000
_RELATION = "http://www.iana.org/assignments/relation/"
_YEAR = re.compile(r"(?<![0-9])(1[89]|20)[0-9]{2}(?![0-9])")

# Element -> property, where the value is the element's text or the address its rdf:resource names.
_PLAIN = {
    "copyright": "rights",
    "dc:rights": "rights",
    "dcterms:rights": "rights",
    "atom:rights": "rights",
    "atom:copyright": "rights",  # Atom 0.3
    "prism:copyright": "rights",
    "dcterms:rightsHolder": "copyright_holder",
    "dcterms:license": "license",
    "cc:license": "license",
    "creativeCommons:license": "license",
    "dc:publisher": "publisher",
    "dcterms:publisher": "publisher",
    "prism:publicationName": "publisher",
    "dc:creator": "creator",
    "dcterms:creator": "creator",
    "itunes:author": "creator",
    "dc:contributor": "contributor",
    "dcterms:contributor": "contributor",
}
_LINKED = {"license": "license", "via": "via_url", "canonical": "canonical_url", "related": "related_url"}
_RSL_TYPE = "application/rsl+xml"  # terms for a person to read, no licence that is granted
_RSL = {"permits": "usage_permits", "prohibits": "usage_prohibits"}


def statements(owner: Element, word: str, base: str) -> tuple[Statement, ...]:
    """What an item or channel element states, in document order, each claim once.

    `word` names the owner in `Statement.place` ("item", "channel", "entry", "feed"); `base` resolves addresses.
    """
    found: dict[Statement, None] = {}
    for child in owner.iterchildren("*"):
        name = name_of(child)
        if name in _PLAIN:
            stated = _plain(child, name, word, base)
        elif read := _READERS.get(name):
            stated = read(child, word, base)
        elif name.startswith("media:"):
            stated = _media(child, word)
        elif name.startswith("rsl:"):
            stated = _rsl(child, word, base)
        else:
            continue
        found.update(dict.fromkeys(stated))
    return tuple(found)


def _say(prop: str, value: str, place: str, quote: str) -> Iterator[Statement]:
    """One Statement, unless there is nothing to say."""
    value = markup.label(value[: 4 * _QUOTE_CHARS])[:_QUOTE_CHARS]
    if value:
        yield Statement(prop, value, place, text.storable(quote).strip()[:_QUOTE_CHARS])


def _place(word: str, name: str) -> str:
    """Atom's own elements bear no prefix inside an Atom feed."""
    return f"{word}/{name.removeprefix('atom:') if word.startswith(('entry', 'feed')) else name}"


def _plain(element: Element, name: str, word: str, base: str) -> Iterator[Statement]:
    resource = element.get(RDF_RESOURCE)
    if resource:
        prop = "publisher_url" if _PLAIN[name] == "publisher" else _PLAIN[name]
        address = markup.web_address(resource, base) or resource
        yield from _say(prop, address, _place(word, name) + "@rdf:resource", resource)
    else:
        quote = content(element)
        yield from _say(_PLAIN[name], quote, _place(word, name), quote)


def _year(element: Element, word: str, base: str) -> Iterator[Statement]:
    quote = content(element)
    if year := _YEAR.search(quote[:200]):
        yield from _say("copyright_year", year[0], _place(word, name_of(element)), quote)


def _derived(element: Element, word: str, base: str) -> Iterator[Statement]:
    """dc:source and kin: the resource this one is derived from; an address, or only its name."""
    quote = element.get(RDF_RESOURCE) or content(element)
    place = _place(word, name_of(element))
    address = markup.web_address(quote, "") if "://" in quote[:10] else None
    yield from _say("original_url" if address else "source", address or quote, place, quote)


def _original(element: Element, word: str, base: str) -> Iterator[Statement]:
    quote = content(element)
    yield from _say(
        "original_url", markup.web_address(quote, base) or "", _place(word, name_of(element)), quote
    )


def _person(element: Element, word: str, base: str) -> Iterator[Statement]:
    prop = "contributor" if name_of(element).endswith("contributor") else "creator"
    place = _place(word, name_of(element))
    name = next(element.iterchildren("{*}name", "name"), None)
    if name is not None:
        yield from _say(prop, content(name), f"{place}/name", content(name))
    elif read := people.person(content(element)):
        yield from _say(prop, read.name, place, content(element))


def _contact(element: Element, word: str, base: str) -> Iterator[Statement]:
    """The editor's or webmaster's address: whom the feed names, not a promise to take anything down."""
    quote = content(element)
    read = people.person(quote)
    if read and read.email:
        yield from _say("contact", read.email, _place(word, name_of(element)), quote)


def _link(element: Element, word: str, base: str) -> Iterator[Statement]:
    relations = element.get("rel", "").removeprefix(_RELATION).lower().split()
    href = element.get("href", "")
    for relation in relations:
        if relation == "license" and element.get("type", "").strip().lower() == _RSL_TYPE:
            place = f"{_place(word, name_of(element))}[rel=license]@href"
            yield from _say(
                "usage_terms", f"RSL licence: {markup.web_address(href, base) or href}", place, href
            )
        elif relation in _LINKED:
            place = f"{_place(word, name_of(element))}[rel={relation}]@href"
            yield from _say(_LINKED[relation], markup.web_address(href, base) or "", place, href)


def _rss_source(element: Element, word: str, base: str) -> Iterator[Statement]:
    """RSS 2.0 <source url="feed">Title</source>: the channel the item came from."""
    quote = content(element)
    yield from _say("source", quote, f"{word}/source", quote)
    url = element.get("url", "")
    yield from _say("source_url", markup.web_address(url, base) or "", f"{word}/source@url", url)


def _atom_source(element: Element, word: str, base: str) -> Iterator[Statement]:
    """RFC 4287 §4.2.11: metadata of the feed the entry was copied from, with its rights and authors."""
    place = f"{_place(word, 'atom:source')}"
    pages: list[Statement] = []
    others: list[Statement] = []
    for child in element.iterchildren("*"):
        name = name_of(child).removeprefix("atom:")
        quote = content(child)
        if name == "title":
            yield from _say("source", quote, f"{place}/title", quote)
        elif name == "rights":
            yield from _say("rights", quote, f"{place}/rights", quote)
        elif name == "author":
            yield from _person(child, place, base)
        elif name == "link":
            href, relation = child.get("href", ""), child.get("rel", "alternate")
            where = pages if relation == "alternate" else others
            if relation == "license":
                yield from _link(child, place, base)
            elif relation in ("alternate", "self"):
                address = markup.web_address(href, base) or ""
                where.extend(_say("source_url", address, f"{place}/link[rel={relation}]@href", href))
        elif name == "id":
            others.extend(_say("source_url", markup.web_address(quote, "") or "", f"{place}/id", quote))
    yield from (pages or others)[:1]


def _media(element: Element, word: str) -> Iterator[Statement]:
    """Credits and rights of the media object, wherever in the group they stand. Never of the article."""
    for one in element.iter("*"):
        name = name_of(one)
        quote = content(one) if name in ("media:credit", "media:copyright", "media:license") else ""
        if name == "media:credit":
            role = one.get("role", "").strip()[:40]
            yield from _say(
                "image_credit", quote, f"{word}/media:credit" + (f"[role={role}]" if role else ""), quote
            )
        elif name == "media:copyright":
            yield from _say("image_copyright", quote or one.get("url", ""), f"{word}/media:copyright", quote)
        elif name == "media:license":
            href = one.get("href", "")
            yield from _say("image_copyright", href or quote, f"{word}/media:license", quote or href)


def _rsl(element: Element, word: str, base: str) -> Iterator[Statement]:
    """RSL 1.0 inside a feed: rsl:content with licences, each of permits, prohibits, payment and legal, and a copyright.

    The value of a permission or prohibition is "TYPE: WORDS" (type: usage, user, geo). Where there is more than one
    licence, its number in the place tells which one says it: what one permits another may prohibit.
    """
    licences = [one for one in element.iter("*") if name_of(one) == "rsl:license"]
    for one in element.iter("*"):
        name = name_of(one)
        if not name.startswith("rsl:"):
            continue
        local, place, kind = name[4:], f"{word}/{name}", one.get("type", "").strip()
        parent = one.getparent()
        if len(licences) > 1 and parent in licences:
            place = f"{word}/rsl:license[{licences.index(parent) + 1}]/{name}"
        typed = place + (f"[type={kind[:40]}]" if kind else "")
        quote = content(one)
        said = f"{kind}: {quote}" if kind and quote.strip() else quote
        if local in _RSL:
            yield from _say(_RSL[local], said, typed, quote)
        elif local == "payment":
            yield from _payment(one, kind, place, base)
        elif local == "legal":
            prop = "contact" if kind == "contact" else "usage_terms"
            yield from _say(prop, quote if prop == "contact" else said, typed, quote)
        elif local == "terms":
            yield from _say("usage_terms", markup.web_address(quote, base) or quote, place, quote)
        elif local == "content" and (server := one.get("server", "").strip()):
            yield from _say("usage_terms", f"RSL licence server: {server}", f"{place}@server", server)
        elif local == "copyright":
            yield from _say("copyright_holder", quote, place, quote)
            for attribute in ("contactEmail", "contactUrl"):
                value = one.get(attribute, "")
                yield from _say("contact", value, f"{place}@{attribute}", value)


def _payment(element: Element, kind: str, place: str, base: str) -> Iterator[Statement]:
    parts = {name_of(child): child for child in element.iterchildren("*")}
    details = []
    for name, child in parts.items():
        said = " ".join(content(child).split())
        currency = child.get("currency", "")
        if name == "rsl:standard":
            yield from _say("license", markup.web_address(said, base) or said, f"{place}/{name}", said)
        if said:
            details.append(f"{said} {currency}".strip())
    said = ": ".join(part for part in (kind, ", ".join(details)) if part)
    yield from _say(
        "usage_payment", said, place + (f"[type={kind[:40]}]" if kind else ""), content(element) or kind
    )


_READERS: dict[str, Callable[[Element, str, str], Iterator[Statement]]] = {
    "prism:copyrightYear": _year,
    "dcterms:dateCopyrighted": _year,
    "dc:source": _derived,
    "dcterms:source": _derived,
    "dcterms:isVersionOf": _derived,
    "feedburner:origLink": _original,
    "pheedo:origLink": _original,
    "author": _person,
    "atom:author": _person,
    "atom:contributor": _person,
    "managingEditor": _contact,
    "webMaster": _contact,
    "link": _link,
    "atom:link": _link,
    "source": _rss_source,
    "atom:source": _atom_source,
}
