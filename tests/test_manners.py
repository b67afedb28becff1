"""Months of polling in seconds: the real poller, a real server and a real store, with the clock passed in.

Where the clock goes, requests go: `live` claims what is due, polls it, and jumps to the next due time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from ingest import settings as settings_module
from ingest.clock import Clock
from ingest.poll import Poller, open_poller
from ingest.records import Outcome, PollResult
from ingest.settings import Settings
from ingest.store import feeds, leases, queries
from ingest.store.engine import Store
from tests.loopback import Loopback
from tests.samples import item, rss

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "ingest.toml"
    file.write_text(
        '[fetch]\nallow_networks = ["127.0.0.0/8"]\ntimeout = "2s"\ncontact = "https://reader.example/bot"\n'
        '[poll]\npolicy = "feed"\n[worker]\nprocesses = 1\n',
        "utf-8",
    )
    return settings_module.load(file, {})


@dataclass
class Life:
    """One store over simulated time."""

    settings: Settings
    store: Store
    now: datetime = START
    polls: list[tuple[datetime, PollResult]] = field(default_factory=list)
    poller: Poller | None = None

    @asynccontextmanager
    async def awake(self) -> AsyncIterator[Poller]:
        async with open_poller(self.settings, self.store, Random(len(self.polls))) as poller:
            self.poller = poller
            yield poller

    def add(self, *addresses: str) -> list[int]:
        with self.store.write() as connection:
            return [feeds.add_feed(connection, url, now=self.now)[0] for url in addresses]

    async def due(self) -> int:
        """Poll what is due now; how many there were."""
        assert self.poller
        with self.store.write() as connection:
            held = leases.claim(connection, now=self.now, owner="test", limit=100, lease_for=HOUR)
        for lease in held:
            self.polls.append((self.now, await self.poller.poll(lease, Clock(self.now))))
        return len(held)

    async def until(self, end: datetime, before_poll: Callable[[datetime], None] = lambda _: None) -> None:
        """Live on to `end`, polling each feed when its stored time comes."""
        while True:
            before_poll(self.now)
            while await self.due():
                pass
            soonest = self.rows("select min(next_poll_at) from feed_health where enabled")[0][0]
            if soonest is None or (due := _time(soonest)) > end:
                break
            self.now = max(due, self.now)
        self.now = end

    def rows(self, sql: str) -> Sequence[Any]:
        with self.store.read() as connection:
            return connection.execute(text(sql)).all()

    def health(self) -> Any:
        with self.store.read() as connection:
            return queries.feed_health(connection)[0]

    def outcomes(self) -> list[Outcome]:
        return [result.outcome for _, result in self.polls]


def _time(value: Any) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


@pytest.fixture
async def life(settings: Settings, store: Store) -> AsyncIterator[Life]:
    lived = Life(settings, store)
    async with lived.awake():
        yield lived


def conditional(requests: Sequence[dict[str, str]]) -> list[bool]:
    return ["if-none-match" in headers for headers in requests]


# ------------------------------------------------------------------------------------------ a month, restarted


async def test_a_month_and_fifty_restarts_cost_one_unconditional_request_and_an_audit_a_week(
    server: Loopback, settings: Settings, migrated_url: str
) -> None:
    url = server.put("/feed", rss(item(1), item(2)), etag='W/"a,b;\u00e9 \\"c')
    dice = Random(7)
    restarts = sorted(START + DAY * dice.uniform(0, 30) for _ in range(50))
    now, polled = START, 0
    for number, end in enumerate([*restarts, START + 30 * DAY]):
        with Store(migrated_url) as store:
            life = Life(settings, store, now=now)
            if not number:
                life.add(url)
            async with life.awake():
                await life.until(end)
            now = life.now
            polled += len(life.polls)
            assert len(life.rows("select id from polls")) == polled
            early = [
                poll
                for poll in life.rows("select started_at, lag(next_poll_at) over (order by id) from polls")
                if poll[1] is not None and _time(poll[0]) < _time(poll[1])
            ]
            assert not early
    requests = server.asked("/feed")
    assert len(requests) == polled
    assert 30 <= polled < 150
    unasked = [n for n, asked in enumerate(conditional(requests)) if not asked]
    assert unasked[0] == 0
    assert 3 <= len(unasked) - 1 <= 4  # audits: one a week
    sent = {headers["if-none-match"] for headers in requests if "if-none-match" in headers}
    assert sent == {'W/"a,b;\u00e9 \\"c'}


async def test_a_restart_polls_nothing_that_is_not_due(
    server: Loopback, settings: Settings, store: Store
) -> None:
    life = Life(settings, store)
    life.add(*(server.put(f"/{n}", rss(item(n))) for n in range(8)))
    async with life.awake():
        while await life.due():
            pass
    asked = len(server.requests)
    for _ in range(3):
        async with life.awake():
            life.now += timedelta(seconds=30)
            assert await life.due() == 0
    assert len(server.requests) == asked


async def test_feeds_added_together_come_apart(server: Loopback, life: Life) -> None:
    life.add(*(server.put(f"/{n}", rss(item(n))) for n in range(12)))
    while await life.due():
        pass
    times = [_time(row[0]) for row in life.rows("select next_poll_at from feeds")]
    assert max(times) - min(times) > timedelta(minutes=10)


async def test_no_cookie_and_no_referrer_is_sent_and_the_agent_can_be_reached(
    server: Loopback, life: Life
) -> None:
    target = server.put("/real", rss(item(1)), headers={"Set-Cookie": "b=2; Path=/"})
    url = server.put(
        "/feed", b"", status=302, headers={"Location": target, "Set-Cookie": "a=1; Path=/"}, validators=False
    )
    life.add(url)
    await life.until(START + 2 * DAY)
    assert len(server.requests) > 4
    for _, headers in server.requests:
        assert not {"cookie", "referer", "from"} & headers.keys()
        assert headers["user-agent"].startswith("ingest/")
        assert headers["user-agent"].endswith("(+https://reader.example/bot)")


# ------------------------------------------------------------------------------------------ hints


async def test_the_ttl_of_a_document_still_holds_after_a_304(server: Loopback, life: Life) -> None:
    life.add(server.put("/feed", rss(item(1), extra="<ttl>300</ttl>")))
    await life.until(START + DAY)
    assert conditional(server.asked("/feed")).count(False) == 1
    gaps = [later - earlier for (earlier, _), (later, _) in zip(life.polls, life.polls[1:], strict=False)]
    assert len(gaps) >= 2
    assert min(gaps) >= 5 * HOUR
    assert {result.next_poll.reason for _, result in life.polls if result.detail == "not modified"} <= {
        "every 5.0 h: ttl"
    } | {result.next_poll.reason for _, result in life.polls if result.next_poll.interval > 5 * HOUR}


async def test_freshness_that_a_304_states_is_obeyed(server: Loopback, life: Life) -> None:
    life.add(server.put("/feed", rss(item(1)), headers={"Cache-Control": "max-age=60"}))
    await life.due()
    expires = datetime.now(UTC) + timedelta(hours=4, seconds=30)  # the server's own Date is today's
    server.routes["/feed"].headers = {"Expires": format_datetime(expires, usegmt=True)}
    life.now += 2 * HOUR
    await life.until(life.now)
    assert life.polls[-1][1].detail == "not modified"
    assert life.polls[-1][1].next_poll.interval >= 4 * HOUR
    assert 4 * 3600 <= life.health()["hints"]["fresh_for"] <= 4 * 3600 + 30


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_retry_after_is_obeyed_to_the_minute_and_stands_on_the_poll(
    server: Loopback, life: Life, status: int, form: str
) -> None:
    until = "10800" if form == "seconds" else format_datetime(datetime.now(UTC) + 3 * HOUR, usegmt=True)
    life.add(server.put("/feed", b"later", status=status, headers={"Retry-After": until}))
    await life.due()
    next_poll = life.polls[0][1].next_poll
    assert next_poll.at >= START + 3 * HOUR - timedelta(seconds=2)
    assert next_poll.reason.startswith("Retry-After 10")
    ((reason, seconds),) = life.rows("select next_poll_reason, retry_after_seconds from polls")
    assert reason == next_poll.reason
    assert 10798 <= seconds <= 10800
    await life.until(START + 3 * HOUR - timedelta(minutes=1))
    assert len(server.requests) == 1


async def test_a_429_is_no_failure_of_the_feed(server: Loopback, life: Life) -> None:
    life.add(server.put("/feed", rss(item(1))))
    await life.due()
    server.put("/feed", b"too many", status=429, validators=False)
    await life.until(START + 3 * DAY)
    assert life.outcomes().count(Outcome.FAILED) >= 3
    assert life.health()["failures"] == 0
    assert life.health()["status"] == "active"


# ------------------------------------------------------------------------------------------ false 304s


@pytest.mark.parametrize("how", ["the ETag never changes", "every condition is met with 304"])
async def test_a_server_that_lies_with_304_is_found_out_within_a_week_and_told(
    server: Loopback, life: Life, how: str
) -> None:
    lie: dict[str, Any] = {"etag": '"same"'} if "ETag" in how else {"frozen": True}
    life.add(server.put("/feed", rss(item(1)), **lie))
    await life.until(START + DAY)
    server.put("/feed", rss(item(1), item(2)), **lie)
    await life.until(START + 9 * DAY)
    assert {row[0] for row in life.rows("select title from article_attribution")} == {"Story 1", "Story 2"}
    assert life.health()["validators_distrusted"]
    told = [warning for _, result in life.polls for warning in result.warnings]
    assert any("not believed" in warning for warning in told)
    before = len(server.requests)
    server.put("/feed", rss(item(2), item(3)), **lie)
    await life.until(START + 11 * DAY)
    assert not any(conditional(server.asked("/feed")[before:]))
    assert len(life.rows("select id from articles")) == 3


async def test_an_honest_server_that_changes_just_before_an_audit_keeps_its_trust(
    server: Loopback, life: Life
) -> None:
    life.add(server.put("/feed", rss(item(1))))
    for day in range(1, 24):
        await life.until(START + day * DAY)
        if day % 8 == 7:
            server.put("/feed", rss(item(day), item(1)))
    assert life.health()["validators_distrusted"] is None


# ------------------------------------------------------------------------------------------ failures


async def test_a_feed_that_is_gone_twice_is_retired_with_the_reason(server: Loopback, life: Life) -> None:
    life.add(server.put("/feed", b"gone", status=410, validators=False))
    await life.until(START + 60 * DAY)
    assert len(life.polls) == 2
    assert life.polls[1][0] - life.polls[0][0] >= DAY
    health = life.health()
    assert (health["status"], health["enabled"]) == ("retired", False)
    assert "410" in health["status_reason"]
    assert life.rows("select count(*) from polls")[0][0] == 2


async def test_one_410_by_mistake_costs_a_day(server: Loopback, life: Life) -> None:
    life.add(server.put("/feed", b"gone", status=410, validators=False))
    await life.due()
    server.put("/feed", rss(item(1)))
    await life.until(START + 2 * DAY)
    server.put("/feed", b"gone", status=410, validators=False)
    life.now += 2 * DAY
    await life.due()
    assert life.health()["status"] == "active"
    assert life.rows("select count(*) from articles")[0][0] == 1


async def test_a_404_is_asked_ever_less_and_comes_back_by_itself(server: Loopback, life: Life) -> None:
    url = server.put("/feed", rss(item(1)))
    life.add(url)
    await life.due()
    del server.routes["/feed"]
    await life.until(START + 365 * DAY)
    asked = [at for at, _ in life.polls]
    assert len(asked) < 25
    assert asked[-1] - asked[-2] >= 30 * DAY
    assert life.health()["status"] == "active"
    server.put("/feed", rss(item(1), item(2)))
    await life.until(START + 400 * DAY)
    health = life.health()
    assert (health["failures"], health["articles"]) == (0, 2)
    assert health["next_poll_at"] < life.now + 2 * DAY


# ------------------------------------------------------------------------------------------ redirects


async def test_a_permanent_redirect_is_adopted_after_a_week_and_articles_stay_who_they_are(
    server: Loopback, life: Life
) -> None:
    old = server.put("/old", rss(item(1)))
    life.add(old)
    await life.until(START + DAY)
    new = server.put("/new", rss(item(1), item(2)))
    server.put("/old", b"", status=301, headers={"Location": new}, validators=False)
    await life.until(START + 6 * DAY)
    health = life.health()
    assert (health["url"], health["moved_to"]) == (old, new)
    assert health["moved_times"] > 2
    await life.until(START + 11 * DAY)
    health = life.health()
    assert (health["url"], health["moved_to"]) == (new, None)
    ((alias, reason),) = life.rows("select url, reason from feed_aliases")
    assert alias == old
    assert "moved permanently" in reason
    assert life.rows("select count(*) from articles")[0][0] == 2
    assert life.add(old) == [1]
    asked = len(server.asked("/old"))
    unasked = conditional(server.asked("/new")).count(False)
    await life.until(START + 14 * DAY)
    assert len(server.asked("/old")) == asked
    assert conditional(server.asked("/new")).count(False) == unasked


async def test_a_feed_that_is_always_redirected_to_another_host_is_asked_unconditionally_once(
    server: Loopback, life: Life
) -> None:
    there = server.put("/there", rss(item(1))).replace("127.0.0.1", "localhost")
    life.add(server.put("/here", b"", status=302, headers={"Location": there}, validators=False))
    await life.until(START + 5 * DAY)
    assert conditional(server.asked("/there")).count(False) == 1
    assert not any(conditional(server.asked("/here")))
    server.put(
        "/here", rss(item(1), item(2))
    )  # it is no longer sent there: the validators are not for this address
    await life.until(START + 6 * DAY)
    assert life.rows("select count(*) from articles")[0][0] == 2


async def test_when_the_old_address_dies_the_new_one_is_taken_at_once(server: Loopback, life: Life) -> None:
    new = server.put("/new", rss(item(1)))
    life.add(server.put("/old", b"", status=308, headers={"Location": new}, validators=False))
    await life.due()
    del server.routes["/old"]
    await life.until(START + DAY)
    health = life.health()
    assert (health["url"], health["failures"], health["last_outcome"]) == (new, 0, "unchanged")
    assert life.outcomes().count(Outcome.FAILED) == 1


async def test_a_redirect_to_a_page_that_is_no_feed_is_never_adopted(server: Loopback, life: Life) -> None:
    page = server.put("/parked", "<!doctype html><html><title>For sale</title></html>")
    url = server.put("/old", b"", status=301, headers={"Location": page}, validators=False)
    life.add(url)
    await life.until(START + 20 * DAY)
    assert life.health()["url"] == url


async def test_an_address_that_another_feed_has_is_not_taken(server: Loopback, life: Life) -> None:
    new = server.put("/new", rss(item(1)))
    old = server.put("/old", b"", status=301, headers={"Location": new}, validators=False)
    life.add(old, new)
    await life.until(START + 10 * DAY)
    assert {row[0] for row in life.rows("select url from feeds")} == {old, new}
    assert life.rows("select count(*) from feed_aliases")[0][0] == 0
    told = life.rows("select warnings from polls order by id")
    assert any("another feed's address" in str(row[0]) for row in told)


async def test_a_dead_address_whose_new_one_another_feed_has_is_asked_ever_less_like_any_dead_one(
    server: Loopback, life: Life
) -> None:
    new = server.put("/new", rss(item(1)))
    old = server.put("/old", b"", status=301, headers={"Location": new}, validators=False)
    life.add(old, new)
    await life.due()
    del server.routes["/old"]
    before = len(server.asked("/old"))
    await life.until(START + 20 * DAY)
    assert len(server.asked("/old")) - before < 15


# ------------------------------------------------------------------------------------------ rhythm


async def test_a_feed_of_one_hour_a_day_is_soon_visited_near_that_hour(server: Loopback, life: Life) -> None:
    def published(now: datetime) -> None:
        days = [START + day * DAY + 4 * HOUR for day in range(30)]
        there = [day for day in days if day <= now]
        entries = [
            item(f"{day:%d}").replace("Mon, 02 Nov 2026 10:00:00 GMT", format_datetime(day, usegmt=True))
            for day in there[-10:]
        ]
        server.put("/feed", rss(*entries))

    published(START)
    life.add(server.url + "/feed")
    await life.until(START + 28 * DAY, published)
    assert life.rows("select count(*) from articles")[0][0] == 28
    found = [at for at, result in life.polls if result.counts.new]
    late = sorted(at - START - 4 * HOUR - (at - START - 4 * HOUR) // DAY * DAY for at in found[-7:])
    assert late[3] < HOUR / 2
    last_week = [at for at, _ in life.polls if at > START + 21 * DAY]
    assert len(last_week) < 5 * 7
    assert life.health()["rhythm"]["shown"] == 10
