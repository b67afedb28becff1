"""Which link of a feed leads to its older entries."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.feeds.archives import older
from ingest.feeds.parse import parse
from ingest.records import Link, ParsedFeed

HERE = "https://a.example/feed"


def link(rel: str, href: str = "https://a.example/2025") -> Link:
    return Link(href, rel)


@pytest.mark.parametrize(
    "rel", ["prev-archive", "next", "NEXT", "http://www.iana.org/assignments/relation/next"]
)
def test_it_is_what_prev_archive_or_next_names(rel: str) -> None:
    assert older([link("self", HERE), link(rel)], HERE) == "https://a.example/2025"


@pytest.mark.parametrize("rel", ["previous", "current", "alternate", "next-archive", "last", "first"])
def test_other_links_lead_elsewhere(rel: str) -> None:
    assert older([link(rel)], HERE) is None


def test_an_archive_that_lasts_is_better_than_a_page_that_shifts() -> None:
    assert (
        older([link("next", "https://a.example/?page=2"), link("prev-archive")], HERE)
        == "https://a.example/2025"
    )


def test_a_page_that_names_itself_is_the_last() -> None:
    assert older([link("next", HERE + "#top")], HERE) is None


def test_a_feed_from_the_net_does_not_lead_into_our_files() -> None:
    assert older([link("next", "file:///etc/hostname")], HERE) is None


def test_the_password_of_a_private_feed_goes_to_its_own_origin_only() -> None:
    private = "https://ann:pw@a.example/feed"
    assert older([link("next")], private) == "https://ann:pw@a.example/2025"
    assert older([link("next", "http://a.example/2025")], private) == "http://a.example/2025"
    assert older([link("next", "https://b.example/2025")], private) == "https://b.example/2025"
    assert older([link("next", HERE)], private) is None, "it is itself"


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><link rel="prev-archive" href="old.xml"/></feed>'
RSS = (
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T</title>'
    '<atom:link rel="prev-archive" href="https://a.example/old.xml"/></channel></rss>'
)
JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [],'
    ' "next_url": "https://a.example/old.xml"}'
)


@pytest.mark.parametrize("document", [ATOM, RSS, JSON], ids=["atom", "rss", "json"])
def test_each_format_names_its_older_page(document: str) -> None:
    parsed = parse(document.encode(), url=HERE, now=datetime(2026, 11, 1, tzinfo=UTC))
    assert isinstance(parsed, ParsedFeed)
    assert older(parsed.links, HERE) == "https://a.example/old.xml"
