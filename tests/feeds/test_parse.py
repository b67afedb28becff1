"""What a feed in each format becomes."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from ingest.records import FailureKind, Link, Person
from tests.feeds.feed_samples import atom, entry, item, read, refuse, rss


def test_an_rss_item_becomes_an_entry_with_all_its_fields() -> None:
    more = "<content:encoded><![CDATA[<p>The whole <b>story</b>.</p>]]></content:encoded><category>Ports</category>"
    feed = read(
        rss(item(3, more + "<dc:creator>Ana Reis</dc:creator>"), channel="<language>pt-BR</language>")
    )
    assert (feed.format, feed.version, feed.title, feed.url) == (
        "rss",
        "rss20",
        "The Paper",
        "https://paper.test/",
    )
    assert feed.language == "pt-BR"
    (one,) = feed.entries
    assert (one.guid, one.guid_is_permalink, one.url) == ("paper-3", False, "https://paper.test/3")
    assert (one.title, one.summary, one.content) == ("Story 3", "Body 3", "<p>The whole <b>story</b>.</p>")
    assert one.published == datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert one.published_raw == "Fri, 03 Nov 2026 10:00:00 GMT"
    assert one.authors == (Person("Ana Reis"),)
    assert one.tags == ("Ports",)
    assert not one.content_is_text


def test_an_atom_entry_keeps_text_bodies_as_text_and_xhtml_as_html() -> None:
    plain = entry('<content type="text">1 &lt; 2 &amp; 3</content><summary type="text">A &lt; B</summary>')
    rich = entry(
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Tea &amp; milk</p></div></content>',
        2,
    )
    feed = read(atom(plain, rich))
    assert (feed.format, feed.version) == ("atom", "atom10")
    assert (feed.entries[0].content, feed.entries[0].content_is_text) == ("1 < 2 & 3", True)
    assert feed.entries[0].summary == "A &lt; B"  # summaries are HTML whatever they were
    assert (feed.entries[1].content, feed.entries[1].content_is_text) == ("<p>Tea &amp; milk</p>", False)
    assert feed.entries[0].published is None
    assert feed.entries[0].updated == datetime(2026, 11, 1, 10, tzinfo=UTC)


def test_rdf_items_beside_the_channel_are_read_with_their_dublin_core_date() -> None:
    document = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://p.test/"><title>P</title>
      <link>https://p.test/</link></channel><item rdf:about="https://p.test/a"><title>A</title>
      <link>https://p.test/a</link><dc:date>2026-11-02T08:30:00+01:00</dc:date></item></rdf:RDF>"""
    feed = read(document)
    assert (feed.format, feed.version) == ("rdf", "rss10")
    (one,) = feed.entries
    assert one.guid == "https://p.test/a"
    assert one.published == datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
    assert one.updated is None


def test_a_guid_is_kept_as_written_and_not_resolved_against_the_feed() -> None:
    (one,) = read(rss("<item><title>t</title><guid> 12345 </guid></item>")).entries
    assert (one.guid, one.url) == ("12345", None)


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("Salt &amp;amp; light", "Salt & light"),
        ("&lt;b&gt;Bold&lt;/b&gt; move", "Bold move"),
        ("<![CDATA[Caf&eacute; <i>opens</i>]]>", "Café opens"),
        ("How &lt;div&gt; took over", "How <div> took over"),
        ("two\n   lines", "two lines"),
        ("3 &lt; 4", "3 < 4"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Report", "Report"),
    ],
)
def test_titles_become_plain_text_once(markup: str, title: str) -> None:
    assert read(rss(item(title=markup))).entries[0].title == title


def test_an_atom_title_of_type_text_is_not_de_tagged() -> None:
    bare = "<entry><id>1</id><title>The &lt;b&gt;b&lt;/b&gt; element</title></entry>"
    html = '<entry><id>2</id><title type="html">The &lt;b&gt;b&lt;/b&gt; element</title></entry>'
    assert [one.title for one in read(atom(bare, html)).entries] == ["The <b>b</b> element", "The b element"]


def test_relative_links_are_made_absolute_against_base_page_or_document() -> None:
    relative = "<item><title>t</title><link>/a/1</link></item>"
    assert read(rss(relative)).entries[0].url == "https://paper.test/a/1"
    based = '<entry xml:base="deep/er/"><id>1</id><title>t</title><link href="x"/></entry>'
    feed = read(atom(based, attributes='xml:base="https://other.test/dir/"'))
    assert feed.entries[0].url == "https://other.test/dir/deep/er/x"
    plain = '<entry><id>1</id><title>t</title><link href="x"/></entry>'
    assert read(atom(plain)).entries[0].url == "https://paper.test/feeds/x"


def test_the_base_of_a_body_is_told_where_the_document_gives_one() -> None:
    body = entry('<content type="html">&lt;a href="y"&gt;z&lt;/a&gt;</content>')
    assert (
        read(atom(body, attributes='xml:base="https://other.test/dir/"')).entries[0].base_url
        == "https://other.test/dir/"
    )
    assert read(atom(body)).entries[0].base_url is None


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[bad"]
)
def test_a_link_that_is_no_web_address_is_refused_and_told(link: str) -> None:
    (one,) = read(rss(f"<item><title>t</title><link>{link}</link></item>")).entries
    assert one.url is None
    assert one.links == ()
    assert any("no web address" in line for line in one.warnings)


def test_links_keep_their_relations_and_a_hub_has_no_invented_type() -> None:
    links = '<link rel="hub" href="https://hub.test/"/><link rel="next" href="?page=2" type="application/atom+xml"/>'
    feed = read(atom(feed=links))
    assert Link("https://hub.test/", "hub") in feed.links
    assert Link("https://paper.test/feeds/all.xml?page=2", "next", "application/atom+xml") in feed.links


def test_a_guid_that_is_an_address_stands_in_for_a_missing_link() -> None:
    (one,) = read(rss("<item><title>t</title><guid>https://paper.test/7</guid></item>")).entries
    assert (one.guid, one.guid_is_permalink, one.url) == (
        "https://paper.test/7",
        True,
        "https://paper.test/7",
    )


def test_an_alternate_of_another_type_is_still_the_entrys_address() -> None:
    one = '<entry><id>1</id><title>t</title><link rel="alternate" type="application/pdf" href="https://p.test/a.pdf"/></entry>'
    assert read(atom(one)).entries[0].url == "https://p.test/a.pdf"


def test_the_caption_of_a_picture_is_not_taken_for_the_body() -> None:
    media = (
        "<media:content url='https://p.test/i.jpg'><media:description>A very long caption of a harbour, much "
        "longer than the text beside it</media:description></media:content>"
    )
    (one,) = read(rss(item(1, media))).entries
    assert (one.summary, one.content) == ("Body 1", None)


def test_the_fuller_of_two_bodies_is_the_content() -> None:
    more = "<content:encoded>short</content:encoded>"
    (one,) = read(rss(item(1, more).replace("Body 1", "a much longer description in full"))).entries
    assert (one.summary, one.content) == ("short", "a much longer description in full")


def test_a_body_given_once_is_not_also_a_summary() -> None:
    (one,) = read(rss("<item><title>t</title><content:encoded>Whole</content:encoded></item>")).entries
    assert (one.summary, one.content) == (None, "Whole")


def test_the_channels_description_is_not_overwritten_by_a_media_description() -> None:
    media = "<media:content><media:description>Logo</media:description></media:content>"
    assert (
        read(rss(channel="<description>News of the port</description>" + media)).subtitle
        == "News of the port"
    )


def test_json_goes_to_the_json_reader() -> None:
    body = b'{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": "1", "content_text": "x"}]}'
    assert read(body).format == "json"


def test_a_gzip_body_nobody_labelled_is_read() -> None:
    assert len(read(gzip.compress(rss(item()))).entries) == 1


# --------------------------------------------------------------------------- what is no feed


@pytest.mark.parametrize("body", [b"", b" \n\t ", b"\xef\xbb\xbf\n"])
def test_an_empty_body_is_named_so(body: bytes) -> None:
    assert refuse(body).kind is FailureKind.EMPTY


def test_an_html_page_is_no_feed_and_the_feed_it_names_is_told() -> None:
    page = b'<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    failure = refuse(page)
    assert failure.kind is FailureKind.NOT_A_FEED
    assert "https://paper.test/rss" in failure.detail
    assert refuse(b"<!doctype html><html><p>Please log in").kind is FailureKind.NOT_A_FEED


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"<urlset><url/></urlset>", "sitemap"),
        (b'<?xml version="1.0"?><opml><body/></opml>', "OPML"),
        (b"hello", "neither XML nor JSON"),
        (b'{"a": 1}', "no JSON Feed"),
    ],
)
def test_other_documents_are_named_for_what_they_are(body: bytes, word: str) -> None:
    failure = refuse(body)
    assert failure.kind is FailureKind.NOT_A_FEED
    assert word in failure.detail


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read(rss()).entries == ()
