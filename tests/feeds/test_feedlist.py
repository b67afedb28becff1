from __future__ import annotations

import pytest

from ingest.errors import FeedListError
from ingest.feeds.feedlist import ListedFeed, read, write_csv, write_opml, write_toml
from ingest.records import FeedPolicy

OPML = """<?xml version="1.0" encoding="utf-8"?><opml version="2.0"><head><title>x</title></head><body>
  <outline text="News"><outline text="Europe">
    <outline type="rss" text="Paper &amp; Co" xmlUrl="https://p.test/rss" htmlUrl="https://p.test/" language="de"/>
  </outline></outline>
  <outline title="Lone" xmlURL=" https://l.test/atom " category="a,/b/c"/>
  <outline type="rss" text="Bad" xmlUrl="javascript:1"/>
  <outline text="Again"><outline type="rss" text="Paper" xmlUrl="http://www.p.test/rss/"/></outline>
</body></opml>"""

FEEDS = (
    ListedFeed("https://a.test/rss", "A, the “first”", tags=("news", "de")),
    ListedFeed(
        "https://b.test/rss", "=cmd()", enabled=False, policy=FeedPolicy.PAGE, language="pt", tags=("news",)
    ),
    ListedFeed("https://c.test/rss?a=1&b=2", home_url="https://c.test/"),
)


def test_opml_is_read_with_folders_and_categories_as_tags_and_each_feed_once() -> None:
    found = read(OPML.encode(), "subs.opml")
    assert found.feeds == (
        ListedFeed(
            "https://p.test/rss",
            "Paper & Co",
            language="de",
            tags=("News", "Europe", "Again"),
            home_url="https://p.test/",
        ),
        ListedFeed("https://l.test/atom", "Lone", tags=("a", "b/c")),
    )
    assert "line 6: 'javascript:1' is no web address" in found.warnings[0]
    assert "listed more than once" in found.warnings[1]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_opml_is_read_in_other_encodings(encoding: str) -> None:
    text = '<opml><body><outline text="Café" xmlUrl="https://p.test/rss"/></body></opml>'
    assert read(text.encode(encoding), "x.opml").feeds[0].title == "Café"


def test_opml_with_loose_ampersands_is_read_and_told() -> None:
    text = '<opml><body><outline text="R&D" xmlUrl="https://p.test/?a=1&b=2"/></body></opml>'
    found = read(text.encode(), "x.opml")
    assert (found.feeds[0].url, found.feeds[0].title) == ("https://p.test/?a=1&b=2", "R&D")
    assert any("not well-formed" in line for line in found.warnings)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"<html>", "x.opml", ("x.opml, line 1", "no <opml>", "Export")),
        (b"<opml><body><outline", "x.opml", ("x.opml", "line 1", "Export")),
        (b"<opml>" + b"<outline>" * 100, "x.opml", ("nested deeper",)),
        (b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/hostname">]><opml><body/></opml>', "x.opml", ()),
        (b"", "x.csv", ("x.csv", "empty")),
        (b"title,tags\na,b\n", "x.csv", ("x.csv", "no line names a feed")),
        (b'[[feeds]]\nurl = "https://a.test/\n', "f.toml", ("f.toml", "line 2")),
        (b'[[feeds]]\nurl = "https://a.test/"\n[[feeds]]\nurl = "b"\n', "f.toml", ("f.toml, line 3", "'b'")),
        (b'[[feeds]]\nurl = "https://a.test/"\nenabld = false\n', "f.toml", ("line 1", "enabld", "enabled")),
        (
            b'[[feeds]]\nurl = "https://a.test/"\nenabled = "no"\n',
            "f.toml",
            ("enabled = 'no'", "true or false"),
        ),
        (b'[[feeds]]\nurl = "https://a.test/"\ntags = [1]\n', "f.toml", ("tags", "list of texts")),
        (
            b'[[feeds]]\nurl = "https://a.test/"\npolicy = "all"\n',
            "f.toml",
            ("policy = 'all'", "feed, page, auto"),
        ),
        (b"[feed]\n", "f.toml", ("feed is no [[feeds]]",)),
        (b"\xff\xfe\x00", "f.toml", ("line 1: not UTF-8",)),
    ],
)
def test_an_unreadable_list_names_file_place_cause_and_next_step(
    data: bytes, name: str, words: tuple[str, ...]
) -> None:
    with pytest.raises(FeedListError) as caught:
        read(data, name)
    for word in words:
        assert word in str(caught.value)


def test_csv_is_read_with_and_without_header_and_with_other_separators() -> None:
    with_header = b"Title;xmlUrl;tags\nPaper;https://p.test/rss;a\n"
    assert read(with_header, "x.csv").feeds == (ListedFeed("https://p.test/rss", "Paper", tags=("a",)),)
    bare = b"# mine\nhttps://p.test/rss,Paper,a;b\n\nnonsense\nhttps://q.test/rss\n"
    found = read(bare, "x.csv")
    assert found.feeds == (
        ListedFeed("https://p.test/rss", "Paper", tags=("a", "b")),
        ListedFeed("https://q.test/rss"),
    )
    assert found.warnings == ("x.csv, line 4: 'nonsense' names no web address: left out",)


def test_our_toml_may_name_documents_on_this_machine_and_others_may_not() -> None:
    assert read(b'[[feeds]]\nurl = "file:samples/a.rss"\n', "f.toml").feeds[0].url == "file:samples/a.rss"
    assert read(b"https://a.test/\nfile:///etc/passwd\n", "f.csv").feeds == (ListedFeed("https://a.test/"),)


def test_an_empty_toml_list_is_a_list() -> None:
    assert read(b"", "feeds.toml").feeds == ()


@pytest.mark.parametrize(
    ("write", "name"), [(write_opml, "x.opml"), (write_csv, "x.csv"), (write_toml, "x.toml")]
)
def test_what_is_written_is_read_back_the_same(write, name: str) -> None:  # type: ignore[no-untyped-def]
    found = read(write(FEEDS).encode(), name)
    assert found.warnings == ()
    assert set(found.feeds) == set(FEEDS)
    assert write(found.feeds) == write(FEEDS)


def test_the_kind_is_told_by_the_content_when_the_name_does_not() -> None:
    for write in (write_opml, write_csv, write_toml):
        assert set(read(write(FEEDS).encode(), "standard input").feeds) == set(FEEDS)


def test_a_cell_a_spreadsheet_would_run_is_quoted() -> None:
    assert ",'=cmd()," in write_csv(FEEDS)


def test_an_address_too_long_to_be_kept_is_left_out_and_told() -> None:
    long = f"https://a.example/{'x' * 3000}"
    listed = read(f"https://b.example/feed\n{long}\n".encode(), "list.csv")
    assert [feed.url for feed in listed.feeds] == ["https://b.example/feed"]
    (told,) = listed.warnings
    assert "3018 bytes" in told
    assert len(told) < 200
    with pytest.raises(FeedListError, match="too long to be kept"):
        read(f'[[feeds]]\nurl = "{long}"\n'.encode(), "feeds.toml")
