"""What reaches the terminal or a spreadsheet, and how a person's times are read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ingest.cli import output
from ingest.cli.querying import csv_cell
from ingest.cli.reading import parse_since
from ingest.errors import UsageError


@pytest.mark.parametrize(
    "evil", ["\x1b[2J", "\x07", "\x9b31m", "\u202e", "\u2066", "\u200f", "\ud800", "\x00"]
)
def test_nothing_a_feed_says_can_steer_the_terminal(evil: str) -> None:
    for text in (
        output.safe(f"a{evil}b"),
        output.safe_text(f"a{evil}b"),
        output.json_line({"x": f"a{evil}b"}),
    ):
        assert evil[0] not in text
        text.encode()
    assert json.loads(output.json_line({"x": evil})) == {"x": evil}


def test_a_value_stays_on_its_line_and_text_keeps_its_lines() -> None:
    assert output.safe("a\r\n\tb") == "a b"
    assert output.safe_text("a\r\n\tb") == "a\n\tb"


def test_words_of_every_script_come_through() -> None:
    text = "Füße 東京 שלום हिन्दी 👩‍👩‍👧"
    assert output.safe(text) == text
    assert output.json_line([text]) == f'["{text}"]'


def test_times_are_utc() -> None:
    moment = datetime(2026, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=2)))
    assert output.shown(moment) == "2026-01-02 01:04"
    assert output.json_line(moment) == '"2026-01-02T01:04:00Z"'
    assert output.json_line(datetime(2026, 1, 2, tzinfo=UTC).replace(tzinfo=None)) == '"2026-01-02T00:00:00Z"'


def test_since_takes_a_time_or_an_age() -> None:
    now = datetime(2026, 1, 10, 12, tzinfo=UTC)
    assert parse_since("2d", now) == datetime(2026, 1, 8, 12, tzinfo=UTC)
    assert parse_since("2026-01-02", now) == datetime(2026, 1, 2, tzinfo=UTC)
    assert parse_since("999999w", now).year == 1
    with pytest.raises(UsageError, match="--since"):
        parse_since("soon", now)


@pytest.mark.parametrize(("value", "cell"), [("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx")])
def test_a_cell_that_would_run_gets_a_quote(value: str, cell: str) -> None:
    assert csv_cell(value) == cell
    assert csv_cell(-1) == -1
