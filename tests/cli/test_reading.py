"""`ingest list`, `ingest show`, `ingest query`, `ingest export`."""

from __future__ import annotations

import csv
import io
import json
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.cli.kinds import Ingest
from tests.loopback import Loopback
from tests.samples import item, rss

pytestmark = pytest.mark.usefixtures("read_store")


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_list_shows_articles_with_their_hands(ingest: Ingest) -> None:
    told = ingest("list").stdout
    assert "Story 1" in told
    assert "First Courier" in told
    assert "→" in told


def test_list_filters(ingest: Ingest) -> None:
    assert len(lines(ingest("list", "--json").stdout)) == 2
    assert len(lines(ingest("list", "--json", "--limit", "1").stdout)) == 1
    assert len(lines(ingest("list", "--json", "--feed", "1", "--since", "1h").stdout)) == 2
    nothing = ingest("list", "--since", "2999-01-01")
    assert (nothing.exit_code, "Leave out" in nothing.stdout) == (0, True)
    assert ingest("list", "--feed", "nowhere").exit_code == 2
    assert ingest("list", "--since", "soon").exit_code == 2


def test_show_tells_the_trail(ingest: Ingest) -> None:
    (footed,) = [row for row in lines(ingest("list", "--json").stdout) if row["title"] == "Story 2"]
    told = ingest("show", str(footed["article_id"])).stdout
    for part in (
        "The council met",
        "appeared_first",
        "First Courier",
        "rule ",
        "Came through",
        "https://paper.example/2",
    ):
        assert part in told
    (found,) = lines(ingest("show", str(footed["article_id"]), "--json").stdout)
    for notice in found["notices"]:  # type: ignore[attr-defined]
        assert found["source_text"][notice["start"] : notice["end"]] == notice["quote"]  # type: ignore[index]
    source = ingest("show", str(footed["article_id"]), "--source").stdout
    assert "appeared first on" in source


def test_show_gives_the_article_as_json_ld_on_request(ingest: Ingest) -> None:
    (footed,) = [row for row in lines(ingest("list", "--json").stdout) if row["title"] == "Story 2"]
    (node,) = lines(ingest("show", str(footed["article_id"]), "--jsonld").stdout)
    assert (node["@type"], node["headline"]) == ("NewsArticle", "Story 2")
    assert node["datePublished"] == "2026-11-02T10:00:00Z"
    assert node["isBasedOn"]["publisher"]["name"] == "First Courier"  # type: ignore[index]
    exported = lines(ingest("export", "--format", "jsonld").stdout)
    assert [one["headline"] for one in exported] == ["Story 2", "Story 1"]
    assert exported[0] == node


def test_show_of_an_unknown_article_says_where_numbers_come_from(ingest: Ingest) -> None:
    result = ingest("show", "999")
    assert result.exit_code == 2
    assert "`ingest list`" in result.stderr


def test_query_prints_a_table_json_or_csv(ingest: Ingest) -> None:
    sql = "SELECT title, article_id FROM article_attribution ORDER BY article_id"
    assert ingest("query", sql).stdout.splitlines()[0].split() == ["title", "article_id"]
    assert lines(ingest("query", "--json", sql).stdout)[0] == {"title": "Story 1", "article_id": 1}
    assert list(csv.reader(io.StringIO(ingest("query", "--csv", sql).stdout)))[1] == ["Story 1", "1"]
    assert ingest("query", "-", "--json", input="SELECT 1 AS one").stdout == '{"one": 1}\n'
    twice = "SELECT 1 AS id, 2 AS id, 3 AS id_2, 4 AS id"
    assert ingest("query", "--json", twice).stdout == '{"id": 1, "id_3": 2, "id_2": 3, "id_4": 4}\n'


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM articles",
        "DROP TABLE articles",
        "UPDATE feeds SET title = 'x'",
        "PRAGMA journal_mode = DELETE",
        "ATTACH 'other.sqlite3' AS other",
        "SELECT 1; DELETE FROM articles",
        "WITH x AS (SELECT 1) INSERT INTO people (key, name) VALUES ('a', 'b')",
        "VACUUM INTO 'copy.sqlite3'",
    ],
)
def test_query_cannot_change_anything(ingest: Ingest, sql: str) -> None:
    result = ingest("query", sql)
    assert result.exit_code in (1, 2), result.output
    assert result.stderr.startswith("ingest: ")
    assert len(lines(ingest("list", "--json").stdout)) == 2


def test_a_wrong_statement_is_one_line(ingest: Ingest) -> None:
    result = ingest("query", "SELEC 1")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "docs/columns.md" in ingest("query", "SELECT nope FROM articles").stderr


def test_ctrl_c_ends_a_query_as_it_ends_everything(process: Callable[..., subprocess.Popen[bytes]]) -> None:
    endless = (
        "WITH RECURSIVE few(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM few LIMIT 9000), "
        "t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM few UNION ALL SELECT count(*) FROM t"
    )
    with process("query", "--csv", endless) as running:
        assert running.stdout
        assert running.stderr
        assert running.stdout.readline() == b"n\n"
        while running.stdout.readline() != b"8000\n":
            pass
        running.send_signal(signal.SIGINT)
        running.stdout.read()
        assert running.wait(20) == 130
        assert running.stderr.read().startswith(b"ingest: interrupted")


@pytest.mark.parametrize("form", ["jsonl", "csv", "jsonld"])
def test_a_reader_that_leaves_an_export_early_causes_no_traceback(
    process: Callable[..., subprocess.Popen[bytes]], form: str
) -> None:
    with process("export", "--format", form) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.wait(20) != 0
        assert running.stderr.read() == b""


def test_export_gives_every_article_as_jsonl_and_csv(ingest: Ingest) -> None:
    rows = lines(ingest("export").stdout)
    assert [row["title"] for row in rows] == ["Story 2", "Story 1"]
    assert "The council met" in str(rows[0]["text"])
    table = list(csv.DictReader(io.StringIO(ingest("export", "--format", "csv").stdout)))
    assert [row["title"] for row in table] == ["Story 2", "Story 1"]
    assert table[0].keys() == rows[0].keys()


def test_export_disarms_spreadsheet_formulas(polled: Loopback, ingest: Ingest) -> None:
    polled.put("/feed.xml", rss(item(5).replace("Story 5", '=cmd|"/c calc"!A1')))
    ingest("poll", "--all")
    table = list(csv.DictReader(io.StringIO(ingest("export", "--format", "csv").stdout)))
    assert [row["title"] for row in table if "cmd" in row["title"]] == ['\'=cmd|"/c calc"!A1']


def test_export_refuses_a_format_it_has_not(ingest: Ingest) -> None:
    assert ingest("export", "--format", "opml").exit_code == 2
    assert ingest("export", "--feeds", "--format", "jsonl").exit_code == 2
    assert ingest("export", "--feeds", "--since", "1d").exit_code == 2


def test_show_tells_when_and_how_a_feed_took_an_article_back(ingest: Ingest, server: Loopback) -> None:
    url = server.put("/fickle", rss(item(7), item(8)))
    ingest("add", url)
    ingest("poll", "fickle")
    stone = (
        '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="https://paper.example/7" '
        'when="2026-11-03T08:00:00Z"><at:comment>Printed in error.</at:comment></at:deleted-entry>'
    )
    server.put("/fickle", rss(item(8), extra=stone))
    ingest("poll", "fickle")
    (gone,) = [row for row in lines(ingest("list", "--json").stdout) if row["title"] == "Story 7"]
    assert (gone["status"], gone["withdrawn_at"]) == ("withdrawn", "2026-11-03T08:00:00Z")
    told = ingest("show", str(gone["article_id"])).stdout
    assert "Withdrawn:     2026-11-03 08:00" in told
    assert "the feed deleted it (RFC 6721): Printed in error." in told


def test_show_and_feeds_tell_of_a_page_that_is_awaited_and_of_one_that_was_given_up(
    ingest: Ingest, server: Loopback
) -> None:
    page = server.put("/a", b"no", status=503, validators=False)
    summary = f"<item><title>A</title><link>{page}</link><description>A few words.</description></item>"
    assert ingest("add", "--no-check", server.put("/feed", rss(summary))).exit_code == 0
    with closing(sqlite3.connect("data/ingest.sqlite3")) as connection, connection:
        connection.execute("UPDATE feeds SET policy = 'auto'")
    ingest("poll")
    number = str(
        next(row["article_id"] for row in lines(ingest("list", "--json").stdout) if row["title"] == "A")
    )
    (found,) = lines(ingest("show", number, "--json").stdout)
    awaited = found["awaited_page"]
    assert isinstance(awaited, dict)
    assert (awaited["why"], awaited["tries"]) == ("127.0.0.1: HTTP 503 Service Unavailable", 1)
    told = " ".join(ingest("show", number).stdout.split())
    assert "Page: not had in 1 try, again with a poll after 20" in told
    assert told.count("HTTP 503 Service Unavailable") == 1
    feed = lines(ingest("feeds", "--json").stdout)[-1]
    assert (feed["pages_awaited"], feed["pages_given_up"]) == (1, 0)
    assert feed["pages_why"] == "1 × 127.0.0.1: HTTP 503 Service Unavailable"
    with closing(sqlite3.connect("data/ingest.sqlite3")) as connection, connection:
        connection.execute("UPDATE awaited_pages SET due_at = NULL, tries = 5")
    assert "Page: given up after 5 tries: 127.0.0.1" in " ".join(ingest("show", number).stdout.split())
    feed = lines(ingest("feeds", "--json").stdout)[-1]
    assert (feed["pages_awaited"], feed["pages_given_up"]) == (0, 1)
