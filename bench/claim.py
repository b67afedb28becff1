"""What a claim costs, by how many feeds there are and how they lie on hosts.

python -m bench.claim [DATABASE_URL]

Prints milliseconds of CPU of this process for a claim of 25 feeds (the best of seven, after one to warm up); without an
address it makes a SQLite store of its own. A store that is named must be empty: its feeds are replaced.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import delete, insert, text

from ingest.records import FeedPolicy
from ingest.store import migrate
from ingest.store.bulk import table_of
from ingest.store.engine import Store
from ingest.store.leases import claim
from ingest.store.models import Feed
from ingest.store.types import FeedOrigin, FeedStatus

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def fill(store: Store, hosts: Sequence[str], *, due: bool = True) -> None:
    dice = Random(1)
    rows = [
        {
            "url": f"https://{host}/{n}",
            "host": host,
            "tags": [],
            "origin": FeedOrigin.ADDED,
            "policy": FeedPolicy.FEED,
            "status": FeedStatus.ACTIVE,
            "created_at": NOW,
            "statements": [],
            "next_poll_at": NOW + HOUR * (-dice.random() if due else 1 + dice.random()),
            "failures": 0.0,
        }
        for n, host in enumerate(hosts)
    ]
    with store.write() as connection:
        connection.execute(delete(table_of(Feed)))
        connection.execute(insert(table_of(Feed)), rows)
    with store.write() as connection:
        connection.execute(text("ANALYZE"))


def cost(store: Store, *, per_host: int, gap: timedelta) -> tuple[float, int]:
    """The least CPU of a claim in milliseconds, and how many feeds the last one brought."""
    costs, got = [], 0
    for turn in range(8):
        began = time.process_time()
        with store.write() as connection:
            at = NOW + turn * 1.5 * SECOND
            leases = claim(
                connection, now=at, owner="bench", limit=25, lease_for=HOUR, per_host=per_host, gap=gap
            )
        costs.append((time.process_time() - began) * 1000)
        got = len(leases)
    return min(costs[1:]), got


def measure(url: str) -> None:
    migrate.upgrade(url)
    with Store(url) as store:
        for feeds in (10_000, 100_000):
            spread = [f"h{n % (feeds // 2)}.example" for n in range(feeds)]
            crowd = ["big.example"] * feeds
            for told, hosts, due, per_host, gap in (
                ("all due, two a host, pause 1 s", spread, True, 1, SECOND),
                ("none due", spread, False, 1, SECOND),
                ("all due on one host, pause 1 s", crowd, True, 1, SECOND),
                ("all due on one host, 250 at a time", crowd, True, 250, timedelta(0)),
            ):
                fill(store, hosts, due=due)
                spent, got = cost(store, per_host=per_host, gap=gap)
                print(f"{feeds:7,} feeds, {told:36} {spent:7.1f} ms, {got} leased", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(f"sqlite:///{folder}/claims.sqlite3")
