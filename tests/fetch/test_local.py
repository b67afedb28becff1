from __future__ import annotations

import os

import pytest

from ingest.fetch import local
from ingest.records import Failure, FailureKind, Fetched, NotModified, Request

FEED = b"<rss version='2.0'/>"


@pytest.fixture
def feed(tmp_path):
    path = tmp_path / "my feed.xml"
    path.write_bytes(FEED)
    os.utime(path, ns=(0, 1_700_000_000_123_456_789))
    return path


def read(url: str, etag: str | None = None, limit: int = 1000):
    return local.read(Request(url, etag), limit)


def test_a_file_is_read_as_if_a_server_had_sent_it(feed):
    answer = read(feed.as_uri())
    assert isinstance(answer, Fetched)
    assert (answer.status, answer.body, answer.url) == (200, FEED, feed.as_uri())
    assert answer.last_modified == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert read(f"file://localhost{feed.as_uri()[7:]}").body == FEED


def test_a_second_poll_of_the_same_file_finds_nothing_new(feed):
    etag = read(feed.as_uri()).etag
    assert isinstance(read(feed.as_uri(), etag), NotModified)
    feed.write_bytes(FEED + b"<!-- -->")
    assert isinstance(read(feed.as_uri(), etag), Fetched)


def test_an_edit_of_the_same_length_within_the_same_second_is_seen(feed):
    etag = read(feed.as_uri()).etag
    os.utime(feed, ns=(0, 1_700_000_000_123_456_790))
    assert isinstance(read(feed.as_uri(), etag), Fetched)


def test_a_relative_path_is_relative_to_the_working_directory(feed, monkeypatch):
    monkeypatch.chdir(feed.parent)
    assert read("file:my%20feed.xml").body == FEED


@pytest.mark.parametrize(
    ("make", "kind", "told"),
    [
        (lambda folder: folder / "missing.xml", FailureKind.ADDRESS, "no such file"),
        (lambda folder: folder, FailureKind.ADDRESS, "is a directory"),
        (
            lambda folder: os.mkfifo(folder / "pipe") or folder / "pipe",
            FailureKind.ADDRESS,
            "not a regular file",
        ),
        (lambda folder: (folder / "empty").touch() or folder / "empty", FailureKind.EMPTY, "is empty"),
        (
            lambda folder: (folder / "big").write_bytes(b"x" * 1001) and folder / "big",
            FailureKind.TOO_BIG,
            "1001",
        ),
    ],
)
def test_what_cannot_be_read_is_told_by_its_path(tmp_path, make, kind, told):
    path = make(tmp_path)
    failure = read(path.as_uri())
    assert isinstance(failure, Failure)
    assert failure.kind is kind
    assert str(path) in failure.detail
    assert told in failure.detail


@pytest.mark.parametrize(
    "url", ["file:", "file://", "file://server/share/feed.xml", "file:///a%00b", "file://[bad/x"]
)
def test_what_names_no_file_of_ours_is_refused(url):
    assert read(url).kind is FailureKind.ADDRESS
