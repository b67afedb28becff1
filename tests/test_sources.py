"""What `ingest extract` is handed, and what it takes it for."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from ingest import sources
from ingest.records import Person


@pytest.mark.parametrize(
    "body",
    [
        "<p>Hello</p>",
        "one<br>two",
        'a <a href="/x">link</a>',
        "<!DOCTYPE html><title>x</title>",
        "<div class='a'>x",
    ],
)
def test_markup_is_taken_for_html(body: str) -> None:
    assert sources.make(body).is_html


@pytest.mark.parametrize(
    "body", ["plain words", "a < b and c > d", "From <jane@example.org>", "List<String> x", ""]
)
def test_text_with_angle_brackets_is_still_text(body: str) -> None:
    assert not sources.make(body).is_html


@pytest.mark.parametrize(
    ("body", "page"),
    [
        ("<!doctype html><html><head><title>x</title></head><body>y", True),
        ("\n<!-- saved -->\n<html lang=en><meta charset=utf-8>", True),
        ("<html><body><p>a feed's fragment in a wrapper</p></body></html>", False),
        ("<p>How to write &lt;html&gt;: <head></p>", False),
    ],
)
def test_a_page_is_told_from_a_fragment(body: str, page: bool) -> None:
    assert sources.make(body).is_page is page
    assert not sources.make(body, html=False).is_page


def test_what_the_caller_says_stands() -> None:
    source = sources.make(
        "x",
        html=True,
        url="https://example.org/a",
        title="T",
        author=["Jane", " "],
        published="Mon, 02 Jan 2006 15:04:05 -0700",
        feed={"url": "https://example.org/feed", "title": "F"},
    )
    assert source.is_html
    assert source.authors == (Person("Jane"),)
    assert source.published == datetime(2006, 1, 2, 22, 4, 5, tzinfo=UTC)
    assert (source.feed.url, source.feed.title) == ("https://example.org/feed", "F")


def test_a_line_gives_its_id_and_source() -> None:
    line = {"id": {"a": 1}, "html": "plain", "author": "Jane", "origin": "unknown keys are ignored"}
    id, source = sources.from_json(json.dumps(line))
    assert id == {"a": 1}
    assert source.is_html
    assert source.authors == (Person("Jane"),)


@pytest.mark.parametrize(
    ("line", "id", "cause"),
    [
        ("{", None, "not a JSON line"),
        (b"\xff\xfe{", None, "not a JSON line"),
        ("[" * 100_000, None, "not a JSON line"),
        ("[1]", None, "not a JSON object"),
        ('{"id": 7}', 7, 'needs "html" or "text"'),
        ('{"id": 7, "text": 3}', 7, '"text" is not text'),
        ('{"id": 7, "text": "", "author": [1]}', 7, '"author"'),
        ('{"id": 7, "text": "", "feed": "x"}', 7, '"feed"'),
        ('{"id": 7, "text": "", "published": "soon"}', 7, "neither an ISO 8601"),
    ],
)
def test_a_line_that_cannot_be_used_says_why_and_keeps_its_id(line: str, id: object, cause: str) -> None:
    with pytest.raises(sources.LineError, match=cause) as caught:
        sources.from_json(line)
    assert caught.value.id == id
