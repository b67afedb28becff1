"""The history of a feed, walked over a real server into a real store, on both engines."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from ingest import settings as settings_module
from ingest import urls
from ingest.backfill import PageResult, Walk, backfill
from ingest.settings import Settings
from ingest.store import feeds
from ingest.store.bulk import table_of
from ingest.store.engine import Store
from ingest.store.models import ArchivePage
from ingest.worker import poll_once
from tests.loopback import Loopback
from tests.samples import item, rss


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "ingest.toml"
    file.write_text(
        '[fetch]\nallow_networks = ["127.0.0.0/8"]\n[poll]\nhost_gap = 0\npolicy = "feed"\n[worker]\nprocesses = 1\n',
        "utf-8",
    )
    return settings_module.load(file, {})


class House:
    """A feed with its history, and a store that knows the feed."""

    def __init__(self, server: Loopback, store: Store, settings: Settings) -> None:
        self.server, self.store, self.settings = server, store, settings
        self.seen: list[PageResult] = []
        with store.write() as connection:
            self.feed_id, _ = feeds.add_feed(connection, server.url + "/feed", now=datetime.now(UTC))

    def serve(self, path: str, *items: str, older: str | None = None, **how: Any) -> None:
        link = f'<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="prev-archive" href="{self.server.url}{older}"/>'
        self.server.put(path, rss(*items, extra=link if older else ""), **how)

    async def walk(self, pages: int | None = None) -> Walk:
        return await backfill(self.settings, self.store, self.feed_id, pages=pages, on_page=self.seen.append)

    async def poll(self) -> None:
        await poll_once(self.settings, self.store, feed_ids=[self.feed_id], due_only=False)

    def rows(self, sql: str) -> Sequence[Any]:
        with self.store.read() as connection:
            return connection.execute(text(sql)).all()

    def titles(self) -> list[str]:
        return [row[0] for row in self.rows("select title from article_attribution order by title")]

    def paths(self) -> list[str]:
        return [path for path, _ in self.server.requests]


@pytest.fixture
def house(server: Loopback, store: Store, settings: Settings) -> House:
    house = House(server, store, settings)
    house.serve("/feed", item(9), item(8), older="/b")
    house.serve("/b", item(8), item(7), item(6), older="/a")
    house.serve("/a", item(5), item(4))
    return house


async def test_all_that_older_pages_hold_is_stored_once_and_is_no_news(house: House) -> None:
    await house.poll()
    before = house.rows(
        "select next_poll_at, last_changed_at, last_polled_at, etag, interval_seconds from feeds"
    )
    assert await house.walk() == Walk(3, 4, complete=True)
    assert house.titles() == [f"Story {n}" for n in range(4, 10)]
    assert before == house.rows(
        "select next_poll_at, last_changed_at, last_polled_at, etag, interval_seconds from feeds"
    )
    assert house.paths() == ["/feed", "/feed", "/b", "/a"]
    assert not [headers for _, headers in house.server.requests if "if-none-match" in headers]
    standing = house.rows("select count(*) from sightings where left_at is null")[0][0]
    assert standing == 2, "what stands in an archive does not stand in the feed"
    assert [row[0] for row in house.rows("select host from hosts where visited_at is not null")] == [
        "127.0.0.1"
    ]


async def test_a_walk_goes_on_where_it_stopped(house: House) -> None:
    assert await house.walk(pages=1) == Walk(1, 2)
    house.serve("/b", status=500)
    stopped = await house.walk()
    assert "500" in str(stopped.obstacle)
    house.serve("/b", item(7), older="/a")
    assert await house.walk() == Walk(2, 3, complete=True)
    assert house.paths() == ["/feed", "/b", "/b", "/a"]
    assert [(page.number, page.new) for page in house.seen] == [(1, 2), (2, 0), (2, 1), (3, 2)]


async def test_a_walk_at_its_end_reads_only_what_the_history_gained(house: House) -> None:
    await house.walk()
    house.serve("/feed", item(11), older="/c")
    house.serve("/c", item(10), older="/b")
    assert await house.walk() == Walk(2, 2, complete=True)
    assert house.paths()[3:] == ["/feed", "/c"]
    assert house.seen[-1].end == "it leads to a page read before"


async def test_an_older_version_in_the_archive_does_not_replace_the_feeds_own(house: House) -> None:
    house.serve("/feed", item(8, "<p>Ten seals, it turned out.</p>"), older="/b")
    await house.poll()
    await house.walk()
    texts = [row[0] for row in house.rows("select text from article_versions where title = 'Story 8'")]
    assert texts == ["Ten seals, it turned out."]


async def test_after_a_walk_the_next_poll_finds_nothing_new(house: House) -> None:
    await house.walk()
    await house.poll()
    assert house.rows("select new, edited, unchanged from polls") == [(0, 0, 2)]
    assert house.rows("select count(*) from sightings where left_at is null")[0][0] == 2


async def test_pages_that_repeat_themselves_end_the_walk(house: House) -> None:
    for n in range(1, 9):
        house.serve(f"/p{n}", item(3), item(2), older=f"/p{n + 1}")
    house.serve("/a", item(5), older="/p1")
    assert (await house.walk()).complete
    assert house.paths()[-2:] == ["/p1", "/p2"]
    assert house.seen[-1].end == "it holds the same entries as page 4"


async def test_json_feed_is_walked_by_next_url(house: House) -> None:
    for path, older, number in (("/feed", "/j2", 1), ("/j2", None, 2)):
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Paper",
            "items": [{"id": str(number), "title": f"Story {number}", "content_text": "Rain."}],
        }
        house.server.put(path, json.dumps(feed | ({"next_url": house.server.url + older} if older else {})))
    assert await house.walk() == Walk(2, 2, complete=True)
    assert house.titles() == ["Story 1", "Story 2"]


async def test_a_walk_that_is_broken_off_gives_the_feed_back_and_loses_nothing(house: House) -> None:
    house.serve("/b", item(7), older="/a", delay=30.0)
    walking = asyncio.create_task(house.walk())
    while "/b" not in house.paths():  # noqa: ASYNC110 - the server is a thread, it sets no event
        await asyncio.sleep(0.05)
    walking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await walking
    assert house.rows("select lease_token from feeds") == [(None,)]
    house.serve("/b", item(7), older="/a")
    assert await house.walk() == Walk(2, 3, complete=True)
    assert house.titles() == [f"Story {n}" for n in (4, 5, 7, 8, 9)]


async def test_a_server_that_asks_for_patience_is_not_visited_before(house: House) -> None:
    house.serve("/b", status=429, headers={"Retry-After": "3600"})
    assert "429" in str((await house.walk()).obstacle)
    again = await house.walk()
    assert "asked us to wait until" in str(again.obstacle)
    assert house.paths() == ["/feed", "/b"]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_is_gone_is_left_for_another_way_the_feed_names(house: House, status: int) -> None:
    house.serve("/a", status=status, validators=False)
    stopped = await house.walk()
    assert f"HTTP {status}" in str(stopped.obstacle)
    assert "removed" not in str(stopped.obstacle)
    house.serve("/feed", item(9), older="/new")
    house.serve("/new", item(7), item(3), older="/newer")
    house.serve("/newer", item(2))
    assert await house.walk() == Walk(3, 2, complete=True)
    assert house.paths() == ["/feed", "/b", "/a", "/feed", "/new", "/newer"]
    assert await house.walk() == Walk(1, 0, complete=True)


async def test_a_page_that_was_gone_is_asked_for_again_while_the_feed_leads_no_further(house: House) -> None:
    house.serve("/a", status=404, validators=False)
    assert (await house.walk()).pages == 2
    assert "HTTP 404" in str((await house.walk()).obstacle)
    house.serve("/feed", item(10), item(9), older="/c")  # the history grew at its young end
    house.serve("/c", item(8), older="/b")
    assert "HTTP 404" in str((await house.walk()).obstacle)
    house.serve("/a", item(5), item(4))
    assert await house.walk() == Walk(2, 2, complete=True)
    assert house.paths() == ["/feed", "/b", "/a", "/feed", "/a", "/feed", "/c", "/a", "/feed", "/a"]


async def test_a_feed_that_is_gone_itself_is_told_as_one(house: House) -> None:
    house.serve("/feed", status=410, validators=False)
    assert "the feed can be removed" in str((await house.walk()).obstacle)


async def test_a_history_that_goes_on_at_an_address_too_long_to_be_kept_ends_there_and_keeps_what_it_read(
    house: House,
) -> None:
    house.serve("/feed", item(9), item(8), older=f"/b?cursor={'x' * 3000}")
    walk = await house.walk()
    assert walk == Walk(1, 2, complete=True)
    assert "its address is too long to be kept" in (house.seen[0].end or "")
    assert house.titles() == ["Story 8", "Story 9"]


def test_the_longest_address_that_is_kept_fits_the_indexes_of_both_engines(store: Store) -> None:
    worst = "https://a.example/" + secrets.token_urlsafe(2048)  # which does not compress
    with store.write() as connection:
        feed_id, _ = feeds.add_feed(connection, worst[: urls.MAX_KEPT - 1], now=datetime.now(UTC))
        assert feeds.move(
            connection,
            feed_id,
            worst[: urls.MAX_KEPT],
            now=datetime.now(UTC),
            reason="",
            keep_validators=False,
        )
        row = {"feed_id": feed_id, "number": 1, "url": worst[: urls.MAX_KEPT], "entries": 0, "new": 0}
        connection.execute(insert(table_of(ArchivePage)), row)
