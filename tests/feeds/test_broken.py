"""Documents that are not well-formed: what is whole is kept, what is broken is told."""

from __future__ import annotations

import pytest

from ingest.records import FailureKind
from tests.feeds.feed_samples import NAMESPACES, item, read, refuse, rss


def titles(body: bytes) -> list[str | None]:
    return [one.title for one in read(body).entries]


@pytest.mark.parametrize(
    "broken",
    [
        "<item><title>Bad</title><description>an <b>open tag</description></item>",
        "<item><title>Bad</title><description>stray </i> end</description></item>",
        "<item><title>Bad</title><description><![CDATA[never closed</description></item>",
        "<item><title>Bad</title><description>no end of item</description>",
        '<item><title>Bad</title><enclosure url="x></item>',
        "<item><title>Bad</title><desc ription='1' =></item>",
    ],
)
def test_a_broken_entry_among_good_ones_loses_only_itself(broken: str) -> None:
    feed = read(rss(item(1), item(2), broken, item(3), item(4)))
    read_titles = [one.title for one in feed.entries]
    assert [t for t in read_titles if t != "Bad"] == ["Story 1", "Story 2", "Story 3", "Story 4"]
    assert any("not well-formed" in line for line in feed.warnings)
    assert [one.summary for one in feed.entries if one.title != "Bad"] == [
        "Body 1",
        "Body 2",
        "Body 3",
        "Body 4",
    ]


def test_html_entities_and_loose_ampersands_cost_nothing() -> None:
    feed = read(
        rss(
            item(1, title="Fish&nbsp;&amp; chips"),
            item(2, title="R&D at AT&T; a < b"),
            item(3, title="Caf&eacute;"),
        )
    )
    assert [one.title for one in feed.entries] == ["Fish & chips", "R&D at AT&T; a < b", "Café"]
    assert len(feed.item_digests) == 3


def test_a_cut_document_gives_its_whole_entries_and_says_so() -> None:
    whole = rss(item(1), item(2), item(3))
    cut = whole[: whole.index(b"Body 3") + 3]
    feed = read(cut)
    assert [one.title for one in feed.entries] == ["Story 1", "Story 2"]
    assert feed.truncated
    assert any("half entry is left out" in line for line in feed.warnings)


def test_every_cut_of_a_document_gives_a_prefix_of_its_entries() -> None:
    whole = rss(item(1), item(2, "<content:encoded><![CDATA[<p>x</p>]]></content:encoded>"), item(3))
    entries = read(whole).entries
    for length in range(whole.index(b"<item>"), len(whole) - len(b"</channel></rss>"), 7):
        feed = read(whole[:length])
        assert feed.truncated
        assert feed.entries == entries[: len(feed.entries)]
        assert whole[:length].count(b"</item>") == len(feed.entries)


def test_a_document_cut_before_its_first_entry_still_names_the_channel() -> None:
    whole = rss(item(1))
    feed = read(whole[: whole.index(b"<item>") + 9])
    assert (feed.title, feed.entries, feed.truncated) == ("The Paper", (), True)


def test_text_before_and_after_the_feed_is_told_and_left_out() -> None:
    feed = read(b"<br />\n<b>Warning</b>: in x.php\n" + rss(item()) + b"<!-- cached --><script>x</script>")
    assert len(feed.entries) == 1
    assert any("before the feed" in line for line in feed.warnings)


def test_blank_lines_comments_and_doubled_marks_before_the_declaration_are_harmless() -> None:
    for before in (b"\n\n", b"\n<!-- made <rss by hand -->", b"\xef\xbb\xbf\xef\xbb\xbf"):
        feed = read(before + rss(item()))
        assert len(feed.entries) == 1
        assert feed.warnings == ()


def test_undeclared_prefixes_mean_what_they_usually_mean() -> None:
    body = b"<rss version='2.0'><channel><item><title>a</title><dc:creator>Ana</dc:creator></item></channel></rss>"
    (one,) = read(body).entries
    assert one.authors[0].name == "Ana"


def test_a_wholly_prefixed_feed_with_bare_attribute_values_is_read() -> None:
    items = b"<rss:item><rss:title>a</rss:title></rss:item>"
    body = b"<rss rss:version=2.0><rss:channel><rss:title>P</rss:title>" + items + b"</rss:channel></rss>"
    assert titles(body) == ["a"]


def test_an_entry_feedparser_dies_of_is_the_only_one_lost() -> None:
    killer = item(2, "<gml:pos>1</gml:pos>")  # KeyError in feedparser 6.0
    feed = read(rss(item(1), killer, item(3)))
    assert [one.title for one in feed.entries] == ["Story 1", "Story 3"]
    assert feed.entries[1].item_digest == feed.item_digests[2]
    assert any("left out" in line for line in feed.warnings)


def test_an_entry_feedparser_dies_of_fails_no_feed_whose_other_entries_are_known() -> None:
    body = rss(item(1), item(2, "<gml:pos>1</gml:pos>"))
    known = frozenset(read(body).item_digests[:1])
    feed = read(body, known=known)
    assert (feed.entries, len(feed.item_digests), feed.title) == ((), 2, read(body).title)


def test_a_feed_that_only_kills_feedparser_is_malformed() -> None:
    assert refuse(rss(item(1, "<gml:pos>1</gml:pos>"))).kind is FailureKind.MALFORMED


def test_nul_control_characters_and_lone_surrogates_are_gone_before_the_store_sees_them() -> None:
    body = rss(item(1, "<category>a&#xD800;b&#0;c</category>", title="x\0y\x1b[31mz")).replace(
        b"Body", b"B\xed\xa0\x80"
    )
    (one,) = read(body).entries
    assert one.title == "xy[31mz"
    assert one.tags == ("a\ufffdbc",)
    for value in (one.title, one.summary, *one.tags):
        assert value is not None
        value.encode()
        assert "\0" not in value


def test_ten_thousand_broken_entries_are_not_ten_thousand_warnings() -> None:
    feed = read(rss(*("<item><title>Bad</title><b></item>" for _ in range(500))))
    assert len(feed.entries) == 500
    assert len(feed.warnings) < 100
    assert feed.warnings[-1].endswith("more")


def test_a_namespace_declared_on_a_broken_item_alone_is_kept_for_it() -> None:
    broken = f"<item {NAMESPACES}><title>Bad</title><dc:creator>Ana</dc:creator><b></item>"
    assert read(rss(item(1), broken)).entries[1].authors[0].name == "Ana"


def test_an_endless_reference_in_a_title_loses_no_entry() -> None:
    endless = f"<item><title>a &amp;#{'1' * 5000}; b</title><guid>2</guid></item>"
    assert titles(rss(item(1), endless)) == ["Story 1", "a \ufffd b"]
