"""articles/blocks.py: HTML and plain text as text, blocks and links."""

from __future__ import annotations

import random
import time
import unicodedata

import pytest

from ingest.articles.blocks import from_html, from_text
from ingest.articles.markup import MAX_CHARS, MAX_DEPTH
from ingest.articles.sanitise import sanitise
from ingest.records import BlockKind, Document

BASE = "https://news.example/2026/11/story"


def texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


def kinds(html: str) -> list[tuple[str, str, int]]:
    document = from_html(html)
    return [
        (text, block.kind.value, block.level)
        for text, block in zip(texts(document), document.blocks, strict=True)
    ]


def links(document: Document) -> list[tuple[str, str, str]]:
    return [(document.text[link.start : link.end], link.href, link.rel) for link in document.links]


def assert_tiled(document: Document) -> None:
    assert document.text == "\n".join(texts(document))
    at = 0
    for block in document.blocks:
        assert block.start == at
        assert document.text[block.start : block.end].strip() == document.text[block.start : block.end] != ""
        at = block.end + 1
    for link in document.links:
        assert 0 <= link.start <= link.end <= len(document.text)
        inside = [block for block in document.blocks if block.start <= link.start and link.end <= block.end]
        assert inside or link.start == link.end
    starts = [link.start for link in document.links]
    assert starts == sorted(starts)


# --------------------------------------------------------------------------- text


def test_paragraphs_are_joined_by_one_newline_and_white_space_is_folded() -> None:
    document = from_html("<p> One \n\t two&nbsp;&nbsp; three</p>\n\n<div>four<span> five</span></div>six")
    assert document.text == "One two three\nfour five\nsix"
    assert_tiled(document)


def test_bare_text_is_a_paragraph() -> None:
    assert kinds("a < b & c") == [("a < b & c", "paragraph", 0)]


def test_inline_markup_neither_adds_nor_loses_a_space() -> None:
    assert from_html("<p>re<b>al</b>ly <i>so</i>, <a href=x>yes</a> .</p>").text == "really so, yes ."


def test_a_line_break_starts_a_block_of_the_same_kind() -> None:
    assert kinds("<blockquote>a<br>b<br/><br/>c</blockquote>") == [
        ("a", "quote", 1),
        ("b", "quote", 1),
        ("c", "quote", 1),
    ]


def test_code_controls_and_pictures_are_not_text() -> None:
    html = (
        "a<script>1</script><style>2</style><noscript>3</noscript><template>4</template><svg><text>5</text></svg>"
        "<select><option>6</select><textarea>7</textarea><button>8</button><!-- 9 --><img src=x alt='ten'><title>11"
        "</title>b"
    )
    assert from_html(html).text == "ab"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("&eacute;&#233;&#xe9;", "ééé"),
        ("a<i>&shy;</i>b<i>\u200b</i>c", "abc"),
        ("a&shy;b\u200bc\ufeffd&#8203;e&#x2060;f", "abcdef"),
        ("نمی\u200cخواهم 👩\u200d💻", "نمی\u200cخواهم 👩\u200d💻"),
        ("\u200fכל הזכויות\u200f &lrm;(c)&#8207;&#x202e; 2024", "כל הזכויות (c) 2024"),
        ("<i>one</i>&#847; &zwnj;&nbsp;&zwnj;&nbsp;<b>two</b>", "one two"),
        ("<b>می</b>\u200c<b>خواهم</b>", "می\u200cخواهم"),
        ("a\x00b\x1bc&#27;d&#1;e", "abcde"),
        ("a\ud800b", "a\ufffdb"),
        ("x&#xD800;y", "x\ufffdy"),
        ("one\u2028two\x85three", "one two three"),
    ],
)
def test_characters_that_cannot_be_seen_or_stored_are_left_out_and_joiners_kept(html: str, text: str) -> None:
    found = from_html(html).text
    assert found == text
    found.encode("utf-8")


def test_a_letter_and_its_accent_are_one_character() -> None:
    words = "veröffentlicht für Šárka, một tờ báo, ガラス, Й"
    assert from_html(f"<p>{unicodedata.normalize('NFD', words)}</p>").text == words
    glyphs = "\ufa19 \u2126 e\u034f"  # as they are: one of them is in somebody's name
    assert from_html(f"<p>{glyphs} u\u0308</p>").text == f"{glyphs} ü"


@pytest.mark.parametrize(
    "html", ["", " \n ", "<!-- only -->", "<p> </p><br>", "<img src=x>", "<![", "</p>", "\x00"]
)
def test_nothing_gives_an_empty_document(html: str) -> None:
    document = from_html(html)
    assert (document.text, document.blocks, document.links) == ("", (), ())


@pytest.mark.parametrize(
    "html",
    [
        "<p>a<div>b</p>c",
        "</div></p>a<b>b</i>c",
        "<table><p>a<tr>b<td>c",
        "<li>a<li>b<ul><p>c",
        "<p>a<",
        "<a b='c>d",
    ],
)
def test_unbalanced_markup_is_read_in_order(html: str) -> None:
    document = from_html(html)
    assert_tiled(document)
    letters = "".join(filter(str.isalpha, document.text))
    assert letters == "".join(sorted(letters))


def test_cdata_left_over_from_bad_escaping_is_text() -> None:
    assert from_html("<![CDATA[<p>kept</p>]]>").text == "kept"
    assert from_html("<![CDATA[<![CDATA[<p>kept</p>]]]]><![CDATA[>]]>").text == "kept"


def test_a_body_that_was_escaped_twice_is_unescaped_once() -> None:
    document = from_html("&lt;p&gt;AT&amp;amp;T&lt;/p&gt;&lt;p&gt;&amp;lt;b&amp;gt;&lt;/p&gt;")
    assert texts(document) == ["AT&T", "<b>"]
    assert document.warnings == ("escaped twice: read as the markup it stands for",)


def test_escaped_markup_with_an_endless_reference_is_read() -> None:
    assert from_html(f"&lt;p&gt;one&lt;/p&gt;&lt;p&gt;&#{'1' * 5000};&lt;/p&gt;").text == "one\n\ufffd"


def test_an_escaped_tag_may_end_in_a_bare_sign() -> None:
    assert texts(from_html("&lt;p>one&lt;/p>&lt;p>two&lt;/p>")) == ["one", "two"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ruby>東京<rt>とうきょう</rt></ruby>で", "東京(とうきょう)で"),
        ("<ruby>東<rt>とう</rt>京<rt>きょう </rt></ruby>で", "東(とう)京(きょう)で"),
        ("<ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>で", "東京(とうきょう)で"),
        ("<ruby>東京<rt> </rt></ruby>で", "東京 で"),
    ],
)
def test_how_a_word_is_read_stands_in_brackets_behind_it(html: str, text: str) -> None:
    assert from_html(html).text == text


@pytest.mark.parametrize("html", ["<p>Write &lt;p&gt; and &lt;/p&gt;.</p>", "The &lt;b&gt; element is old."])
def test_escaped_markup_inside_an_article_stays_text(html: str) -> None:
    document = from_html(html)
    assert "<" in document.text
    assert document.warnings == ()


# --------------------------------------------------------------------------- structure


def test_headings_lists_quotes_captions_rows_and_code_are_told_apart() -> None:
    html = """
      <h2>Head</h2>
      <ul><li>one<ol><li>two</ol><li><p>three</p></ul>
      <blockquote>said<blockquote><p>twice</p></blockquote></blockquote>
      <figure><img src=/a.png><figcaption>Caption</figcaption></figure>
      <p class="wp-caption-text">Old caption</p>
      <table><tr><th>Year<th>Sum</tr><tr><td>2025<td></td><td><p>7</p></tr></table>
      <pre>if x:\n    y\n</pre>
    """
    assert kinds(html) == [
        ("Head", "heading", 2),
        ("one", "list_item", 1),
        ("two", "list_item", 2),
        ("three", "list_item", 1),
        ("said", "quote", 1),
        ("twice", "quote", 2),
        ("Caption", "caption", 0),
        ("Old caption", "caption", 0),
        ("Year | Sum", "table_row", 0),
        ("2025 | 7", "table_row", 0),
        ("if x:\n    y", "preformatted", 0),
    ]
    assert_tiled(from_html(html))


def test_a_table_that_lays_out_paragraphs_is_no_table() -> None:
    html = "<table><tr><td><p>One.</p><p>Two.</p></td><td>Side</td></tr></table><table><tr><td>Alone</td></tr></table>"
    assert kinds(html) == [(text, "paragraph", 0) for text in ("One.", "Two.", "Side", "Alone")]


def test_lists_inside_cells_leave_the_depth_of_later_lists_alone() -> None:
    html = "<table><tr><td><ul><li>a</ul><td>b</table><ul><li>c</ul>"
    assert kinds(html)[-1] == ("c", "list_item", 1)


def test_a_rule_marks_the_block_after_it() -> None:
    document = from_html("<p>a</p><hr><p> </p><p>b</p><p>c</p>")
    assert [block.after_rule for block in document.blocks] == [False, True, False]


@pytest.mark.parametrize(
    ("html", "emphasis"),
    [
        ("<p><em>All of it</em>.</p>", True),
        ("<p>“<b>All <i>of</i> it</b>”</p>", True),
        ("<p><small>All</small></p>", True),
        ("<p>Not <em>all</em></p>", False),
        ("<p><em>Not</em> all</p>", False),
        ("<p>***</p>", False),
    ],
)
def test_emphasis_means_all_words_of_the_block(html: str, emphasis: bool) -> None:
    assert from_html(html).blocks[0].emphasis is emphasis


def test_footers_and_quotations_are_marked() -> None:
    document = from_html("<footer><p>a</p></footer><p><small>b</small></p><p><q>c</q></p><p>d <q>e</q></p>")
    assert [block.in_footer for block in document.blocks] == [True, True, False, False]
    assert [block.quoted for block in document.blocks] == [False, False, True, False]


def test_a_list_item_in_a_quotation_is_quoted() -> None:
    block = from_html("<blockquote><ul><li>a</ul></blockquote>").blocks[0]
    assert (block.kind, block.quoted) == (BlockKind.LIST_ITEM, True)


# --------------------------------------------------------------------------- links and images


def test_links_carry_the_span_of_their_text_the_absolute_address_and_rel() -> None:
    document = from_html(
        "<p>See  <a href='/a?b=1&amp;c' rel='NoFollow  UGC'>the <b>other</b> page </a>or <a href='//x.example'>x</a>.",
        BASE,
    )
    assert links(document) == [
        ("the other page", "https://news.example/a?b=1&c", "nofollow ugc"),
        ("x", "https://x.example", ""),
    ]


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "java\nscript:1",
        " \x01javascript:1",
        "data:text/html,x",
        "http://[bad",
        "file:///x",
        "",
    ],
)
def test_only_web_and_mail_links_are_kept(href: str) -> None:
    document = from_html(f"<p><a href='{href}'>text</a></p>", "mailto:" if href == "" else None)
    assert (document.text, document.links) == ("text", ())


def test_a_mail_link_is_kept() -> None:
    assert links(from_html("<a href='mailto:desk@news.example'>us</a>")) == [
        ("us", "mailto:desk@news.example", "")
    ]


def test_a_scheme_is_written_small() -> None:
    document = from_html("<a href='HTTPS://A.example/B'>a</a><a href='MailTo:desk@news.example'>b</a>")
    assert [href for _, href, _ in links(document)] == ["https://A.example/B", "mailto:desk@news.example"]


def test_a_link_without_a_base_to_resolve_it_is_left_out() -> None:
    assert from_html("<a href='/x'>y</a>").links == ()


def test_a_link_over_several_blocks_has_a_span_in_each() -> None:
    document = from_html("<a href='https://a.example'><h2>Head</h2><p>Text</p></a>")
    assert [text for text, _, _ in links(document)] == ["Head", "Text"]


def test_a_picture_that_links_to_a_licence_leaves_an_empty_span() -> None:
    document = from_html(
        "<p>Text</p><a rel=license href='https://creativecommons.org/licenses/by/4.0/'><img src=https://a.example/b></a>"
    )
    assert links(document) == [("", "https://creativecommons.org/licenses/by/4.0/", "license")]
    assert_tiled(document)


def test_several_licence_badges_after_the_text_stand_at_its_end() -> None:
    badge = (
        "<a rel=license href='https://creativecommons.org/licenses/{}/4.0/'><img src=https://a.example/b></a>"
    )
    document = from_html("<p>Text</p>" + badge.format("by") + "<br>" + badge.format("by-sa"))
    assert [(link.start, link.end) for link in document.links] == [(4, 4), (4, 4)]
    assert_tiled(document)


def test_a_link_around_the_end_of_preformatted_text_ends_with_the_text() -> None:
    document = from_html(
        "<pre>one <a href='https://a.example'>two\n </a><a href='/b'> </a></pre><p>three</p>", BASE
    )
    assert links(document) == [("two", "https://a.example", "")]
    assert_tiled(document)


def test_images_are_recorded_and_placeholders_seen_through() -> None:
    html = (
        "<img src='/1x1.gif' width=1 height=1><img src='data:image/gif;base64,R' data-src='/b.jpg'><img>"
        "<img data-lazy-src='/c.jpg'><img srcset='/d.jpg 1x, /e.jpg 2x'>"
        "<img src='data:,' data-srcset=' /f.jpg, /g.jpg 2x'>"
    )
    names = [address.removeprefix("https://news.example/") for address in from_html(html, BASE).images]
    assert names == ["1x1.gif", "b.jpg", "c.jpg", "d.jpg", "f.jpg"]


# --------------------------------------------------------------------------- plain text


def test_plain_text_is_kept_exactly_and_its_lines_are_blocks() -> None:
    text = "  One  two\r\n\r\n\tThree &amp; <b>four</b>\u00a0\n"
    document = from_text(text)
    assert document.text == text
    assert texts(document) == ["One  two", "Three &amp; <b>four</b>"]


# --------------------------------------------------------------------------- hostile input

HOSTILE = {
    "divs": "<div>" * 100_000 + "<p>found</p><p>kept</p>" + "</div>" * 100_000,
    "unclosed divs": "<p>found</p>" + "<div>" * 100_000 + "<p>kept</p>",
    "formatting": "<p>found</p>" + "<b>" * 100_000 + "<p>kept</p>",
    "numbered formatting": "<p>found" + "".join(f"<b a{i}>x</p><p>" for i in range(5_000)) + "<p>kept",
    "ends that close nothing": "<b><div></b>" * 50_000 + "found kept",
    "tables": "<p>found" + "<table><tr><td>" * 30_000 + "kept",
    "lists": "<p>found" + "<ul><li>" * 50_000 + "kept",
    "quoted ends": "<p>found</p>" + '<div a="</div>">' * 50_000 + "kept",
    "attributes": "<p>found</p><p " + " ".join(f"a{i}=1" for i in range(200_000)) + ">kept",
    "quoted attributes": "<p>found</p><p " + " ".join(f'a{i}=">"' for i in range(100_000)) + ">kept",
    "attributes without spaces": "<p>found</p><p>kept</p>" + "<a/b=" * 400_000,
    "quotes in names": "<p>found</p><p>kept</p>" + "<a'" * 400_000,
    "comments": "<p>found</p><p>kept</p>" + "<!--" * 200_000,
    "declarations": "found kept" + "<![" * 200_000,
    "open attributes": "<p>found</p><p>kept</p>" + '<a href="' * 100_000,
    "less-than signs": "found kept" + "<" * 1_000_000,
    "spaces": "found" + " " * 4_000_000 + "kept",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_is_read_in_bounded_time_with_its_text(name: str) -> None:
    started = time.process_time()
    document = from_html(HOSTILE[name], BASE)
    assert time.process_time() - started < 2  # measured: 0.5 s at most
    assert_tiled(document)
    assert "found" in document.text
    assert "kept" in document.text


def test_what_was_capped_is_told() -> None:
    assert from_html(HOSTILE["divs"]).warnings == (f"nested deeper than {MAX_DEPTH}: flattened",)
    assert from_html(HOSTILE["attributes"]).warnings == (
        "more than 64 attributes on a tag: the rest were dropped",
    )
    assert from_html(HOSTILE["attributes without spaces"]).warnings == ()
    long = from_html("word " * (MAX_CHARS // 5 + 1))
    assert long.warnings == ("longer than 5,000,000 characters: the rest was left out",)
    assert len(long.text) <= MAX_CHARS


def test_paragraphs_inside_too_deep_markup_stay_apart() -> None:
    assert texts(from_html(HOSTILE["divs"])) == ["found", "kept"]


def test_real_depth_is_not_touched() -> None:
    assert from_html("<div>" * 190 + "x").warnings == ()


def test_random_tag_soup_is_tiled_and_loses_no_letter() -> None:
    chance = random.Random(7)
    tags = "p,div,b,a href=/x,li,ul,table,tr,td,br,hr,pre,blockquote,small,q,a rel=license href=/x".split(",")
    for _ in range(300):
        soup = "".join(
            chance.choice(["w ", "v\n", f"<{(tag := chance.choice(tags))}>", f"</{tag.split()[0]}>"])
            for _ in range(60)
        )
        document = from_html(soup, BASE)
        assert_tiled(document)
        assert document.text.count("w") + document.text.count("v") == soup.count("w ") + soup.count("v\n")


def test_the_door_offers_the_sanitiser() -> None:
    assert sanitise("<p onclick=x>y") == "<p>y</p>"
