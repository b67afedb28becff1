"""`ingest reprocess`."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.kinds import Ingest
from tests.loopback import Loopback


def age(*article_ids: int) -> None:
    """As if other rules had read these articles, and had cut what we do not."""
    with closing(sqlite3.connect("data/ingest.sqlite3")) as connection, connection:
        for article_id in article_ids:
            connection.execute(
                "UPDATE article_versions SET catalogue_version = 'old', text = 'Other.' WHERE article_id = ?",
                [article_id],
            )
            connection.execute(
                "UPDATE notices SET kind = 'tracking' WHERE version_id IN "
                "(SELECT id FROM article_versions WHERE article_id = ?)",
                [article_id],
            )


def texts() -> list[str]:
    with closing(sqlite3.connect("data/ingest.sqlite3")) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM article_versions ORDER BY id")]


@pytest.fixture
def aged(read_store: None, house: Path) -> list[str]:
    """A store whose two articles other rules have read; the texts they had by the rules of now."""
    found = texts()
    age(1, 2)
    return found


def test_it_replaces_the_text_and_tells_what_changed(aged: list[str], ingest: Ingest) -> None:
    result = ingest("reprocess")
    assert result.exit_code == 0, result.output
    assert "2 articles read again: 2 changed, 2 in their text. Rules: " in result.stdout
    assert "notices added    appeared_first      1" in result.stdout
    assert "notices removed  tracking            1" in result.stdout
    assert "2 of 2 articles read again" in result.stderr
    assert texts() == aged
    again = ingest("reprocess")
    assert again.exit_code == 0
    assert again.stdout.startswith("Nothing to do: all articles were read by the rules of now (")


def test_a_dry_run_stores_nothing_and_says_so(aged: list[str], ingest: Ingest) -> None:
    result = ingest("reprocess", "--dry-run")
    assert "2 changed" in result.stdout
    assert "Articles changed: 1, 2\n" in result.stdout
    assert "Nothing was stored" in result.stdout
    assert texts() == ["Other.", "Other."]


def test_json_is_one_object_and_nothing_else(aged: list[str], ingest: Ingest) -> None:
    result = ingest("reprocess", "--json")
    (told,) = map(json.loads, result.stdout.splitlines())
    assert (told["waiting"], told["read"], told["changed"], told["texts_changed"]) == (2, 2, 2, 2)
    assert told["articles_changed"] == [1, 2]
    assert (told["notices_added"], told["notices_removed"]) == ({"appeared_first": 1}, {"tracking": 1})
    assert (told["left_to_workers"], told["unreadable"], told["dry_run"]) == (0, [], False)
    assert result.stderr == ""
    (told,) = map(json.loads, ingest("reprocess", "--json").stdout.splitlines())
    assert told["waiting"] == 0


def test_feed_since_and_all_say_what_is_read(aged: list[str], ingest: Ingest) -> None:
    assert "Nothing to do: these articles" in ingest("reprocess", "--since", "2100-01-01").stdout
    assert ingest("reprocess", "--feed", "nowhere").exit_code == 2
    assert "2 articles read again" in ingest("reprocess", "--feed", "1", "--since", "2020-01-01").stdout
    assert "2 articles read again: 0 changed" in ingest("reprocess", "--all").stdout


def test_articles_that_cannot_be_read_are_named_and_exit_is_1(
    aged: list[str], ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGEST_POLL__PARSE_TIMEOUT", "0.001s")
    result = ingest("reprocess")
    assert result.exit_code == 1
    assert "article 1 could not be read and stays as it was: stopped after 0.001 s" in result.stderr
    assert "0 articles read again: 0 changed, 0 in their text, 2 could not be read." in result.stdout
    assert texts() == ["Other.", "Other."]


def test_a_wrong_rule_is_told_and_nothing_is_read(
    aged: list[str], ingest: Ingest, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (house / "own").mkdir()
    (house / "own/mine.toml").write_text("[[rule]]\nid = 1\n")
    monkeypatch.setenv("INGEST_RULES_DIR", "own")
    result = ingest("reprocess")
    assert result.exit_code == 2
    assert "mine.toml" in result.stderr
    assert texts() == ["Other.", "Other."]


def test_without_a_store_or_articles_it_says_so(ingest: Ingest, server: Loopback) -> None:
    assert ingest("reprocess").exit_code == 1
    ingest("add", "--no-check", server.put("/feed.xml", "x"))
    assert "Nothing to do: there are no articles yet." in ingest("reprocess", "--all").stdout
