"""`ingest add`, `ingest import`, `ingest feeds`, `ingest export --feeds`."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.kinds import Ingest
from tests.loopback import Loopback
from tests.samples import item, rss

OPML = (
    '<?xml version="1.0"?><opml version="2.0"><head/><body><outline text="News">'
    '<outline type="rss" text="One" xmlUrl="https://one.example/feed"/>'
    '<outline type="rss" text="=Two" xmlUrl="https://two.example/feed"/></outline></body></opml>'
)


def feeds(ingest: Ingest, *args: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in ingest("feeds", "--json", *args).stdout.splitlines()]


def test_a_feed_is_added_by_its_address_and_only_once(server: Loopback, ingest: Ingest) -> None:
    url = server.put("/feed.xml", rss(item(1), title="The Paper"))
    first, second = ingest("add", url), ingest("add", url)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Added feed 1" in first.stdout
    assert "The Paper" in first.stdout
    assert "Known already: feed 1" in second.stdout
    assert [feed["url"] for feed in feeds(ingest)] == [url]


def test_a_feed_follows_the_settings_unless_it_is_given_a_policy(ingest: Ingest) -> None:
    ingest("add", "--no-check", "https://one.example/feed")
    ingest("add", "--no-check", "https://two.example/feed", "--policy", "page")
    assert {feed["url"]: feed["policy"] for feed in feeds(ingest)} == {
        "https://one.example/feed": "default",
        "https://two.example/feed": "page",
    }


def test_a_known_feed_gets_what_is_said_of_it_and_keeps_the_rest(ingest: Ingest) -> None:
    url = "https://one.example/feed"
    ingest("add", "--no-check", url, "--title", "One", "--tag", "a")
    changed = ingest("add", "--no-check", url, "--policy", "page", "--tag", "b")
    assert changed.exit_code == 0
    assert "Changed of feed 1: policy, tags." in changed.stdout
    (feed,) = feeds(ingest)
    assert (feed["title"], feed["policy"]) == ("One", "page")
    assert "Changed" not in ingest("add", "--no-check", url).stdout
    assert "Changed" not in ingest("add", "--no-check", url, "--policy", "page").stdout


def test_what_the_feeds_file_says_of_a_feed_is_changed_there(ingest: Ingest) -> None:
    Path("config").mkdir()
    Path("config/feeds.toml").write_text('[[feeds]]\nurl = "https://one.example/feed"\nenabled = true\n')
    Path("config/ingest.toml").write_text('[fetch]\ntimeout = "1s"\nconnect_timeout = "1s"\n')
    ingest("poll")
    refused = ingest("add", "--no-check", "https://one.example/feed", "--policy", "page")
    assert refused.exit_code == 1
    assert "change its policy there" in refused.stderr


def test_a_page_finds_its_one_feed(server: Loopback, ingest: Ingest) -> None:
    server.put("/feed.xml", rss(item(1)))
    link = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    page = server.put("/", f"<html><head>{link}</head><body>Hello</body></html>")
    assert ingest("add", page).exit_code == 0
    assert [feed["url"] for feed in feeds(ingest)] == [server.url + "/feed.xml"]


def test_what_was_found_is_kept_when_the_rest_is_interrupted(
    server: Loopback, ingest: Ingest, process: Callable[..., subprocess.Popen[bytes]]
) -> None:
    found = server.put("/feed.xml", rss(item(1)))
    endless = server.put("/endless", b"", delay=10)
    with process("add", found, endless) as running:
        assert running.stdout
        assert running.stdout.readline().startswith(b"Added feed 1")
        assert len(server.visits) == 1  # the other one goes on
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 130
    assert [feed["url"] for feed in feeds(ingest)] == [found]


def test_a_page_with_several_feeds_lists_them_and_adds_none(server: Loopback, ingest: Ingest) -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" title="F{n}" href="/{n}">' for n in (1, 2)
    )
    result = ingest("add", server.put("/", f"<html><head>{links}</head></html>"))
    assert result.exit_code == 1
    assert f"{server.url}/1  (F1)" in result.stderr
    assert f"{server.url}/2  (F2)" in result.stderr
    assert feeds(ingest) == []


def test_what_is_neither_feed_nor_names_one_is_told(server: Loopback, ingest: Ingest) -> None:
    result = ingest("add", server.put("/", "<html><p>Just words</p></html>"))
    assert result.exit_code == 1
    assert "Nor does it name a feed" in result.stderr


def test_a_server_that_cannot_be_reached_is_told_with_the_way_out(server: Loopback, ingest: Ingest) -> None:
    result = ingest("add", "http://127.0.0.1:9/feed")
    assert result.exit_code == 1
    assert "--no-check" in result.stderr
    result = ingest("add", "--no-check", "--title", "Mine", "--language", "pt-BR", "http://127.0.0.1:9/feed")
    assert result.exit_code == 0
    assert [feed["title"] for feed in feeds(ingest)] == ["Mine"]


def test_only_permanent_redirects_change_the_address(server: Loopback, ingest: Ingest) -> None:
    target = server.put("/new.xml", rss(item(1)))
    moved = server.put("/old.xml", status=301, headers={"Location": target})
    away = server.put("/away.xml", status=302, headers={"Location": target})
    assert ingest("add", moved, away).exit_code == 0
    assert [feed["url"] for feed in feeds(ingest)] == [target, away]


def test_a_language_that_is_no_tag_is_refused(ingest: Ingest) -> None:
    refused = ingest("add", "--no-check", "https://one.example/feed", "--language", "klingon!")
    assert refused.exit_code == 2
    assert "write en, or pt-BR" in refused.stderr


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://x.example/", "http://", "https://exa mple.org"]
)
def test_what_is_no_web_address_is_refused(ingest: Ingest, url: str) -> None:
    result = ingest("add", "--no-check", url)
    assert result.exit_code == 2
    assert "no web address" in result.stderr


@pytest.mark.parametrize("name", ["list.opml", "list", "-"])
def test_a_list_is_imported_by_what_it_holds(ingest: Ingest, name: str) -> None:
    if name != "-":
        Path(name).write_text(OPML)
    result = ingest("import", name, input=OPML if name == "-" else None)
    assert result.exit_code == 0, result.output
    assert "2 feeds added, 0 known already" in result.stdout
    assert [feed["title"] for feed in feeds(ingest)] == ["One", "=Two"]
    assert "0 feeds added, 2 known already" in ingest("import", name, input=OPML).stdout


def test_a_list_that_cannot_be_read_is_one_line(ingest: Ingest) -> None:
    result = ingest("import", "missing.opml")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    Path("broken.opml").write_text("<opml><body>")
    result = ingest("import", "broken.opml")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize("form", ["opml", "csv", "toml"])
def test_an_exported_list_is_imported_as_it_was(
    ingest: Ingest, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest("import", "-", input=OPML)
    before = [(feed["url"], feed["title"], feed["policy"]) for feed in feeds(ingest)]
    exported = ingest("export", "--feeds", "--format", form)
    assert exported.exit_code == 0
    monkeypatch.setenv("INGEST_DATABASE_URL", "sqlite:///second.sqlite3")
    assert ingest("import", "-", input=exported.stdout).exit_code == 0
    assert [(feed["url"], feed["title"], feed["policy"]) for feed in feeds(ingest)] == before


def test_feeds_are_switched_off_and_on(ingest: Ingest) -> None:
    ingest("import", "-", input=OPML)
    assert "not polled" in ingest("feeds", "--disable", "one.example").stdout
    assert [feed["status"] for feed in feeds(ingest)] == ["disabled", "active"]
    assert [feed["url"] for feed in feeds(ingest, "--due")] == ["https://two.example/feed"]
    assert ingest("feeds", "--enable", "1").exit_code == 0
    assert [feed["status"] for feed in feeds(ingest)] == ["active", "active"]


def test_a_name_that_fits_none_or_several_is_told(ingest: Ingest) -> None:
    ingest("import", "-", input=OPML)
    assert "no feed matches" in ingest("feeds", "--disable", "nowhere").stderr
    several = ingest("feeds", "--disable", "example")
    assert several.exit_code == 2
    assert "https://two.example/feed" in several.stderr


def test_no_feeds_says_how_to_add_one(ingest: Ingest) -> None:
    ingest("db", "upgrade")
    assert "`ingest add URL`" in ingest("feeds").stdout
    assert ingest("feeds", "--json").stdout == ""


def test_the_table_is_aligned_text_in_a_pipe(ingest: Ingest) -> None:
    ingest("import", "-", input=OPML)
    head, *rows = ingest("feeds").stdout.splitlines()
    column = head.index("title")
    assert [row[column:].split()[0] for row in rows] == ["One", "=Two"]
    assert "\x1b" not in head


def test_an_address_too_long_to_be_kept_is_one_line(ingest: Ingest) -> None:
    result = ingest("add", "--no-check", f"https://a.example/{'x' * 3000}", "https://b.example/feed")
    assert result.exit_code == 1
    (told,) = [line for line in result.stderr.splitlines() if "a.example" in line]
    assert told.endswith("its address is too long to be kept: 3018 bytes, at most 2048.")
    assert "Added feed 1: https://b.example/feed" in result.stdout
