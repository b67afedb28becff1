"""Tables on a pipe and on terminals of every width."""

from __future__ import annotations

import pytest

from ingest.cli import tables

COLUMNS = ("id", "first seen", "feed", "title", "chain")
ROW = (
    7,
    "2026-11-23 12:02",
    "Valley Commons",
    "A library keeps what the river left",
    "Ledger → Valley Commons",
)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(tables, "on_terminal", lambda: True)
    return monkeypatch


def test_a_table_in_a_pipe_is_aligned_by_what_characters_take_on_screen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tables.print_table(("a", "b"), [("東京", 1), ("x\n", 22)], right=("b",))
    assert capsys.readouterr().out == "a      b\n東京   1\nx     22\n"


def test_a_terminal_gets_a_drawn_table_without_markup_from_the_feed(
    terminal: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tables.print_table(("title",), [("[bold]x[/bold]",), ("[link=http://evil.example]y[/link]",)])
    told = capsys.readouterr().out
    assert "[bold]x[/bold]" in told
    assert "[link=http://evil.example]y[/link]" in told
    assert "─" in told


@pytest.mark.parametrize("columns", [44, 80, 100, 200])
def test_no_width_breaks_a_word_or_a_time(
    columns: int, terminal: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.setenv("COLUMNS", str(columns))
    tables.print_table(COLUMNS, [ROW], right=("id",), spare=("feed", "first seen"))
    told = capsys.readouterr()
    assert all(len(line) <= columns for line in told.out.splitlines())
    for word in ("library", "Commons", "Ledger"):
        assert word in told.out
    shows_all = columns >= 80
    assert ("2026-11-23 12:02" in told.out) is shows_all
    assert ("No room for" in told.err) is not shows_all


def test_what_a_narrow_terminal_leaves_out_is_said(
    terminal: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.setenv("COLUMNS", "44")
    tables.print_table(COLUMNS, [ROW], right=("id",), spare=("feed", "first seen"))
    assert capsys.readouterr().err.startswith("No room for: first seen, feed.")


def test_a_table_of_too_many_columns_is_a_list_of_names_and_values(
    terminal: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.setenv("COLUMNS", "80")
    names = [f"column {number}" for number in range(20)]
    tables.print_table(names, [["some words of text"] * 20] * 2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "column 0   some words of text"
    assert len(lines) == 20 + 1 + 20


@pytest.mark.parametrize(
    ("natural", "room", "widths"),
    [
        ([2, 10, 10], 80, {0: 2, 1: 10, 2: 10}),
        ([2, 60, 60], 46, {0: 2, 1: 20, 2: 20}),
        ([2, 60, 60], 30, {0: 2, 2: 26}),  # column 1 is spare
        ([2, 60, 60], 10, None),
    ],
)
def test_wide_columns_share_what_narrow_ones_leave(
    natural: list[int], room: int, widths: dict[int, int] | None
) -> None:
    assert tables.fitted(natural, [1], room) == widths
