"""What writing polls costs beside the least that it can cost: the same rows by sqlite3.executemany.

    python -m bench.store [--polls N] [--entries N] [--together N] [--rounds N] [--profile]

Each poll brings so many new articles, each with a version, its notices, hops and bylines: what `polls.persist` makes
of them is read back and written again, table by table, into a store of the same schema, as many polls in each
transaction as `persist` is given. Both in turns, and the cheapest of some rounds counts: a machine has its moods.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from ingest.recording import MOST_AT_ONCE
from ingest.records import Draft
from ingest.store import leases, migrate
from ingest.store.engine import Store
from ingest.store.feeds import add_feed
from ingest.store.polls import persist
from tests.store.samples import HOUR, NOW, brought, draft, entry

TABLES = ("articles", "article_versions", "notices", "hops", "bylines", "sightings", "polls")
PARAGRAPH = "The harbour board met on Tuesday and decided, after four hours, that the old crane should stay. "


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--polls", type=int, default=1000)
    arguments.add_argument("--entries", type=int, default=20)
    arguments.add_argument("--together", type=int, default=MOST_AT_ONCE // 20, help="polls in a transaction")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--profile", action="store_true")
    asked = arguments.parse_args()
    profile = cProfile.Profile() if asked.profile else None
    rounds = [
        _round(asked.polls, asked.entries, asked.together, profile)
        for _ in range(1 if profile else asked.rounds)
    ]
    rows, ours, least = (min(column) for column in zip(*rounds, strict=True))
    articles = asked.polls * asked.entries
    print(f"{articles} articles, {rows} rows: {ours:.2f} s of CPU, executemany {least:.2f} s")
    print(f"{ours / least:.2f} x (goal 1.8)")
    if profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(35)


def _round(
    polls: int, entries: int, together: int, profile: cProfile.Profile | None
) -> tuple[int, float, float]:
    """How many rows there are; seconds of CPU to persist what they come from, and to copy them."""
    with tempfile.TemporaryDirectory() as home:
        ours, theirs = Path(home) / "ours.sqlite3", Path(home) / "theirs.sqlite3"
        for file in (ours, theirs):
            migrate.upgrade(f"sqlite:///{file}")
        seconds = _persisted(ours, polls, entries, together, profile)
        rows, least = _copied(ours, theirs, together)
    return rows, seconds, least


def _persisted(
    file: Path, polls: int, entries: int, together: int, profile: cProfile.Profile | None
) -> float:
    """Seconds of CPU that so many polls take to write; making what they bring is not counted."""
    spent = 0.0
    with Store(f"sqlite:///{file}") as store:
        with store.write() as connection:
            for number in range(polls):
                add_feed(connection, f"https://paper{number}.example/feed", now=NOW - HOUR)
        with store.write() as connection:
            claimed = leases.claim(connection, now=NOW, owner="bench", limit=polls, lease_for=HOUR)
        assert len(claimed) == polls
        for start in range(0, polls, together):
            some = [
                brought(lease, _drafts(lease.feed_id, entries)) for lease in claimed[start : start + together]
            ]
            began = time.process_time()
            if profile:
                profile.enable()
            with store.write() as connection:
                persist(connection, some)
            if profile:
                profile.disable()
            spent += time.process_time() - began
    return spent


def _drafts(feed: int, count: int) -> Sequence[Draft]:
    return [draft(entry(f"{feed}-{n}", f"{feed}-{n} " + PARAGRAPH * (20 + n))) for n in range(count)]


def _copied(source: Path, target: Path, together: int) -> tuple[int, float]:
    """The rows of `source` written to `target` by executemany, so many feeds in a transaction; how many, and seconds of
    CPU."""
    spent, count = 0.0, 0
    with closing(sqlite3.connect(source)) as store, closing(sqlite3.connect(target)) as copy:
        copy.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = OFF"):
            copy.execute(f"PRAGMA {pragma}")
        for table in ("feeds", "publishers", "people"):
            _insert(copy, table, store.execute(f"SELECT * FROM {table}").fetchall())
        copy.execute("PRAGMA foreign_keys = ON")
        feeds = [feed for (feed,) in store.execute("SELECT id FROM feeds").fetchall()]
        for start in range(0, len(feeds), together):
            rows = {
                table: [
                    row for feed in feeds[start : start + together] for row in _rows_of(store, table, feed)
                ]
                for table in TABLES
            }
            began = time.process_time()
            copy.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                _insert(copy, table, rows[table])
            copy.execute("COMMIT")
            spent += time.process_time() - began
            count += sum(map(len, rows.values()))
    return count, spent


def _rows_of(store: sqlite3.Connection, table: str, feed: int) -> Iterator[tuple[object, ...]]:
    versions = (
        "SELECT v.id FROM article_versions v JOIN articles a ON a.id = v.article_id WHERE a.feed_id = ?"
    )
    of_feed = {"article_versions": f"id IN ({versions})"} | dict.fromkeys(
        ("notices", "hops", "bylines"), f"version_id IN ({versions})"
    )
    yield from store.execute(f"SELECT * FROM {table} WHERE {of_feed.get(table, 'feed_id = ?')}", (feed,))


def _insert(store: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        store.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


if __name__ == "__main__":
    main()
