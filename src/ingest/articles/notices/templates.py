"""Applying what was learned: lines that are a feed's templates become notices, where the rules left them.

A template is typed by what it says of itself (a licence link, the entry's title beside its site, its author) or
by what rules said of the same line in other entries; one that nothing names is a notice of kind `template`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ingest import urls
from ingest.articles.notices import licences
from ingest.articles.notices.alignment import Index
from ingest.articles.notices.cutting import USUAL, Cutting
from ingest.articles.notices.evidence import fold
from ingest.articles.notices.fields import is_section
from ingest.articles.notices.masking import MaskedLine, Names, Slot
from ingest.articles.notices.memory import Memory, Recurring
from ingest.articles.notices.sentences import segments
from ingest.articles.notices.whitespace import with_white_space
from ingest.articles.notices.zones import Place, Zones
from ingest.records import LEARNED, Document, FieldValue, LinkSpan, Notice, NoticeKind, Source


def apply(
    memory: Memory,
    document: Document,
    source: Source,
    notices: Sequence[Notice],
    cutting: Cutting = USUAL,
) -> tuple[Notice, ...]:
    """`notices`, with those of the feed's templates beside them: in order, without overlap."""
    learned = memory.templates
    if not learned:
        return tuple(notices)
    zones = Zones(segments(document), notices, Names.of(source), cutting)
    found = list(_matches(learned, zones))
    if not _leaves_something(zones, found):
        unmarked = [one for one in found if not one[1].stands_alone]
        innermost = unmarked[-1:]  # stays, for a text is never all footer
        found = [one for one in found if one not in innermost]
    made: list[Notice] = []
    gone: set[int] = set()  # rules that were unsure of a line, in whose place a template speaks
    for place, line in found:
        unsure = [one for one in zones.notices[place.number] if not cutting.is_sure(one.confidence)]
        gone.update(map(id, unsure))
        made += _notices(place, line, unsure, zones, document, source, cutting)
    if not made:
        return tuple(notices)
    kept = [notice for notice in notices if id(notice) not in gone]
    return with_white_space(document.text, sorted((*kept, *made), key=lambda notice: notice.start))


def _matches(learned: Sequence[Recurring], zones: Zones) -> Iterator[tuple[Place, Recurring]]:
    """Lines that are templates: in a row from either end, and elsewhere those that can stand alone."""
    index = Index(learned)
    some_stand_alone = any(line.stands_alone for line in learned)
    taken: set[int] = set()
    for walk in zones.ends():
        at_edge = True
        for place in walk:
            taken.add(place.number)
            if zones.is_covered(place.number):
                continue
            found = index.find(place.masked, place.zone) if place.masked else None
            line = found[0] if found else None
            at_edge = at_edge and line is not None
            if line and (at_edge or line.stands_alone):
                yield place, line
            if not (at_edge or some_stand_alone):
                break
    if not some_stand_alone:
        return
    for place in zones.middle(taken):
        found = index.find(place.masked, "middle") if place.masked else None
        if found and not zones.is_covered(place.number):
            yield place, found[0]


def _leaves_something(zones: Zones, found: Sequence[tuple[Place, Recurring]]) -> bool:
    taken = {place.number for place, _ in found}
    return any(
        index not in taken and not zones.is_heading(index) and not zones.is_covered(index)
        for index in range(len(zones.lines))
    )


def _notices(
    place: Place,
    line: Recurring,
    unsure: Sequence[Notice],
    zones: Zones,
    document: Document,
    source: Source,
    cutting: Cutting,
) -> Iterator[Notice]:
    """A notice of each stretch of the line that no rule took. A rule that was unsure of it lends kind and fields."""
    if place.masked is None:
        return
    kind, fields = _typed(place.masked, line, source)
    if unsure and kind is NoticeKind.TEMPLATE:
        kind, fields = unsure[0].kind, dict(unsure[0].fields)
    for start, end in zones.gaps(place.number):
        yield Notice(
            kind=kind,
            start=start,
            end=end,
            quote=document.text[start:end],
            rule=f"{LEARNED}{line.digest:016x}",
            confidence=line.confidence,
            fields=fields,
            cut=cutting.cuts(kind, line.confidence),
        )


def _typed(masked: MaskedLine, line: Recurring, source: Source) -> tuple[NoticeKind, dict[str, FieldValue]]:
    stated = _slot_fields(masked, source)
    links = masked.line.links
    for link in links:
        name = licences.from_url(link.href)
        if name or "license" in link.rel.split():
            terms = {"license": name or "", "license_url": link.href}
            return NoticeKind.LICENSE, {field: value for field, value in terms.items() if value}
    if line.kind is not NoticeKind.TEMPLATE:
        return line.kind, stated
    if first := _appeared_first(masked, source, stated):
        return NoticeKind.APPEARED_FIRST, first
    if stated.keys() == {"authors"} and masked.words <= 3:
        return NoticeKind.BYLINE, stated
    return NoticeKind.TEMPLATE, stated


def _slot_fields(masked: MaskedLine, source: Source) -> dict[str, FieldValue]:
    stated: dict[str, FieldValue] = {}
    if Slot.TITLE in masked.slots and source.title:
        stated["title"] = source.title
    if Slot.AUTHOR in masked.slots:
        text = fold(masked.line.text)
        named = (person.name for person in source.authors)
        stated["authors"] = tuple(name for name in named if name and fold(name) in text)
    return stated


def _appeared_first(
    masked: MaskedLine, source: Source, stated: Mapping[str, FieldValue]
) -> dict[str, FieldValue] | None:
    """The fields of an automatic footer, whatever its words: the entry's title, linked, and a site's front page."""
    if "title" not in stated:
        return None
    links = [link for link in masked.line.links if urls.is_web(link.href)]
    own = urls.normalise(source.url) if source.url else None
    article = next(
        (one for one in links if urls.normalise(one.href) == own or _names(one, masked, source)), None
    )
    site = next((one for one in links if one is not article and is_section(one.href)), None)
    if article is None or site is None:
        return None
    publisher = masked.line.original[site.start - masked.line.start : site.end - masked.line.start].strip()
    return {**stated, "original_url": article.href, "publisher": publisher, "publisher_url": site.href}


def _names(link: LinkSpan, masked: MaskedLine, source: Source) -> bool:
    shown = masked.line.text[link.start - masked.line.start : link.end - masked.line.start]
    return bool(source.title) and fold(shown) == fold(source.title or "")
