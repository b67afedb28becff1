"""What the article stages are told of an entry, beside what the entry itself says."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache

import pytest

from ingest.articles.extract import extract
from ingest.articles.notices import catalogue
from ingest.clock import Clock
from ingest.drafting import sources_of, time_of
from ingest.feeds import changes
from ingest.feeds.limits import DEFAULTS
from ingest.feeds.parse import parse
from ingest.records import Attribution, Lease, ParsedFeed, Source
from tests.feeds.feed_samples import NOW, URL, atom, entry, item, rss


def told(document: bytes, content_type: str | None = None) -> list[Source]:
    parsed = parse(document, url=URL, content_type=content_type, known=frozenset(), now=NOW, limits=DEFAULTS)
    assert isinstance(parsed, ParsedFeed)
    found = changes.decide(parsed.entries, [])
    return sources_of(Lease(1, "t", NOW, URL), parsed, found.changed)


@cache
def rules() -> catalogue.Catalogue:
    return catalogue.load()


def attributed(source: Source) -> Attribution:
    return extract(source, rules()).attribution


def names(sources: list[Source]) -> list[list[str]]:
    return [[person.name for person in source.authors] for source in sources]


def test_an_atom_entry_without_an_author_has_its_feed_s() -> None:
    document = atom(
        entry(),
        entry("<author><name>Bo Ek</name></author>", 2),
        feed="<author><name>Ana Lima</name></author>",
    )
    assert names(told(document)) == [["Ana Lima"], ["Bo Ek"]]
    (byline,) = attributed(told(document)[0]).bylines
    assert byline.evidence[0].place == "feed/author/name"


def test_a_json_feed_item_without_authors_has_its_feed_s() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "P",
        "authors": [{"name": "Ana Lima"}],
        "items": [
            {"id": "1", "content_text": "x"},
            {"id": "2", "content_text": "y", "authors": [{"name": "Bo Ek"}]},
        ],
    }
    assert names(told(json.dumps(feed).encode(), "application/feed+json")) == [["Ana Lima"], ["Bo Ek"]]


def test_the_editor_of_an_rss_channel_wrote_none_of_its_items() -> None:
    document = rss(item(), channel="<managingEditor>ed@paper.test (Ed Itor)</managingEditor>")
    assert names(told(document)) == [[]]


def test_the_name_of_a_feed_s_author_element_stands_with_its_place_and_words() -> None:
    (source,) = told(rss(item(1, "<author>ana@paper.test (Ana Lima)</author><dc:creator>Bo Ek</dc:creator>")))
    said = {b.name: [(e.place, e.quote) for e in b.evidence] for b in attributed(source).bylines}
    assert said == {
        "Ana Lima": [("item/author", "ana@paper.test (Ana Lima)")],
        "Bo Ek": [("item/dc:creator", "Bo Ek")],
    }


def test_rights_and_publisher_of_the_feed_are_what_holds_where_an_entry_says_nothing() -> None:
    channel = "<copyright>© 2026 Paper Group</copyright><dc:publisher>Paper House</dc:publisher>"
    plain, own = told(rss(item(1), item(2, "<copyright>© 2025 Bugle Group</copyright>"), channel=channel))
    assert (attributed(plain).copyright_holder, attributed(plain).publisher) == ("Paper Group", "Paper House")
    assert attributed(plain).evidence["copyright_holder"][0].place == "channel/copyright"
    assert attributed(own).copyright_holder == "Bugle Group"


def test_an_original_link_to_the_feed_s_own_site_is_no_evidence_of_syndication() -> None:
    moved = "<feedburner:origLink>https://paper.test/1</feedburner:origLink>"
    document = rss(item(1, moved)).replace(
        b"<link>https://paper.test/1<", b"<link>https://proxy.burner.test/1<"
    )
    (source,) = told(document)
    assert attributed(source).original_publisher is None
    assert [hop.url for hop in attributed(source).hops] == ["https://paper.test/"]


@pytest.mark.parametrize(("lease", "timeout", "seconds"), [(600, 30, 540), (60, 30, 30), (6, 5, 5)])
def test_what_a_lease_leaves_for_drafting_ends_early_enough_to_store_it(
    lease: float, timeout: float, seconds: float
) -> None:
    until = NOW + timedelta(seconds=lease)
    assert time_of(Lease(1, "t", until, URL), Clock(NOW, began=7.0), timeout) == 7.0 + seconds
