"""Copies of one story, over a real server, into a real store, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from ingest import linking
from ingest import settings as settings_module
from ingest.poll import open_poller
from ingest.settings import Settings
from ingest.store import feeds
from ingest.store.engine import Store
from ingest.store.reach import Target
from ingest.store.takedowns import take_down
from ingest.store.types import TakedownScope
from ingest.worker import Crew
from tests.loopback import Loopback
from tests.samples import item, rss


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "ingest.toml"
    file.write_text(
        '[fetch]\nallow_networks = ["127.0.0.0/8"]\n[poll]\nhost_gap = 0\n[worker]\nprocesses = 1\n', "utf-8"
    )
    return settings_module.load(file, {})


@pytest.fixture
async def poll(settings: Settings, store: Store) -> AsyncIterator[Any]:
    """Poll these addresses, added when unknown, one after the other."""
    async with open_poller(settings, store, Random(1)) as poller:

        async def run(*addresses: str) -> None:
            for url in addresses:
                with store.write() as session:
                    feed, _ = feeds.add_feed(session, url, now=datetime.now(UTC))
                crew = Crew(
                    settings, store, poller, on_result=lambda _: None, feed_ids=[feed], due_only=False
                )
                await crew.until_idle()

        yield run


def rows(store: Store, sql: str, **bound: Any) -> Sequence[Any]:
    with store.read() as session:
        return session.execute(text(sql), bound).all()


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


async def test_what_a_copy_told_goes_with_it_when_it_is_taken_down(
    server: Loopback, store: Store, poll: Any
) -> None:
    told = (
        "The ferry to the outer islands will run through the winter for the first time since the war, because"
        " eleven families moved back this summer and asked the council in writing, by hand, one letter each.",
        "The ferry master keeps the letters in the wheelhouse, under the tide tables, and reads one on calm days.",
        "On the quay at Norrhamn nobody remembers a January crossing, yet the harbour office has already painted"
        " new numbers on the bollards, and the baker has asked for a key to the waiting room so that bread can be"
        " left there before the first departure at twenty past five.",
        "What it will cost the council does not say; the last estimate, from the spring, spoke of two deckhands,"
        " a second engine and heating for a cabin that was built for summer guests and has no door to speak of.",
    )
    credit = "This story originally appeared in The Harbour Gazette."
    named = server.put("/named", rss(as_entry(1, (*told, credit)), title="Island Post"))
    bare = server.put("/bare", rss(as_entry(2, told[:2]), title="Skerry Mirror"))
    await poll(named, bare)
    chains = "select chain from article_attribution where feed_title = 'Skerry Mirror'"
    assert rows(store, chains)[0][0].startswith("The Harbour Gazette")
    ((article_id,),) = rows(
        store, "select article_id from article_attribution where feed_title = 'Island Post'"
    )
    target = Target(TakedownScope.ARTICLE, str(article_id))
    now = datetime.now(UTC)
    with store.write() as session:
        _, found = take_down(session, target, copies=False, requester="A", reason="B", now=now)
        linking.regroup(session, {row["story_id"] for row in found.articles}, now=now)
    assert rows(store, chains)[0][0] == "Skerry Mirror"
    assert rows(store, "select * from trails") == []
    assert rows(store, "select story_id from articles where story_id is not null") == []
    assert {row[0] for row in rows(store, "select article_id from fingerprints")}.isdisjoint({article_id})
