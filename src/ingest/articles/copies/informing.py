"""What the copies of a story tell of one another. Pure.

A copy that says where the text was first published says it for all of them: an excerpt that three sites handed on names
the last two; a full copy elsewhere names the newspaper. Only firm claims pass ("originally published in", a licence, a
permission, a canonical link, or the original itself): an automatic footer tells through whose hands *that* copy came.

What an article claims itself stays, with its evidence; what is added has evidence of kind `cluster` that quotes the
other copy, less sure than there. Always made from the article's own claims, so to do it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.articles.copies.originals import earlier_hands, is_delivery, same
from ingest.articles.publishers import names
from ingest.records import Attribution, Byline, Evidence, EvidenceKind, Hop, HopRole, StoryCopy

FIRM = 0.7
"""Confidence from which a claim about the first publisher is taken over."""

CARRIED = 0.8
"""Of the confidence of a claim, what is left for another copy."""

ORIGINAL_SURE = 0.9
"""Confidence that the copy found to be the original is where the text first appeared."""


@dataclass(frozen=True, slots=True)
class _Source:
    """Who published the text first, as a copy tells it."""

    teller: StoryCopy
    hop: Hop  # as it stands in the teller's chain
    url: str | None  # the article's address there
    agencies: tuple[Hop, ...]

    @property
    def sure(self) -> float:
        return round(self.hop.confidence * CARRIED, 3)


def inform(own: StoryCopy, others: Sequence[StoryCopy]) -> Attribution:
    """The attribution of `own` with what the other copies of its story tell; its own unchanged where they tell nothing.

    Nothing is added to an article of which is not known whether it is the original.
    """
    stated = own.attribution
    source = min((found for other in others if (found := _source(other))), key=_unsure, default=None)
    if source is None or own.is_original is None:
        return stated
    if same(source.hop.publisher, source.hop.url, stated.publisher, stated.publisher_url):
        return _as_original(stated, source)
    if own.is_original:
        return stated
    known = next((hop for hop in stated.hops if _is_one(hop, source.hop)), None)
    if known is None and _holds_its_own(own, source):
        return stated
    return _with_authors(_with_origin(stated, source, known), source)


def tellers(copies: Sequence[StoryCopy]) -> list[StoryCopy]:
    """Those that `inform` need hear: the one with the surest word, and for itself the next."""
    sources = sorted((found for copy in copies if (found := _source(copy))), key=_unsure)
    return [source.teller for source in sources[:2]]


def _source(other: StoryCopy) -> _Source | None:
    stated = other.attribution
    hands = earlier_hands(stated)
    agencies = tuple(hop for hop in hands if hop.role is HopRole.AGENCY)
    if other.is_original and stated.hops:
        delivery = stated.hops[-1]
        first = replace(delivery, url=other.url or delivery.url, confidence=ORIGINAL_SURE)
        return _Source(other, first, other.url, agencies)
    for hop in hands:
        if hop.role is HopRole.ORIGIN and hop.confidence >= FIRM:
            return _Source(other, hop, stated.original_url, agencies)
    return None


def _unsure(source: _Source) -> tuple[float, bool, int]:
    """The surest comes first; of equals that of the fuller copy, then the one known longest."""
    return (-source.hop.confidence, source.teller.is_excerpt, source.teller.article_id)


def _is_one(hop: Hop, other: Hop) -> bool:
    return same(hop.publisher, hop.url, other.publisher, other.url)


def _holds_its_own(own: StoryCopy, source: _Source) -> bool:
    """Whether the article's own word about its origin outranks the copy's: it is as sure, or says "here", in full."""
    origin = next((hop for hop in own.attribution.hops if hop.role is HopRole.ORIGIN), None)
    if origin is None:
        return False
    if is_delivery(origin, own.attribution):
        return not own.is_excerpt  # nobody is the origin of what is an excerpt of a fuller text
    return origin.confidence >= source.sure


def _as_original(stated: Attribution, source: _Source) -> Attribution:
    """The article is what others name as their source, and need not say so itself."""
    if stated.original_publisher or source.teller.attribution is stated:
        return stated
    return replace(
        stated,
        original_publisher=stated.publisher,
        original_publisher_url=stated.publisher_url,
        original_publisher_domain=stated.publisher_domain,
        evidence={**stated.evidence, "original_publisher": _told(source, source.hop.evidence)},
    )


def _with_origin(stated: Attribution, source: _Source, known: Hop | None) -> Attribution:
    """The chain with the origin before the article's own hops, behind its agencies, and the fields that follow."""
    evidence = dict(stated.evidence)
    told = _told(source, source.hop.evidence)
    changed = stated
    if known is None:
        changed = _with_hops(stated, source, told)
        evidence |= {"original_publisher": told}
        evidence.pop("original_url", None)
    url = stated.original_url if known is not None else None
    if url is None and source.url:
        url, evidence["original_url"] = source.url, _told(source, _evidence_of_url(source))
    agency = stated.agency
    if agency is None and known is None and source.agencies:
        agency = source.agencies[0].publisher
        evidence["agency"] = _told(source, source.agencies[0].evidence)
    return replace(
        changed, original_url=url, agency=agency, evidence={k: v for k, v in evidence.items() if v}
    )


def _with_hops(stated: Attribution, source: _Source, told: tuple[Evidence, ...]) -> Attribution:
    agencies = [hop for hop in stated.hops if hop.role is HopRole.AGENCY]
    added = [
        replace(hop, confidence=round(hop.confidence * CARRIED, 3), evidence=_told(source, hop.evidence))
        for hop in source.agencies
        if not any(_is_one(hop, own) for own in stated.hops)
    ]
    origin = replace(source.hop, role=HopRole.ORIGIN, confidence=source.sure, evidence=told)
    later = [_no_origin(hop, stated) for hop in stated.hops if hop.role is not HopRole.AGENCY]
    ordered = [*agencies, *added, origin, *later]
    moved = {hop.position: place for place, hop in enumerate(ordered) if place < len(agencies)}
    moved |= {hop.position: len(ordered) - len(later) + place for place, hop in enumerate(later)}
    teller = source.teller.attribution
    return replace(
        stated,
        hops=tuple(replace(hop, position=place) for place, hop in enumerate(ordered)),
        bylines=tuple(
            replace(byline, hop=None if byline.hop is None else moved[byline.hop])
            for byline in stated.bylines
        ),
        original_publisher=origin.publisher,
        original_publisher_domain=origin.domain,
        original_publisher_url=teller.publisher_url
        if source.teller.is_original
        else teller.original_publisher_url,
    )


def _no_origin(hop: Hop, stated: Attribution) -> Hop:
    if hop.role is not HopRole.ORIGIN:
        return hop
    return replace(hop, role=HopRole.DELIVERY if is_delivery(hop, stated) else HopRole.UPSTREAM)


def _with_authors(stated: Attribution, source: _Source) -> Attribution:
    """The writers that the teller names, where the article names none itself."""
    named = {names.key(byline.name) for byline in stated.bylines}
    origin = next((hop.position for hop in stated.hops if _is_one(hop, source.hop)), None)
    if stated.authors or origin is None:
        return stated
    added = tuple(
        Byline(byline.name, "author", origin, _told(source, byline.evidence))
        for byline in source.teller.attribution.authors
        if names.key(byline.name) not in named
    )
    return replace(stated, bylines=(*added, *stated.bylines))


def _evidence_of_url(source: _Source) -> Sequence[Evidence]:
    if source.teller.is_original and source.url:
        return [Evidence(EvidenceKind.FEED, "url", source.url, ORIGINAL_SURE)]
    return source.teller.attribution.evidence.get("original_url", ())


def _told(source: _Source, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The same words, as another copy's."""
    return tuple(
        Evidence(
            EvidenceKind.CLUSTER,
            f"article:{source.teller.article_id} {one.place}",
            one.quote,
            round(one.confidence * CARRIED, 3),
        )
        for one in evidence
    )
