"""The worker as a real process: it polls what is due, drains on a signal, and loses nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ingest import worker
from ingest.store import feeds
from ingest.store.engine import Store
from tests.loopback import Loopback
from tests.samples import item, rss

FEEDS = 12


@pytest.fixture
def start(tmp_path: Path, migrated_url: str) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `ingest run` on the store of the test; whatever still runs at the end is killed."""
    config = tmp_path / "worker.toml"
    started: list[subprocess.Popen[str]] = []

    def run(poll: str = "per_host = 4\nhost_gap = 0\n") -> subprocess.Popen[str]:
        config.write_text(
            '[fetch]\nallow_networks = ["127.0.0.0/8"]\nconcurrency = 4\n'
            f'[poll]\n{poll}[worker]\nprocesses = 1\ntick = "1s"\ngrace = "30s"\n',
            "utf-8",
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "ingest", "--config", str(config), "run"],
            env=os.environ | {"INGEST_DATABASE_URL": migrated_url},
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def add(store: Store, server: Loopback, count: int = FEEDS, **answer: Any) -> None:
    with store.write() as connection:
        for n in range(count):
            url = server.put(f"/{n}", rss(item(f"{n}-a"), item(f"{n}-b"), title=f"Feed {n}"), **answer)
            feeds.add_feed(connection, url, now=datetime.now(UTC))


def one(store: Store, sql: str) -> Any:
    with store.read() as connection:
        return connection.execute(text(sql)).scalar_one()


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


POLLED = "select count(*) from feeds where last_success_at is not null"
HELD = "select count(*) from feeds where lease_token is not null"
ARTICLES = "select count(*) from articles"


def test_sigterm_in_the_middle_drains_and_the_next_worker_finishes(
    store: Store, server: Loopback, start: Callable[[], subprocess.Popen[str]]
) -> None:
    add(store, server, delay=0.4)
    worker = start()
    until(lambda: len(server.requests) > 5)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    polled = one(store, POLLED)
    assert 0 < polled < FEEDS, "the signal was to come in the middle"
    assert one(store, HELD) == 0
    assert one(store, ARTICLES) == 2 * polled
    start()
    until(lambda: bool(one(store, POLLED) == FEEDS))
    assert one(store, ARTICLES) == 2 * FEEDS
    assert one(store, "select count(*) from polls where outcome = 'stored'") == FEEDS


def test_a_second_signal_stops_at_once(
    store: Store, server: Loopback, start: Callable[[], subprocess.Popen[str]]
) -> None:
    add(store, server, delay=6.0)
    worker = start()
    until(lambda: len(server.requests) > 0)
    worker.send_signal(signal.SIGINT)
    time.sleep(0.3)
    began = time.monotonic()
    worker.send_signal(signal.SIGINT)
    assert worker.wait(10) == 128 + signal.SIGINT
    assert time.monotonic() - began < 3


def test_two_workers_share_the_feeds_and_poll_none_twice(
    store: Store, server: Loopback, start: Callable[[], subprocess.Popen[str]]
) -> None:
    add(store, server, delay=0.2)
    start()
    start()
    until(lambda: bool(one(store, POLLED) == FEEDS))
    assert one(store, ARTICLES) == 2 * FEEDS
    assert one(store, "select count(*) from polls") == FEEDS
    assert len(server.requests) == FEEDS


def test_four_workers_visit_a_host_one_at_a_time_with_a_pause_between(
    store: Store, server: Loopback, start: Callable[..., subprocess.Popen[str]]
) -> None:
    add(store, server, delay=0.05)
    for _ in range(4):
        start("per_host = 1\nhost_gap = 0.2\n")
    until(lambda: bool(one(store, POLLED) == FEEDS), 90)
    assert one(store, "select count(*) from polls") == FEEDS
    assert len(server.requests) == FEEDS
    pauses = [after[0] - before[1] for before, after in pairwise(sorted(server.visits))]
    assert min(pauses) >= 0.2 - 0.005  # the database counts in milliseconds


SHORT_LEASE = 'per_host = 4\nhost_gap = 0\nlease = "6s"\nparse_timeout = "5s"\n'


def test_the_feeds_of_a_killed_worker_are_picked_up_when_its_lease_ends(
    store: Store, server: Loopback, start: Callable[..., subprocess.Popen[str]]
) -> None:
    add(store, server, count=4, delay=60.0)
    killed = start(SHORT_LEASE)
    until(lambda: len(server.requests) == 4)
    killed.kill()
    lapse = one(store, "select max(lease_until) from feeds")
    for answer in server.routes.values():
        answer.delay = 0.0
    start(SHORT_LEASE)
    until(lambda: bool(one(store, POLLED) == 4), 60)
    assert one(store, "select min(started_at) from polls") >= lapse
    assert (one(store, "select count(*) from polls"), one(store, ARTICLES)) == (4, 8)


def test_the_late_result_of_a_worker_that_stood_still_is_refused_whole(
    store: Store, server: Loopback, start: Callable[..., subprocess.Popen[str]]
) -> None:
    add(store, server, count=1, delay=1.0)
    late = start(SHORT_LEASE)
    until(lambda: len(server.requests) == 1)
    time.sleep(0.3)  # until it has looked for more feeds: stopped inside a claim it would keep SQLite's lock
    late.send_signal(signal.SIGSTOP)
    server.put("/0", rss(item("0-c")))
    other = start(SHORT_LEASE)
    until(lambda: bool(one(store, POLLED) == 1), 60)
    other.send_signal(signal.SIGTERM)
    assert other.wait(20) == 0
    late.send_signal(signal.SIGCONT)
    late.send_signal(signal.SIGTERM)
    _, log = late.communicate(timeout=40)
    assert late.returncode == 0
    assert "another worker holds the lease" in log, log
    assert one(store, "select count(*) from polls") == 1
    assert one(store, "select title from article_attribution") == "Story 0-c"


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_database_that_throws_the_worker_out_costs_it_a_claim_and_not_its_life(
    store: Store, server: Loopback, start: Callable[[], subprocess.Popen[str]]
) -> None:
    add(store, server, count=4)
    worker = start()
    until(lambda: bool(one(store, POLLED) == 4))
    with store.write() as connection:
        connection.execute(text("lock table feeds in access exclusive mode"))
        connection.execute(text("update feeds set next_poll_at = now()"))
        waits = "from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        until(lambda: bool(one(store, f"select count(*) {waits}")))
        one(store, f"select count(pg_terminate_backend(pid)) {waits}")
    until(lambda: bool(one(store, "select count(*) from polls") == 8))
    worker.send_signal(signal.SIGTERM)
    _, log = worker.communicate(timeout=20)
    assert worker.returncode == 0
    assert "no feed could be claimed" in log, log


def test_a_worker_that_no_clock_wakes_wakes_by_itself() -> None:
    """Where the wall clock is set back by a day, the scheduler's next tick is a day away."""

    async def waited() -> None:
        async with asyncio.timeout(30):
            await worker._either(asyncio.Event(), asyncio.Event(), within=timedelta(milliseconds=10))

    asyncio.run(waited())
