"""English boilerplate in many wordings, and English prose that uses the same words."""

from __future__ import annotations

import pytest

from ingest.articles.blocks import from_html, from_text
from ingest.articles.notices import catalogue
from ingest.articles.notices.find import clean, explain, find
from ingest.records import Notice, NoticeKind, Source

BODY = """The council met on Monday to hear the harbour master.
Boats waited outside the bar for the tide to turn again.
Nobody could say when the work would be done."""


def cut(text: str) -> list[Notice]:
    source = Source(body=text, is_html=False)
    return [one for one in find(from_text(text), source, catalogue.load()) if one.cut]


def test_a_bio_between_an_excerpt_and_a_promo_stands_at_the_end_of_its_text() -> None:
    lines = (
        "The pier is shut to ships.\nAnn Poe covers harbours for Pier Notes.\nSubscribe to our newsletter."
    )
    assert [one.kind for one in cut(lines)] == ["author_bio", "subscribe_promo"]
    log = "The pier is shut to ships.\nAnn Poe covers harbours for Pier Notes.\n" + BODY
    assert cut(log) == [], "nor is one in the first half"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (
            "originally_published",
            "This reporting was first published by The Ferryman, an independent newsroom.",
        ),
        ("originally_published", "Reposted with minor changes from The Ferryman."),
        ("originally_published", "Story first published: Tuesday, May 4, 2021, 10:15 [IST]"),
        ("original_source", "The original lives at https://ferryman.example/2022/06/tram."),
        ("republished_by_permission", "The Ferryman kindly allowed us to reprint this article."),
        ("republished_by_permission", "We thank The Ferryman for permission to republish this article."),
        ("courtesy_of", "This recipe comes to us courtesy of The Ferryman, who hold the copyright."),
        ("copyright", "Copyright in this article rests with The Ferryman."),
        ("license", "Editors are welcome to run this story, at no charge, under CC BY-ND 4.0."),
        ("license", "The Ferryman publishes this story under a Creative Commons licence."),
        ("usage_terms", "Anyone may quote up to 100 words with a link back."),
        ("removal_contact", "Want this removed? Contact remove@ferryman.example."),
        ("removal_contact", "Publishers can opt out by writing to remove@ferryman.example."),
        ("wire_credit", "Material from The Coast Press was used in this report."),
        ("press_release_source", "Distributed by Pier Group on behalf of Pier Holdings."),
        ("contributors", "Ivy Stone contributed from Lanternwood."),
        ("aggregator_furniture", "Share on Facebook | Share on X | Email this"),
        ("subscribe_promo", "The Ferryman's Sunday email is free: sign up here."),
        ("donation_appeal", "The Ferryman has no paywall and no ads. Please chip in."),
        ("editorial_note", "This is a developing story and will be updated."),
        ("author_bio", "Ivy Stone covers trams for The Ferryman."),
        ("tracking", "This post was created automatically by the FeedMill importer."),
    ],
)
def test_the_act_is_known_whatever_its_words(kind: str, said: str) -> None:
    found = cut(f"{BODY}\n{said}")
    assert {one.kind for one in found} == {NoticeKind(kind)}
    assert clean(f"{BODY}\n{said}", found) == BODY


@pytest.mark.parametrize(
    "prose",
    [
        "Donate now was all that the leaflet said; it raised $31 a head.",
        "Under the Creative Commons licence he had chosen, anyone could sell the map.",
        "If you want to swim here you must register, the harbour master said.",
        "Information from the dam was used in court.",
        "This is a developing country with a long coast.",
        "Details can be found in the book of a writer who lived here.",
        "The names have faded from the stone.",
        "He never said what he wanted. More.",
        "If you just want the bus, you can buy a ticket for $7.",
    ],
)
def test_prose_in_the_same_words_stays(prose: str) -> None:
    assert cut(f"{BODY}\n{prose}") == []
    assert cut(f"{prose}\n{BODY}") == []


def test_an_agency_signs_after_the_last_full_stop_only() -> None:
    (signed,) = cut("Ships wait.\nPlay resumes at noon on Monday. — Reuters")
    assert (signed.kind, signed.fields) == (NoticeKind.WIRE_CREDIT, {"agency": "Reuters"})
    assert cut("Ships wait.\nShe has worked since May for Reuters") == []


def test_a_figures_caption_may_credit_a_name_and_an_outlet() -> None:
    html = "<figure><img src='a.png'><figcaption>Ships. (Ann Poe / The Pier Ledger)</figcaption></figure><p>Rain.</p>"
    (credit,) = find(from_html(html), Source(body=html, is_html=True), catalogue.load())
    assert credit.kind is NoticeKind.PHOTO_CREDIT
    assert credit.fields == {"authors": ("Ann Poe",), "agency": "The Pier Ledger"}


def test_an_address_of_an_article_is_no_address_of_its_publisher() -> None:
    (notice,) = cut(f"{BODY}\n(Originally posted at https://pier.example/2021/lime-plaster)")
    assert notice.fields == {"original_url": "https://pier.example/2021/lime-plaster"}


def test_a_quotation_before_a_credit_stays() -> None:
    said = '"I have seen worse," said the clerk, "but not lately."'
    (notice,) = cut(f"{BODY}\n{said} Ann Poe and Bo Ek contributed to this story.")
    assert notice.quote == "Ann Poe and Bo Ek contributed to this story."
    assert notice.fields == {"authors": ("Ann Poe", "Bo Ek")}


def test_another_languages_rule_gives_way_in_english_text() -> None:
    text = f"Author: Ann Poe\n{BODY}"
    (byline,) = cut(text)
    assert byline.rule.startswith("en.")
    weighed = explain(from_text(text), Source(body=text, is_html=False), catalogue.load())
    assert all(
        one.rule.startswith(("en.", "any.")) or one.weights["foreign"] < 0 for one in weighed if one.weights
    )
