"""All claims about an article are kept, ranked by one order, and those that disagree are seen."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ingest.articles.attribution import trust
from ingest.articles.attribution.claims import MAX_HANDS
from ingest.articles.extract import extract
from ingest.articles.extraction_json import to_json
from ingest.articles.notices import catalogue
from ingest.records import Claim, Extraction, HopRole, Person, Source, SourceFeed, Statement

ROOT = Path(__file__).parents[3]
STORY = (
    "<p>The lighthouse keeper of Gull Point has kept a diary of fog since he was nineteen years old.</p>"
    "<p>It runs to sixty volumes, and the harbour office now reads it every single morning.</p>"
) * 5
FEED = SourceFeed(
    url="https://digest.example/feed", title="Morning Digest", home_url="https://digest.example/"
)


@cache
def rules() -> catalogue.Catalogue:
    return catalogue.load()


def read(body: str, **told: Any) -> Extraction:
    return extract(Source(body=body, **{"feed": FEED, **told}), rules())


def claims(found: Extraction, name: str) -> list[tuple[str, bool]]:
    return [(one.value, one.chosen) for one in found.attribution.claims if one.property == name]


def of(found: Extraction, name: str) -> list[Claim]:
    return [one for one in found.attribution.claims if one.property == name]


FOOTERS = (
    "<p>This article was originally published by The Gull Point Ledger.</p>"
    '<p>The post <a href="https://relay.example/fog">Fog</a> appeared first on '
    '<a href="https://relay.example">Relay</a>.</p>'
)


def test_of_very_many_hands_the_most_trusted_are_looked_at() -> None:
    relay = (
        '<p>The post <a href="https://r{0}.example/fog">Fog</a> appeared first on '
        '<a href="https://r{0}.example">Relay {0}</a>.</p>'
    )
    footers = "".join(relay.format(number) for number in range(2 * MAX_HANDS))
    found = read(STORY + footers + "<p>This article was originally published by The Gull Point Ledger.</p>")
    assert len(found.attribution.hops) <= MAX_HANDS + 1
    assert found.attribution.original_publisher == "The Gull Point Ledger"


def test_what_a_footer_claims_against_a_person_is_kept_behind_it() -> None:
    found = read(STORY + FOOTERS)
    assert claims(found, "original_publisher") == [("The Gull Point Ledger", True), ("Relay", False)]
    first, second = of(found, "original_publisher")
    assert (first.rank, second.rank) == (1, 2)
    assert first.confidence > second.confidence
    for claim in (first, second):
        start, end = map(int, claim.evidence.place.removeprefix("notice:").split("-"))
        assert found.source_text[start:end] == claim.evidence.quote


def test_claims_that_say_the_same_in_other_words_are_chosen_with_it() -> None:
    statement = Statement(
        "original_publisher", "LA Times", "jsonld/NewsArticle/sourceOrganization/name", "LA Times"
    )
    link = '<a href="https://www.latimes.com/fog">Los Angeles Times</a>'
    found = read(STORY + f"<p>This story originally appeared in {link}.</p>", statements=(statement,))
    assert claims(found, "original_publisher") == [("Los Angeles Times", True)] * 2
    assert [hop.publisher for hop in found.attribution.hops] == ["Los Angeles Times", "Morning Digest"]
    assert found.attribution.hops[0].domain == "latimes.com"
    assert {one.evidence.quote for one in of(found, "original_publisher")} >= {"LA Times"}


def test_the_holder_the_feed_claims_disagrees_with_the_text() -> None:
    rights = Statement("rights", "© 2019 Digest Media", "channel/copyright", "© 2019 Digest Media")
    feed = SourceFeed(title="Morning Digest", statements=(rights,))
    found = read(STORY + "<p>© 2026 Ada Byrne. All rights reserved.</p>", feed=feed)
    assert claims(found, "copyright_holder") == [("Ada Byrne", True), ("Digest Media", False)]
    assert claims(found, "copyright_year") == [("2026", True), ("2019", False)]
    assert found.attribution.usage_terms == "All rights reserved"
    assert found.attribution.license is None


def test_an_agencys_names_are_one_agency() -> None:
    body = STORY.replace("<p>The lighthouse", "<p>GULL POINT (AP) — The lighthouse", 1)
    found = read(body, authors=(Person("ERIC TUCKER Associated Press"),))
    assert found.attribution.agency == "AP"
    assert claims(found, "agency") == [("AP", True), ("AP", True)]
    assert [hop.publisher for hop in found.attribution.hops if hop.role is HopRole.AGENCY] == [
        "Associated Press"
    ]
    assert [one.name for one in found.attribution.authors] == ["Eric Tucker"]
    assert of(found, "author")[0].evidence.quote == "ERIC TUCKER Associated Press"
    assert of(found, "agency")[1].evidence.quote == "ERIC TUCKER Associated Press"


def test_an_agency_that_wrote_the_text_claims_to_have_had_it_first() -> None:
    found = read(STORY.replace("<p>The lighthouse", "<p>GULL POINT (AP) — The lighthouse", 1))
    assert found.attribution.original_publisher == "Associated Press"
    assert claims(found, "original_publisher") == [("Associated Press", True)]


def test_a_desk_in_the_authors_place_is_no_author_and_is_not_lost() -> None:
    found = read(STORY, authors=(Person("Digest News Desk"), Person("admin")))
    assert found.attribution.bylines == ()
    assert claims(found, "author_organisation") == [("Digest News Desk", True)]


def test_several_authors_of_one_field_are_several_and_agree() -> None:
    told = Statement("creator", "By Ann Poe and Bo Ek", "item/dc:creator", "By Ann Poe and Bo Ek")
    found = read(STORY, authors=(Person("By Ann Poe and Bo Ek"),), statements=(told,))
    assert claims(found, "author") == [("Ann Poe", True), ("Bo Ek", True)]
    assert {one.evidence.quote for one in of(found, "author")} == {"By Ann Poe and Bo Ek"}


def test_a_byline_stays_with_its_hop_when_names_are_merged() -> None:
    footers = (
        "<p>{snip}</p>"
        '<p>The post <a href="https://www.latimes.com/fog">Fog</a> appeared first on '
        '<a href="https://www.latimes.com">latimes.com</a>.</p><p>Author: Tom Poster</p>'
    )
    found = read(STORY + footers)
    assert [(b.name, b.role, b.hop) for b in found.attribution.bylines] == [("Tom Poster", "poster", 0)]
    assert found.attribution.hops[0].publisher == "Los Angeles Times"
    assert claims(found, "author") == []
    assert claims(found, "poster") == [("Tom Poster", True)]
    assert claims(found, "completeness") == [("excerpt", True)]


def test_a_licence_stated_in_words_and_by_address_is_one_claim_twice() -> None:
    feed = SourceFeed(
        title="Morning Digest",
        statements=(
            Statement(
                "license",
                "https://creativecommons.org/licenses/by/4.0/",
                "channel/cc:license",
                "https://creativecommons.org/licenses/by/4.0/",
            ),
        ),
    )
    entry = Statement("license", "CC BY", "item/dcterms:license", "CC BY")
    found = read(STORY, feed=feed, statements=(entry,)).attribution
    assert (found.license, found.license_url) == ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/")
    assert [(one.value, one.chosen) for one in found.claims if one.property == "license"] == [
        ("CC-BY", True),
        ("CC-BY-4.0", True),
    ]


def test_licences_that_differ_dispute() -> None:
    feed = SourceFeed(
        title="Morning Digest", statements=(Statement("license", "CC0", "channel/cc:license", "CC0"),)
    )
    entry = Statement("license", "CC BY-ND 4.0", "item/dcterms:license", "CC BY-ND 4.0")
    found = read(STORY, feed=feed, statements=(entry,))
    assert claims(found, "license") == [("CC-BY-ND-4.0", True), ("CC0-1.0", False)]


def test_words_in_a_licences_place_that_name_none_are_terms() -> None:
    entry = Statement(
        "license", "Ask the harbour office first", "item/dcterms:license", "Ask the harbour office first"
    )
    found = read(STORY, statements=(entry,)).attribution
    assert found.license is None
    assert found.usage_terms == "Ask the harbour office first"


def test_a_publishers_own_terms_are_a_license_ref() -> None:
    address = "https://gull.example/republish"
    entry = Statement("license", address, "link[rel=license]@href", address)
    found = read(STORY, statements=(entry,)).attribution
    assert (found.license, found.license_url) == ("LicenseRef-gull.example-republish", address)


def test_every_value_has_a_chosen_claim_and_every_claim_its_words() -> None:
    rights = Statement(
        "rights", "© 2019 Digest Media. CC BY 4.0", "channel/copyright", "© 2019 Digest Media. CC BY 4.0"
    )
    feed = SourceFeed(url="https://digest.example/feed", title="Morning Digest", statements=(rights,))
    found = read(STORY + FOOTERS + "<p>By Ann Poe</p>", feed=feed, authors=(Person("Bo Ek"),)).attribution
    for name in ("publisher", "original_publisher", "original_url", "copyright_holder", "copyright_year"):
        if getattr(found, name) is not None:
            assert any(one.chosen for one in found.claims if one.property == name), name
    assert {one.value for one in found.claims if one.property in ("author", "poster")} == {
        byline.name for byline in found.bylines
    }
    for one in found.claims:
        assert one.value
        assert one.evidence.place
        assert one.evidence.quote
        assert 0 < one.confidence <= 1


def test_ranks_count_from_one_within_each_property() -> None:
    found = read(STORY + FOOTERS, authors=(Person("Ann Poe and Bo Ek"),)).attribution
    ranks: dict[str, list[int]] = {}
    for one in found.claims:
        ranks.setdefault(one.property, []).append(one.rank)
    assert all(places == list(range(1, len(places) + 1)) for places in ranks.values())
    for name in ranks:
        sure = [one.confidence for one in found.claims if one.property == name]
        assert sure == sorted(sure, reverse=True)


def test_the_json_form_adds_the_claims() -> None:
    (told,) = [c for c in to_json(read(STORY))["attribution"]["claims"] if c["property"] == "publisher"]
    assert (told["value"], told["chosen"], told["rank"]) == ("Morning Digest", True, 1)
    assert told["evidence"]["place"] == "feed/title"


@pytest.mark.parametrize(
    ("holder", "other", "agree"),
    [
        ("NYP Holdings", "NYP Holdings, Inc.", True),
        ("Küstenblatt GmbH & Co. KG", "Küstenblatt", True),
        ("ООО Утро", "Утро", True),
        ("The Associated Press", "AP", True),
        ("Gull Media", "Tern Media", False),
    ],
)
def test_a_holder_is_the_same_with_and_without_its_legal_form(holder: str, other: str, agree: bool) -> None:
    told = [
        Statement("copyright_holder", name, f"item/dcterms:rightsHolder[{name}]", name)
        for name in (holder, other)
    ]
    assert claims(read(STORY, statements=tuple(told)), "copyright_holder") == [(holder, True), (other, agree)]


def test_a_publisher_element_beside_its_own_address_is_a_name_of_the_publisher() -> None:
    def at(*names: str) -> Extraction:
        said = tuple(Statement("publisher", name, f"item/dc:publisher[{name}]", name) for name in names)
        return read(STORY, statements=said)

    assert claims(at("Morning Digest", "Digest Media House"), "publisher") == [("Morning Digest", True)] * 2
    assert claims(at("Morning Digest", "Reuters"), "publisher") == [
        ("Morning Digest", True),
        ("Reuters", False),
    ]
    assert at("Blogger", "Tide Notes").attribution.publisher == "Tide Notes"  # whose software it runs on


def test_a_byline_in_capitals_is_shown_as_names_are_written() -> None:
    found = read(STORY + "<p>By ANN POE</p>")
    assert [one.name for one in found.attribution.bylines] == ["Ann Poe"]
    assert "ANN POE" in found.attribution.bylines[0].evidence[0].quote


# ------------------------------------------------------------------------------------------ the documents


@pytest.mark.parametrize(
    ("heading", "table"),
    [
        ("Who published it first", trust.FIRST_PUBLISHER),
        ("Rights, terms, agency, contact", trust.RIGHTS),
        ("Which agency supplied it", trust.AGENCY),
        ("Names", trust.NAMES),
        ("Who delivered it", trust.PUBLISHER),
        ("Completeness", trust.COMPLETENESS),
    ],
)
def test_the_order_of_trust_in_the_documents_is_the_one_in_the_code(
    heading: str, table: dict[str, trust.Trust]
) -> None:
    page = (ROOT / "docs/attribution.md").read_text("utf-8")
    section = page.partition(f"### {heading}\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (.+) \| ([01]\.\d+) \|$", section, re.M)
    assert rows == [(one.place, f"{one.weight:.2f}") for one in table.values()]
    weights = [one.weight for one in table.values()]
    assert weights == sorted(weights, reverse=True)
    assert f"counts {trust.CREDIT_LINE} of" in page
    assert f"counts {trust.LESS} less" in page
