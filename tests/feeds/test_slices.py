"""Reading only the items that are new gives what reading all of them gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.feeds import slices
from ingest.feeds.parse import parse
from ingest.records import ParsedFeed
from tests.feeds.feed_samples import NOW, URL, atom, entry, item, read, rss

QUOTING = "<content:encoded><![CDATA[<item>no item</item>]]></content:encoded><!-- <item> nor this -->"
DOCUMENTS = {
    "rss": rss(
        item(1), item(2, QUOTING), item(3, "<dc:creator>Ana</dc:creator>"), item(4), channel="<ttl>5</ttl>"
    ),
    "atom": atom(entry(), entry("<author><name>Bo</name></author>", 2), entry("", 3)),
    "mended": rss(item(1, title="R&D&nbsp;1"), item(2), "<item><title>half <b></title></item>", item(4)),
    "dtd": rss(
        item(1, title="&co; one"), item(2), prolog='<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY co "ACME">]>'
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_item_read_alone_equals_itself_read_with_the_others(name: str) -> None:
    whole = read(DOCUMENTS[name])
    assert len(set(whole.item_digests)) == len(whole.entries) == len(whole.item_digests)
    assert tuple(one.item_digest for one in whole.entries) == whole.item_digests
    for one in whole.entries:
        rest = read(DOCUMENTS[name], known=frozenset(whole.item_digests) - {one.item_digest})
        assert rest.entries == (one,)
        assert replace(rest, entries=(), warnings=()) == replace(whole, entries=(), warnings=())


def test_a_feed_whose_items_are_all_known_still_tells_what_it_holds() -> None:
    whole = read(DOCUMENTS["rss"])
    again = read(DOCUMENTS["rss"], known=frozenset(whole.item_digests))
    assert again.entries == ()
    assert again.item_digests == whole.item_digests
    assert (again.title, again.hints) == (whole.title, whole.hints)


def test_an_edited_item_has_another_digest_and_is_read_again() -> None:
    before = read(rss(item(1), item(2)))
    after = read(rss(item(1), item(2, "<category>new</category>")), known=frozenset(before.item_digests))
    assert [one.guid for one in after.entries] == ["paper-2"]


def test_an_items_digest_does_not_depend_on_its_place() -> None:
    assert set(read(rss(item(1), item(2))).item_digests) == set(read(rss(item(2), item(1))).item_digests)


def test_items_quoted_in_cdata_and_comments_are_no_items() -> None:
    document = b"<c><item>a<![CDATA[<item>]]><!--</item>--></item><item/><items/><item x='1'>b</item></c>"
    found = slices.find(document, "item")
    assert [document[start:end] for start, end in found.spans] == [
        b"<item>a<![CDATA[<item>]]><!--</item>--></item>",
        b"<item/>",
        b"<item x='1'>b</item>",
    ]
    assert found.open_at is None


def test_an_item_without_end_is_told() -> None:
    assert slices.find(b"<c><item>a</item><item>b", "item") == slices.Slices(((3, 17),), 17)


def test_flat_reading_ends_an_item_where_the_next_begins() -> None:
    document = b"<c><item>a<item>b</item></c>"
    assert slices.find(document, "item", flat=True).spans == ((3, 10), (10, 24))


def test_openings_without_end_cost_one_search_each_kind() -> None:
    document = b"<c>" + b"<![CDATA[<!--" * 200_000 + b"<item>a</item>"
    assert len(slices.find(document, "item").spans) == 1  # quadratic, this would take minutes


KNOWN = rss(item(1), item(2))
ENTITY = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY paper "The Paper">]>'
LATER = {
    "plain": rss(item(3), item(1), item(2)),
    "nothing new": rss(item(2), item(1)),
    "an item quoted in another": rss(item(3, f"<dc:source><![CDATA[{item(1)}]]></dc:source>"), item(1)),
    "a document type": rss(item(3, "<category>&paper;</category>"), item(1), prolog=ENTITY),
    "a stray ampersand": rss(item(3, "<category>You & me</category>"), item(1), item(2)),
    "an undeclared prefix": rss(item(3, "<slash:comments>7</slash:comments>"), item(1)),
    "cut short": rss(item(1), item(2), item(3)).partition(b"Body 3")[0],
    "one element too deep": rss(item(1), item(3, "<b>" * 1200 + "</b>" * 1200)),
    "items under another name": rss(item(1), item(2)).replace(b"item>", b"entry>"),
}


@pytest.mark.parametrize("name", LATER)
def test_that_items_are_known_changes_nothing_of_what_is_told_of_the_rest(name: str) -> None:
    known = frozenset(read(KNOWN).item_digests)
    whole = parse(LATER[name], url=URL, known=frozenset(), now=NOW)
    rest = parse(LATER[name], url=URL, known=known, now=NOW)
    if isinstance(whole, ParsedFeed):
        unseen = tuple(one for one in whole.entries if one.item_digest not in known)
        assert rest == replace(whole, entries=unseen)
    else:
        assert rest == whole
