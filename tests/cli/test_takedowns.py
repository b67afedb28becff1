"""`ingest takedown`: from the request to the next poll, through the command line."""

from __future__ import annotations

import json

import pytest

from tests.cli.kinds import Ingest
from tests.loopback import Loopback
from tests.samples import item, rss

ASKED = ("--requester", "Ada Marsh", "--reason", "my work")


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def titles(ingest: Ingest) -> list[object]:
    return sorted(str(row["title"]) for row in lines(ingest("list", "--json").stdout))


def number(ingest: Ingest, title: str) -> str:
    (found,) = [row for row in lines(ingest("list", "--json").stdout) if row["title"] == title]
    return str(found["article_id"])


def test_what_would_go_is_told_first(read_store: None, ingest: Ingest) -> None:
    told = ingest("takedown", "add", number(ingest, "Story 2"))
    assert told.exit_code == 0
    assert "Would remove 1 article" in told.stdout
    assert "https://paper.example/2" in told.stdout
    assert "--yes" in told.stderr
    assert titles(ingest) == ["Story 1", "Story 2"]
    assert ingest("takedown", "list", "--json").stdout == ""
    assert "Nothing is withheld" in ingest("takedown", "list").stdout


def test_a_removal_needs_a_requester_and_a_reason(read_store: None, ingest: Ingest) -> None:
    result = ingest("takedown", "add", "1", "--yes")
    assert result.exit_code == 2
    assert "--requester WHO --reason TEXT" in result.stderr


def test_what_was_removed_stays_away_and_show_says_on_whose_word(polled: Loopback, ingest: Ingest) -> None:
    gone = number(ingest, "Story 2")
    done = ingest("takedown", "add", gone, *ASKED, "--yes")
    assert "Removed 1 article" in done.stdout
    polled.put("/feed.xml", rss(item(1), item(2, "<p>Told anew.</p>"), item(3)))
    ingest("poll", "--all")
    assert titles(ingest) == ["Story 1", "Story 3"]
    told = ingest("show", gone).stdout
    assert "withheld since 20" in told
    assert "Ada Marsh" in told
    assert "my work" in told
    assert "The council met" not in told
    (found,) = lines(ingest("show", gone, "--json").stdout)
    assert found["takedowns"][0]["requester"] == "Ada Marsh"  # type: ignore[index]
    refused = ingest("show", gone, "--jsonld")
    assert (refused.exit_code, "taken down" in refused.stderr) == (2, True)
    (listed,) = lines(ingest("takedown", "list", "--json").stdout)
    assert (listed["scope"], listed["target"], listed["articles"]) == ("article", gone, 1)
    assert "Ada Marsh" in ingest("takedown", "list").stdout
    sql = "SELECT count(*) AS n FROM article_versions WHERE source_text LIKE '%council%'"
    assert ingest("query", "--json", sql).stdout == '{"n": 0}\n'
    assert "council" not in ingest("export").stdout
    assert ingest("reprocess", "--all").exit_code == 0
    assert titles(ingest) == ["Story 1", "Story 3"]


def test_another_feed_does_not_bring_it_back_nor_does_an_archive(polled: Loopback, ingest: Ingest) -> None:
    ingest("takedown", "add", "https://paper.example/2", *ASKED, "--yes")
    older = f'<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="prev-archive" href="{polled.url}/old"/>'
    polled.put("/old", rss(item(2), item(5)))
    other = polled.put("/other.xml", rss(item(2, guid="else"), item(4), extra=older))
    ingest("add", other)
    ingest("poll", "--all")
    assert ingest("backfill", "other.xml").exit_code == 0
    assert titles(ingest) == ["Story 1", "Story 4", "Story 5"]


def test_lifted_it_comes_back_at_the_next_poll_although_the_document_is_the_same(
    polled: Loopback, ingest: Ingest
) -> None:
    ingest("takedown", "add", number(ingest, "Story 2"), *ASKED, "--yes")
    ingest("poll", "--all")
    assert titles(ingest) == ["Story 1"]
    told = ingest("takedown", "lift", "1").stdout
    assert "not kept" in told
    assert "/feed.xml" in told
    ingest("poll", "--all")
    assert titles(ingest) == ["Story 1", "Story 2"]
    assert "lifted" in ingest("takedown", "list", "--all").stdout
    assert "Nothing is withheld" in ingest("takedown", "list").stdout
    assert ingest("takedown", "lift", "1").exit_code == 2


@pytest.mark.parametrize(
    ("args", "scope", "target"),
    [
        (["1"], "article", "1"),
        (["https://paper.example/2"], "url", "https://paper.example/2"),
        (["WWW.Paper.example"], "host", "paper.example"),
        (["https://paper.example/2", "--scope", "host"], "host", "paper.example"),
        (["https://paper.example/2", "--feed", "1"], "guid", "https://paper.example/2"),
        (["1", "--scope", "feed"], "feed", "http"),
    ],
)
def test_a_target_is_understood(
    read_store: None, ingest: Ingest, args: list[str], scope: str, target: str
) -> None:
    (told,) = lines(ingest("takedown", "add", *args, "--json").stdout)
    assert told["scope"] == scope
    assert str(told["target"]).startswith(target)
    assert told["removed"] is False
    assert told["articles"]


@pytest.mark.parametrize(
    ("args", "advice"),
    [
        (["nonsense"], "neither the number"),
        (["https://paper.example/"], "write paper.example"),
        (["x", "--scope", "guid"], "--feed"),
        (["x", "--scope", "host", "--feed", "1"], "leave out --scope"),
        (["999"], "`ingest list`"),
        (["co.uk"], "many register their own below it"),
        (["nowhere", "--scope", "feed"], "nowhere"),
    ],
)
def test_a_target_that_is_none_is_told_how_to_name_one(
    read_store: None, ingest: Ingest, args: list[str], advice: str
) -> None:
    result = ingest("takedown", "add", *args)
    assert result.exit_code == 2
    assert advice in result.stderr


def test_a_site_that_stands_at_a_suffix_is_named_with_its_www(read_store: None, ingest: Ingest) -> None:
    (told,) = lines(ingest("takedown", "add", "www.gov.uk", "--json").stdout)
    assert told["target"] == "www.gov.uk"


def test_what_is_withheld_already_is_not_asked_twice(read_store: None, ingest: Ingest) -> None:
    ingest("takedown", "add", "paper.example", *ASKED, "--yes")
    again = ingest("takedown", "add", "paper.example", *ASKED, "--yes")
    assert (again.exit_code, "Takedown 1 withholds" in again.stdout) == (0, True)
    assert len(lines(ingest("takedown", "list", "--json").stdout)) == 1
    assert titles(ingest) == []
