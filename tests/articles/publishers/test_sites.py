"""Whose address is it: a publisher's own second one, or another publisher's."""

from __future__ import annotations

import pytest

from ingest.articles.publishers import sites


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("https://www.post.example/a", "https://m.post.example/a"),
        ("https://www.bbc.com/a", "https://www.bbc.co.uk/a"),
        ("https://post.com/a", "https://post.de/a"),
        ("https://gull.blogspot.com/a", "https://gull.blogspot.de/a"),
        ("https://gull.substack.com/p/a", "https://www.gull.news/p/a"),
        ("https://medium.com/gull-point/a", "https://gullpoint.org/a"),
        ("https://post-example.cdn.ampproject.org/c/s/post.example/a", "https://post.example/a"),
        ("https://www.google.com/amp/s/post.example/a", "https://post.example/a"),
        ("https://web.archive.org/web/2020/https://post.example/a", "https://post.example/a"),
    ],
)
def test_one_publisher_has_both(a: str, b: str) -> None:
    assert sites.one_publisher(a, b)
    assert sites.one_publisher(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("https://news.post.org/a", "https://news.tribune.org/a"),
        ("https://gull.blogspot.com/a", "https://tern.blogspot.com/a"),
        ("https://gull.substack.com/a", "https://www.tern.news/a"),
        ("https://medium.com/@ana/a", "https://medium.com/gull-point/a"),
        ("https://post.com/a", "https://postal.com/a"),
    ],
)
def test_nothing_shows_that_one_publisher_has_both(a: str, b: str) -> None:
    assert not sites.one_publisher(a, b)


def test_a_bare_host_and_an_address_in_numbers_are_nobodys() -> None:
    assert sites.is_public("https://post.example/a")
    assert not any(map(sites.is_public, ("http://localhost:8000/a", "http://127.0.0.1/a", "http://[::1]/a")))


def test_the_labels_of_a_host_are_what_its_publisher_may_be_called() -> None:
    assert sites.labels("http://abcnews.go.com/a") == {"abcnews", "go"}
    assert sites.labels("https://www.the-post.co.uk/") == {"thepost"}
