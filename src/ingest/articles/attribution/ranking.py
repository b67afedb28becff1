"""All claims about an article, each property's most trusted first, with whether the article's value agrees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ingest import urls
from ingest.articles.attribution import chain as chains
from ingest.articles.attribution import licensing, trust
from ingest.articles.attribution.claims import HandClaim, ValueClaim
from ingest.articles.publishers import names
from ingest.articles.publishers.table import Table
from ingest.records import Attribution, Byline, Claim, Completeness, Evidence, EvidenceKind

_ORDER = (
    *("author", "poster", "contributor", "author_organisation", "original_publisher", "original_url"),
    *("republisher", "publisher", "agency", "copyright_holder", "copyright_year", "license", "license_url"),
    *("usage_terms", "credit_text", "removal_contact", "completeness"),
)
_PLACES = {name: place for place, name in enumerate(_ORDER)}


def ranked(
    told: Attribution,
    stated: Sequence[ValueClaim],
    hands: Sequence[HandClaim],
    chain: chains.Chain,
    deliverers: Sequence[ValueClaim],
    table: Table,
) -> tuple[Claim, ...]:
    """The claims behind `told`: about values (`stated`), hands, the deliverer and, from its bylines, names."""
    # An agency that wrote the text claims to have had it first.
    first = chain.original.claims if chain.original else ()
    found = [
        *(_of_value(claim, told, table) for claim in stated),
        *(_of_hand(claim, chain, table) for claim in dict.fromkeys((*hands, *first))),
        *(_of_deliverer(claim, told, table) for claim in deliverers),
        *(claim for byline in told.bylines for claim in _of_byline(byline)),
        *_of_completeness(told),
    ]
    last = len(_PLACES)
    found.sort(key=lambda one: (_PLACES.get(one.property, last), -one.confidence))
    # What one place says in two ways counts once, at its best.
    distinct: dict[object, _Unranked] = {}
    for one in found:
        said = (one.property, one.value, one.evidence.place, one.evidence.quote)
        distinct.setdefault(said, one)
    ranks: dict[str, int] = {}
    claims = []
    for one in distinct.values():
        ranks[one.property] = rank = ranks.get(one.property, 0) + 1
        claims.append(Claim(*one, rank))
    return tuple(claims)


class _Unranked(NamedTuple):
    """The fields of a Claim before its rank."""

    property: str
    value: str
    confidence: float
    evidence: Evidence
    chosen: bool


def _of_value(claim: ValueClaim, told: Attribution, table: Table) -> _Unranked:
    name = claim.property
    value = agency_name(claim.value, table) if name == "agency" else claim.value
    agrees = _AGREES.get(name, _in_words)
    chosen = name == "author_organisation" or agrees(value, told, name, table)
    return _Unranked(name, value, round(claim.trust, 3), claim.evidence, chosen)


def _of_hand(claim: HandClaim, chain: chains.Chain, table: Table) -> _Unranked:
    name = names.identity(claim.name, claim.url, table).name or claim.url or ""
    chosen = claim.between or (chain.original is not None and claim in chain.original.claims)
    role = "republisher" if claim.between else "original_publisher"
    return _Unranked(role, name, round(claim.trust, 3), claim.evidence, chosen)


def _of_deliverer(claim: ValueClaim, told: Attribution, table: Table) -> _Unranked:
    """A name beside the deliverer's own address is a name of it, unless the table knows it for another's."""
    home = told.publisher_url
    if told.publisher and names.same(claim.value, home, told.publisher, home, table):
        return _Unranked("publisher", told.publisher, claim.trust, claim.evidence, True)
    name = names.identity(claim.value, None, table).name or claim.value
    return _Unranked("publisher", name, claim.trust, claim.evidence, False)


def _of_byline(byline: Byline) -> Iterable[_Unranked]:
    for evidence in byline.evidence:
        sure = trust.NAMES[_NAMED_BY.get(evidence.kind, "text")].weight * evidence.confidence
        yield _Unranked(byline.role, byline.name, round(sure, 3), evidence, True)


_NAMED_BY = {EvidenceKind.PAGE: "page", EvidenceKind.FEED: "feed", EvidenceKind.REQUEST: "request"}


def _of_completeness(told: Attribution) -> Iterable[_Unranked]:
    sure = trust.COMPLETENESS["mark"].weight
    for evidence in told.evidence.get("completeness", ()):
        yield _Unranked(
            "completeness",
            Completeness.EXCERPT.value,
            round(sure * evidence.confidence, 3),
            evidence,
            told.completeness is Completeness.EXCERPT,
        )


def agency_name(stated: str, table: Table) -> str:
    """What credit lines call the agency: "AP" for "The Associated Press" and 美联社."""
    known = table.resolve(stated, None)
    return known.credited if known else stated


# ------------------------------------------------------------------------------------------ agreement


def _in_words(value: str, told: Attribution, name: str, table: Table) -> bool:
    known = getattr(told, name, None)
    return known is not None and str(known).casefold() == value.casefold()


def _one_publisher(value: str, told: Attribution, name: str, table: Table) -> bool:
    known = getattr(told, name, None)
    return known is not None and names.same(value, None, known, None, table)


def _one_holder(value: str, told: Attribution, name: str, table: Table) -> bool:
    holder = told.copyright_holder
    return holder is not None and names.same(_company(value), None, _company(holder), None, table)


def _company(name: str) -> str:
    """A holder's name without its legal form: "NYP Holdings, Inc." is NYP Holdings."""
    return _LEGAL_FORM.sub("", name).strip(" ,.") or name


_LEGAL_FORM = re.compile(
    r"(?:[ ,]+(?:inc|llc|ltd|limited|corp|corporation|co|company|plc|gmbh(?: & co\.? kg)?|ag|kg|se|e\.?v|s\.?a|"
    r"s\.?p\.?a|s\.?r\.?l|s\.?l|b\.?v|n\.?v|a\.?s|a\.?ş|oy|ab|aps|pty|pvt|l\.?p|s\.?a\.?s)\.?)+$|"
    r"^(?:ооо|оао|зао|ао|株式会社|㈜|\(주\)) ?|(?:株式会社|有限公司|㈜|\(주\))$",
    re.IGNORECASE,
)


def _one_address(value: str, told: Attribution, name: str, table: Table) -> bool:
    known = getattr(told, name, None)
    return known is not None and urls.normalise(value) == urls.normalise(known)


def _one_licence(value: str, told: Attribution, name: str, table: Table) -> bool:
    claimed = licensing.spdx(value)
    return told.license is not None and claimed is not None and licensing.refines(told.license, claimed)


def _among_terms(value: str, told: Attribution, name: str, table: Table) -> bool:
    return value in (told.usage_terms or "")


def _one_year(value: str, told: Attribution, name: str, table: Table) -> bool:
    return str(told.copyright_year) == value[:4]


_AGREES: dict[str, Callable[[str, Attribution, str, Table], bool]] = {
    "agency": _one_publisher,
    "copyright_holder": _one_holder,
    "copyright_year": _one_year,
    "original_url": _one_address,
    "license": _one_licence,
    "license_url": _one_licence,
    "usage_terms": _among_terms,
}
