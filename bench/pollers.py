"""Those whom bench/poll.py holds side by side, each behind the same three doors, and the server they poll."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.request import urlopen

from bench import feedserver
from bench.measure import Cost, cost_of

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    feeds: int
    entries: int

    def set(self, **switches: float) -> dict[str, int]:
        """Turn switches (bench/feedserver.py); how many answers of each status were given since the last call."""
        query = "&".join(f"{name}={value:g}" for name, value in switches.items())
        with urlopen(f"http://127.0.0.1:{self.port}/control?{query}") as answer:
            told: dict[str, int] = json.load(answer)
        return told

    @property
    def urls(self) -> list[str]:
        return [feedserver.url(feed, self.port) for feed in range(self.feeds)]

    def etag(self, feed: int) -> str:
        """Of a feed as it stands before anything new."""
        return f'"{feed}-{self.entries}"'

    def megabytes(self) -> float:
        """Of all documents, unpacked; from as many feeds as there are kinds."""
        some = [len(feedserver.document(feed, self.entries, self.entries)) for feed in range(8)]
        return sum(some) / len(some) * self.feeds / 1e6


@contextmanager
def serving(feeds: int, entries: int) -> Iterator[Server]:
    command = [sys.executable, "-m", "bench.feedserver", f"--feeds={feeds}", f"--entries={entries}"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Server(int(process.stdout.readline()), feeds, entries)
        process.stdin.close()


class Poller(Protocol):
    name: str

    def __init__(self, home: Path) -> None: ...
    def subscribe(self, urls: Sequence[str]) -> None: ...
    def poll(self, *, memory: bool = False) -> Cost: ...
    def articles(self) -> int: ...

    def start(self) -> Cost:
        """What a poll costs that has nothing to visit."""
        ...


class Ingest:
    """`ingest poll` on a SQLite store of its own, or on that of `url`; settings as they ship, but no pages."""

    name = "ingest"

    def __init__(self, home: Path, url: str | None = None) -> None:
        self.file = home / "ingest.sqlite3"
        self.environment = _environment(home) | {
            "INGEST_DATABASE_URL": url or f"sqlite:///{self.file}",
            "INGEST_FEEDS_FILE": str(home / "none.toml"),
            "INGEST_RULES_DIR": str(home / "none"),
            "INGEST_FETCH__ALLOW_NETWORKS": "127.0.0.0/8",
            "INGEST_POLL__POLICY": "feed",
        }

    def subscribe(self, urls: Sequence[str]) -> None:
        listed = self.file.with_suffix(".csv")
        listed.write_text("url\n" + "\n".join(urls))
        self.run("import", str(listed))

    def poll(self, *, memory: bool = False) -> Cost:
        with closing(sqlite3.connect(self.file)) as store, store:
            store.execute("UPDATE feeds SET next_poll_at = created_at, last_polled_at = NULL")
        return self.run("poll", memory=memory)

    def start(self) -> Cost:
        with closing(sqlite3.connect(self.file)) as store, store:
            store.execute("UPDATE feeds SET next_poll_at = '2999-01-01 00:00:00.000000'")
        return self.run("poll")

    def run(self, *arguments: str, memory: bool = False) -> Cost:
        return cost_of([sys.executable, "-m", "ingest", *arguments], self.environment, memory=memory)

    def articles(self) -> int:
        return _count(self.file, "article_versions")


class Reader:
    """lemon24/reader as its guide has it: ten workers; all feeds, whether due or not."""

    name = "reader"
    _SUBSCRIBE = (
        "import sys, reader\n"
        "feeds = reader.make_reader(sys.argv[1])\n"
        "for url in open(sys.argv[2]): feeds.add_feed(url.strip())"
    )
    _POLL = "import sys, reader\nreader.make_reader(sys.argv[1]).update_feeds(workers=10, scheduled=False)"

    def __init__(self, home: Path) -> None:
        self._file = home / "reader.sqlite3"
        self._environment = _environment(home)

    @staticmethod
    def missing() -> str | None:
        found = importlib.util.find_spec("reader")
        return None if found else "reader is not installed: pip install 'ingest[bench]'"

    def subscribe(self, urls: Sequence[str]) -> None:
        listed = self._file.with_suffix(".txt")
        listed.write_text("\n".join(urls))
        cost_of([sys.executable, "-c", self._SUBSCRIBE, str(self._file), str(listed)], self._environment)

    def poll(self, *, memory: bool = False) -> Cost:
        return cost_of([sys.executable, "-c", self._POLL, str(self._file)], self._environment, memory=memory)

    def start(self) -> Cost:
        empty = self._file.with_suffix(".empty")
        return cost_of([sys.executable, "-c", self._POLL, str(empty)], self._environment)

    def articles(self) -> int:
        return _count(self._file, "entries")


class Newsboat:
    """newsboat with ten threads. Versions that read no JSON Feed leave a quarter of the entries out."""

    name = "newsboat"

    def __init__(self, home: Path) -> None:
        self._home = home / "newsboat"
        self._home.mkdir()
        self._environment = _environment(home) | {"HOME": str(self._home)}

    @staticmethod
    def missing() -> str | None:
        return None if shutil.which("newsboat") else "newsboat is not installed: apt install newsboat"

    def subscribe(self, urls: Sequence[str]) -> None:
        (self._home / "urls").write_text("\n".join(urls))
        (self._home / "config").write_text("reload-threads 10\n")

    def poll(self, *, memory: bool = False) -> Cost:
        return self._reload("urls", memory=memory)

    def start(self) -> Cost:
        (self._home / "none").write_text('"query:none:title = \\"none\\""\n')
        return self._reload("none")

    def _reload(self, urls: str, *, memory: bool = False) -> Cost:
        files = ("-u", urls, "-c", "cache.db", "-C", "config")
        paths = [part if part.startswith("-") else str(self._home / part) for part in files]
        return cost_of(["newsboat", *paths, "-x", "reload"], self._environment, memory=memory)

    def articles(self) -> int:
        return _count(self._home / "cache.db", "rss_item")


def _environment(home: Path) -> dict[str, str]:
    """Ours, with modules compiled once, as for anybody who installed them."""
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": paths, "PYTHONPYCACHEPREFIX": str(home / "compiled")}


def _count(file: Path, table: str) -> int:
    if not file.exists():
        return 0
    with closing(sqlite3.connect(file)) as store:
        if not store.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
            return 0
        return int(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
