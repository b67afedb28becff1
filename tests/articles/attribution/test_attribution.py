"""The trail of an article, from what its footers, its feed and its page say."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ingest.articles.extract import extract
from ingest.articles.extraction_json import to_json
from ingest.articles.notices import catalogue, find
from ingest.records import (
    Byline,
    Completeness,
    Extraction,
    HopRole,
    Person,
    Source,
    SourceFeed,
    Statement,
)

STORY = (
    "<p>The lighthouse keeper of Gull Point has kept a diary of fog since he was nineteen years old.</p>"
    "<p>It runs to sixty volumes, and the harbour office now reads it every single morning.</p>"
    "<p>“Fog is the only thing here that is never late,” he said, and put the kettle on the stove.</p>"
) * 3


@cache
def rules() -> catalogue.Catalogue:
    return catalogue.load()


def read(body: str, **told: Any) -> Extraction:
    return extract(Source(body=body, **told), rules())


def chain(found: Extraction) -> list[tuple[str | None, HopRole]]:
    return [(hop.publisher, hop.role) for hop in found.attribution.hops]


def named(found: Extraction) -> list[tuple[str, str, int | None]]:
    return [(b.name, b.role, b.hop) for b in found.attribution.bylines]


FEED = SourceFeed(
    url="https://digest.example/feed", title="Morning Digest", home_url="https://digest.example/"
)


def test_without_any_claim_the_feed_delivered_it_and_nothing_is_guessed() -> None:
    found = read(STORY, feed=FEED, url="https://digest.example/1")
    assert chain(found) == [("Morning Digest", HopRole.DELIVERY)]
    assert found.attribution.publisher == "Morning Digest"
    assert found.attribution.original_publisher is None
    assert found.attribution.completeness is Completeness.FULL


@pytest.mark.parametrize("place", ["", "/", "/#top", "?utm_source=digest"])
def test_a_link_to_the_first_publishers_site_is_no_address_of_the_article(place: str) -> None:
    footer = (
        f'<p>This story originally appeared in <a href="https://gull.example{place}">Gull Ledger</a>.</p>'
    )
    found = read(STORY + footer, feed=FEED, url="https://digest.example/1")
    assert found.attribution.original_publisher == "Gull Ledger"
    assert found.attribution.original_url is None


def test_a_person_naming_the_first_publisher_makes_the_origin() -> None:
    link = '<a href="https://gull.example/fog">The Gull Point Ledger</a>'
    footer = f"<p><em>This story originally appeared in {link}.</em></p>"
    found = read(STORY + footer, feed=FEED)
    assert chain(found) == [("The Gull Point Ledger", HopRole.ORIGIN), ("Morning Digest", HopRole.DELIVERY)]
    assert found.attribution.original_publisher == "The Gull Point Ledger"
    assert found.attribution.original_url == "https://gull.example/fog"
    evidence = found.attribution.evidence["original_publisher"][0]
    start, end = map(int, evidence.place.removeprefix("notice:").split("-"))
    assert found.source_text[start:end] == evidence.quote


def test_a_site_that_footers_its_own_article_is_its_origin() -> None:
    footer = (
        '<p>The post <a href="https://digest.example/1">Fog</a> appeared first on '
        '<a href="https://digest.example">Morning Digest</a>.</p>'
    )
    found = read(STORY + footer, feed=FEED, title="Fog", authors=(Person("Ada Byrne"),))
    assert chain(found) == [("Morning Digest", HopRole.ORIGIN)]
    assert [b.name for b in found.attribution.authors] == ["Ada Byrne"]


def test_a_person_outranks_an_automatic_footer() -> None:
    footers = (
        "<p>This article was originally published by The Gull Point Ledger.</p>"
        '<p>The post <a href="https://relay.example/fog">Fog</a> appeared first on '
        '<a href="https://relay.example">Relay</a>.</p>'
    )
    found = read(STORY + footers, feed=FEED)
    assert chain(found) == [
        ("The Gull Point Ledger", HopRole.ORIGIN),
        ("Relay", HopRole.UPSTREAM),
        ("Morning Digest", HopRole.DELIVERY),
    ]
    assert found.attribution.original_publisher == "The Gull Point Ledger"


def test_a_byline_in_the_footers_of_an_excerpt_belongs_to_the_hand_they_name() -> None:
    footers = (
        "<p>{snip}</p>"
        '<p>The post <a href="https://relay.example/fog">Fog on the Point</a> appeared first on '
        '<a href="https://relay.example">Relay Reader</a>.</p>'
        "<p>Click this link for the original source of this article.</p><p>Author: Tom Poster</p>"
    )
    found = read(STORY + footers, feed=FEED)
    assert chain(found) == [("Relay Reader", HopRole.UPSTREAM), ("Morning Digest", HopRole.DELIVERY)]
    assert named(found) == [("Tom Poster", "poster", 0)]
    assert found.attribution.authors == ()
    assert found.attribution.completeness is Completeness.EXCERPT
    assert found.title == "Fog on the Point"


def test_the_feeds_author_of_a_republished_story_is_who_posted_it() -> None:
    footer = "<p>This article was originally published by The Gull Point Ledger.</p>"
    found = read(STORY + footer, feed=FEED, authors=(Person("Dora Edin"),))
    assert named(found) == [("Dora Edin", "poster", 1)]


def test_a_licence_obliges_to_credit_the_writer_so_the_feeds_author_is_one() -> None:
    footer = (
        '<p>This article is republished from <a href="https://open.example">Open Field</a> under a '
        '<a href="https://creativecommons.org/licenses/by-nd/4.0/">Creative Commons licence</a>.</p>'
    )
    found = read(STORY + footer, feed=FEED, authors=(Person("Ada Byrne"),))
    assert named(found) == [("Ada Byrne", "author", None)]


def test_an_agency_supplied_the_text_and_its_reporter_wrote_it() -> None:
    body = STORY.replace("<p>The lighthouse", "<p>GULL POINT (Reuters) - The lighthouse", 1)
    found = read(body, feed=FEED, authors=(Person("Lena Osei"),))
    assert chain(found) == [("Reuters", HopRole.AGENCY), ("Morning Digest", HopRole.DELIVERY)]
    assert found.attribution.agency == "Reuters"
    assert [b.name for b in found.attribution.authors] == ["Lena Osei"]


def test_a_licence_is_named_by_identifier_and_address() -> None:
    footer = (
        '<p>This article is republished from <a href="https://open.example">Open Field</a> under a '
        '<a href="https://creativecommons.org/licenses/by-nd/4.0/">Creative Commons licence</a>.</p>'
    )
    found = read(STORY + footer, feed=FEED).attribution
    assert found.license == "CC-BY-ND-4.0"
    assert found.license_url == "https://creativecommons.org/licenses/by-nd/4.0/"
    assert found.original_publisher == "Open Field"


def test_the_wire_of_a_press_release_is_not_its_issuer() -> None:
    url = "https://www.prnewswire.com/news-releases/tide-301.html"
    footers = f'<p>View original content: <a href="{url}">{url}</a></p><p>SOURCE Northgate Tidal, Inc.</p>'
    found = read(STORY + footers, feed=FEED)
    assert chain(found)[0] == ("Northgate Tidal, Inc.", HopRole.ORIGIN)
    assert "PR Newswire" in [name for name, _ in chain(found)]
    assert found.attribution.original_url == url


def test_the_entrys_own_words_outrank_the_feeds_rights() -> None:
    feed = SourceFeed(
        title="Morning Digest",
        statements=(Statement("rights", "© 2020 Digest Media", "channel/copyright", "© 2020 Digest Media"),),
    )
    told = read(STORY, feed=feed).attribution
    assert (told.copyright_holder, told.copyright_year) == ("Digest Media", 2020)
    assert told.evidence["copyright_holder"][0].place == "channel/copyright"
    told = read(STORY + "<p>© 2026 Ada Byrne. All rights reserved.</p>", feed=feed).attribution
    assert (told.copyright_holder, told.copyright_year) == ("Ada Byrne", 2026)


def test_a_canonical_link_to_another_site_is_an_origin_and_to_oneself_is_none() -> None:
    def with_canonical(url: str) -> Extraction:
        statement = Statement("canonical_url", url, "link[rel=canonical]", url)
        return read(STORY, url="https://digest.example/1", feed=FEED, statements=(statement,))

    away = with_canonical("https://gull.example/fog")
    assert chain(away)[0] == ("gull.example", HopRole.ORIGIN)
    assert away.attribution.original_url == "https://gull.example/fog"
    assert chain(with_canonical("https://www.digest.example/fog")) == [("Morning Digest", HopRole.DELIVERY)]


def test_the_source_element_names_an_earlier_hand() -> None:
    statements = (
        Statement("source", "Gull Wire", "item/source", "Gull Wire"),
        Statement(
            "source_url", "https://gullwire.example/rss", "item/source@url", "https://gullwire.example/rss"
        ),
    )
    found = read(STORY, feed=FEED, statements=statements)
    assert chain(found)[0][0] == "Gull Wire"
    assert found.attribution.hops[0].evidence[0].place == "item/source"


def test_the_feed_it_was_taken_from_is_not_the_address_of_the_article() -> None:
    address = "https://gullwire.example/rss"
    statement = Statement("source_url", address, "item/source@url", address)
    found = read(STORY, feed=FEED, statements=(statement,)).attribution
    assert found.hops[0].url == found.original_publisher_url == "https://gullwire.example"
    assert found.original_url is None


def test_whom_to_ask_for_removal_is_said_with_the_site() -> None:
    footer = (
        "<p>If you are the author and would like this content removed, please contact Morning Digest "
        "at takedown@digest.example.</p>"
    )
    assert "takedown@digest.example" in (read(STORY + footer).attribution.removal_contact or "")


def test_every_value_carries_evidence() -> None:
    body = (
        STORY
        + "<p>© 2026 Ada Byrne. All rights reserved.</p><p>This story originally appeared in The Ledger.</p>"
    )
    found = read(body, feed=FEED).attribution
    for name in ("publisher", "original_publisher", "copyright_holder", "copyright_year"):
        assert found.evidence[name], name
    assert all(hop.evidence for hop in found.hops)
    assert all(isinstance(b, Byline) and b.evidence for b in found.bylines)


def test_text_and_notices_rebuild_the_source() -> None:
    found = read(STORY + "<p>© 2026 Ada Byrne.</p>", feed=FEED)
    assert find.rebuild(found.text, found.notices) == found.source_text


def test_the_json_form_has_the_documented_keys() -> None:
    told = to_json(read(STORY, feed=FEED))
    assert {"text", "source_text", "notices", "unsure", "attribution"} <= told.keys()
    assert {
        "authors", "original_publisher", "original_url", "publisher", "agency", "copyright_holder",
        "copyright_year", "license", "license_url", "usage_terms", "removal_contact", "completeness", "hops",
    } <= told["attribution"].keys()  # fmt: skip


# ------------------------------------------------------------------------------------- the two seeds


@pytest.fixture
def excerpt(shared: Path) -> Extraction:
    text = (shared / "seeds/excerpt-via-two-republishers.txt").read_text("utf-8")
    return read(text, is_html=False)


@pytest.fixture
def full(shared: Path) -> Extraction:
    return read((shared / "seeds/full-story-republished.txt").read_text("utf-8"), is_html=False)


def test_the_excerpt_names_its_intermediate_site_its_poster_and_its_deliverer(excerpt: Extraction) -> None:
    told = excerpt.attribution
    assert excerpt.title == "How ICE Is Using the LAPD to Track Down Immigrants for Deportation"
    assert chain(excerpt) == [
        ("American Renaissance", HopRole.UPSTREAM),
        ("USSANews.com", HopRole.DELIVERY),
    ]
    assert told.hops[0].url == "https://www.amren.com"
    assert named(excerpt) == [("Henry Wolff", "poster", 0)]
    assert told.authors == ()
    assert "amren.com" in (told.copyright_holder or "")
    assert (told.removal_contact or "").startswith("USSANews.com")
    assert told.completeness is Completeness.EXCERPT


def test_the_excerpt_keeps_every_sentence_and_no_footer(excerpt: Extraction, shared: Path) -> None:
    lines = (shared / "seeds/excerpt-via-two-republishers.txt").read_text("utf-8").splitlines()
    story = [
        line for line in lines[: next(n for n, s in enumerate(lines) if s.startswith("The post "))] if line
    ]
    assert excerpt.text.split("\n") == [line for line in story if line != "{snip}"]


def test_the_full_copy_names_the_newspaper_and_keeps_every_sentence(full: Extraction) -> None:
    assert chain(full)[0] == ("Los Angeles Times", HopRole.ORIGIN)
    assert full.attribution.original_publisher == "Los Angeles Times"
    assert "LA Times" in full.attribution.evidence["original_publisher"][0].quote
    assert [n.kind.value for n in full.notices] == ["photo_credit", "originally_published"]
    kept = full.source_text
    for notice in full.notices:
        kept = kept.replace(notice.quote, "")
    assert [line for line in kept.split("\n") if line.strip()] == [
        line for line in full.text.split("\n") if line
    ]
    assert "Robert Gauthier" not in full.text
