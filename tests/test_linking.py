"""Copies of one story, over a real server, into a real store, on both engines."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, delete, text, update

from ingest import linking
from ingest import settings as settings_module
from ingest.poll import open_poller
from ingest.recording import Recorder
from ingest.reprocess import reprocess
from ingest.settings import Settings
from ingest.store import feeds, replay, stories
from ingest.store.bulk import table_of
from ingest.store.engine import Store
from ingest.store.models import Article, Fingerprint, StoryLinkRow, Trail
from ingest.store.reach import Target
from ingest.store.takedowns import take_down
from ingest.store.types import TakedownScope
from ingest.worker import Crew
from tests.articles.copies.copied import Newsroom
from tests.loopback import Loopback
from tests.samples import item, rss
from tests.store.samples import draft, entry


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "ingest.toml"
    file.write_text(
        '[fetch]\nallow_networks = ["127.0.0.0/8"]\n[poll]\nhost_gap = 0\npolicy = "feed"\n[worker]\nprocesses = 1\n',
        "utf-8",
    )
    return settings_module.load(file, {})


@pytest.fixture
async def poll(settings: Settings, store: Store) -> AsyncIterator[Any]:
    """Poll these addresses, added when unknown, one after the other."""
    async with open_poller(settings, store, Random(1)) as poller:

        async def run(*addresses: str) -> None:
            for url in addresses:
                with store.write() as connection:
                    feed, _ = feeds.add_feed(connection, url, now=datetime.now(UTC))
                crew = Crew(
                    settings, store, poller, on_result=lambda _: None, feed_ids=[feed], due_only=False
                )
                await crew.until_idle()

        yield run


def rows(store: Store, sql: str, **bound: Any) -> Sequence[Any]:
    with store.read() as connection:
        return connection.execute(text(sql), bound).all()


def as_entry(n: int, lines: Sequence[str]) -> str:
    return item(n, "".join(f"<p>{line}</p>" for line in lines if line.strip()))


@pytest.mark.parametrize("excerpt_first", [True, False])
async def test_after_both_seeds_the_excerpts_chain_begins_at_the_newspaper(
    server: Loopback, store: Store, poll: Any, shared: Path, excerpt_first: bool
) -> None:
    excerpt = (shared / "seeds/excerpt-via-two-republishers.txt").read_text("utf-8").splitlines()
    full = (shared / "seeds/full-story-republished.txt").read_text("utf-8").splitlines()
    urls = [
        server.put("/excerpt", rss(as_entry(1, excerpt), title="USSA News")),
        server.put("/full", rss(as_entry(2, full), title="Second Reader")),
    ]
    await poll(*(urls if excerpt_first else reversed(urls)))
    told = {
        row.feed_title: row
        for row in rows(
            store, "select a.*, t.bylines from article_attribution a left join trails t using (article_id)"
        )
    }
    assert told["USSA News"].chain == "Los Angeles Times → American Renaissance → USSA News"
    assert told["Second Reader"].chain == "Los Angeles Times → Second Reader"
    assert {row.original_publisher for row in told.values()} == {"Los Angeles Times"}
    assert len({row.story_id for row in told.values()} - {None}) == 1
    assert [row.is_original for row in told.values()] in ([False, False], [0, 0])
    assert told["USSA News"].authors is None
    ((name, role, publisher),) = rows(
        store,
        "select p.name, b.role, u.name from bylines b join people p on p.id = b.person_id "
        "join hops h on h.version_id = b.version_id and h.position = b.hop_position "
        "join publishers u on u.id = h.publisher_id",
    )
    assert (name, role, publisher) == ("Henry Wolff", "poster", "American Renaissance")
    ((relation, contained),) = rows(store, "select relation, contained from story_links")
    assert relation == "excerpt_of"
    assert contained > 0.9


ROOM = Newsroom(7)
STORY = [ROOM.sentences(60) for _ in range(5)]
OTHER = [ROOM.sentences(60) for _ in range(5)]
CREDIT = "This story originally appeared in The Ansel Ledger."


def stories_of(store: Store) -> list[set[str]]:
    """Titles of the articles of each story."""
    found: dict[int, set[str]] = {}
    for title, story in rows(
        store, "select title, story_id from article_attribution where story_id is not null"
    ):
        found.setdefault(story, set()).add(title)
    return sorted(found.values(), key=min)


def claims(store: Store) -> list[Sequence[Any]]:
    """All that articles claim themselves."""
    return [
        rows(
            store,
            "select id, original_publisher_id, original_url, agency, evidence from article_versions order by id",
        ),
        rows(store, "select version_id, position, publisher_id, role, evidence from hops order by 1, 2"),
        rows(store, "select version_id, ordinal, person_id, hop_position from bylines order by 1, 2"),
    ]


def trails(store: Store) -> Sequence[Any]:
    return rows(store, "select article_id, version_id, chain, hops, bylines, evidence from trails order by 1")


@pytest.fixture
async def linked(server: Loopback, store: Store, poll: Any) -> tuple[str, str]:
    """A full copy that names the newspaper, and a copy that names nobody and came later; addresses of their feeds."""
    full = server.put("/full", rss(as_entry(1, [*STORY, CREDIT]), title="Valley"))
    late = as_entry(2, STORY).replace("02 Nov", "03 Nov")
    silent = server.put("/silent", rss(late, title="Silent Site"))
    await poll(full, silent)
    assert stories_of(store) == [{"Story 1", "Story 2"}]
    assert {row[0] for row in rows(store, "select chain from article_attribution")} == {
        "The Ansel Ledger → Valley",
        "The Ansel Ledger → Silent Site",
    }
    return full, silent


async def test_copies_in_one_document_are_linked(server: Loopback, store: Store, poll: Any) -> None:
    await poll(
        server.put("/feed", rss(as_entry(1, STORY), as_entry(2, OTHER), as_entry(3, ["New!", *STORY])))
    )
    assert stories_of(store) == [{"Story 1", "Story 3"}]
    ((relation, shared, contained, by),) = rows(
        store, "select relation, shared, contained, linked_by from story_links"
    )
    assert (relation, by) == ("copy_of", "fingerprint")
    assert shared > 250
    assert contained > 0.95


async def test_own_claims_remain_as_they_were(
    server: Loopback, store: Store, poll: Any, linked: tuple[str, str]
) -> None:
    assert {row[0] for row in rows(store, "select count(*) from hops group by version_id")} == {2, 1}
    before, told = claims(store), trails(store)
    await poll(server.put("/third", rss(as_entry(3, STORY).replace("02 Nov", "04 Nov"), title="Third")))
    assert claims(store)[1][: len(before[1])] == before[1]
    assert trails(store)[: len(told)] == told, "to look again changes nothing"
    assert len(trails(store)) == 2


async def test_a_copy_whose_text_changes_leaves_the_story_and_is_told_nothing_more(
    server: Loopback, store: Store, poll: Any, linked: tuple[str, str]
) -> None:
    server.put("/silent", rss(as_entry(2, OTHER), title="Silent Site"))
    await poll(linked[1])
    assert stories_of(store) == []
    assert trails(store) == []
    assert {row[0] for row in rows(store, "select chain from article_attribution")} == {
        "The Ansel Ledger → Valley",
        "Silent Site",
    }
    assert {row[0] for row in rows(store, "select is_original from articles")} == {None}


async def test_an_edit_that_names_another_source_is_told_to_the_copies(
    server: Loopback, store: Store, poll: Any, linked: tuple[str, str]
) -> None:
    corrected = CREDIT.replace("The Ansel Ledger", "The Port Herald")
    server.put("/full", rss(as_entry(1, [*STORY, corrected]), title="Valley"))
    await poll(linked[0])
    assert {row[0] for row in rows(store, "select chain from article_attribution")} == {
        "The Port Herald → Valley",
        "The Port Herald → Silent Site",
    }


async def test_what_a_person_split_no_poll_brings_together(
    server: Loopback, store: Store, poll: Any, linked: tuple[str, str]
) -> None:
    now = datetime.now(UTC)
    with store.write() as connection:
        there = stories.split(connection, [2], now=now)
        linking.retell(connection, there, now=now)
    assert stories_of(store) == [{"Story 1"}, {"Story 2"}]
    assert trails(store) == []
    edited = [f"{STORY[0]} More.", *STORY[1:]]
    server.put("/silent", rss(as_entry(2, edited), as_entry(3, STORY), title="Silent Site"))
    await poll(linked[1])
    assert not any({"Story 1", "Story 2"} <= titles for titles in stories_of(store))


async def test_a_fault_in_linking_costs_the_poll_nothing(
    server: Loopback,
    store: Store,
    poll: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(linking.texts, "compare", fail)
    await poll(server.put("/feed", rss(as_entry(1, STORY), as_entry(2, STORY))))
    assert rows(store, "select outcome, new from polls") == [("stored", 2)]
    (logged,) = caplog.records
    assert (logged.getMessage(), logged.__dict__["articles"]) == ("copies were not linked", [1, 2])
    monkeypatch.undo()
    await poll(server.put("/feed", rss(as_entry(1, STORY), as_entry(2, STORY), as_entry(3, STORY))))
    assert stories_of(store) == [{"Story 1", "Story 2", "Story 3"}], "a later copy leads to them"


async def test_what_was_stored_and_not_linked_is_linked_later_once_its_worker_is_given_up(
    server: Loopback, store: Store, poll: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault, or a process killed between the two."""

    async def stopped(*_: object) -> None:
        raise RuntimeError("stopped before it came to link")

    url = server.put("/ledger", rss(as_entry(1, STORY), title="Ledger"))
    copy = server.put("/mirror", rss(as_entry(2, [*STORY, CREDIT]), title="Mirror"))
    await poll(url)
    with monkeypatch.context() as patched:
        patched.setattr(linking.Linker, "_link", stopped)
        await poll(copy)
    assert stories_of(store) == []
    assert len(rows(store, "select id from unlinked")) == 1, "the first is linked, and its note gone"
    now = datetime.now(UTC)
    async with Recorder(store, timedelta(days=30)) as recorder:
        await recorder.catch_up(now)
        assert stories_of(store) == []  # somebody may still be at it
        await recorder.catch_up(now + timedelta(minutes=11))
    assert stories_of(store) == [{"Story 1", "Story 2"}]
    assert rows(store, "select * from unlinked") == []


async def test_a_copy_outside_the_window_is_not_linked(server: Loopback, store: Store, poll: Any) -> None:
    await poll(server.put("/one", rss(as_entry(1, STORY))))
    with store.write() as connection:
        long_ago = datetime.now(UTC) - timedelta(days=40)
        connection.execute(update(table_of(Article)).values(first_seen_at=long_ago, last_changed_at=long_ago))
    await poll(server.put("/two", rss(as_entry(2, STORY))))
    assert stories_of(store) == []


async def test_an_article_taken_down_tells_nothing_more(store: Store, linked: tuple[str, str]) -> None:
    now = datetime.now(UTC)
    target = Target(TakedownScope.ARTICLE, "1")
    with store.write() as connection:
        _, found = take_down(connection, target, copies=False, requester="A", reason="B", now=now)
        linking.regroup(connection, {row["story_id"] for row in found.articles}, now=now)
    assert trails(store) == []
    assert rows(store, "select chain from article_attribution where article_id = 2") == [("Silent Site",)]
    assert rows(store, "select story_id from articles where story_id is not null") == []
    assert {row[0] for row in rows(store, "select article_id from fingerprints")} == {2}


async def test_an_article_taken_down_while_it_was_read_again_gets_no_fingerprints_back(
    store: Store, linked: tuple[str, str]
) -> None:
    with store.write() as connection:
        target = Target(TakedownScope.ARTICLE, "1")
        take_down(connection, target, copies=False, requester="A", reason="B", now=datetime.now(UTC))
    read = replace(draft(entry("1")).extraction, fingerprints=(1, 2, 3))
    await linking.Linker(store, timedelta(days=30)).again({1: read}, datetime.now(UTC))
    assert {row[0] for row in rows(store, "select article_id from fingerprints")} == {2}


async def test_reading_the_archive_again_links_what_was_not_and_changes_nothing_that_was(
    store: Store, settings: Settings, linked: tuple[str, str]
) -> None:
    told, own = trails(store), claims(store)
    report = await reprocess(settings, store, everything=True)
    assert (report.read, report.changed) == (2, 0)
    assert (trails(store), claims(store)) == (told, own)
    with store.write() as connection:
        for table in (Trail, StoryLinkRow, Fingerprint):
            connection.execute(delete(table_of(table)))
        connection.execute(update(table_of(Article)).values(story_id=None, is_original=None))
    await reprocess(settings, store, everything=True)
    assert trails(store) == told


async def test_linking_one_batch_of_the_archive_keeps_no_other_from_being_read_again(
    store: Store, settings: Settings, linked: tuple[str, str]
) -> None:
    """Linking the article of one feed holds its copy in the other, whose own batch is ready to be written."""
    retell, put = linking.retell, replay.replace
    held = threading.Event()

    def slowly(*args: Any, **named: Any) -> None:
        retell(*args, **named)
        held.set()
        time.sleep(0.5)  # both articles are held until the transaction ends

    def late(
        connection: Connection, reread: Sequence[tuple[replay.Kept, Any]], **named: Any
    ) -> frozenset[int]:
        if [kept.article_id for kept, _ in reread] != [1]:
            held.wait(1)
        return put(connection, reread, **named)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(linking, "retell", slowly)
        patched.setattr(replay, "replace", late)
        report = await reprocess(settings, store, everything=True)
    assert (report.read, report.left) == (2, 0)
