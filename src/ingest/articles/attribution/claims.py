"""What the notices, the feed and the page claim about an article, each with its place and its trust.

A claim is a claim: nothing is decided here. How far each place is trusted stands in `trust.py`; `attribute.py`
decides by it and builds the chain of hands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest import urls
from ingest.articles.attribution import licensing
from ingest.articles.attribution.trust import CREDIT_LINE, FIRST_PUBLISHER, LESS, ORIGIN_TRUST, RIGHTS
from ingest.articles.publishers import names, sites
from ingest.records import Evidence, EvidenceKind, Notice, NoticeKind, Source, Statement

MAX_HANDS = 100  # that notices claim: each is held against all others; no honest article has a tenth of it
_COMPANY = re.compile(r",? (?:LLC|Inc\.?|Ltd\.?)$")
_BARE_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}", re.IGNORECASE)
_KIND_OF_PLACE = {
    **dict.fromkeys(("item", "entry", "channel", "feed"), EvidenceKind.FEED),
    "author": EvidenceKind.REQUEST,
}


@dataclass(frozen=True, slots=True)
class HandClaim:
    """A publisher said to have had the article before us."""

    name: str | None
    url: str | None
    trust: float
    evidence: Evidence
    kind: str  # the notice kind or statement property it came from
    stack: int  # notices that stand together share a number; statements have -1
    between: bool = False  # a distributor or republisher rather than a first publisher
    article_url: str | None = None


@dataclass(frozen=True, slots=True)
class ValueClaim:
    property: str
    value: str
    trust: float
    evidence: Evidence
    of_site: bool = False  # a line about the whole site, not about this article


def evidence_of(notice: Notice) -> Evidence:
    return Evidence(
        EvidenceKind.NOTICE, f"notice:{notice.start}-{notice.end}", notice.quote, notice.confidence
    )


def evidence_of_statement(statement: Statement, confidence: float = 1.0) -> Evidence:
    """By its place: an element of the feed, the caller's word, or else the markup of the page, kept or not."""
    kind = _KIND_OF_PLACE.get(statement.place.partition("/")[0].partition("[")[0], EvidenceKind.PAGE)
    return Evidence(kind, statement.place, statement.quote, confidence)


def is_elsewhere(source: Source, url: str) -> bool:
    """Whether the address is another publisher's than the one whose page or feed this is."""
    said = {s.property: s for s in reversed(source.statements)}
    return _Own.of(source, said).is_elsewhere(url)


def stacks(text: str, notices: Sequence[Notice]) -> list[int]:
    """A number for each notice; those with nothing but white space between them share one."""
    numbers: list[int] = []
    for place, notice in enumerate(notices):
        if place and not text[notices[place - 1].end : notice.start].strip():
            numbers.append(numbers[-1])
        else:
            numbers.append(place)
    return numbers


def hands(
    text: str,
    source: Source,
    notices: Sequence[Notice],
    said: Sequence[tuple[Statement, Sequence[Notice]]] = (),
) -> list[HandClaim]:
    """The hands that notices, the feed and the page name, of very many the most trusted.

    `said` are free-text statements with their notices.
    """
    found: list[HandClaim] = []
    numbers = stacks(text, notices)
    for notice, stack in zip(notices, numbers, strict=True):
        found.extend(_hands_of_notice(notice, stack))
    found.extend(_distributed(notices, numbers))
    for statement, inside in said:
        if statement.property == "credit":
            evidence = evidence_of_statement(statement)
            found.extend(
                replace(claim, evidence=evidence, stack=-1, trust=claim.trust * CREDIT_LINE)
                for notice in inside
                for claim in _hands_of_notice(notice, -1)
            )
    found = _most_trusted(found)
    found = _most_trusted([*found, *_named_by_owner(found, notices)])
    return [*found, *_hands_of_statements(source)]


def _most_trusted(found: list[HandClaim]) -> list[HandClaim]:
    few = len(found) <= MAX_HANDS
    return found if few else sorted(found, key=lambda claim: -claim.trust)[:MAX_HANDS]


def _distributed(notices: Sequence[Notice], numbers: Sequence[int]) -> Iterable[HandClaim]:
    """Of "©2026 Harbour Post. Distributed by Gull Syndicate, LLC" the paper, first, and the syndicate between."""
    owners = {
        stack: notice
        for notice, stack in zip(notices, numbers, strict=True)
        if notice.kind is NoticeKind.COPYRIGHT and first(notice, "copyright_holder")
    }
    for notice, stack in zip(notices, numbers, strict=True):
        owned, syndicate = owners.get(stack), first(notice, "via")
        if notice.kind is NoticeKind.WIRE_CREDIT and syndicate and owned and owned.start < notice.start:
            kind, name = "distributed", _COMPANY.sub("", syndicate)
            owner = first(owned, "copyright_holder")
            trust = FIRST_PUBLISHER[kind].weight * owned.confidence
            yield HandClaim(owner, None, trust, evidence_of(owned), kind, stack)
            yield _between(name, notice, kind, stack)


def _named_by_owner(claims: Sequence[HandClaim], notices: Sequence[Notice]) -> list[HandClaim]:
    """Names for hands of which a notice tells only the address, from copyright lines whose owner the host spells:
    "©2026 Harbour Post. Visit harbourpost.net."
    """
    owners = [(owner, notice) for notice in notices if (owner := first(notice, "copyright_holder"))]
    return [
        replace(claim, name=owner, trust=claim.trust - LESS, evidence=evidence_of(notice), kind=notice.kind)
        for claim in claims
        if claim.name is None and claim.url
        for owner, notice in owners
        if names.key(owner).removeprefix("the") in sites.labels(claim.url)
    ]


def _web(address: str | None) -> str | None:
    """A host in a text ("Visit harbourpost.net.") as the address it stands for."""
    return f"https://{address}/" if address and _BARE_HOST.fullmatch(address) else address


def _hands_of_notice(notice: Notice, stack: int) -> Iterable[HandClaim]:
    evidence = evidence_of(notice)
    article_url = first(notice, "original_url")
    trust = ORIGIN_TRUST.get(notice.kind)
    name, url = first(notice, "publisher"), _web(first(notice, "publisher_url"))
    if trust is not None:
        if name is None and url is None and article_url is not None and notice.kind is not NoticeKind.LICENSE:
            url = article_url if urls.is_web(article_url) else None
        if name or url:
            yield HandClaim(
                name, url, trust * notice.confidence, evidence, notice.kind, stack, article_url=article_url
            )
    if notice.kind in _VIA_KINDS:
        for via in every(notice, "via"):
            yield _between(via, notice, notice.kind, stack)
        if notice.kind is NoticeKind.PRESS_RELEASE_SOURCE:
            for wire in every(notice, "agency"):
                yield _between(wire, notice, notice.kind, stack)


def _between(name: str, notice: Notice, kind: str, stack: int) -> HandClaim:
    trust = FIRST_PUBLISHER["between"].weight * notice.confidence
    return HandClaim(name, None, trust, evidence_of(notice), kind, stack, between=True)


_VIA_KINDS = frozenset(
    {
        NoticeKind.VIA_CHAIN,
        NoticeKind.ORIGINAL_SOURCE,
        NoticeKind.AGGREGATOR_FURNITURE,
        NoticeKind.PRESS_RELEASE_SOURCE,
        NoticeKind.ORIGINALLY_PUBLISHED,
        NoticeKind.REPUBLISHED_BY_PERMISSION,
    }
)


def _hands_of_statements(source: Source) -> Iterable[HandClaim]:
    """What elements say of an earlier hand. A value that points to the page's own publisher is no evidence."""
    said = {s.property: s for s in reversed(source.statements)}
    own = _Own.of(source, said)
    named = [s for s in source.statements if s.property == "host_name"]

    def claim(
        kind: str,
        name: str | None,
        url: str | None,
        statement: Statement,
        *,
        less: float = 0.0,
        article: bool = False,
    ) -> HandClaim:
        trust, evidence = FIRST_PUBLISHER[kind].weight - less, evidence_of_statement(statement)
        article_url = url if article else None
        return HandClaim(name, url, trust, evidence, kind, -1, kind == "via_url", article_url)

    title, url = said.get("source"), said.get("source_url")
    if title:
        site = sites.home(url.value) if url else None  # the address is the feed's, never the article's
        yield claim("source", title.value, site, title)
    elif url and own.is_elsewhere(url.value):
        yield claim("source", None, sites.home(url.value), url)
    for kind in ("canonical_url", "original_url"):
        stated = next(
            (s for s in source.statements if s.property == kind and own.is_elsewhere(s.value)), None
        )
        if stated is None or not own.known or urls.is_home_page(stated.value):
            continue
        yield claim(kind, None, stated.value, stated, article=True)
        for name in named:
            if names.key(name.value) in sites.labels(stated.value):
                yield claim(kind, name.value, stated.value, name, less=LESS)
    for kind in ("original_publisher", "provider"):
        publisher, url = said.get(kind), said.get("provider_url") if kind == "provider" else None
        if publisher and not own.is_named(publisher.value) and (url is None or own.is_elsewhere(url.value)):
            yield claim(kind, publisher.value, url.value if url else None, publisher)
    if (via := said.get("via_url")) and own.is_elsewhere(via.value):
        yield claim("via_url", None, via.value, via)


@dataclass(frozen=True, slots=True)
class _Own:
    """Whose the page or feed itself is: by its address, by the site its links stay on, by name."""

    addresses: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, source: Source, said: dict[str, Statement]) -> _Own:
        """An address that is nobody's (a bare host, a cache's) says nothing of the publisher; the page's links do."""
        home = said.get("home_url")
        found = [source.url] if source.url and sites.is_public(source.url) else []
        found += [address for address in (home.value if home else None, source.feed.home_url) if address]
        titles = [s.value for s in (*source.statements, *source.feed.statements) if s.property == "publisher"]
        return cls(tuple(found), (*titles, source.feed.title or ""))

    @property
    def known(self) -> bool:
        return bool(self.addresses)

    def is_elsewhere(self, url: str) -> bool:
        return urls.is_web(url) and not any(sites.one_publisher(url, own) for own in self.addresses)

    def is_named(self, name: str) -> bool:
        folded = names.key(name)
        return any(folded == names.key(own) for own in self.names if own) or any(
            folded in sites.labels(own) for own in self.addresses
        )


def values(
    source: Source, notices: Sequence[Notice], rights: Sequence[tuple[Statement, Sequence[Notice]]]
) -> list[ValueClaim]:
    """Claims about rights, terms, agency and contact, best first.

    The text's own notices outrank the entry's elements, those the feed's. `rights` are the free-text rights
    statements with the notices the same rules found in them.
    """
    found = [claim for notice in notices for claim in _values_of_notice(notice, evidence_of(notice), 1.0)]
    for statement, inside in rights:
        trust = _trust_of(statement, source)
        evidence = evidence_of_statement(statement, trust)
        of_site = statement.property == "site_rights" or statement.place.startswith("meta[")
        for notice in inside:
            values_ = _values_of_notice(notice, evidence, trust)
            found.extend(replace(value, of_site=of_site) for value in values_)
    for statement in (*source.statements, *source.feed.statements):
        if statement.property in _STATED_VALUES:
            trust = _trust_of(statement, source)
            found.append(
                ValueClaim(
                    _STATED_VALUES[statement.property],
                    statement.value,
                    trust,
                    evidence_of_statement(statement, trust),
                )
            )
    return sorted(found, key=lambda claim: -claim.trust)


_STATED_VALUES = {
    "license": "license_url",
    "copyright_holder": "copyright_holder",
    "copyright_year": "copyright_year",
    "credit_text": "credit_text",
    "agency": "agency",
    "contact": "removal_contact",
    "original_url": "original_url",
    "canonical_url": "original_url",
    "usage_terms": "usage_terms",
    "author_organisation": "author_organisation",
    "usage_permits": "usage_terms",
    "usage_prohibits": "usage_terms",
    "usage_payment": "usage_terms",
}

# The fields of these kinds describe the article; those of the others (a photo's credit) do not.
_COPYRIGHT_KINDS = frozenset(
    {NoticeKind.COPYRIGHT, NoticeKind.COURTESY_OF, NoticeKind.LICENSE, NoticeKind.USAGE_TERMS}
)
_AGENCY_KINDS = frozenset(
    {NoticeKind.WIRE_CREDIT, NoticeKind.DATELINE, NoticeKind.CONTRIBUTORS, NoticeKind.BYLINE}
)


def _values_of_notice(notice: Notice, evidence: Evidence, trust: float) -> Iterable[ValueClaim]:
    sure = notice.confidence * trust

    def claim(name: str, value: str | None, weight: float = 1.0) -> Iterable[ValueClaim]:
        if value:
            yield ValueClaim(name, value, sure * weight, evidence)

    if notice.kind in _COPYRIGHT_KINDS:
        weight = (RIGHTS["text"] if notice.kind is NoticeKind.COPYRIGHT else RIGHTS["aside"]).weight
        yield from claim("copyright_holder", first(notice, "copyright_holder"), weight)
        yield from claim("copyright_year", first(notice, "copyright_year"), weight)
    if notice.kind is NoticeKind.COPYRIGHT:
        yield from claim("usage_terms", licensing.reserved(notice.quote), RIGHTS["aside"].weight)
    if notice.kind is NoticeKind.LICENSE:
        yield from claim("license", first(notice, "license"))
        yield from claim("license_url", first(notice, "license_url"))
    if notice.kind is NoticeKind.USAGE_TERMS:
        yield from claim("usage_terms", notice.quote)
    if notice.kind in _AGENCY_KINDS:
        yield from claim("agency", first(notice, "agency"))
    if notice.kind is NoticeKind.REMOVAL_CONTACT:
        yield from claim("removal_contact", _contact(notice))
    if notice.kind in ORIGIN_TRUST:
        yield from claim("original_url", first(notice, "original_url"), ORIGIN_TRUST[notice.kind])


def _contact(notice: Notice) -> str | None:
    """Whom to ask: an address alone says it; "the contact page" needs the site beside it."""
    contact, via = first(notice, "contact"), first(notice, "via")
    if contact and via and "@" not in contact and via.casefold() not in contact.casefold():
        return f"{via} ({contact})"
    return contact or via


def _trust_of(statement: Statement, source: Source) -> float:
    return RIGHTS["entry" if statement in source.statements else "feed"].weight


def first(notice: Notice, name: str) -> str | None:
    return next(iter(every(notice, name)), None)


def every(notice: Notice, name: str) -> tuple[str, ...]:
    value = notice.fields.get(name)
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
