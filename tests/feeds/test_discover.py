from __future__ import annotations

import pytest

from ingest.feeds.discover import feed_links
from ingest.records import Link

BASE = "https://site.test/news/"


def hrefs(head: str) -> list[str]:
    return [link.href for link in feed_links(head.encode(), BASE)]


def test_alternates_of_feed_types_are_found_absolute_in_order_and_once() -> None:
    head = """<html><head>
      <link rel="alternate" type="application/rss+xml" title="All &amp; more" href="/rss">
      <LINK REL="Alternate" TYPE="application/atom+xml; charset=utf-8" HREF="atom.xml">
      <link rel="alternate" type="application/feed+json" href="https://cdn.test/f.json">
      <link rel="alternate" type="application/rss+xml" href="/rss">
      <link rel="stylesheet" href="/s.css"><link rel="alternate" hreflang="de" href="/de/">
      </head></html>"""
    assert feed_links(head.encode(), BASE) == [
        Link("https://site.test/rss", "alternate", "application/rss+xml", "All & more"),
        Link("https://site.test/news/atom.xml", "alternate", "application/atom+xml"),
        Link("https://cdn.test/f.json", "alternate", "application/feed+json"),
    ]


def test_a_base_element_is_honoured() -> None:
    assert hrefs('<base href="https://b.test/x/"><link rel="feed" href="f">') == ["https://b.test/x/f"]


def test_comment_feeds_come_last() -> None:
    kind = 'rel="alternate" type="application/rss+xml"'
    assert hrefs(f'<link {kind} href="/comments/feed"><link {kind} href="/feed">') == [
        "https://site.test/feed",
        "https://site.test/comments/feed",
    ]


def test_a_rest_api_and_script_addresses_are_no_feeds() -> None:
    assert hrefs('<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">') == []
    assert hrefs('<link rel="alternate" type="application/rss+xml" href="javascript:x">') == []
    assert hrefs('<link rel="alternate" type="application/json" href="/feed.json">') == [
        "https://site.test/feed.json"
    ]


@pytest.mark.parametrize(
    "page",
    [b"", b" ", b"\x00\x01", b"<", b"plain words", b"<?xml version='1.0' encoding='x'?>", b"\xed\xa0\x80"],
)
def test_pages_of_nothing_name_nothing(page: bytes) -> None:
    assert feed_links(page, BASE) == []


def test_a_page_of_a_hundred_thousand_links_is_bounded() -> None:
    page = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{i}">' for i in range(100_000))
    assert len(feed_links(page.encode(), BASE)) == 50
