"""`ingest query`: SQL against the store, reading only."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence

import click

from ingest.cli.face import Face, pass_face, refuse_both
from ingest.cli.output import json_line, note, plain
from ingest.cli.tables import print_table
from ingest.text import csv_safe

_TABLE_LIMIT = 1000


@click.command()
@click.argument("sql", metavar="SQL|-")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a row.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a header line.")
@pass_face
def query(face: Face, sql: str, as_json: bool, as_csv: bool) -> None:
    """Run one SQL statement that reads.

    Nothing can be changed, and what takes longer than a minute is stopped; - takes the statement from standard
    input. The views to ask are article_attribution (one row an article) and feed_health (one row a feed).

    \b
    Examples:
      ingest query "SELECT title, chain, license FROM article_attribution WHERE license IS NOT NULL"
      ingest query --csv "SELECT original_publisher, count(*) FROM article_attribution GROUP BY 1"
    """
    from ingest.store.readonly import read_only

    refuse_both(json=as_json, csv=as_csv)
    face.log()
    statement = sys.stdin.read() if sql == "-" else sql
    with face.store():
        pass  # looks at the schema; what asks has a connection of its own, which cannot write
    with read_only(face.settings.database_url) as reader:
        answer = reader.query(statement)
        _print(answer.columns, answer.rows, as_json=as_json, as_csv=as_csv)


COMMANDS = {"query": query}


def _print(columns: Sequence[str], rows: Iterable[Sequence[object]], *, as_json: bool, as_csv: bool) -> None:
    if as_json:
        names = distinct(columns)
        for row in rows:
            click.echo(json_line(dict(zip(names, row, strict=True))))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([csv_cell(value) for value in row] for row in rows)
    else:
        shown: list[Sequence[object]] = []
        for row in rows:
            if len(shown) == _TABLE_LIMIT:
                note(f"Only the first {_TABLE_LIMIT} rows are shown: --csv or --json give all.")
                break
            shown.append(row)
        print_table(columns, shown)


def distinct(columns: Sequence[str]) -> list[str]:
    """Names of which none is there twice: of a second `id`, `id_2`. An object has room for one value a name."""
    names: list[str] = []
    for column in columns:
        name, number = column, 2
        while name in names or (name != column and name in columns):
            name, number = f"{column}_{number}", number + 1
        names.append(name)
    return names


def csv_cell(value: object) -> object:
    """A value for CSV. Text that a spreadsheet would run as a formula gets a quote in front."""
    if value is None or isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else str(plain(value))
    return csv_safe(text)
