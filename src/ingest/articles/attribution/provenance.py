"""Whose the article is, and what of all that was claimed speaks of it rather than of the site it stands on."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.articles.attribution import chain as chains
from ingest.articles.attribution import claims
from ingest.articles.attribution.claims import ValueClaim
from ingest.articles.attribution.trust import AGENCY
from ingest.articles.notices import suppliers
from ingest.articles.publishers import names, sites
from ingest.articles.publishers.table import Table
from ingest.records import Evidence, Notice, NoticeKind, Source, Statement


def home_of(source: Source) -> str | None:
    """An address of the site a source is from; of a saved page, whose own is nobody's, one its links stay on."""
    if source.url and sites.is_public(source.url):
        return source.url
    return next((said.value for said in source.statements if said.property == "home_url"), source.url)


def is_lender(statement: Statement, source: Source) -> bool:
    """Whether a page names an agency, not its own, as publisher or provider: some put there whose text they show."""
    return (
        statement.property in ("publisher", "provider")
        and source.is_page
        and suppliers.is_news_agency(statement.value)
        and not {names.key(statement.value), _initials(statement.value)} & sites.labels(source.url or "")
    )


def _initials(name: str) -> str:
    return "".join(word[0] for word in suppliers.folded(name).split())


def agencies(notices: Sequence[Notice], source: Source, table: Table) -> list[chains.Supplier]:
    """Agencies that supplied the text itself: its author, datelines, credits; not "with inputs from"."""
    found: dict[str, chains.Supplier] = {}

    def add(agency: str, trust: float, why: Evidence, *, wrote: bool) -> None:
        folded = names.key(names.identity(agency, None, table).name or agency)
        known = found.get(folded)
        if known is None:
            found[folded] = chains.Supplier(agency, trust, (why,), wrote)
        else:
            best_first = (why, *known.evidence) if trust > known.trust else (*known.evidence, why)
            found[folded] = chains.Supplier(
                known.name, max(trust, known.trust), best_first, wrote or known.wrote
            )

    sure = AGENCY["supplier"].weight
    for notice in notices:
        if notice.kind in (NoticeKind.WIRE_CREDIT, NoticeKind.DATELINE):
            for agency in claims.every(notice, "agency"):
                wrote = notice.kind is NoticeKind.DATELINE
                add(agency, sure * notice.confidence, claims.evidence_of(notice), wrote=wrote)
    for statement in source.statements:
        if statement.property == "agency" or is_lender(statement, source):
            add(statement.value, sure, claims.evidence_of_statement(statement), wrote=True)
    return list(found.values())


def of_the_article(
    stated: Sequence[ValueClaim],
    source: Source,
    chain: chains.Chain,
    delivery: tuple[str | None, str | None],
    table: Table,
) -> list[ValueClaim]:
    """Without what a republisher says of itself: its own address, and the copyright of its site.

    A site's copyright line counts when the article is the site's, or when it names who the article is from. An outlet
    that the byline names beside the writer has supplied the article, when it is where the article is from.
    """
    original = chain.original
    if original is None or names.same(original.name, original.url, *delivery, table):
        return list(stated)

    def holds(claim: ValueClaim) -> bool:
        if claim.property == "original_url":
            return claims.is_elsewhere(source, claim.value)
        if claim.of_site and claim.property == "copyright_holder":
            return any(
                names.same(claim.value, None, hop.publisher, hop.url, table) for hop in chain.hops[:-1]
            )
        return not claim.of_site

    supplied = [
        ValueClaim("agency", said.value, AGENCY["writer"].weight, claims.evidence_of_statement(said))
        for said in source.statements
        if said.property == "author_organisation"
        and names.same(said.value, None, original.name, original.url, table)
    ]
    return [*filter(holds, stated), *supplied]
