"""Pages that could not be had at once: asked for again by later polls, over simulated time, until had or given up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from sqlalchemy import event, text

from ingest import settings as settings_module
from ingest.clock import Clock
from ingest.poll import open_poller
from ingest.records import Outcome, PollResult
from ingest.settings import Settings
from ingest.store import feeds, leases, queries, takedowns
from ingest.store.engine import Store
from ingest.store.reach import Target
from ingest.store.types import TakedownScope
from tests.loopback import Loopback
from tests.samples import rss
from tests.test_pages import entry, page

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PAUSES = (HOUR, 6 * HOUR, DAY, 3 * DAY)


@dataclass
class Days:
    """One store, one server, and a clock that the test moves."""

    server: Loopback
    store: Store
    settings: Settings
    now: datetime = START
    feed: str = field(init=False)

    def serve(self, *entries: str, **more: Any) -> None:
        self.feed = self.server.put("/feed", rss(*entries), **more)

    async def poll(
        self, wait: timedelta = timedelta(0), policy: str = "auto", *, faulty: bool = False
    ) -> PollResult:
        """Poll the feed after a while, by a worker that knows nothing but the store."""
        self.now += wait
        with self.store.write() as connection:
            feeds.add_feed(connection, self.feed, now=self.now, policy=policy)
            (lease,) = leases.claim(
                connection, now=self.now, owner="w", limit=1, lease_for=HOUR, due_only=False
            )
        async with open_poller(self.settings, self.store, Random(1)) as poller:
            result = await poller.poll(lease, Clock(self.now))
        assert faulty or result.outcome is not Outcome.FAILED, result.detail
        return result

    def rows(self, sql: str) -> Sequence[Any]:
        with self.store.read() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    def awaited(self) -> list[tuple[str, int]]:
        return [
            (why, tries)
            for why, tries in self.rows("select why, tries from awaited_pages order by article_id")
        ]

    def texts(self) -> list[bool]:
        """Of each article whether it has the text of its page."""
        return [
            "Paragraph 8" in said
            for (said,) in self.rows("select text from article_attribution order by article_id")
        ]

    def health(self) -> Any:
        with self.store.read() as connection:
            return queries.feed_health(connection)[0]


@pytest.fixture
def days(server: Loopback, store: Store, tmp_path: Path) -> Days:
    file = tmp_path / "ingest.toml"
    file.write_text(
        '[fetch]\nallow_networks = ["127.0.0.0/8"]\ntimeout = "2s"\n[poll]\nhost_gap = 0\n[worker]\nprocesses = 1\n',
        "utf-8",
    )
    return Days(server, store, settings_module.load(file, {}))


def broken(server: Loopback, path: str = "/a", status: int = 503, **headers: str) -> str:
    return server.put(path, b"no", status=status, validators=False, headers=headers)


@pytest.mark.parametrize("later", ["304", "same bytes", "another document"])
async def test_a_page_that_failed_is_had_later_whatever_the_feed_answers(days: Days, later: str) -> None:
    first = entry(broken(days.server))
    days.serve(first, validators=later == "304")
    await days.poll()
    assert days.texts() == [False]
    identity = (
        "select a.guid, a.url, a.guid_digest, a.url_key, a.path_key, a.content_digest, s.item_digest, s.first_seen_at,"
        " s.left_at from articles a join sightings s on s.article_id = a.id where a.id = 1"
    )
    known = days.rows(identity)
    days.server.put("/a", page())
    await days.poll(HOUR - MINUTE)
    assert len(days.server.asked("/a")) == 1, "its time had not come"
    if later == "another document":
        days.serve(entry("https://paper.example/b", "Another story is told whole.", full=True), first)
    result = await days.poll(2 * MINUTE)
    assert len(days.server.asked("/a")) == 2
    assert (result.outcome, result.counts.edited) == (Outcome.STORED, 1)
    assert "1 awaited page read" in (result.detail or "")
    assert days.texts()[0]
    versions = (
        "select number, reason, source_form, source_entry_body from article_versions where article_id = 1"
    )
    assert days.rows(f"{versions} order by number") == [
        (1, "new", "html", None),
        (2, "page", "page", "A few words."),
    ]
    assert days.rows(identity) == known
    assert days.rows("select count(*) from awaited_pages") == [(0,)]
    days.serve(entry("https://paper.example/c", "News.", full=True), first, validators=False)
    assert (await days.poll(DAY)).counts.edited == 0, "the entry is the one that is stored"
    assert len(days.server.asked("/a")) == 2


async def test_pauses_grow_and_a_page_that_goes_on_failing_is_given_up_and_told(days: Days) -> None:
    days.serve(entry(broken(days.server)))
    await days.poll()
    for tries, pause in enumerate(PAUSES, 1):
        assert days.awaited() == [("127.0.0.1: HTTP 503 Service Unavailable", tries)]
        await days.poll(pause - MINUTE)
        assert len(days.server.asked("/a")) == tries
        result = await days.poll(MINUTE + timedelta(seconds=5))
        assert len(days.server.asked("/a")) == tries + 1
    assert result.warnings == (
        f"{days.server.url}/a: page not read, the feed's text is kept: 127.0.0.1: HTTP 503 Service Unavailable;"
        " given up after 5 tries",
    )
    assert (days.health()["pages_awaited"], days.health()["pages_given_up"]) == (0, 1)
    days.server.put("/a", page())
    await days.poll(30 * DAY)
    assert len(days.server.asked("/a")) == 5
    days.serve(entry(f"{days.server.url}/a", "The editor wrote it anew."))
    await days.poll(HOUR)
    assert days.texts() == [True]
    assert days.health()["pages_given_up"] == 0


async def test_what_the_limit_left_over_is_read_by_the_next_polls_within_the_same_limit(days: Days) -> None:
    days.settings = msgspec.structs.replace(
        days.settings, poll=msgspec.structs.replace(days.settings.poll, pages=2)
    )
    links = [days.server.put(f"/{n}", page()) for n in range(5)]
    dated = (
        entry(link).replace("<link>", f"<pubDate>0{n + 1} Feb 2026 08:00:00 GMT</pubDate><link>")
        for n, link in enumerate(links)
    )
    days.serve(*dated)
    had = []
    for expected in (3, 1, 0, 0):
        result = await days.poll(MINUTE)
        assert days.health()["pages_awaited"] == expected
        had.append([n for n in range(5) if days.server.asked(f"/{n}")])
        assert len(result.warnings) == (not had[1:]), "the same is not told at each poll"
    assert had[:3] == [[3, 4], [1, 2, 3, 4], [0, 1, 2, 3, 4]]
    assert all(len(days.server.asked(f"/{n}")) == 1 for n in range(5))
    assert days.texts() == [True] * 5


async def test_news_and_late_pages_share_the_limit_and_the_newest_goes_first(days: Days) -> None:
    days.settings = msgspec.structs.replace(
        days.settings, poll=msgspec.structs.replace(days.settings.poll, pages=1)
    )
    old, older, new = (
        entry(days.server.put(f"/{name}", page())).replace(
            "<link>", f"<pubDate>{day} Feb 2026 08:00:00 GMT</pubDate><link>"
        )
        for name, day in (("old", "02"), ("older", "01"), ("new", "03"))
    )
    days.serve(old, older)
    await days.poll()
    days.serve(new, old, older)
    assert not (await days.poll(HOUR)).warnings, "that the oldest waits was told before"
    assert [len(days.server.asked(path)) for path in ("/new", "/old", "/older")] == [1, 1, 0]
    await days.poll(HOUR)
    assert len(days.server.asked("/older")) == 1


@pytest.mark.parametrize("status", [404, 410, 401, 403])
async def test_what_will_not_change_is_not_asked_for_again(days: Days, status: int) -> None:
    days.serve(entry(broken(days.server, status=status)))
    await days.poll()
    days.server.put("/a", page())
    await days.poll(30 * DAY)
    assert len(days.server.asked("/a")) == 1
    assert days.awaited() == []
    assert days.rows("select pages_due_at from feeds") == [(None,)]


async def test_a_page_that_robots_txt_forbids_or_that_is_no_page_is_not_awaited(days: Days) -> None:
    days.server.put("/robots.txt", "User-agent: *\nDisallow: /closed\n")
    closed = days.server.put("/closed", page())
    days.serve(
        entry(closed), entry(days.server.put("/pdf", b"%PDF", headers={"Content-Type": "application/pdf"}))
    )
    await days.poll()
    assert days.awaited() == []


async def test_a_host_whose_robots_txt_could_not_be_had_is_asked_again(days: Days) -> None:
    broken(days.server, "/robots.txt", 500)
    days.serve(entry(days.server.put("/a", page())))
    await days.poll()
    assert [tries for _, tries in days.awaited()] == [1]
    del days.server.routes["/robots.txt"]
    await days.poll(HOUR + MINUTE)
    assert days.texts() == [True]


async def test_a_dead_host_sees_one_visit_a_pause_for_all_its_pages(days: Days) -> None:
    days.serve(*(entry(broken(days.server, f"/{n}")) for n in range(4)))
    await days.poll()
    for pause in PAUSES:
        await days.poll(pause + MINUTE)
    assert sum(len(days.server.asked(f"/{n}")) for n in range(4)) == 1 + len(PAUSES)
    assert days.health()["pages_given_up"] == 4


async def test_a_page_that_lets_nobody_in_says_nothing_final_of_the_others(days: Days) -> None:
    days.serve(entry(broken(days.server, "/paid", 403)), entry(days.server.put("/free", page())))
    await days.poll()
    assert not days.server.asked("/free"), "its host is closed for the round"
    await days.poll(HOUR + MINUTE)
    await days.poll(DAY)
    assert days.texts() == [False, True]
    assert [len(days.server.asked(path)) for path in ("/paid", "/free")] == [1, 1]


@pytest.mark.parametrize("limit", [3, 50])
async def test_one_broken_page_does_not_keep_the_others_of_its_host_away_for_ever(
    days: Days, limit: int
) -> None:
    days.settings = msgspec.structs.replace(
        days.settings, poll=msgspec.structs.replace(days.settings.poll, pages=limit)
    )
    dated = "<pubDate>02 Feb 2026 08:00:00 GMT</pubDate><link>"
    newest = entry(broken(days.server, "/bad")).replace("<link>", dated)
    days.serve(newest, *(entry(days.server.put(f"/{n}", page())) for n in range(3)))
    await days.poll()
    assert days.texts() == [False] * 4
    await days.poll(HOUR + MINUTE)
    assert days.texts() == [False, True, True, True]


async def test_a_page_whose_time_has_not_come_is_left_out_of_a_round(days: Days) -> None:
    first, second = (entry(broken(days.server, path)) for path in ("/a", "/b"))
    days.serve(first)
    await days.poll()
    days.serve(second, first)
    await days.poll(30 * MINUTE)
    await days.poll(31 * MINUTE)
    assert [tries for _, tries in days.awaited()] == [2, 1]


async def test_a_host_that_says_when_to_come_back_is_not_asked_before(days: Days) -> None:
    days.serve(entry(broken(days.server, status=429, **{"Retry-After": "10800"})))
    await days.poll()
    days.server.put("/a", page())
    await days.poll(3 * HOUR - MINUTE)
    assert len(days.server.asked("/a")) == 1
    await days.poll(2 * MINUTE)
    assert days.texts() == [True]


async def test_a_late_page_that_is_not_about_its_entry_changes_nothing_and_is_not_asked_for_again(
    days: Days,
) -> None:
    told = "The harbour board votes on Tuesday about lamps along the eastern quay and repairs to the fishing pier."
    days.serve(entry(broken(days.server), told))
    await days.poll()
    days.server.put(
        "/a", page(body="<p>We value your privacy. Accept all cookies or choose your settings.</p>" * 9)
    )
    result = await days.poll(2 * HOUR)
    assert (result.outcome, days.awaited()) == (Outcome.UNCHANGED, [])
    assert days.rows("select count(*) from article_versions") == [(1,)]
    await days.poll(DAY)
    assert len(days.server.asked("/a")) == 2


async def test_what_a_late_page_forbids_to_keep_is_not_kept_but_whom_it_names_is(days: Days) -> None:
    days.serve(entry(broken(days.server)))
    await days.poll()
    days.server.put(
        "/a", page('<meta name="author" content="Ana Lima"><meta name="robots" content="noarchive">')
    )
    await days.poll(2 * HOUR)
    assert days.rows("select text, authors, usage_terms from article_attribution") == [
        ("A few words.", "Ana Lima", "robots: noarchive")
    ]
    assert days.awaited() == []


async def test_an_edit_brings_its_page_and_ends_the_wait(days: Days) -> None:
    days.serve(entry(broken(days.server)))
    await days.poll()
    days.server.put("/a", page())
    days.serve(entry(f"{days.server.url}/a", "Other words."))
    await days.poll(2 * HOUR)
    assert (days.texts(), days.awaited()) == ([True], [])
    assert len(days.server.asked("/a")) == 2
    assert days.rows("select source_form from article_versions order by number") == [("html",), ("page",)]


async def test_what_was_taken_down_is_not_asked_for(days: Days) -> None:
    days.serve(entry(broken(days.server)))
    await days.poll()
    with days.store.write() as connection:
        target = Target(TakedownScope.ARTICLE, "1")
        takedowns.take_down(connection, target, copies=False, requester="A", reason="mine", now=days.now)
    assert days.awaited() == []
    await days.poll(2 * HOUR)
    assert len(days.server.asked("/a")) == 1
    assert days.rows("select pages_due_at from feeds") == [(None,)]


async def test_what_its_feed_deleted_is_not_asked_for(days: Days) -> None:
    deleted = (
        '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="urn:a"'
        ' when="2026-03-02T09:00:00Z"/>'
    )
    link = broken(days.server)
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title>F</title>{}</feed>',
        f'<entry><id>urn:a</id><title>T</title><link href="{link}"/><summary>A few words.</summary></entry>',
    )
    days.feed = days.server.put("/feed", atom[0].format(atom[1]))
    await days.poll()
    days.server.put("/feed", atom[0].format(deleted))
    await days.poll(30 * MINUTE)
    assert days.rows("select status from articles") == [("withdrawn",)]
    await days.poll(2 * HOUR)
    await days.poll(2 * HOUR)
    assert len(days.server.asked("/a")) == 1
    assert days.rows("select pages_due_at from feeds") == [(None,)]


async def test_a_feed_whose_pages_are_not_wanted_any_more_awaits_none(days: Days) -> None:
    days.serve(entry(broken(days.server)))
    await days.poll(policy="default")
    days.settings = msgspec.structs.replace(
        days.settings, poll=msgspec.structs.replace(days.settings.poll, policy="feed")
    )
    await days.poll(2 * HOUR)
    assert len(days.server.asked("/a")) == 1
    assert days.awaited() == []


async def test_a_late_page_is_no_news_of_its_feed_whose_validators_stay_believed(days: Days) -> None:
    first = entry(broken(days.server))
    days.serve(first, etag='"one"', validators=False, headers={"ETag": '"one"'})
    await days.poll()
    days.server.put("/a", page())
    days.serve(first, "<!-- -->", etag='"one"', validators=False, headers={"ETag": '"one"'})
    await days.poll(2 * HOUR)
    assert days.texts() == [True]
    assert days.health()["validators_distrusted"] is None


async def test_a_late_page_that_we_fail_at_costs_one_poll_a_day_and_no_news(days: Days) -> None:
    first = entry(broken(days.server))
    days.serve(first)
    await days.poll()
    with days.store.write() as connection:  # which no source can be made of
        connection.execute(text("update article_versions set source_authors = :odd"), {"odd": '[{"odd": 1}]'})
    outcomes = []
    for wait in (2 * HOUR, 2 * HOUR, DAY, HOUR):
        days.serve(entry(f"https://paper.example/{wait}", "News.", full=True), first)
        result = await days.poll(wait, faulty=True)
        outcomes.append((result.outcome, result.counts.new))
    assert outcomes == [(Outcome.FAILED, 0), (Outcome.STORED, 1), (Outcome.FAILED, 0), (Outcome.STORED, 1)]


async def test_two_workers_do_not_ask_for_the_same_page(days: Days) -> None:
    days.serve(entry(broken(days.server)))
    await days.poll()
    days.now += 2 * HOUR
    days.server.put("/a", page(), delay=0.3)

    async def work() -> int:
        """Poll whatever there is, as a worker of its own; how many feeds there were."""
        with days.store.write() as connection:
            held = leases.claim(connection, now=days.now, owner="w", limit=9, lease_for=HOUR, due_only=False)
        async with open_poller(days.settings, days.store, Random(1)) as poller:
            for lease in held:
                await poller.poll(lease, Clock(days.now))
        return len(held)

    assert sorted(await asyncio.gather(work(), work())) == [0, 1]
    assert await work() == 1
    assert len(days.server.asked("/a")) == 2, "once in vain, once late"
    assert days.texts() == [True]


async def test_a_poll_that_has_no_page_to_see_to_does_not_look_for_any(days: Days) -> None:
    days.serve(entry(broken(days.server)))
    await days.poll()
    said: list[str] = []
    event.listen(days.store.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    await days.poll(HOUR - MINUTE)
    assert said
    assert not [sql for sql in said if "awaited_pages" in sql or "articles" in sql]
    await days.poll(2 * MINUTE)
    assert [sql for sql in said if "awaited_pages" in sql]
