"""`ingest story`: shown, split, merged."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.store import stories, story_locks
from tests.articles.copies.copied import Newsroom
from tests.cli.kinds import Ingest
from tests.loopback import Loopback
from tests.samples import item, rss

ROOM = Newsroom(8)
STORY = "".join(f"<p>{ROOM.sentences(60)}</p>" for _ in range(4))
CREDIT = "<p>This story originally appeared in The Ansel Ledger.</p>"


@pytest.fixture
def linked(server: Loopback, ingest: Ingest) -> None:
    """Articles 1 and 2 are copies, 3 is none; 1 names the newspaper, 2 came a day later."""
    later = item(2, f"<p>Read this!</p>{STORY}").replace("02 Nov", "03 Nov")
    feed = rss(item(1, STORY + CREDIT), later, item(3))
    ingest("add", "--no-check", server.put("/feed", feed))
    ingest("poll")


def told(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_stories_are_listed_and_one_is_shown_with_what_links_it(ingest: Ingest, linked: None) -> None:
    listed = ingest("story").stdout.splitlines()
    assert listed[0].split()[:2] == ["story", "articles"]
    assert listed[1].split()[:2] == ["1", "2"]
    assert [row["articles"] for row in told(ingest("story", "--json").stdout)] == [2]
    shown = ingest("story", "1").stdout
    assert "Story 1 (2 articles)" in shown
    assert "article 1 names The Ansel Ledger" in shown
    assert "of this text stands there" in shown
    (found,) = told(ingest("story", "1", "--json").stdout)
    assert told(ingest("story", "--json", "1").stdout) == [found]
    assert {article["article_id"] for article in found["articles"]} == {1, 2}
    ((link),) = found["links"]
    assert (link["relation"], link["linked_by"], link["revoked_at"]) == ("copy_of", "fingerprint", None)
    assert link["contained"] > 0.9


def test_a_split_is_told_recorded_and_taken_back_by_a_merge(ingest: Ingest, linked: None) -> None:
    parted = ingest("story", "split", "2")
    assert parted.exit_code == 0
    assert "Story 1 (1 article)" in parted.stdout
    assert "article 2 went to story 2, said a person" in parted.stdout
    assert "not of one story with article 1: a person said so" in parted.stdout
    (together,) = told(ingest("story", "merge", "2", "1", "--json").stdout)
    assert (together["story_id"], len(together["articles"])) == (1, 2)
    assert [event["change"] for event in together["events"]] == ["split", "merged"]
    assert "It has no articles any more." in ingest("story", "2").stdout
    assert ingest("story", "1").stdout.count("The Ansel Ledger") >= 2


def test_a_decision_waits_for_a_worker_that_has_an_article_in_hand(
    ingest: Ingest, linked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story_locks, "PAUSES", (0.0, 0.0))
    hold, busy = story_locks.hold, [True, True]

    def held(*args: Any) -> dict[int, int | None]:
        if busy and busy.pop():
            raise story_locks.BusyError("an article is in hand")
        return hold(*args)

    monkeypatch.setattr(stories, "hold", held)
    assert "Story 1 (1 article)" in ingest("story", "split", "2").stdout
    busy += [True, True]
    assert "Story 1 (2 articles)" in ingest("story", "merge", "1", "2").stdout
    busy += [True, True, True]
    refused = ingest("story", "split", "2")
    assert (refused.exit_code, "an article is in hand" in refused.stderr) == (1, True)


def test_show_and_list_tell_what_a_copy_knows_and_mark_it(ingest: Ingest, linked: None) -> None:
    listed = {row["article_id"]: row for row in told(ingest("list", "--json").stdout)}
    assert [listed[number]["story_id"] for number in (1, 2, 3)] == [1, 1, None]
    assert {listed[number]["original_publisher"] for number in (1, 2)} == {"The Ansel Ledger"}
    assert "another copy" not in ingest("show", "1").stdout
    assert "another copy, article 1" in ingest("show", "2").stdout
    (found,) = told(ingest("show", "2", "--json").stdout)
    assert [hop["publisher"] for hop in found["attribution"]["hops"]] == ["The Ansel Ledger", "The Paper"]
    assert found["attribution"]["evidence"]["original_publisher"][0]["kind"] == "cluster"


def test_what_makes_no_sense_is_refused_in_one_line(ingest: Ingest, linked: None) -> None:
    for args, said in (
        (("99",), "there is no story 99"),
        (("split", "3"), "nothing to split"),
        (("split", "1", "2"), "all articles of the story"),
        (("merge", "1", "1"), "these are one"),
        (("merge", "1", "99"), "story 99 has no articles"),
        (("soon",), "not a valid number"),
    ):
        result = ingest("story", *args)
        assert result.exit_code == 2, args
        assert said in result.stderr
    assert len(told(ingest("story", "--json").stdout)) == 1


@pytest.mark.usefixtures("read_store")
def test_where_no_two_articles_are_copies_that_is_said(ingest: Ingest) -> None:
    result = ingest("story")
    assert (result.exit_code, result.stdout) == (
        0,
        "No stories yet: no two articles are copies of one text.\n",
    )
    assert ingest("story", "--json").stdout == ""


def test_without_a_store_the_error_says_how_to_get_one(ingest: Ingest) -> None:
    result = ingest("story", "1")
    assert result.exit_code == 1
    assert "ingest poll" in result.stderr
