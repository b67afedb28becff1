"""Our own pass over the elements of a feed, for what feedparser corrupts, overwrites or drops.

feedparser stays the parser of record for titles, bodies, links and dates. This pass reads names, rights, sources,
RSL, tombstones and polling hints from a tree that nothing was resolved into (see repair.tree_parser).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lxml import etree

from ingest import text
from ingest.feeds import dates, markup, people, repair, rights
from ingest.feeds.names import RDF_ABOUT, XML_BASE, XML_LANG, content, name_of
from ingest.records import FeedHints, Person, Statement, Tombstone

Element = etree._Element

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AUTHORS = frozenset({"author", "atom:author", "dc:creator", "dcterms:creator", "itunes:author", "dc:author"})
_SUBTITLES = frozenset({"description", "atom:subtitle", "atom:tagline", "dc:description"})
_CONTRIBUTORS = frozenset({"atom:contributor", "dc:contributor", "dcterms:contributor"})


@dataclass(slots=True)
class Facts:
    """What the elements of one item or channel state. `base` is its xml:base, absolute, else the document's."""

    guid: str | None = None
    guid_is_permalink: bool = False
    people: tuple[Person, ...] = ()
    statements: tuple[Statement, ...] = ()
    language: str | None = None
    subtitle: str | None = None  # of a channel: feedparser lets a media:description overwrite it
    issued_raw: str | None = None  # dc:date or a dcterms date, for items without a date of their format
    captions: frozenset[str] = frozenset()  # texts of media:description and the like, no body of the article


@dataclass(slots=True)
class Elements:
    channel: Facts = field(default_factory=Facts)
    items: list[Facts] = field(default_factory=list)
    hints: FeedHints = field(default_factory=FeedHints)
    tombstones: tuple[Tombstone, ...] = ()
    complete: bool = False


def read(document: bytes, url: str, now: datetime) -> Elements:
    """The facts of a clean UTF-8 document (repair.clean), items in document order. Never raises on bad markup."""
    root = etree.fromstring(document, repair.tree_parser())
    if root is None:
        return Elements()
    is_atom = name_of(root) == "atom:feed"
    channel = root
    if not is_atom:
        channel = next((child for child in root.iterchildren("*") if name_of(child) == "channel"), root)
    base = _base_of(channel, url)
    words = ("feed", "entry") if is_atom else ("channel", "item")
    return Elements(
        channel=_facts(channel, words[0], base),
        items=[_facts(item, words[1], _base_of(item, url)) for item in _items(root)],
        hints=_hints(channel),
        tombstones=tuple(_tombstones(root, now)),
        complete=any(name_of(child) == "fh:complete" for child in channel.iterchildren("*")),
    )


def _items(root: Element) -> Iterator[Element]:
    for element in root.iter("{*}item", "{*}entry"):
        if next(element.iterancestors("{*}item", "{*}entry"), None) is None:
            yield element


def _base_of(element: Element, url: str) -> str:
    base = url
    chain = [element, *element.iterancestors()]
    for one in reversed(chain):
        if declared := one.get(XML_BASE):
            base = markup.web_address(declared, base) or base
    return base


def _facts(owner: Element, word: str, base: str) -> Facts:
    facts = Facts(language=_tidy(owner.get(XML_LANG)))
    named: list[Person | None] = []
    captions: set[str] = set()
    about = owner.get(RDF_ABOUT)
    for child in owner.iterchildren("*"):
        name = name_of(child)
        if name in _AUTHORS or name in _CONTRIBUTORS:
            named.append(_person(child, "author" if name in _AUTHORS else "contributor", base))
        elif name == "managingEditor":
            named.append(people.person(content(child), "editor"))
        elif name in ("guid", "atom:id"):
            facts.guid = text.storable(content(child)).strip() or None
            facts.guid_is_permalink = (
                name == "guid" and child.get("isPermaLink", "true").strip().lower() == "true"
            )
        elif name in ("dc:language", "language"):
            facts.language = _tidy(child.text) or facts.language
        elif name in ("dc:date", "dcterms:issued", "dcterms:created", "dcterms:date"):
            facts.issued_raw = facts.issued_raw or _tidy(child.text)
        elif name in _SUBTITLES and word in ("channel", "feed"):
            if facts.subtitle is None or not name.startswith("dc:"):
                facts.subtitle = content(child)
        elif name.startswith("media:"):
            captions.update(_captions(child))
    if facts.guid is None and about:
        facts.guid = text.storable(about).strip() or None
    facts.statements = rights.statements(owner, word, base)
    if not any(one and one.role == "author" for one in named):
        named.extend(_source_authors(owner, base))
    facts.people = people.distinct(named)
    facts.captions = frozenset(captions)
    return facts


def _person(element: Element, role: str, base: str) -> Person | None:
    parts: dict[str, str] = {}
    for child in element.iterchildren("*"):
        parts.setdefault(name_of(child).rpartition(":")[2].lower(), content(child))
    if not parts:
        return people.person(content(element), role)
    url = parts.get("uri") or parts.get("url") or parts.get("homepage")
    return people.construct(parts.get("name"), parts.get("email"), url, role, base)


def _source_authors(owner: Element, base: str) -> Iterator[Person | None]:
    """RFC 4287 §4.2.1: an entry without authors has those of its source."""
    for child in owner.iterchildren("{*}source"):
        for author in child.iterchildren("{*}author"):
            yield _person(author, "author", base)


def _captions(media: Element) -> Iterator[str]:
    for element in media.iter("{*}description", "{*}text"):
        yield content(element).strip()


# --------------------------------------------------------------------------- when to come back


def _hints(channel: Element) -> FeedHints:
    ttl: timedelta | None = None
    hours: set[int] = set()
    days: set[int] = set()
    period, frequency = "", 1
    for child in channel.iterchildren("*"):
        name = name_of(child)
        if name == "ttl":
            minutes = _number(child.text)
            ttl = timedelta(minutes=minutes) if minutes else None
        elif name == "skipHours":
            # Early specifications count 1..24; midnight is 0 in both readings.
            hours.update(
                n % 24
                for e in child.iterchildren("{*}hour")
                if (n := _number(e.text)) is not None and n <= 24
            )
        elif name == "skipDays":
            days.update(n for e in child.iterchildren("{*}day") if (n := _weekday(e.text)) is not None)
        elif name == "sy:updatePeriod":
            period = (child.text or "").strip().lower()[:20]
        elif name == "sy:updateFrequency":
            frequency = _number(child.text) or 1
    # "dayly", "Hourly ", "day", "week": the module's five words are far enough apart to guess.
    meant = difflib.get_close_matches(period, _PERIODS, n=1, cutoff=0.6) if period else []
    interval = _PERIODS[meant[0]] / frequency if meant else None
    return FeedHints(
        ttl=ttl, skip_hours=frozenset(hours), skip_days=frozenset(days), update_interval=interval
    )


def _number(value: str | None) -> int | None:
    """A whole number from 0 to 10 million; more minutes than that is no hint."""
    digits = (value or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 7 else None


def _weekday(value: str | None) -> int | None:
    start = (value or "").strip().lower()[:3]
    return next((n for n, day in enumerate(_DAYS) if len(start) == 3 and day.startswith(start)), None)


# --------------------------------------------------------------------------- deletions


def _tombstones(root: Element, now: datetime) -> Iterator[Tombstone]:
    """RFC 6721: at:deleted-entry stands beside the entries."""
    for element in root.iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry"):
        ref = text.storable(element.get("ref", "")).strip()
        if ref:
            comment = element.find("{*}comment")
            said = markup.label(content(comment)) if comment is not None else ""
            yield Tombstone(ref, dates.parse(element.get("when"), now), said or None)


def _tidy(value: str | None) -> str | None:
    return (markup.folded(value[: dates.RAW_CHARS]) or None) if value else None
