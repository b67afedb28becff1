"""Finding, cutting and putting back: own texts, both kinds of documents, hostile ones."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.articles import blocks
from ingest.articles.notices import catalogue, find
from ingest.articles.notices.cutting import USUAL, Cutting
from ingest.records import Notice, NoticeKind, Source, SourceFeed

RULES = catalogue.load()


def in_text(text: str, **source: str) -> tuple[Notice, ...]:
    return find.find(blocks.from_text(text), Source(body=text, is_html=False, **source), RULES)  # type: ignore[arg-type]


def in_html(html: str, **source: str) -> tuple[str, tuple[Notice, ...]]:
    document = blocks.from_html(html)
    return document.text, find.find(document, Source(body=html, **source), RULES)  # type: ignore[arg-type]


def kinds(notices: tuple[Notice, ...]) -> list[str]:
    return [notice.kind.value for notice in notices if notice.cut]


REPUBLISHED = """The mayor closed the pier on Monday.
{snip}
He hopes to open it in May.
The post Why the Pier Is Closed appeared first on Coast Review.
Click this link for the original source of this article.
Author: Ann Poe
This content is courtesy of, and owned and copyrighted by, https://coast.example and its author. \
This content is made available by use of the public RSS feed offered by the host site and is used for \
educational purposes only. If you are the author or represent the host site and would like this content \
removed now and in the future, please contact PierNews.example using the email address in the Contact page."""


def test_an_excerpt_through_two_republishers_gives_its_whole_stack_of_notices() -> None:
    notices = in_text(REPUBLISHED)
    assert kinds(notices) == [
        "excerpt_mark", "appeared_first", "original_source", "byline", "courtesy_of", "usage_terms",
        "removal_contact",
    ]  # fmt: skip
    assert (
        find.clean(REPUBLISHED, notices)
        == "The mayor closed the pier on Monday.\nHe hopes to open it in May."
    )
    removal = notices[-1]
    assert removal.fields["via"] == "PierNews.example"
    assert removal.fields["contact"] == "email address in the Contact page"


def test_a_photo_caption_that_repeats_the_story_goes_with_its_credit() -> None:
    said = "Chief Bo Ek has often pointed to an old harbour rule known as Order 12, which bars officers from boarding"
    text = (
        f"{said} ships at night.\nThe rule stands.\n{said} ships.\n(Cy Roe / Coast Times)\nThe case goes on."
    )
    (notice,) = in_text(text)
    assert notice.kind is NoticeKind.PHOTO_CREDIT
    assert notice.quote == f"{said} ships.\n(Cy Roe / Coast Times)"
    assert notice.fields == {"authors": ("Cy Roe",), "agency": "Coast Times"}


def test_links_name_what_the_words_leave_out() -> None:
    html = (
        '<p>Ships wait.</p><p>The post <a href="https://coast.example/ships-1">ships, ships?</a> appeared first on'
        ' <a href="https://coast.example/">the coast</a>.</p>'
    )
    text, (notice,) = in_html(html)
    assert find.clean(text, (notice,)) == "Ships wait."
    assert notice.fields == {
        "title": "ships, ships?",
        "publisher": "the coast",
        "original_url": "https://coast.example/ships-1",
        "publisher_url": "https://coast.example/",
    }


def test_two_links_to_the_entry_and_its_site_are_a_footer_in_any_language() -> None:
    html = (
        '<p>Ships wait.</p><p>Xyz <a href="https://coast.example/s/1">Ships wait</a> abc'
        ' <a href="https://coast.example/">Coast</a> def</p>'
    )
    _, notices = in_html(html, title="Ships wait")
    assert kinds(notices) == ["appeared_first"]
    assert notices[0].rule == "any.wordpress-links"
    assert kinds(in_html(html, title="Something else")[1]) == []


def test_a_notice_in_a_block_quote_or_in_somebodys_mouth_stays() -> None:
    _, quoted = in_html(
        "<blockquote>This story originally appeared on Coast Times.</blockquote><p>So it said.</p>"
    )
    assert kinds(quoted) == []
    assert (
        in_text('The footer read: "Ships wait. This story originally appeared on Coast Times." He laughed.')
        == ()
    )


def test_a_phrase_inside_a_sentence_is_never_bitten_out() -> None:
    assert (
        in_text("She said this story originally appeared on Coast Times and that nobody had noticed.") == ()
    )
    assert (
        in_text("The firm owns the copyright © 2019 Coast Media and sued two papers over it last year.") == ()
    )


def test_adjacent_acts_of_one_paragraph_are_separate_notices() -> None:
    text = "Ships wait.\n© 2021 Coast Media. All rights reserved. This material may not be published or broadcast."
    notices = in_text(text)
    assert [(n.kind.value, n.quote) for n in notices] == [
        ("copyright", "© 2021 Coast Media. All rights reserved."),
        ("usage_terms", "This material may not be published or broadcast."),
    ]


def test_where_half_a_sentence_is_refused_the_rule_it_beat_gets_the_whole() -> None:
    promo = "Never miss a story — sign up for PIER's free daily newsletter to stay up-to-date."
    notices = in_text(f"The pier is shut.\nIt opens in May.\n{promo}")
    assert [notice.quote for notice in notices if notice.cut] == [promo]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The council meets on Friday Continue reading →", ["Continue reading →"]),
        ("El consejo se reúne el viernes Leer más…", ["Leer más…"]),
        ("Der Rat tagt am Freitag und [...] Weiterlesen »", ["[...]", "Weiterlesen »"]),
        ("The council meets on Friday … Read more", ["…", "Read more"]),
        ("The council meets on Friday to read more", []),
        ("She would rather write than Read more", []),
        ("He waited… Nobody came.", []),
    ],
)
def test_a_pointer_hangs_on_a_summary_that_was_cut_within_a_sentence(text: str, found: list[str]) -> None:
    assert [notice.quote.strip() for notice in in_text(text) if notice.cut] == found


def test_a_link_that_ends_its_line_points_to_the_rest_of_a_cut_summary() -> None:
    _, notices = in_html('<p>The council meets on Friday <a href="https://pier.example/a">Read more</a></p>')
    assert [notice.quote for notice in notices if notice.cut] == ["Read more"]


def test_a_surer_notice_takes_the_end_of_a_long_one_and_leaves_it_the_rest() -> None:
    found = in_text(
        "Der Hafen öffnet.\nDie abgedruckten Leserbriefe geben nicht die Meinung der Redaktion wieder. "
        "Die Redaktion behält sich Kürzungen von Leserbriefen vor."
    )
    assert kinds(found) == ["editorial_note", "usage_terms"]


def test_code_and_quotations_are_shown_not_said() -> None:
    footer = "Originally published on Pier Notes."
    text, notices = in_html(f"<p>It rains.</p><pre>{footer}</pre><p>It stops.</p><p>{footer}</p>")
    assert [(n.start, n.quote) for n in notices if n.cut] == [(text.rindex(footer), footer)]


def test_the_publishers_full_stop_and_dots_survive() -> None:
    (notice,) = in_text("Ships wait.\nThis story originally appeared on St. Paul Pioneer.")
    assert notice.fields["publisher"] == "St. Paul Pioneer"


def test_unsure_notices_are_recorded_and_stay_in_the_text() -> None:
    text = "Ships wait.\nThis story originally appeared on Coast Times."
    document = blocks.from_text(text)
    (notice,) = find.find(document, Source(body=text, is_html=False), RULES, Cutting(threshold=0.99))
    assert not notice.cut
    assert find.clean(text, (notice,)) == text


def test_kinds_the_caller_keeps_are_recorded_and_stay_in_the_text() -> None:
    text = "Ships wait.\n© 2021 Coast Media"
    keep = USUAL.kinds - {NoticeKind.COPYRIGHT}
    (notice,) = find.find(
        blocks.from_text(text), Source(body=text, is_html=False), RULES, Cutting(kinds=keep)
    )
    assert not notice.cut


def test_explain_says_why_a_rule_did_not_cut() -> None:
    text = "This story first appeared in March and was denied at once."
    found = list(find.explain(blocks.from_text(text), Source(body=text, is_html=False), RULES))
    assert found
    assert all(one.verdict != "cut" for one in found)


def test_of_a_text_in_one_long_line_only_the_end_may_be_about_its_author() -> None:
    about = "David Lund is the author of two novels about lighthouses. Before the first, he was a reporter in Maine."
    story = " ".join(f"Ships of {n} feet wait off the pier while the tide turns." for n in range(90))
    assert kinds(in_text(f"{about} {story}")) == []
    told = in_text(f"{story} {about}")
    assert kinds(told) == ["author_bio"]
    assert told[0].quote.startswith("David Lund is the author")


def test_the_feeds_own_title_is_a_publisher_even_in_small_letters() -> None:
    text = "Ships wait.\nDer Beitrag Schiffe warten erschien zuerst auf rund um den hafen."
    feed = SourceFeed(title="rund um den hafen")
    (notice,) = find.find(blocks.from_text(text), Source(body=text, is_html=False, feed=feed), RULES)
    assert notice.fields["publisher"] == "rund um den hafen"


@pytest.mark.parametrize(
    "text",
    [
        "a. " * 40_000,
        "Photo: " * 15_000,
        "© 2020 X\n" * 6_000,
        "The post " * 12_000,
        '"' * 100_000,
        "( [ { " * 16_000,
        "By Ann Poe and " * 7_000,
        "来源：" * 30_000,
    ],
    ids=lambda text: text[:9],
)
def test_hostile_texts_take_time_in_proportion_to_their_length(text: str) -> None:
    def took(part: str) -> float:
        began = time.process_time()
        in_text(part)
        return time.process_time() - began

    took(text[:2000])  # compile what it needs
    whole = took(text)
    assert whole < 4.0
    assert whole < 8 * took(text[: len(text) // 4]) + 0.25


SNIPPETS = st.sampled_from(
    [
        "Ships wait.", " ", "\n", "\n\n", "  ", "{snip}", "© 2021 Coast Media. All rights reserved.",
        "This story originally appeared on Coast Times.", "The post A? B! appeared first on Coast.", "“Ships",
        "Photo: Ann Poe/AFP", "(AP)", "Read more...", "\t", "版权归原作者所有。", "[…]", "Source: dpa", "\u00a0", "é",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(SNIPPETS, max_size=14).map("".join))
def test_clean_text_and_notices_rebuild_the_source(text: str) -> None:
    notices = in_text(text)
    assert find.rebuild(find.clean(text, notices), notices) == text
    at = 0
    for notice in notices:
        assert notice.start >= at
        assert text[notice.start : notice.end] == notice.quote
        at = notice.end


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_without_error_and_rebuilt(text: str) -> None:
    notices = in_text(text)
    assert find.rebuild(find.clean(text, notices), notices) == text
