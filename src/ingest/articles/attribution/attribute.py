"""Who wrote it, who owns it, where it first appeared, through whose hands it came: pure, from claims.

The order of trust stands in trust.py, the building of the chain in chain.py. Here the claims become fields; every
field keeps the evidence of all claims that agree with the value chosen, best first, and ranking.py keeps all claims,
those that disagree too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from ingest import urls
from ingest.articles.attribution import chain as chains
from ingest.articles.attribution import claims, licensing, provenance, ranking, trust
from ingest.articles.attribution.claims import ValueClaim
from ingest.articles.people import capitals, crediting
from ingest.articles.publishers import names, sites
from ingest.articles.publishers import table as publishers
from ingest.articles.publishers.table import Table
from ingest.records import (
    Attribution,
    Byline,
    Completeness,
    Document,
    Evidence,
    EvidenceKind,
    HopRole,
    Notice,
    NoticeKind,
    Person,
    Source,
    Statement,
)

SHORTEST_FULL_TEXT = 600
"""Characters of text from which, without any mark of an excerpt, a body is called full."""


def attribute(
    source: Source,
    document: Document,
    notices: Sequence[Notice],
    rights: Sequence[tuple[Statement, Sequence[Notice]]] = (),
    table: Table | None = None,
) -> Attribution:
    """Resolve the claims about one article.

    `rights` pairs each free-text rights statement of entry and feed with the notices found in it. `table` knows the
    world's publishers; the one shipped, if none is given.
    """
    table = table or publishers.load()
    source = crediting.told_apart(source)
    stated = _licences(claims.values(source, notices, rights))
    completeness, completeness_evidence = _completeness(source, document, notices)
    delivery, delivery_evidence = _delivery(source, notices, table)
    hands = claims.hands(document.text, source, notices, rights)
    suppliers = provenance.agencies(notices, source, table)
    chain = chains.build(
        hands,
        delivery=delivery,
        delivery_evidence=delivery_evidence,
        agencies=suppliers,
        excerpt=completeness is Completeness.EXCERPT,
        table=table,
    )
    stated += [
        ValueClaim("agency", one.name, trust.AGENCY["writer"].weight * one.trust, why)
        for one in suppliers
        for why in one.evidence
        if one.wrote
    ]
    of_site = [claim for claim in stated if claim.of_site]  # may not decide, and stays a claim
    stated = provenance.of_the_article(stated, source, chain, delivery, table)
    evidence: dict[str, tuple[Evidence, ...]] = {}

    def pick(name: str) -> str | None:
        value, why = _best(stated, name)
        if why:
            evidence[name] = why
        return value

    original = chain.original
    original_url = pick("original_url")
    if original_url is None and original is not None:
        original_url, evidence["original_url"] = _linked_article(original)
    license_, license_url = _license(stated, evidence)
    terms = _usage_terms(stated, evidence)
    if original is not None:
        evidence["original_publisher"] = original.evidence()
    if delivery_evidence:
        evidence["publisher"] = delivery_evidence
    if completeness_evidence:
        evidence["completeness"] = completeness_evidence
    year = pick("copyright_year")
    agency = pick("agency")
    deliverer = names.identity(*delivery, table)
    first = names.identity(original.name, original.url, table) if original else names.Identity(None, None)
    told = Attribution(
        bylines=_bylines(source, document.text, notices, rights, chain),
        hops=chain.hops,
        publisher=deliverer.name,
        publisher_url=delivery[1],
        publisher_domain=deliverer.domain,
        original_publisher=first.name,
        original_publisher_url=sites.home(original.url) if original else None,
        original_publisher_domain=first.domain,
        original_url=original_url,
        agency=ranking.agency_name(agency, table) if agency else None,
        copyright_holder=pick("copyright_holder"),
        copyright_year=int(year[:4]) if year and year[:4].isdigit() else None,
        license=license_,
        license_url=license_url,
        usage_terms=terms,
        credit_text=pick("credit_text"),
        removal_contact=pick("removal_contact"),
        completeness=completeness,
        evidence={name: why for name, why in evidence.items() if why},
    )
    deliverers = _deliverers(source, delivery[0], delivery_evidence)
    return replace(told, claims=ranking.ranked(told, [*stated, *of_site], hands, chain, deliverers, table))


def _linked_article(original: chains.Hand) -> tuple[str | None, tuple[Evidence, ...]]:
    """The article's address at the first publisher: where a claim links its name to more than a home page."""
    for claim in sorted(original.claims, key=lambda claim: -claim.trust):
        for url in (claim.article_url, claim.url):
            if url and urls.is_web(url) and not urls.is_home_page(url):
                return url, (claim.evidence,)
    return None, ()


def _best(stated: Sequence[ValueClaim], name: str) -> tuple[str | None, tuple[Evidence, ...]]:
    """The most trusted value of a property, and the evidence of every claim that says the same."""
    about = [claim for claim in stated if claim.property == name]
    if not about:
        return None, ()
    value = about[0].value
    agreeing = (claim.evidence for claim in about if claim.value.casefold() == value.casefold())
    return value, tuple(dict.fromkeys(agreeing))


def _licences(stated: Sequence[ValueClaim]) -> list[ValueClaim]:
    """Claims about licences by identifier; an address claims the licence it is of; words that name none are terms."""
    found: list[ValueClaim] = []
    for claim in stated:
        if claim.property not in ("license", "license_url"):
            found.append(claim)
            continue
        identifier = licensing.spdx(claim.value)
        if identifier is None:
            found.append(replace(claim, property="usage_terms"))
            continue
        if urls.is_web(claim.value):
            found.append(replace(claim, property="license_url"))
        found.append(replace(claim, property="license", value=identifier))
    return found


def _license(
    stated: Sequence[ValueClaim], evidence: dict[str, tuple[Evidence, ...]]
) -> tuple[str | None, str | None]:
    """Identifier and address. Of licences that agree, the one that says most; the address stated, else the known."""
    about = [claim for claim in stated if claim.property == "license"]
    if not about:
        return None, None
    name = about[0].value
    for claim in about:
        if licensing.refines(claim.value, name):
            name = claim.value
    why = tuple(dict.fromkeys(claim.evidence for claim in about if licensing.refines(name, claim.value)))
    evidence["license"] = why
    for claim in stated:
        if claim.property == "license_url" and licensing.spdx(claim.value) == name:
            evidence["license_url"] = (claim.evidence,)
            return name, claim.value
    if url := licensing.address(name):
        evidence["license_url"] = why
    return name, url


def _usage_terms(stated: Sequence[ValueClaim], evidence: dict[str, tuple[Evidence, ...]]) -> str | None:
    """All that the most trusted place says about use, in its own words."""
    about = [claim for claim in stated if claim.property == "usage_terms"]
    if not about:
        return None
    kind = about[0].evidence.kind
    chosen = [claim for claim in about if claim.evidence.kind is kind]
    evidence["usage_terms"] = tuple(dict.fromkeys(claim.evidence for claim in chosen))
    return " ".join(dict.fromkeys(claim.value for claim in chosen))


def _delivery(
    source: Source, notices: Sequence[Notice], table: Table
) -> tuple[tuple[str | None, str | None], tuple[Evidence, ...]]:
    """Who gave us the article: the feed or page we read; without either, who takes removal requests for it."""
    feed = source.feed
    for statement in (*source.statements, *feed.statements):
        if statement.property == "publisher" and _may_deliver(statement, source, table):
            home = feed.home_url or sites.home(provenance.home_of(source))
            return (statement.value, home), (claims.evidence_of_statement(statement),)
    if feed.title:
        home = feed.home_url or sites.home(feed.url) or sites.home(source.url)
        evidence = Evidence(EvidenceKind.FEED, "feed/title", feed.title)
        return (names.of_feed(feed.title), home), (evidence,)
    for url, place in ((source.url, "url"), (feed.home_url, "feed/link"), (feed.url, "feed/url")):
        if url and (host := names.host_name(url)):
            return (host, sites.home(url)), (Evidence(EvidenceKind.REQUEST, place, url),)
    for notice in notices:
        if notice.kind is NoticeKind.REMOVAL_CONTACT and (via := claims.first(notice, "via")):
            host = names.domain_in(via)
            return (via, f"https://{host}" if host else None), (claims.evidence_of(notice),)
    return (None, None), ()


def _may_deliver(statement: Statement, source: Source, table: Table) -> bool:
    """Whether a publisher element names who delivers: not the agency of the text, nor whose software it runs on."""
    known = table.resolve(statement.value, None)
    return not (known and known.kind == "platform") and not provenance.is_lender(statement, source)


def _deliverers(source: Source, chosen: str | None, chosen_evidence: Sequence[Evidence]) -> list[ValueClaim]:
    """Everything that says who gave us the article: the publisher elements, and what was chosen without them."""
    found = []
    for where, statements in (("entry", source.statements), ("feed", source.feed.statements)):
        sure = trust.PUBLISHER[where].weight
        found += [
            ValueClaim("publisher", said.value, sure, claims.evidence_of_statement(said))
            for said in statements
            if said.property == "publisher"
        ]
    if chosen and not found:
        place = "title" if chosen_evidence[0].place == "feed/title" else "address"
        if chosen_evidence[0].kind is EvidenceKind.NOTICE:
            place = "contact"
        sure = trust.PUBLISHER[place].weight
        found += [ValueClaim("publisher", chosen, sure, why) for why in chosen_evidence]
    return found


# ------------------------------------------------------------------------------------------ bylines

_HAND_KINDS = frozenset(trust.ORIGIN_TRUST)
_CREDITING_KINDS = frozenset({NoticeKind.LICENSE.value, NoticeKind.REPUBLISHED_BY_PERMISSION.value})
_AUTHOR_KINDS = _HAND_KINDS - {NoticeKind.PRESS_RELEASE_SOURCE, NoticeKind.LICENSE}


def _bylines(
    source: Source,
    text: str,
    notices: Sequence[Notice],
    said: Sequence[tuple[Statement, Sequence[Notice]]],
    chain: chains.Chain,
) -> tuple[Byline, ...]:
    found: list[Byline] = []
    stacks = claims.stacks(text, notices)
    papers = _papers(chain)
    for place, notice in enumerate(notices):
        people = _without_papers(claims.every(notice, "authors"), papers)
        if not people:
            continue
        evidence = claims.evidence_of(notice)
        if notice.kind in _AUTHOR_KINDS:
            found += _named(people, "author", chain.position_of_claim.get(evidence), evidence, chain)
        elif notice.kind is NoticeKind.BYLINE:
            hop = _hop_of_stack(place, notices, stacks, chain)
            found += _named(people, "author", hop, evidence, chain)
        elif notice.kind is NoticeKind.CONTRIBUTORS:
            found += _named(people, "contributor", None, evidence, chain)
        elif notice.kind is NoticeKind.AUTHOR_BIO:
            found += _named(people, "author", None, evidence, chain)
    for statement, inside in said:
        for notice in inside:
            if statement.property == "credit" and notice.kind in {*_AUTHOR_KINDS, NoticeKind.BYLINE}:
                evidence = claims.evidence_of_statement(statement)
                hop = chain.position_of_claim.get(evidence)
                people = _without_papers(claims.every(notice, "authors"), papers)
                found += _named(people, "author", hop, evidence, chain)
    found = [*_as_the_page_has_it(found, source), *_of_source(source, chain)]
    order = {names.key(person.name): place for place, person in enumerate(source.page_authors)}
    return tuple(sorted(_merged(found), key=lambda byline: order.get(names.key(byline.name), len(order))))


def _papers(chain: chains.Chain) -> set[str]:
    """What the publishers of the chain, and their hosts, are called, folded."""
    papers = {names.key(hop.publisher) for hop in chain.hops if hop.publisher}
    return papers.union(*(sites.labels(hop.url) for hop in chain.hops if hop.url))


def _without_papers(people: Sequence[str], papers: Set[str]) -> list[str]:
    """Of "By Ana Lima, Harbour Current" the writer, where the other name is a publisher's of the chain."""
    return [name for place, name in enumerate(people) if not place or names.key(name) not in papers]


def _as_the_page_has_it(found: Sequence[Byline], source: Source) -> list[Byline]:
    """With the name of the page's markup where a line of its text runs on: "Ana LimaGull Point", "Ana LimaAna Lima"."""
    given = {names.key(person.name): person.name for person in source.page_authors if " " in person.name}

    def mended(name: str) -> str:
        folded = names.key(name)
        return next((own for key, own in given.items() if folded.startswith(key)), name)

    return [replace(byline, name=mended(byline.name)) for byline in found]


def _named(
    people: Iterable[str], role: str, hop: int | None, evidence: Evidence, chain: chains.Chain
) -> list[Byline]:
    """A name at a hand that is not the origin is whoever posted the copy there."""
    if role == "author" and hop is not None:
        at = chain.hops[hop].role
        if at in (HopRole.UPSTREAM, HopRole.REPUBLISHER):
            role = "poster"
    return [Byline(capitals.shown(name), role, hop, (evidence,)) for name in people]


def _hop_of_stack(
    place: int, notices: Sequence[Notice], stacks: Sequence[int], chain: chains.Chain
) -> int | None:
    """A byline inside a stack of footers belongs to the hand the stack names before it."""
    for earlier in range(place - 1, -1, -1):
        if stacks[earlier] != stacks[place]:
            return None
        if notices[earlier].kind in _HAND_KINDS:
            position = chain.position_of_claim.get(claims.evidence_of(notices[earlier]))
            if position is not None:
                return position
    return None


def _of_source(source: Source, chain: chains.Chain) -> list[Byline]:
    """Names that the feed or page gives.

    A page's own markup names the writer. So does a feed's author element, unless the article came through other
    hands than an agency's: then it names somebody at the last one, except where a licence or a permission, which
    oblige to credit the writer, is why the article stands there.
    """
    hop = chain.delivery
    credited = chain.original is not None and any(c.kind in _CREDITING_KINDS for c in chain.original.claims)
    others = [h for h in chain.hops[:-1] if h.role is not HopRole.AGENCY]
    if credited or not (others or source.page_authors):
        hop = None
    written = [_byline(person, person.role, None, source) for person in source.page_authors]
    known = {names.key(byline.name) for byline in written}
    for person in source.authors:
        posted = hop is not None and person.role == "author" and names.key(person.name) not in known
        written.append(_byline(person, "poster" if posted else person.role, hop if posted else None, source))
    return written


def _byline(person: Person, role: str, hop: int | None, source: Source) -> Byline:
    """With the place where the name stands; what the caller handed in stands nowhere."""
    folded = names.key(person.name)
    said = [
        claims.evidence_of_statement(statement)
        for statement in (*source.statements, *source.feed.statements)
        if statement.property in ("creator", "contributor") and names.key(statement.value) == folded
    ]
    return Byline(
        person.name, role, hop, tuple(said) or (Evidence(EvidenceKind.REQUEST, "author", person.name),)
    )


def _merged(found: Sequence[Byline]) -> tuple[Byline, ...]:
    """One byline a name: the first says where, an author role beats a lesser one, evidence adds up."""
    merged: dict[str, Byline] = {}
    for byline in found:
        known = merged.get(key := names.key(byline.name))
        if known is None:
            merged[key] = byline
        else:
            role = (
                "author" if "author" in (known.role, byline.role) and known.role != "poster" else known.role
            )
            hop = known.hop if known.hop is not None else (None if known.role == "author" else byline.hop)
            evidence = tuple(dict.fromkeys(known.evidence + byline.evidence))
            merged[key] = Byline(known.name, role, hop, evidence)
    return tuple(merged.values())


# ------------------------------------------------------------------------------------- completeness


def _completeness(
    source: Source, document: Document, notices: Sequence[Notice]
) -> tuple[Completeness, tuple[Evidence, ...]]:
    """An excerpt mark decides; else a body of some length that is not a mere summary is called full."""
    marks = tuple(claims.evidence_of(n) for n in notices if n.kind is NoticeKind.EXCERPT_MARK)
    if marks:
        return Completeness.EXCERPT, marks
    if source.is_page or (not source.is_summary and len(document.text) >= SHORTEST_FULL_TEXT):
        return Completeness.FULL, ()
    return Completeness.UNKNOWN, ()
