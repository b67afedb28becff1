"""The real command line in a directory of its own: a fresh SQLite store, no settings from outside."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest.articles.notices import catalogue, kept
from ingest.articles.notices.rule import Rule
from ingest.cli.root import root
from tests.cli.kinds import Ingest
from tests.loopback import Loopback, serving
from tests.samples import item, rss

FOOTED = (
    "<p>The council met on Monday and agreed its budget after a long debate in the hall.</p>"
    '<p>The post <a href="https://first.example/2">Story 2</a> appeared first on '
    '<a href="https://first.example">First Courier</a>.</p>'
)


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working directory: empty, no INGEST_ variable set, and a terminal of usual width."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("INGEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")  # pytest-xdist says 80
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    yield tmp_path
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)


@pytest.fixture
def ingest() -> Ingest:
    """`ingest("list", "--json")`, in this process; what it raises unforeseen fails the test."""

    def call(*args: str, input: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(root, args, input=input, prog_name="ingest")
        assert "internal error" not in result.output, result.output
        return result

    return call


@pytest.fixture
def process() -> Callable[..., subprocess.Popen[bytes]]:
    """`ingest …` as a process of its own, for streams and signals."""

    def start(*args: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "ingest", *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    return start


@pytest.fixture
def server() -> Iterator[Loopback]:
    """A web server, and settings that allow to visit it."""
    Path("config").mkdir()
    Path("config/ingest.toml").write_text(
        '[fetch]\nallow_networks = ["127.0.0.0/8"]\n[poll]\nhost_gap = 0\npolicy = "feed"\n[worker]\nprocesses = 1\n'
    )
    with serving() as running:
        yield running


FEED = rss(item(1), item(2, FOOTED))


@pytest.fixture(scope="session")
def polled_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store with one feed polled: two articles, one with a footer; and the address the feed had."""
    place = tmp_path_factory.mktemp("polled")
    with pytest.MonkeyPatch.context() as patch, serving() as running:
        patch.chdir(place)
        patch.setenv("INGEST_FETCH__ALLOW_NETWORKS", "127.0.0.0/8")
        patch.setenv("INGEST_POLL__POLICY", "feed")  # no site is behind the entries
        for args in (["add", "--no-check", running.put("/feed.xml", FEED)], ["poll"]):
            result = CliRunner().invoke(root, args)
            assert result.exit_code == 0, result.output
    return place / "data", running.url


@pytest.fixture
def read_store(polled_once: tuple[Path, str], house: Path) -> None:
    """The polled store in the working directory, to be read: its feed's server is gone."""
    shutil.copytree(polled_once[0], house / "data")


@pytest.fixture
def polled(read_store: None, polled_once: tuple[Path, str], server: Loopback, ingest: Ingest) -> Loopback:
    """The same with a server: the feed has moved to it, and was polled there."""
    url = server.put("/feed.xml", FEED)
    with closing(sqlite3.connect("data/ingest.sqlite3")) as connection, connection:
        connection.execute("UPDATE feeds SET url = ?", [url])
    return server


ALL_RULES = catalogue.RULES


@pytest.fixture
def all_rules() -> tuple[Rule, ...]:
    return catalogue.load().rules


@pytest.fixture
def few_rules(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of the built-in files stand for all, whose loading takes ten times as long, unless a test asks for all."""
    if "all_rules" not in request.fixturenames:
        few = tmp_path_factory.mktemp("built-in")
        for name in ("any.toml", "fi.toml"):
            shutil.copy(ALL_RULES / name, few)
        monkeypatch.setattr(catalogue, "RULES", few)
        monkeypatch.setattr(kept, "_PLACE", few)
