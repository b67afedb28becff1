"""Each limit: what is refused by name, what is cut and told, what is left alone."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime

import pytest

from ingest.feeds.limits import DEFAULTS, Limits
from ingest.records import FailureKind
from tests.feeds.feed_samples import atom, item, read, refuse, rss

DTD = '<?xml version="1.0"?><!DOCTYPE rss [{}]>'


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (rss(item(), prolog=DTD.format('<!ENTITY a "x"><!ENTITY b "&a;&a;">')), "entity b nests"),
        (rss(item(), prolog=DTD.format(f'<!ENTITY a "{"x" * 201}">')), "longer than 200"),
        (rss(item(), prolog=DTD.format('<!ENTITY x SYSTEM "file:///etc/hostname">')), "outside the document"),
        (rss(item(), prolog=DTD.format('<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;')), "parameter"),
        (rss(item(), prolog=DTD.format("".join(f'<!ENTITY e{i} "x">' for i in range(51)))), "more than 50"),
        (rss(item(1, "<x>" * 1_200 + "</x>" * 1_200)), "nested deeper"),
        (rss("<item " + " ".join(f'a{i}="1"' for i in range(300)) + "></item>"), "attributes"),
        (rss(item(1, "<x/>" * 160_000)), "elements"),
        (rss(item(1, "".join(f"<p{i}:x/>" for i in range(3_000)))), "namespace prefixes"),
        (rss(item(1, "".join(f'<x xmlns:p{i}="u:{i}"/>' for i in range(3_000)))), "namespace prefixes"),
    ],
)
def test_a_bomb_is_refused_by_the_name_of_the_limit(body: bytes, word: str) -> None:
    started = time.process_time()
    failure = refuse(body)
    assert failure.kind is FailureKind.REFUSED
    assert word in failure.detail
    assert time.process_time() - started < 2


def test_many_small_entities_that_blow_up_are_refused() -> None:
    prolog = DTD.format(f'<!ENTITY a "{"x" * 200}">')
    failure = refuse(rss(item(1, "<dc:x>" + "&a;" * 20_000 + "</dc:x>"), prolog=prolog))
    assert "longer than the document allows" in failure.detail


def test_a_safe_entity_of_the_documents_own_works() -> None:
    prolog = DTD.format('<!ENTITY co "ACME">')
    assert read(rss(item(1, title="&co; news"), prolog=prolog)).entries[0].title == "ACME news"


def test_a_document_over_the_size_cap_is_too_big_packed_or_not() -> None:
    limits = Limits(document_bytes=10_000)
    assert refuse(rss(item(1, "x" * 10_000)), limits).kind is FailureKind.TOO_BIG
    assert refuse(gzip.compress(b" " * 5_000_000), limits).kind is FailureKind.TOO_BIG


@pytest.mark.parametrize(
    "name", ["author", "dc:creator", "category", "pubDate", "itunes:keywords", "webMaster"]
)
@pytest.mark.parametrize(
    "text", ["a" * 60_000, "a@" * 30_000, "(" * 60_000, "a@" + "a." * 30_000, "1 " * 50_000, "a," * 40_000]
)
def test_fields_feedparser_is_quadratic_in_are_cut_and_told(name: str, text: str) -> None:
    started = time.process_time()
    feed = read(rss(item(1, f"<{name}>{text}</{name}>")))
    assert time.process_time() - started < 1
    assert [one.url for one in feed.entries] == ["https://paper.test/1"]


def test_a_long_field_split_by_markup_is_cut_all_the_same() -> None:
    started = time.process_time()
    feed = read(rss(item(1, "<author>" + "<![CDATA[aaa]]><i/>(((@" * 10_000 + "</author>")))
    assert time.process_time() - started < 1
    assert len(feed.entries) == 1


def test_thousands_of_categories_are_capped_and_told() -> None:
    feed = read(rss(item(1, "".join(f"<category>c{i}</category>" for i in range(20_000))), item(2)))
    assert len(feed.entries[0].tags) == DEFAULTS.repeats
    assert any("20000 <category>" in line for line in feed.warnings)
    assert feed.entries[1].title == "Story 2"


def test_a_long_title_link_guid_and_body_are_cut_refused_digested_and_cut() -> None:
    limits = Limits(text_chars=50_000)
    long = "<item><title>{}</title><link>https://p.test/{}</link><guid>{}</guid><description>{}</description></item>"
    feed = read(rss(long.format("t" * 20_000, "a" * 20_000, "g" * 20_000, "b " * 40_000)), limits=limits)
    (one,) = feed.entries
    assert one.title == "t" * 1_000
    assert one.url is None
    assert one.guid is not None
    assert one.guid.startswith("blake2b:")
    assert one.summary is not None
    assert len(one.summary) <= 50_000
    told = " ".join((*feed.warnings, *one.warnings))
    for word in ("title of 20000", "no web address", "guid of 20000", "<description> cut to 50000"):
        assert word in told


def test_two_long_guids_stay_two() -> None:
    guids = [f"<item><title>t</title><guid>{'g' * 5_000}{end}</guid></item>" for end in "ab"]
    assert len({one.guid for one in read(rss(*guids)).entries}) == 2


@pytest.mark.parametrize("newest_first", [True, False])
def test_over_the_cap_the_newest_entries_are_kept_in_their_order(newest_first: bool) -> None:
    days = [5, 4, 3, 2, 1] if newest_first else [1, 2, 3, 4, 5]
    feed = read(rss(*map(item, days)), limits=Limits(entries=2))
    assert [one.guid for one in feed.entries] == [f"paper-{day}" for day in days if day > 3]
    assert feed.over_cap == 3
    assert len(feed.item_digests) == 5
    assert any("over the cap" in line for line in feed.warnings)


def test_entries_too_rich_to_read_all_are_read_in_part() -> None:
    feed = read(
        atom(*(f"<entry><id>{i}</id><title>t</title>{'<x/>' * 60}</entry>" for i in range(40))),
        limits=Limits(read_elements=1_000),
    )
    assert 5 < len(feed.entries) < 40
    assert feed.over_cap == 40 - len(feed.entries)


def test_known_items_do_not_count_against_the_cap() -> None:
    body = rss(*map(item, range(1, 6)))
    known = frozenset(read(body).item_digests[1:])
    assert read(body, known=known, limits=Limits(entries=1)).over_cap == 0


def test_deep_but_honest_markup_is_read() -> None:
    assert len(read(rss(item(1, "<x>" * 900 + "</x>" * 900))).entries) == 1


def test_dates_nobody_believes_are_none_with_the_raw_text_kept() -> None:
    (one,) = read(rss("<item><title>t</title><pubDate>10000-01-01T00:00:00Z</pubDate></item>")).entries
    assert (one.published, one.published_raw) == (None, "10000-01-01T00:00:00Z")
    assert any("none we believe" in line for line in one.warnings)
    (good,) = read(rss(item(2))).entries
    assert good.published == datetime(2026, 11, 2, 10, tzinfo=UTC)
