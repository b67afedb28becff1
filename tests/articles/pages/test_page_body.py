"""articles/pages/body.py and what it stands on: which part of a page is the article, and what an extractor gets wrong.

Each page here is one that trafilatura alone, or our own reading before the repair, read wrongly.
"""

from __future__ import annotations

import pytest

from ingest.articles.markup import parse
from ingest.articles.pages import container
from ingest.articles.pages.body import prepare
from ingest.articles.pages.page import read_page
from tests.articles.pages.page_samples import page, paragraphs, sentence

URL = "https://copy.example/2026/11/river"
TITLE = "Officials surprised by the river"
HEAD = f"<title>{TITLE} | Copy Site</title>"


def body_of(html: str, head: str = HEAD) -> str:
    return read_page(page(html, head), URL).document.text


def told(text: str, first: int, last: int) -> list[bool]:
    return [sentence(n) in text for n in range(first, last)]


# --------------------------------------------------------------------------- where the article stands


def test_stories_before_the_article_are_not_the_article() -> None:
    teasers = "".join(
        f"<article class=card><h3><a href=/{n}>A story</a></h3><p>{sentence(n)}</p></article>"
        for n in range(50, 53)
    )
    text = body_of(f"<main>{teasers}<div class=c1><div class=c2>{paragraphs(0, 8)}</div></div></main>")
    assert all(told(text, 0, 8))
    assert not any(told(text, 50, 53))


def found(body: str) -> tuple[str, bool]:
    """The class of the element that is taken for the article's, and whether its text flows."""
    root = prepare(parse(page(body, HEAD))).root
    assert root is not None
    place = container.find(root)
    return place.element.get("class") or place.element.tag, place.flows


def test_a_column_named_like_furniture_is_the_place_when_the_article_is_in_it() -> None:
    assert found(f"<div class='has-sidebar promo-off'><div class=x>{paragraphs(0, 8)}</div></div>") == (
        "x",
        True,
    )


def test_stories_in_columns_named_like_furniture_do_not_count() -> None:
    others = f"<div class=related-stories><p>{'</p><p>'.join(map(sentence, range(50, 60)))}</p></div>"
    assert found(f"<div class=page><div class=x>{paragraphs(0, 6)}</div>{others}</div>") == ("x", True)


def test_a_short_article_above_many_comments_is_the_place() -> None:
    comments = "".join(
        f"<li class=comment><p>{sentence(n)} {sentence(n + 500)}</p></li>" for n in range(50, 90)
    )
    html = (
        f"<div class=page><div class=x>{paragraphs(0, 5)}</div><ol class=comment-list>{comments}</ol></div>"
    )
    assert found(html) == ("x", True)


def test_a_paragraph_of_a_million_letters_does_not_stand_for_the_article() -> None:
    assert found(f"<div class=x>{paragraphs(0, 8)}<div><p>{'word ' * 200_000}</p></div></div>")[0] == "x"


def test_a_paragraph_is_no_place_for_an_article() -> None:
    assert found(f"<div class=x><p class=y>{sentence(0)}</p></div>") == ("x", True)


def test_an_article_in_pieces_between_advertisements_flows() -> None:
    pieces = "<div class=ad></div>".join(
        f"<div class=piece>{paragraphs(n, n + 2)}</div>" for n in range(0, 10, 2)
    )
    assert found(f"<div class=x>{pieces}</div>") == ("x", True)


def test_a_column_beside_others_of_its_name_does_not_flow() -> None:
    columns = f"<div class=col>{paragraphs(0, 9)}</div><div class=col><p>Weather: rain</p></div>"
    assert found(f"<div class=x>{columns}</div>") == ("col", True)
    assert found(
        f"<div class=x><div class=a>{paragraphs(0, 4)}</div><div class=b>{paragraphs(4, 8)}</div></div>"
    ) == (
        "x",
        False,
    )


def test_what_the_page_around_is_called_does_not_hide_the_article() -> None:
    """Extractors cut what is named infinite-scroll and has no headline: stories loaded at the end of another."""
    text = body_of(
        f"<header><h1>{TITLE}</h1></header><div class=infinite-scroll-wrap><div class=x>{paragraphs(0, 8)}</div></div>"
    )
    assert all(told(text, 0, 8))


def test_an_article_in_pieces_between_advertisements_is_read_whole() -> None:
    pieces = "<div class=ad></div>".join(
        f"<div class=article-text><h3>Part {n}</h3>{paragraphs(n, n + 2)}</div>" for n in range(0, 10, 2)
    )
    text = body_of(f"<div class=story>{pieces}</div>")
    assert all(told(text, 0, 10))
    assert "Part 4" in text


def test_the_last_section_of_an_article_stands_beside_the_first() -> None:
    section = "<section class=s{}><div class=inner>{}</div></section>"
    text = body_of(
        f"<div>{section.format(1, paragraphs(0, 9))}{section.format(2, f'<p>{sentence(9)}</p>')}</div>"
    )
    assert all(told(text, 0, 10))


def test_an_article_of_one_paragraph_is_found() -> None:
    links = "".join(f"<li><a href=/{n}>{sentence(n)}</a></li>" for n in range(50, 60))
    text = body_of(f"<ul>{links}</ul><div class=b><p>{sentence(1)} {sentence(2)} {sentence(3)}</p></div>")
    assert sentence(2) in text
    assert not any(told(text, 50, 60))


def test_an_extractor_that_finds_only_the_note_for_printers_is_not_believed() -> None:
    note = "This copy is for your own use only; to have it printed for colleagues, write to the office at Harbour Lane."
    text = body_of(
        f"<div class=main><div class=print><article><h1>{TITLE}</h1><p>{note}</p><p>{note * 12}</p></article></div>"
        f"<div id=s1><div class=tools><ul><li>Text size</li></ul></div><div class=p1><div class=p2>{paragraphs(0, 7)}"
        "</div></div></div></div>"
    )
    assert all(told(text, 0, 7))


# --------------------------------------------------------------------------- what extractors drop


def test_text_outside_any_paragraph_is_kept() -> None:
    text = body_of(
        f"<article><section class=article-page>{sentence(0)} {sentence(1)}{paragraphs(2, 8)}</section></article>"
    )
    assert all(told(text, 0, 8))


@pytest.mark.parametrize("name", ["embed-quote", "slide-in", "expandable", "rating-a"])
def test_a_paragraph_with_an_unlucky_class_name_is_kept(name: str) -> None:
    text = body_of(
        f"<div class=post-body>{paragraphs(0, 4)}<p class={name}>{sentence(4)}</p>{paragraphs(5, 8)}</div>"
    )
    assert all(told(text, 0, 8))


def test_headings_and_lists_are_kept_where_the_container_has_no_known_name() -> None:
    text = body_of(
        f"<span class=hs_x>{paragraphs(0, 3)}<h3>Half way</h3><ul><li>One cup of tea</li><li>Two of milk</li></ul>"
        f"{paragraphs(3, 6)}</span>"
    )
    assert "Half way" in text.split("\n")
    assert "Two of milk" in text.split("\n")


# --------------------------------------------------------------------------- what extractors keep


@pytest.mark.parametrize(
    "heading",
    [f"<h1>{TITLE}</h1>", f"<h2>{TITLE}</h2>", "<h1>The river, in short</h1>", f"<p><b>{TITLE}</b></p>"],
)
def test_the_title_over_an_article_is_not_its_text(heading: str) -> None:
    text = body_of(f"<article>{heading}{paragraphs(0, 8)}</article>")
    assert text.startswith("In the ")


def test_the_title_s_words_further_down_are_text() -> None:
    text = body_of(f"<article>{paragraphs(0, 4)}<p>{TITLE}</p>{paragraphs(4, 8)}</article>")
    assert TITLE in text.split("\n")


def test_a_paragraph_that_is_one_link_to_the_same_site_leads_away_from_the_article() -> None:
    away = (
        "<p><a href=/2026/10/x>The harbour, a year after the storm</a></p>"
        "<p><strong>Related: <a href=https://www.copy.example/y>Nine questions about the valley</a></strong></p>"
    )
    text = body_of(f"<article>{paragraphs(0, 4)}{away}{paragraphs(4, 8)}</article>")
    assert "a year after the storm" not in text
    assert "Nine questions" not in text


@pytest.mark.parametrize(
    "line",
    [
        '<p><a href="https://shop.example/1">A kettle for nineteen pounds and a cup</a></p>',
        '<p><a href="/s">Extraordinary neighbourhood consultations</a></p>',
        '<p>By <a href="/by/ana-lima">Ana Lima of the Post</a></p>',
        '<blockquote><a href="/q">What we said in the year of the storm</a></blockquote>',
        '<p>As we wrote in <a href="/2026/10/x">A year after the storm</a>, the harbour is still closed.</p>',
    ],
)
def test_other_links_are_text(line: str) -> None:
    words = line.replace("<", ">").split(">")[2::2]
    text = body_of(f"<article>{paragraphs(0, 4)}{line}{paragraphs(4, 8)}</article>")
    assert max(words, key=len).strip() in text


# --------------------------------------------------------------------------- credits near the article


def test_a_byline_above_the_article_s_own_element_comes_back() -> None:
    text = body_of(
        f"<article><header><h1>{TITLE}</h1><div class=by>By José Álvarez Ñu</div></header>"
        f"<div class=article-body>{paragraphs(0, 8)}</div></article>"
    )
    assert text.split("\n")[0] == "By José Álvarez Ñu"
