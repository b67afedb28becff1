"""`ingest` itself: help, version, and how an error reaches the person."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.cli.root import VERBS
from tests.cli.kinds import Ingest

ALL = [verb for section in VERBS.values() for verb in section]
HEAVY = (
    *("sqlalchemy", "alembic", "httpx", "feedparser", "trafilatura", "lxml", "rich", "apscheduler"),
    *("tomlkit", "pebble", "re2", "nh3", "msgspec", "asyncio", "ingest.records"),
)


def test_the_help_lists_every_verb(ingest: Ingest) -> None:
    result = ingest("--help")
    assert result.exit_code == 0
    assert [verb for verb in ALL if f"  {verb} " not in result.output] == []


@pytest.mark.parametrize("verb", ALL)
def test_the_help_of_a_verb_says_what_it_does_with_an_example(ingest: Ingest, verb: str) -> None:
    result = ingest(verb, "--help")
    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"ingest {verb}" in result.output.partition("Example")[2]


def test_asking_for_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from ingest.cli.root import root\n"
        f"for args in [['--help'], ['--version'], *([v, '--help'] for v in {ALL})]:\n"
        "    try: root(args)\n"
        "    except SystemExit as end: assert not end.code\n"
        f"loaded = [name for name in {HEAVY} if name in sys.modules]\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL)


def test_the_version_is_told(ingest: Ingest) -> None:
    assert ingest("--version").output == "ingest 0.1.0\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("args", [["--help"], ["publishers", "AP"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told_and_no_bug(args: list[str], unbuffered: str) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "ingest", *args],
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},  # a buffer is written at the very end
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith("ingest: cannot write: No space left on device.")
    assert ended.stderr.count("\n") == 1


def test_a_closed_output_is_no_bug() -> None:
    script = "import os, sys; os.close(1); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    command = [sys.executable, "-c", script, "-m", "ingest", "publishers", "AP"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    "args",
    [
        ["show", "1", "--json", "--jsonld"],
        ["show", "1", "--source", "--json"],
        ["extract", "--json", "--jsonld"],
        ["extract", "--jsonl", "--json"],
        ["query", "SELECT 1", "--json", "--csv"],
    ],
)
def test_of_two_forms_of_output_neither_is_quietly_dropped(ingest: Ingest, args: list[str]) -> None:
    result = ingest(*args)
    assert result.exit_code == 2
    assert "exclude each other" in result.stderr


@pytest.mark.parametrize(
    "args",
    [
        ["show"],
        ["story"],
        ["story", "split"],
        ["takedown", "lift"],
        ["takedown", "add"],
        ["story", "merge", "1"],
    ],
)
def test_a_number_larger_than_the_store_can_hold_is_wrong_usage(ingest: Ingest, args: list[str]) -> None:
    assert ingest("db", "upgrade").exit_code == 0
    result = ingest(*args, str(2**63))
    assert result.exit_code == 2
    assert str(2**63) in result.stderr


def test_the_quick_end_does_what_was_registered_and_keeps_output_and_status() -> None:
    script = (
        "import atexit, sys\n"
        "from ingest.__main__ import main\n"
        "atexit.register(print, 'registered')\n"
        "sys.argv = ['ingest', 'no-such-verb']\n"
        "main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (2, "registered\n")
    assert "No such command" in ended.stderr


def test_a_misspelt_verb_is_told_the_right_one(ingest: Ingest) -> None:
    result = ingest("exrtact")
    assert result.exit_code == 2
    assert "Did you mean 'ingest extract'?" in result.stderr


def test_a_wrong_setting_is_one_line_and_exit_2(ingest: Ingest) -> None:
    Path("my.toml").write_text("[fetch]\ntimout = 3\n")
    result = ingest("--config", "my.toml", "doctor")
    assert result.exit_code == 1  # the doctor goes on and reports it
    assert "my.toml:2" in result.output
    result = ingest("--config", "my.toml", "extract", "x")
    assert result.exit_code == 2
    assert result.stderr.startswith(
        "ingest: my.toml:2: unknown setting fetch.timout. Did you mean fetch.timeout?"
    )
    assert result.stderr.count("\n") == 1


def test_an_old_schema_is_exit_3_with_the_next_step(ingest: Ingest) -> None:
    assert ingest("db", "upgrade").exit_code == 0
    assert ingest("db", "downgrade", "base", "--yes").exit_code == 0
    for verb in (["list"], ["poll"], ["feeds"]):
        result = ingest(*verb)
        assert (result.exit_code, "ingest db upgrade" in result.stderr) == (3, True), verb


def test_a_store_that_is_not_there_says_how_it_comes_to_be(ingest: Ingest) -> None:
    for verb in (["list"], ["feeds"], ["show", "1"], ["query", "SELECT 1"], ["export"]):
        result = ingest(*verb)
        assert result.exit_code == 1, verb
        assert "no store" in result.stderr
        assert "`ingest poll`" in result.stderr


def test_a_damaged_store_is_one_line(ingest: Ingest) -> None:
    Path("data").mkdir()
    Path("data/ingest.sqlite3").write_bytes(b"this is no database" * 1000)
    result = ingest("list")
    assert result.exit_code == 1
    assert result.stderr.startswith("ingest: ")
    assert result.stderr.count("\n") == 1


def test_what_steers_a_terminal_never_leaves_in_an_error(ingest: Ingest) -> None:
    result = ingest("extract", "no\x1b[2J\u202esuch")
    assert result.exit_code == 1
    assert not set(result.stderr) & {"\x1b", "\u202e"}
