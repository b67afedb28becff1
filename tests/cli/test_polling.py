"""`ingest poll` and `ingest run` against a real server and a real store."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.cli.kinds import Ingest
from tests.loopback import Loopback
from tests.samples import item, rss


def test_a_poll_shows_what_landed_and_where(polled: Loopback, ingest: Ingest) -> None:
    polled.put("/feed.xml", rss(item(1), item(3)))
    result = ingest("poll", "--all")
    assert result.exit_code == 0
    assert "Story 3" in result.stdout
    assert "Story 1" not in result.stdout
    assert "1 feed polled: 1 new, 0 edited. Store: sqlite:///data/ingest.sqlite3" in result.stdout
    assert "stored: The Paper (1 new, 0 edited)" in result.stderr


def test_a_second_run_is_quiet(polled: Loopback, ingest: Ingest) -> None:
    again = ingest("poll", "--all")
    assert again.exit_code == 0
    assert "nothing changed" in again.stdout
    due = ingest("poll")
    assert due.exit_code == 0
    assert "Nothing changed: no feed is due before 20" in due.stdout


FOR_NEWS = (
    *(
        "feedparser",
        "lxml",
        "trafilatura",
        "re2",
        "nh3",
        "ingest.articles",
        "ingest.drafting",
        "ingest.linking",
    ),
    *("ingest.records.feeds", "ingest.records.articles", "ingest.store.models_articles"),
    *("sqlalchemy.orm", "alembic", "apscheduler", "rich", "pygments"),
)


def test_a_poll_without_news_imports_nothing_for_news(polled: Loopback) -> None:
    script = (
        "import sys\n"
        "from ingest.cli.root import root\n"
        "try: root(['poll', '--all'])\n"
        "finally: print(*sys.modules, sep='\\n', file=sys.stderr)\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "nothing changed" in told.stdout
    imported = set(told.stderr.splitlines())
    assert "ingest.poll" in imported
    assert imported.isdisjoint(FOR_NEWS)


def test_the_first_poll_creates_the_store_and_reads_the_feeds_file(server: Loopback, ingest: Ingest) -> None:
    url = server.put("/feed.xml", rss(item(1)))
    Path("config/feeds.toml").write_text(f'[[feeds]]\nurl = "{url}"\ntitle = "Ours"\n')
    result = ingest("poll")
    assert result.exit_code == 0, result.output
    assert "Created the store sqlite:///data/ingest.sqlite3" in result.stderr
    assert "1 added" in result.stderr
    assert "1 new" in result.stdout


def test_a_failed_feed_is_exit_1_and_costs_the_others_nothing(polled: Loopback, ingest: Ingest) -> None:
    gone = polled.put("/broken.xml", "no feed", status=500)
    ingest("add", "--no-check", gone)
    polled.put("/feed.xml", rss(item(9)))
    result = ingest("poll", "--all")
    assert result.exit_code == 1
    assert "Story 9" in result.stdout
    assert "1 failed" in result.stdout
    assert "500" in result.stderr


def test_named_feeds_alone_are_polled(polled: Loopback, ingest: Ingest) -> None:
    ingest("add", "--no-check", polled.put("/other.xml", rss(item(7))))
    before = len(polled.requests)
    assert ingest("poll", "other.xml").exit_code == 0
    assert [path for path, _ in polled.requests[before:]] == ["/other.xml"]
    assert ingest("poll", "nowhere").exit_code == 2
    assert ingest("poll", "1", "--all").exit_code == 2


def test_json_is_one_object_a_feed_and_nothing_else(polled: Loopback, ingest: Ingest) -> None:
    result = ingest("poll", "--all", "--json")
    (told,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert (told["feed_id"], told["outcome"], told["new"]) == (1, "unchanged", 0)
    assert told["next_poll_at"].endswith("Z")


def test_a_reader_that_leaves_a_poll_early_causes_no_traceback(
    polled: Loopback, process: Callable[..., subprocess.Popen[bytes]]
) -> None:
    with process("poll", "--all", "--json") as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.wait(20) != 0
        assert running.stderr.read() == b""


def test_no_feeds_says_how_to_add_one(ingest: Ingest) -> None:
    result = ingest("poll")
    assert result.exit_code == 0
    assert "`ingest add URL`" in result.stdout


def test_feeds_that_are_all_switched_off_are_not_called_none(polled: Loopback, ingest: Ingest) -> None:
    ingest("feeds", "--disable", "1")
    result = ingest("poll")
    assert result.exit_code == 0
    assert "All feeds (1) are switched off" in result.stdout


def test_why_a_feed_was_not_polled_is_told(polled: Loopback, ingest: Ingest) -> None:
    ingest("feeds", "--disable", "1")
    off = ingest("poll", "1")
    assert off.exit_code == 1
    assert "feed 1 was not polled: it is switched off (disabled, disabled by hand)" in off.stderr
    assert "`ingest feeds --enable 1`" in off.stderr
    ingest("feeds", "--enable", "1")
    with closing(sqlite3.connect("data/ingest.sqlite3")) as connection, connection:
        held = "lease_owner = 'desk/7', lease_token = 'x', lease_until = '2199-01-01 00:00:00.000000'"
        connection.execute(f"UPDATE feeds SET {held}")
    held = ingest("poll")
    assert held.exit_code == 1
    assert "feed 1 was not polled: desk/7 has it until 2199-01-01 00:00 UTC" in held.stderr
    assert ingest("poll", "--json").stderr == held.stderr


def test_a_feed_cannot_steer_the_terminal(server: Loopback, ingest: Ingest) -> None:
    ingest("add", server.put("/feed.xml", rss(item(1), title="a&#x202e;b&#x9b;31m")))
    result = ingest("poll")
    assert not set(result.output) & {"\u202e", "\x9b", "\x1b"}


def test_the_worker_stops_on_a_signal_with_exit_0(
    polled: Loopback, process: Callable[..., subprocess.Popen[bytes]]
) -> None:
    with process("run") as running:
        assert running.stderr
        while b"worker started" not in running.stderr.readline():
            assert running.poll() is None
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0


def test_a_worker_without_feeds_says_so_and_where_it_looked(
    server: Loopback, process: Callable[..., subprocess.Popen[bytes]]
) -> None:
    with process("run") as running:
        assert running.stderr
        while b"worker started" not in (started := running.stderr.readline()):
            assert started
        assert b"feeds=0 store=sqlite:///data/ingest.sqlite3" in started
        assert b"no feed is polled: `ingest add URL` adds one" in running.stderr.readline()
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0


def test_ctrl_c_ends_a_poll_with_exit_130_and_the_feed_stays_due(
    polled: Loopback, ingest: Ingest, process: Callable[..., subprocess.Popen[bytes]]
) -> None:
    slow = polled.put("/slow.xml", rss(item(1)), delay=20)
    ingest("add", "--no-check", slow)
    with process("poll", "slow.xml") as running:
        assert running.stderr
        while not polled.asked("/slow.xml"):
            assert running.poll() is None
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 130
        assert running.stderr.read().decode().splitlines()[-1].startswith("ingest: interrupted")
    (due,) = [json.loads(line) for line in ingest("feeds", "--due", "--json").stdout.splitlines()]
    assert (due["url"], due["lease_until"]) == (slow, None)


def test_a_wrong_rule_stops_the_poll_before_any_visit(
    polled: Loopback, process: Callable[..., subprocess.Popen[bytes]]
) -> None:
    Path("config/rules").mkdir()
    Path("config/rules/mine.toml").write_text("nonsense = 1\n")
    with process("poll", "--all") as running:  # a process of its own: a catalogue is read once a process
        _, told = running.communicate(timeout=20)
    assert running.returncode == 2
    assert b"mine.toml" in told
    assert polled.requests == []
