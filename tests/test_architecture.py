"""The laws of docs/architecture.md: who may import whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "ingest"
MODULES = sorted(SRC.rglob("*.py"))

ROOMS = ("fetch", "feeds", "articles", "store")
LEAVES = {"records", "urls", "text", "charset", "errors"}
ONLY_IN = {
    "httpx": {"fetch/client.py", "fetch/transport.py"},
    "h11": {"fetch/transport.py"},
    "feedparser": {"feeds/parse.py"},
    "trafilatura": {"articles/pages/body.py"},
    "apscheduler": {"worker.py"},
}


def imports(path: Path) -> Iterator[str]:
    """Every module the file imports, also inside functions, as a dotted name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms(path: Path) -> set[str]:
    """The rooms and modules of ours that the file imports: "ingest.store.models" → "store"."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("ingest.")}


def place(path: Path) -> str:
    return path.relative_to(SRC).as_posix()


@pytest.mark.parametrize("room", ROOMS)
def test_stages_and_store_import_only_their_own_room_and_the_leaves(room: str) -> None:
    for path in (SRC / room).rglob("*.py"):
        strangers = rooms(path) - LEAVES - {room, "__version__"}
        assert not strangers, f"{place(path)} imports {strangers}"


@pytest.mark.parametrize("leaf", sorted(LEAVES))
def test_a_leaf_imports_no_room(leaf: str) -> None:
    for path in [*SRC.glob(f"{leaf}.py"), *(SRC / leaf).rglob("*.py")]:
        assert rooms(path) <= LEAVES, place(path)


def test_nothing_but_the_command_line_imports_the_face() -> None:
    for path in MODULES:
        if not place(path).startswith("cli/") and place(path) != "__main__.py":
            assert "cli" not in rooms(path), place(path)


@pytest.mark.parametrize(
    ("order", "caller"),
    [
        ("worker", "cli/polling.py"),
        ("poll", "worker.py"),
        ("backfill", "cli/backfilling.py"),
        ("reprocess", "cli/reprocessing.py"),
    ],
)
def test_an_order_of_the_work_has_one_caller(order: str, caller: str) -> None:
    importers = {place(path) for path in MODULES if order in rooms(path)}
    assert importers == {caller}


@pytest.mark.parametrize(("library", "allowed"), ONLY_IN.items())
def test_one_module_imports_the_library(library: str, allowed: set[str]) -> None:
    importers = {
        place(path) for path in MODULES if any(name.split(".")[0] == library for name in imports(path))
    }
    assert importers == allowed


def test_no_stage_reads_the_clock_or_rolls_dice() -> None:
    clocks = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
    for path in MODULES:
        if place(path).split("/")[0] not in ("feeds", "articles"):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert (node.value.id, node.attr) not in clocks, f"{place(path)}:{node.lineno}"
        names = set(imports(path))
        assert "random.random" not in names, place(path)
        assert "random" not in names, place(path)


def test_a_message_of_the_log_is_constant_and_its_values_have_names() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name("log"), attr=way), args=args) if way in (
                    "debug",
                    "info",
                    "warning",
                    "error",
                    "exception",
                ):
                    assert [type(arg) for arg in args] == [ast.Constant], f"{place(path)}:{node.lineno}"


def test_no_file_grows_past_its_job() -> None:
    long = {place(path): n for path in MODULES if (n := len(path.read_text("utf-8").splitlines())) > 400}
    assert not long
