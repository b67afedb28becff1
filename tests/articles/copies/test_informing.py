"""What copies tell of one another, and what they may not."""

from __future__ import annotations

from dataclasses import replace

from ingest.articles.copies.informing import inform, tellers
from ingest.records import Attribution, Byline, Evidence, EvidenceKind, Hop, HopRole, StoryCopy

URL = "https://ledger.example/2026/flood"


def said(quote: str) -> tuple[Evidence, ...]:
    return (Evidence(EvidenceKind.NOTICE, "notice:5-40", quote, 0.95),)


def copy(
    number: int,
    publisher: str,
    *before: tuple[HopRole, str, float],
    is_original: bool | None = False,
    is_excerpt: bool = False,
    bylines: tuple[Byline, ...] = (),
    **stated: object,
) -> StoryCopy:
    """An article that `publisher` delivered, with the hands it names before: role, name, confidence."""
    hops = [
        Hop(n, name, None, role, sure, said(f"from {name}"), f"{name.lower()}.example")
        for n, (role, name, sure) in enumerate(before)
    ]
    hops.append(Hop(len(hops), publisher, None, HopRole.DELIVERY, 1.0, ()))
    attribution = Attribution(hops=tuple(hops), publisher=publisher, bylines=bylines, **stated)  # type: ignore[arg-type]
    return StoryCopy(number, attribution, None, is_excerpt=is_excerpt, is_original=is_original)


FULL = copy(
    1,
    "Valley",
    (HopRole.ORIGIN, "Ledger", 0.9),
    bylines=(Byline("Ada Marsh", "author", 0, said("By Ada Marsh")),),
    original_publisher="Ledger",
    original_publisher_url="https://ledger.example",
    original_publisher_domain="ledger.example",
    original_url=URL,
    evidence={"original_url": said("in the Ledger")},
)
EXCERPT = copy(
    2,
    "Relay",
    (HopRole.UPSTREAM, "Coast", 0.76),
    is_excerpt=True,
    bylines=(Byline("Marta Quill", "poster", 0, said("Author: Marta Quill")),),
    original_publisher="Coast",
    original_url="https://coast.example/flood",
    evidence={"original_publisher": said("courtesy of Coast"), "agency": ()},
)


def chain(stated: Attribution) -> list[tuple[int, str | None, str]]:
    return [(hop.position, hop.publisher, hop.role.value) for hop in stated.hops]


def test_the_origin_that_a_fuller_copy_states_comes_before_the_excerpts_own_hands() -> None:
    told = inform(EXCERPT, [FULL])
    assert chain(told) == [(0, "Ledger", "origin"), (1, "Coast", "upstream"), (2, "Relay", "delivery")]
    assert (told.original_publisher, told.original_url) == ("Ledger", URL)
    assert told.original_publisher_url == "https://ledger.example"
    assert told.original_publisher_domain == told.hops[0].domain == "ledger.example"
    poster = next(byline for byline in told.bylines if byline.name == "Marta Quill")
    assert (poster.role, poster.hop) == ("poster", 1), "who posted it stays where it was posted"
    assert [byline.name for byline in told.authors] == ["Ada Marsh"]


def test_what_is_added_is_marked_quotes_the_copy_and_is_less_sure() -> None:
    told = inform(EXCERPT, [FULL])
    added = [*told.hops[0].evidence, *told.authors[0].evidence]
    added += [*told.evidence["original_publisher"], *told.evidence["original_url"]]
    assert {one.kind for one in added} == {EvidenceKind.CLUSTER}
    assert {one.place for one in added} == {"article:1 notice:5-40"}
    assert {one.quote for one in added} == {"from Ledger", "By Ada Marsh", "in the Ledger"}
    assert all(one.confidence < 0.95 for one in added)
    assert told.hops[0].confidence < FULL.attribution.hops[0].confidence


def test_the_articles_own_hops_bylines_and_evidence_stay() -> None:
    told, own = inform(EXCERPT, [FULL]), EXCERPT.attribution
    assert [replace(hop, position=hop.position - 1) for hop in told.hops[1:]] == list(own.hops)
    assert [replace(byline, hop=0) for byline in told.bylines[1:]] == list(own.bylines)


def test_the_excerpt_tells_the_full_copy_nothing() -> None:
    assert inform(FULL, [EXCERPT]) == FULL.attribution


def test_an_automatic_footer_tells_only_through_whose_hands_that_copy_came() -> None:
    footed = copy(3, "Relay", (HopRole.ORIGIN, "Coast", 0.57))
    assert inform(copy(4, "Silent"), [footed]).hops == copy(4, "Silent").attribution.hops


def test_a_firm_word_of_a_copy_outranks_an_automatic_footer() -> None:
    footed = copy(3, "Relay", (HopRole.ORIGIN, "Coast", 0.57), original_publisher="Coast")
    told = inform(footed, [FULL])
    assert chain(told) == [(0, "Ledger", "origin"), (1, "Coast", "upstream"), (2, "Relay", "delivery")]


def test_an_articles_own_firm_word_holds_against_a_copys() -> None:
    firm = copy(3, "Relay", (HopRole.ORIGIN, "Herald", 0.9), original_publisher="Herald")
    assert inform(firm, [FULL]) == firm.attribution


def test_a_copy_that_names_nobody_learns_where_it_came_from_unless_it_may_be_the_first() -> None:
    assert chain(inform(copy(3, "Silent"), [FULL])) == [(0, "Ledger", "origin"), (1, "Silent", "delivery")]
    maybe = copy(3, "Silent", is_original=None)
    assert inform(maybe, [FULL]) == maybe.attribution


def test_a_site_that_calls_itself_the_origin_is_believed_unless_it_has_an_excerpt() -> None:
    itself = copy(3, "Coast")
    own = replace(
        itself.attribution,
        hops=(replace(itself.attribution.hops[0], role=HopRole.ORIGIN),),
        original_publisher="Coast",
    )
    assert inform(replace(itself, attribution=own), [FULL]) == own
    told = inform(replace(itself, attribution=own, is_excerpt=True), [FULL])
    assert chain(told) == [(0, "Ledger", "origin"), (1, "Coast", "delivery")]


def test_an_origin_named_already_is_not_named_twice_and_lends_what_is_missing() -> None:
    named = copy(3, "Relay", (HopRole.ORIGIN, "The Ledger", 0.8), original_publisher="The Ledger")
    told = inform(named, [FULL])
    assert told.hops == named.attribution.hops
    assert (told.original_publisher, told.original_url) == ("The Ledger", URL)
    assert [(byline.name, byline.hop) for byline in told.bylines] == [("Ada Marsh", 0)]


def test_the_original_tells_its_copies_and_is_told_that_it_is() -> None:
    original = replace(copy(9, "Ledger", is_original=True), url=URL)
    told = inform(EXCERPT, [original])
    assert chain(told)[0] == (0, "Ledger", "origin")
    assert told.original_url == URL
    itself = inform(original, [FULL])
    assert (itself.original_publisher, itself.hops) == ("Ledger", original.attribution.hops)
    assert itself.evidence["original_publisher"][0].kind is EvidenceKind.CLUSTER


def test_the_agency_comes_before_the_origin_and_is_named_once() -> None:
    wired = copy(
        3, "Valley", (HopRole.AGENCY, "Reuters", 0.8), (HopRole.ORIGIN, "Ledger", 0.9), agency="Reuters"
    )
    told = inform(EXCERPT, [wired])
    assert [name for _, name, _ in chain(told)] == ["Reuters", "Ledger", "Coast", "Relay"]
    assert told.agency == "Reuters"
    assert told.evidence["agency"][0].kind is EvidenceKind.CLUSTER
    known = copy(
        4, "Relay", (HopRole.AGENCY, "Reuters", 0.8), (HopRole.UPSTREAM, "Coast", 0.7), agency="Reuters"
    )
    assert [name for _, name, _ in chain(inform(known, [wired]))] == ["Reuters", "Ledger", "Coast", "Relay"]


def test_own_authors_are_not_joined_by_a_copys() -> None:
    own = replace(EXCERPT.attribution, bylines=(Byline("Bo Lind", "author", None, said("By Bo Lind")),))
    told = inform(replace(EXCERPT, attribution=own), [FULL])
    assert [byline.name for byline in told.authors] == ["Bo Lind"]


def test_without_copies_an_article_tells_what_it_told() -> None:
    assert inform(EXCERPT, []) == EXCERPT.attribution


def test_two_tellers_are_all_that_any_copy_needs_to_hear() -> None:
    surer = copy(7, "Mill", (HopRole.ORIGIN, "Beacon", 0.95), original_publisher="Beacon")
    others = [copy(n, f"Site {n}", (HopRole.ORIGIN, "Ledger", 0.8)) for n in range(10, 14)]
    story = [*others, EXCERPT, FULL, surer]
    assert tellers(story) == [surer, FULL]
    for one in story:
        heard = [other for other in tellers(story) if other is not one]
        assert inform(one, heard) == inform(one, [other for other in story if other is not one])
