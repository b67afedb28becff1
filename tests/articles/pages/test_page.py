"""articles/pages/page.py and what it stands on: metadata, JSON-LD, selection, rendering."""

from __future__ import annotations

import importlib.util
import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.articles.blocks import from_html
from ingest.articles.pages.body import MAX_ELEMENTS
from ingest.articles.pages.page import Page, read_page
from ingest.articles.pages.rendering import to_html
from ingest.charset import to_text
from ingest.records import Person, Statement
from tests.articles.pages.page_samples import page, paragraphs, sentence

URL = "https://copy.example/2026/11/river"

ARTICLE = f"""
  <nav><ul><li><a href=/>Home</a></li><li><a href=/news>News</a></li></ul></nav>
  <main><article>
    <h1>The river rises</h1>
    {paragraphs(0, 4)}
    <figure><img src=/river.jpg><figcaption>The river in May. Photo: Ana Lima/Harbour Press</figcaption></figure>
    {paragraphs(4, 8)}
    <p><em>This article originally appeared on <a href="https://first.example/river" rel="canonical">The First
    Post</a>.</em></p>
    <div class="credit">Ana Lima</div>
    <p>© 2026 The First Post. All rights reserved.</p>
    <div class="related-stories"><p>Photo: more from the harbour</p></div>
  </article></main>
  <aside><p>Source: somebody else</p></aside>
  <footer><p>© 2026 Copy Site Ltd</p></footer>
"""


def values(read: Page, name: str) -> list[tuple[str, str]]:
    return [(said.value, said.place) for said in read.statements if said.property == name]


def with_jsonld(data: Any) -> Page:
    return read_page(page(ARTICLE, f'<script type="application/ld+json">{json.dumps(data)}</script>'), URL)


# --------------------------------------------------------------------------- body


def test_the_body_is_the_article_in_order_without_furniture() -> None:
    text = read_page(page(ARTICLE), URL).document.text
    assert [sentence(n) in text for n in range(8)] == [True] * 8
    assert text.index(sentence(0)) < text.index(sentence(5))
    assert "Home" not in text
    assert "somebody else" not in text


def test_credit_lines_that_extractors_drop_are_put_back_with_their_links() -> None:
    document = read_page(page(ARTICLE), URL).document
    assert "This article originally appeared on The First Post." in document.text.split("\n")
    assert "© 2026 The First Post. All rights reserved." in document.text.split("\n")
    assert "Ana Lima" in document.text.split("\n")
    linked = [(document.text[link.start : link.end], link.href, link.rel) for link in document.links]
    assert ("The First Post", "https://first.example/river", "canonical") in linked


def test_lines_of_the_site_around_the_article_stay_out() -> None:
    text = read_page(page(ARTICLE), URL).document.text
    assert "Copy Site Ltd" not in text
    assert "more from the harbour" not in text


def test_the_credit_of_a_picture_is_a_statement_and_not_text() -> None:
    read = read_page(page(ARTICLE), URL)
    caption = "The river in May. Photo: Ana Lima/Harbour Press"
    assert Statement("image_credit", caption, "figure/figcaption", caption) in read.statements
    assert caption not in read.document.text
    assert read.document.images == ("https://copy.example/river.jpg",)


def test_an_article_that_stands_twice_on_the_page_is_read_once() -> None:
    twice = "".join(
        f"<div class={screen}><div>{paragraphs(0, 6)}</div></div>" for screen in ("wide", "small")
    )
    assert read_page(page(twice), URL).document.text.count(sentence(3)) == 1


def test_lines_that_the_article_itself_repeats_are_kept() -> None:
    body = f"<article>{paragraphs(0, 3)}<p>One cup.</p>{paragraphs(3, 6)}<p>One cup.</p>{paragraphs(6, 9)}</article>"
    assert read_page(page(body), URL).document.text.count("One cup.") == 2


def test_the_stored_html_reads_back_as_the_same_text_and_links() -> None:
    read = read_page(page(ARTICLE), URL)
    again = from_html(read.html or "")
    assert again.text == read.document.text
    assert again.links == read.document.links


def test_rendering_keeps_every_kind_of_block() -> None:
    html = (
        "<h2>H &amp; h</h2><ul><li>a</li><li>b</li></ul><blockquote><p>q</p></blockquote><pre>x &lt;\n  y</pre>"
        "<table><tr><td>1</td><td>2</td></tr></table><figure><figcaption>c</figcaption></figure><hr>"
        "<p><em>see <a href='https://a.example/?a=1&amp;b=2' rel='nofollow'>it</a></em></p>"
    )
    document = from_html(html)
    again = from_html(to_html(document))
    assert again.text == document.text
    assert again.links == document.links
    kinds = [block.kind.value for block in again.blocks]
    # A row read back from one cell is a paragraph: cells are not part of a Document.
    assert kinds == [
        k.replace("table_row", "paragraph") for k in (block.kind.value for block in document.blocks)
    ]
    assert [b.emphasis for b in again.blocks] == [b.emphasis for b in document.blocks]
    assert again.blocks[-1].after_rule


@pytest.mark.parametrize("html", ["", "   ", bytes(range(256)).decode("latin-1") * 50, "<html></html>"])
def test_a_page_without_an_article_gives_an_empty_document(html: str) -> None:
    read = read_page(html, URL)
    assert read.document.blocks == ()
    assert read.html is None


def test_an_article_nested_250_deep_is_found() -> None:
    html = page("<div>" * 250 + paragraphs(0, 6) + "</div>" * 250)
    assert sentence(3) in read_page(html, URL).document.text


# --------------------------------------------------------------------------- metadata


def test_jsonld_states_authors_owner_publisher_licence_and_dates() -> None:
    read = with_jsonld(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": "The river  rises",
            "author": [{"@type": "Person", "name": "Ana Lima", "url": "https://first.example/ana"}, "Bo Ek"],
            "publisher": {"@type": "Organization", "name": "Copy Site", "url": "https://copy.example"},
            "copyrightHolder": {"name": "The First Post"},
            "copyrightYear": 2026,
            "copyrightNotice": "© 2026 The First Post",
            "creditText": "The First Post",
            "license": "https://creativecommons.org/licenses/by-nd/4.0/",
            "isBasedOn": {"@type": "CreativeWork", "url": "/orig"},
            "sourceOrganization": {"name": "Harbour Press"},
            "editor": {"name": "Cy Day"},
            "datePublished": "2026-11-02T10:00:00+02:00",
            "image": {"@type": "ImageObject", "creditText": "Eve Fox"},
        }
    )
    assert read.title == "The river rises"
    assert read.authors == (Person("Ana Lima", url="https://first.example/ana"), Person("Bo Ek"))
    assert read.published == datetime(2026, 11, 2, 8, tzinfo=UTC)
    at = "jsonld/NewsArticle"
    assert values(read, "creator") == [("Ana Lima", f"{at}/author/name"), ("Bo Ek", f"{at}/author")]
    assert values(read, "publisher") == [("Copy Site", f"{at}/publisher/name")]
    assert values(read, "publisher_url") == [("https://copy.example", f"{at}/publisher/url")]
    assert values(read, "copyright_holder") == [("The First Post", f"{at}/copyrightHolder/name")]
    assert values(read, "copyright_year") == [("2026", f"{at}/copyrightYear")]
    assert values(read, "rights") == [("© 2026 The First Post", f"{at}/copyrightNotice")]
    assert values(read, "credit_text") == [("The First Post", f"{at}/creditText")]
    assert values(read, "license") == [("https://creativecommons.org/licenses/by-nd/4.0/", f"{at}/license")]
    assert values(read, "original_url") == [("https://copy.example/orig", f"{at}/isBasedOn/url")]
    assert values(read, "original_publisher") == [("Harbour Press", f"{at}/sourceOrganization/name")]
    assert values(read, "contributor") == [("Cy Day", f"{at}/editor/name")]
    assert ("Eve Fox", f"{at}/image/creditText") in values(read, "image_credit")


def test_jsonld_references_in_a_graph_are_followed() -> None:
    read = with_jsonld(
        {
            "@graph": [
                {"@type": "WebSite", "name": "Copy"},
                {
                    "@type": ["Article", None],
                    "headline": "H",
                    "author": {"@id": "#ana"},
                    "publisher": {"@id": "#org"},
                },
                {"@type": "Person", "@id": "#ana", "name": "Ana Lima"},
                {"@type": "Organization", "@id": "#org", "name": "Copy Site"},
            ]
        }
    )
    assert read.authors == (Person("Ana Lima"),)
    assert values(read, "publisher") == [("Copy Site", "jsonld/Article/publisher/name")]


def test_meta_and_links_state_what_jsonld_does_not() -> None:
    head = """
      <title>The river rises - Copy Site</title>
      <meta property="og:title" content="The river rises"><meta property="og:site_name" content="Copy Site">
      <meta name="author" content="By Ana Lima and Bo Ek">
      <meta name="syndication-source" content="https://first.example/river">
      <meta name="original-source" content="//first.example/river-2">
      <meta name="copyright" content="The First Post 2026">
      <meta property="article:published_time" content="2026-11-02">
      <link rel="canonical" href="/2026/11/river">
      <link rel="syndication-source" href="/river-3">
      <link rel="license" href="https://creativecommons.org/licenses/by/4.0/">
    """
    read = read_page(page(ARTICLE, head), URL)
    assert (read.title, read.language) == ("The river rises", "en-GB")
    assert read.authors == (Person("Ana Lima"), Person("Bo Ek"))
    assert read.published == datetime(2026, 11, 2, tzinfo=UTC)
    assert values(read, "publisher") == [("Copy Site", "meta[property=og:site_name]")]
    assert values(read, "original_url") == [
        ("https://first.example/river", "meta[name=syndication-source]"),
        ("https://first.example/river-2", "meta[name=original-source]"),
        ("https://copy.example/river-3", "link[rel=syndication-source]"),
    ]
    assert values(read, "rights") == [("The First Post 2026", "meta[name=copyright]")]
    assert values(read, "canonical_url") == [(URL, "link[rel=canonical]")]
    assert values(read, "license") == [("https://creativecommons.org/licenses/by/4.0/", "link[rel=license]")]
    assert [said.quote for said in read.statements if said.property == "creator"] == [
        "By Ana Lima and Bo Ek"
    ] * 2


def test_anchors_state_author_and_licence() -> None:
    body = ARTICLE + '<a rel="author" href="/ana">Ana Lima</a><a rel="license" href="/terms">Terms</a>'
    read = read_page(page(body), URL)
    assert read.authors == (Person("Ana Lima", url="https://copy.example/ana"),)
    assert values(read, "license") == [("https://copy.example/terms", "a[rel=license]")]


def test_the_page_s_own_base_resolves_its_links() -> None:
    head = '<base href="https://mirror.example/dir/"><link rel="canonical" href="x">'
    assert values(read_page(page(ARTICLE, head), URL), "canonical_url") == [
        ("https://mirror.example/dir/x", "link[rel=canonical]")
    ]


def test_jsonld_authors_outrank_meta_and_an_address_is_no_name() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"Article","author":{"name":"Ana Lima"}}</script>'
        '<meta name="author" content="Copy Site"><meta property="article:author" content="https://social.example/x">'
    )
    read = read_page(page(ARTICLE, head), URL)
    assert read.authors == (Person("Ana Lima"),)
    assert values(read, "creator") == [
        ("Ana Lima", "jsonld/Article/author/name"),
        ("Copy Site", "meta[name=author]"),
    ]


@pytest.mark.parametrize(
    "date",
    [
        *"1970-01-01 0000-00-00 10000-01-01 yesterday -1".split(),
        "1" * 100_000,
        f"1 Jan {10**20} 10:00:00",
        "",
    ],
)
def test_a_date_that_cannot_be_is_none(date: str) -> None:
    head = f'<meta property="article:published_time" content="{date}">'
    assert read_page(page(ARTICLE, head), URL).published is None


def test_a_date_that_is_still_to_come_is_passed_over_for_one_that_is_not() -> None:
    head = (
        '<meta property="article:published_time" content="2026-12-24"><meta name="date" content="2026-11-04">'
    )
    now = datetime(2026, 11, 3, tzinfo=UTC)
    assert read_page(page(ARTICLE, head), URL, now).published == datetime(2026, 11, 4, tzinfo=UTC)
    assert read_page(page(ARTICLE, head), URL).published == datetime(2026, 12, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    "data",
    [
        {"@type": ["NewsArticle", None, 5], "author": [None, 5, {"name": None}, [["x"]]], "publisher": 7},
        {
            "@type": "NewsArticle",
            "headline": {"a": 1},
            "datePublished": [[]],
            "image": [1, {"creditText": {}}],
        },
        {"@type": {"a": 1}, "@graph": "x", "mainEntity": [None]},
        {"@id": "#a", "@type": "Article", "author": {"@id": "#a"}},
        [[[[]]], "x", None],
    ],
)
def test_jsonld_of_the_wrong_shape_is_passed_over(data: Any) -> None:
    assert sentence(2) in with_jsonld(data).document.text


def test_commented_and_broken_jsonld_do_no_harm() -> None:
    head = (
        '<script type="application/ld+json">{"@type": "Article", </script>'
        '<script type="application/ld+json">//<![CDATA[\n{"@type":"Article","headline":"A\tb"};\n//]]></script>'
    )
    assert read_page(page(ARTICLE, head), URL).title == "A b"


def test_metadata_reaches_no_unstorable_character() -> None:
    read = with_jsonld({"@type": "Article", "headline": "a\ud800\u0000b", "author": "An\u001ba Lima"})
    assert read.title == "a\ufffdb"
    assert read.authors == (Person("Ana Lima"),)


# --------------------------------------------------------------------------- hostile pages

LD = '<script type="application/ld+json">'
HOSTILE = {
    "deep divs": page(paragraphs(0, 6) + "<div>" * 100_000 + "x"),
    "deep tables": page(paragraphs(0, 6) + "<table><tr><td>" * 15_000 + "x"),
    "nested tables": page("<table><tr><td>" * 60 + paragraphs(0, 6) + "<p>x" * 3_000),
    "deep json": page(paragraphs(0, 6), LD + "[" * 100_000 + "]" * 100_000 + "</script>"),
    "deep graph": page(paragraphs(0, 6), LD + '{"@graph":[' * 900 + "1" + "]}" * 900 + "</script>"),
    "authors": page(
        paragraphs(0, 6),
        LD + json.dumps({"@type": "Article", "author": [{"name": "A"}] * 50_000}) + "</script>",
    ),
    "metas": page(
        paragraphs(0, 6), "".join(f"<meta name=author content='Author {n}'>" for n in range(50_000))
    ),
    "links": page(paragraphs(0, 6) + "<a href=/x rel=license>x</a> " * 45_000),
    "lines": page(paragraphs(0, 6) + "<p>x<br>" * 40_000),
    "one long text": page(paragraphs(0, 6) + "<p>" + "word " * 900_000),
    "nested marks": page(
        paragraphs(0, 6)
        + "<div itemprop='author provider' class='byline provider-name'>" * 150
        + "<i>x</i>" * 30_000
    ),
    "hosts": page(
        paragraphs(0, 6) + "<p>The council met on Tuesday.</p>" * 12_000,
        "".join(
            f"<meta name={name} content='https://{'.'.join(f'h{n}x{m}' for m in range(40))}.example/a'>"
            for n in range(20)
            for name in ("dc.source", "dcterms.source", "original-source", "syndication-source")
        ),
    ),
    "attributes": page(paragraphs(0, 6) + "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_in_bounded_time_with_its_text(name: str) -> None:
    started = time.process_time()
    read = read_page(HOSTILE[name], URL)
    assert time.process_time() - started < 5
    assert sentence(1) in read.document.text
    assert len(read.statements) <= 110
    assert len(read.authors) <= 20


def test_what_was_cut_is_told() -> None:
    assert read_page(HOSTILE["lines"], URL).document.warnings == (
        f"more than {MAX_ELEMENTS:,} elements or 1,000,000 characters: the rest was left out",
    )


def test_every_bad_page_of_the_reference_set_ends_in_bounds(shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("gen", shared / "adversarial" / "gen.py")
    assert spec is not None
    assert spec.loader is not None
    gen = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(gen)
    repeated = re.compile(
        r"h_(?:text_20MB|p_100k|br_200k|table_50k|list_50k|links_50k|deep_(?!div|b_).*_100000)"
    )
    for name, (make, _) in gen.HTML.items():
        if repeated.fullmatch(name):  # the same fault stands above, smaller
            continue
        started = time.process_time()
        document = read_page(to_text(make()), URL).document
        assert time.process_time() - started < 5, name
        document.text.encode("utf-8")
