"""The worker as a real process: it polls what is due, drains on a signal, and loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ingest.store import feeds
from ingest.store.engine import Store
from tests.loopback import Loopback, serving
from tests.samples import item, rss

FEEDS = 12


@pytest.fixture
def server() -> Iterator[Loopback]:
    with serving() as running:
        yield running


@pytest.fixture
def start(tmp_path: Path, migrated_url: str) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `ingest run` on the store of the test; whatever still runs at the end is killed."""
    config = tmp_path / "worker.toml"
    config.write_text(
        '[fetch]\nallow_networks = ["127.0.0.0/8"]\nconcurrency = 4\n'
        '[poll]\nper_host = 4\nhost_gap = 0\n[worker]\nprocesses = 1\ntick = "1s"\ngrace = "8s"\n',
        "utf-8",
    )
    started: list[subprocess.Popen[str]] = []

    def run() -> subprocess.Popen[str]:
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


def add(store: Store, server: Loopback, **answer: Any) -> None:
    with store.write() as session:
        for n in range(FEEDS):
            url = server.put(f"/{n}", rss(item(f"{n}-a"), item(f"{n}-b"), title=f"Feed {n}"), **answer)
            feeds.add_feed(session, url, now=datetime.now(UTC))


def one(store: Store, sql: str) -> Any:
    with store.read() as session:
        return session.execute(text(sql)).scalar_one()


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
