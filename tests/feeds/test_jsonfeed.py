from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.feeds.limits import Limits
from ingest.records import FailureKind, Link, Person
from tests.feeds.feed_samples import read, refuse, stated


def feed(*items: Any, **members: Any) -> bytes:
    whole = {"version": "https://jsonfeed.org/version/1.1", "title": "J", "home_page_url": "https://j.test/"}
    return json.dumps({**whole, **members, "items": list(items)}, ensure_ascii=False).encode()


def test_a_feed_and_its_item_are_read_with_every_member() -> None:
    item = {
        "id": "1",
        "url": "/1",
        "external_url": "https://other.test/x",
        "title": "One",
        "content_html": "<p>x</p>",
        "summary": "a < b",
        "date_published": "2026-11-02T10:00:00+01:00",
        "date_modified": "2026-11-03T10:00:00Z",
        "authors": [{"name": "Ana", "url": "https://j.test/ana"}, {"name": "Bo"}],
        "tags": ["ports", "ports", 5],
        "language": "de",
        "attachments": [{"url": "https://j.test/a.mp3", "mime_type": "audio/mpeg"}],
    }
    parsed = read(
        feed(
            item,
            language="en",
            description="News",
            next_url="https://j.test/2.json",
            feed_url="https://j.test/f.json",
            hubs=[{"type": "WebSub", "url": "https://hub.test/"}],
            authors=[{"name": "Desk"}],
        )
    )
    assert (parsed.format, parsed.version, parsed.title, parsed.subtitle) == ("json", "json11", "J", "News")
    assert (parsed.language, parsed.authors) == ("en", (Person("Desk"),))
    assert Link("https://j.test/2.json", "next") in parsed.links
    assert Link("https://hub.test/", "hub", None, "WebSub") in parsed.links
    (one,) = parsed.entries
    assert (one.guid, one.url, one.title) == ("1", "https://paper.test/1", "One")
    assert (one.content, one.content_is_text, one.summary) == ("<p>x</p>", False, "a &lt; b")
    assert one.published == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert one.updated == datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert one.authors == (Person("Ana", url="https://j.test/ana"), Person("Bo"))
    assert (one.tags, one.language) == (("ports",), "de")
    assert Link("https://j.test/a.mp3", "enclosure", "audio/mpeg") in one.links
    assert stated(one.statements, "related_url") == [("https://other.test/x", "item/external_url")]
    assert stated(one.statements, "creator") == [("Ana", "item/authors/name"), ("Bo", "item/authors/name")]


def test_version_1_0_has_one_author_and_text_stays_text() -> None:
    parsed = read(
        feed(
            {"id": 7, "content_text": "a < b"},
            version="https://jsonfeed.org/version/1",
            author={"name": "Ana"},
        )
    )
    assert (parsed.version, parsed.authors) == ("json1", (Person("Ana"),))
    (one,) = parsed.entries
    assert (one.guid, one.content, one.content_is_text) == ("7", "a < b", True)


def test_a_finished_feed_does_not_say_that_it_lists_all_there_is() -> None:
    assert not read(feed(expired=True)).complete


@pytest.mark.parametrize("odd", [None, 5, "x", [1]])
def test_an_item_that_is_no_object_is_a_warning(odd: object) -> None:
    parsed = read(feed({"id": "1", "content_text": "x"}, odd))
    assert len(parsed.entries) == 1
    assert any("item 2 left out" in line for line in parsed.warnings)


def test_members_of_the_wrong_kind_are_left_out_and_the_item_kept() -> None:
    odd = {
        "id": None,
        "url": 5,
        "title": ["x"],
        "tags": "a",
        "authors": "b",
        "attachments": 1,
        "date_published": 3,
    }
    (one,) = read(feed({**odd, "content_text": "x"}, hubs=3, authors=[None])).entries
    assert (one.guid, one.url, one.title, one.tags, one.authors) == (None, None, None, (), ())


def test_known_items_are_left_out_and_the_order_of_members_does_not_matter() -> None:
    first = read(feed({"id": "1", "title": "a"}, {"id": "2", "title": "b"}))
    again = feed({"title": "a", "id": "1"}, {"id": "2", "title": "edited"})
    assert [one.guid for one in read(again, known=frozenset(first.item_digests)).entries] == ["2"]


def test_a_cut_document_gives_its_whole_items() -> None:
    whole = feed({"id": "1", "title": "a"}, {"id": "2", "title": "b"}, {"id": "3", "title": "c"})
    parsed = read(whole[: whole.index(b'"3"') + 2])
    assert [one.guid for one in parsed.entries] == ["1", "2"]
    assert parsed.truncated


def test_json_cut_before_its_items_is_malformed() -> None:
    assert (
        refuse(b'{"version": "https://jsonfeed.org/version/1.1", "title": "J').kind is FailureKind.MALFORMED
    )


def test_other_json_is_no_feed() -> None:
    for body in (b'{"error": "not found"}', b"[1, 2]", b'{"items": []}'):
        assert refuse(body).kind is FailureKind.NOT_A_FEED


@pytest.mark.parametrize("nest", ["[", '{"a":'])
def test_nesting_that_would_break_the_stack_is_refused(nest: str) -> None:
    assert (
        refuse(b'{"version":"https://jsonfeed.org/version/1.1","items":' + nest.encode() * 100_000).kind
        is FailureKind.REFUSED
    )


def test_unstorable_text_and_huge_numbers_do_no_harm() -> None:
    body = feed({"id": "1", "title": "a\u0000b", "content_text": "XX"}).replace(b"XX", b"\\ud800 x")
    (one,) = read(body).entries
    assert (one.title, one.content) == ("ab", "\ufffd x")
    assert len(read(feed({"id": "1"}).replace(b'"1"', b"9" * 10_000)).entries) == 1


def test_the_newest_items_are_kept_over_the_cap() -> None:
    items = [{"id": str(day), "date_published": f"2026-11-{day:02d}T00:00:00Z"} for day in (1, 2, 3)]
    parsed = read(feed(*items), limits=Limits(entries=1))
    assert ([one.guid for one in parsed.entries], parsed.over_cap) == (["3"], 2)


def test_utf_16_json_is_read() -> None:
    assert read(feed({"id": "1"}, title="Привет").decode().encode("utf-16")).title == "Привет"
