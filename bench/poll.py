"""Polling side by side: `ingest poll`, lemon24's reader and newsboat on the same generated feeds, in the same run.

    python -m bench.poll [SCENARIO…] [--feeds N] [--peers reader,newsboat] [--archive ARTICLES]

Scenarios: cold, unchanged (304), same (identical bytes with 200), new (one new entry a feed), latency (100 ms, 304).
CPU is that of the whole process tree, start and end included. reader: pip install 'ingest[bench]'; newsboat:
apt install newsboat. A peer that is not there is left out and said so.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from bench import feedserver
from bench.measure import Cost, cost_of

ROOT = Path(__file__).parents[1]
LATENCY_FEEDS = 200


# ------------------------------------------------------------------------------------------ the server


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    feeds: int

    def set(self, **switches: float) -> dict[str, int]:
        """Turn switches; how many answers of each status were given since the last call."""
        query = "&".join(f"{name}={value}" for name, value in switches.items())
        with urlopen(f"http://127.0.0.1:{self.port}/control?{query}") as answer:
            told: dict[str, int] = json.load(answer)
        return told

    @property
    def urls(self) -> list[str]:
        return [feedserver.url(feed, self.port) for feed in range(self.feeds)]


@contextmanager
def serving(feeds: int, entries: int) -> Iterator[Server]:
    command = [sys.executable, "-m", "bench.feedserver", f"--feeds={feeds}", f"--entries={entries}"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        yield Server(int(process.stdout.readline()), feeds)
        process.stdin.close()


# ------------------------------------------------------------------------------------------ those who poll


class Ingest:
    name = "ingest"

    def __init__(self, home: Path) -> None:
        self._file = home / "ingest.sqlite3"
        self._environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "INGEST_DATABASE_URL": f"sqlite:///{self._file}",
            "INGEST_FEEDS_FILE": str(home / "none.toml"),
            "INGEST_FETCH__ALLOW_NETWORKS": "127.0.0.0/8",
        }

    def subscribe(self, urls: Sequence[str]) -> None:
        listed = self._file.with_suffix(".csv")
        listed.write_text("url\n" + "\n".join(urls))
        cost_of([sys.executable, "-m", "ingest", "import", str(listed)], self._environment)

    def poll(self, *, memory: bool = False) -> Cost:
        with closing(sqlite3.connect(self._file)) as store, store:
            store.execute("UPDATE feeds SET next_poll_at = created_at")
        return cost_of([sys.executable, "-m", "ingest", "poll"], self._environment, memory=memory)

    def articles(self) -> int:
        with closing(sqlite3.connect(self._file)) as store:
            return int(store.execute("SELECT count(*) FROM article_versions").fetchone()[0])


class Reader:
    """lemon24/reader, as its guide has it: ten workers, all feeds whether due or not."""

    name = "reader"

    _SUBSCRIBE = "import sys, reader\nr = reader.make_reader(sys.argv[1])\nfor url in open(sys.argv[2]): r.add_feed(url.strip())"
    _POLL = "import sys, reader\nreader.make_reader(sys.argv[1]).update_feeds(workers=10, scheduled=False)"

    def __init__(self, home: Path) -> None:
        self._file = home / "reader.sqlite3"
        self._environment = os.environ | {"PYTHONPATH": str(ROOT)}

    @staticmethod
    def missing() -> str | None:
        return (
            None
            if importlib.util.find_spec("reader")
            else "reader is not installed: pip install 'ingest[bench]'"
        )

    def subscribe(self, urls: Sequence[str]) -> None:
        listed = self._file.with_suffix(".urls")
        listed.write_text("\n".join(urls))
        cost_of([sys.executable, "-c", self._SUBSCRIBE, str(self._file), str(listed)], self._environment)

    def poll(self, *, memory: bool = False) -> Cost:
        return cost_of([sys.executable, "-c", self._POLL, str(self._file)], self._environment, memory=memory)

    def articles(self) -> int:
        with closing(sqlite3.connect(self._file)) as store:
            return int(store.execute("SELECT count(*) FROM entries").fetchone()[0])


class Newsboat:
    name = "newsboat"

    def __init__(self, home: Path) -> None:
        self._home = home
        self._environment = os.environ | {"HOME": str(home), "PYTHONPATH": str(ROOT)}

    @staticmethod
    def missing() -> str | None:
        return None if shutil.which("newsboat") else "newsboat is not installed: apt install newsboat"

    def subscribe(self, urls: Sequence[str]) -> None:
        (self._home / "urls").write_text("\n".join(urls))
        (self._home / "config").write_text("reload-threads 10\n")

    def poll(self, *, memory: bool = False) -> Cost:
        files = ["-u", self._home / "urls", "-c", self._home / "newsboat.db", "-C", self._home / "config"]
        return cost_of(["newsboat", *map(str, files), "-x", "reload"], self._environment, memory=memory)

    def articles(self) -> int:
        with closing(sqlite3.connect(self._home / "newsboat.db")) as store:
            return int(store.execute("SELECT count(*) FROM rss_item").fetchone()[0])
