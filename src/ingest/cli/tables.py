"""Tables: aligned text in a pipe, whole and one line a row; on a terminal as much as its width can hold.

What is too wide for a terminal is wrapped by words. Where columns would get so narrow that words break, the spare
ones are left out, and said to be; where none are spare, each row is printed as a list of names and values.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence

import click

from ingest.cli.output import note, safe, width, wrapped

Row = Sequence[object]

GAP = 2
LEAST = 16
"""Columns of the screen below which a wrapped cell breaks words and dates."""


def on_terminal() -> bool:
    return sys.stdout.isatty()


def print_table(
    columns: Sequence[str], rows: Iterable[Row], *, right: Sequence[str] = (), spare: Sequence[str] = ()
) -> None:
    """A table. `right` names the columns of numbers, `spare` those a narrow terminal can do without, first first."""
    cells = [[safe(value) for value in row] for row in rows]
    if not on_terminal():
        _print_aligned(columns, cells, right)
        return
    natural = [max(map(width, column)) for column in zip(columns, *cells, strict=True)]
    room = shutil.get_terminal_size((80, 24)).columns
    sizes = fitted(natural, [columns.index(name) for name in spare], room)
    if sizes is None:
        _print_records(columns, cells)
        return
    _print_drawn(columns, cells, right, sizes)
    if missing := [name for place, name in enumerate(columns) if place not in sizes]:
        note(f"No room for: {', '.join(missing)}. A wider terminal, a pipe and --json show them.")


def fitted(natural: Sequence[int], spare: Sequence[int], room: int) -> dict[int, int] | None:
    """The columns that fit into `room`, with the width each gets; None when even without the spare ones they do not.

    Narrow columns stay as they are, and the others share what is left evenly.
    """
    shown, left_out = list(range(len(natural))), list(spare)
    while True:
        widest = _share([natural[place] for place in shown], room - GAP * (len(shown) - 1))
        if widest >= min(LEAST, max(natural[place] for place in shown)):
            return {place: min(natural[place], widest) for place in shown}
        if not left_out:
            return None
        shown.remove(left_out.pop(0))


def _share(wanted: Sequence[int], room: int) -> int:
    """The widest that any may be, so that together they need no more than `room`."""
    for place, size in enumerate(sorted(wanted)):
        share = room // (len(wanted) - place)
        if size > share:
            return share
        room -= size
    return max(wanted)


def _print_drawn(
    columns: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[str], sizes: dict[int, int]
) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0), header_style="bold"
    )
    for place, size in sizes.items():
        name = columns[place]
        table.add_column(
            name, justify="right" if name in right else "left", overflow="fold", width=size, no_wrap=False
        )
    for row in cells:
        table.add_row(*(Text(row[place]) for place in sizes))  # Text: brackets in a title are not markup
    Console(file=sys.stdout).print(table)  # honours NO_COLOR and the width of the terminal


def _print_records(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    size = max(map(width, columns))
    for number, row in enumerate(cells):
        if number:
            click.echo()
        for name, cell in zip(columns, row, strict=True):
            click.echo(wrapped(cell, _padded(name, size, to_right=False) + " " * GAP))


def _print_aligned(columns: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[str]) -> None:
    lines = [list(columns), *cells]
    widths = [max(width(line[i]) for line in lines) for i in range(len(columns))]
    for line in lines:
        padded = (
            _padded(cell, size, to_right=name in right)
            for name, cell, size in zip(columns, line, widths, strict=True)
        )
        click.echo((" " * GAP).join(padded).rstrip())


def _padded(cell: str, size: int, *, to_right: bool) -> str:
    gap = " " * (size - width(cell))
    return gap + cell if to_right else cell + gap
