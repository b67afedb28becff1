"""The log: one line an event, whatever a feed puts into it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ingest import log
from ingest.records import NextPoll, Outcome, PollCounts, PollResult
from ingest.worker import log_result


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in log._CHATTY}
    yield io.StringIO()
    root.handlers[:] = before
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


def test_a_line_has_utc_time_level_name_message_and_values(stream: io.StringIO) -> None:
    log.set_up(stream=stream)
    record = logging.LogRecord("ingest.poll", logging.INFO, "", 0, "polled", None, None)
    record.created, record.msecs, record.feed, record.title = 0.25, 250.0, 7, "Two words"
    logging.getLogger().handle(record)
    assert stream.getvalue() == '1970-01-01T00:00:00.250Z INFO ingest.poll polled feed=7 title="Two words"\n'


@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize(
    "evil", ["a\nERROR forged", "a\r\x1b[2J", "a\u202eb", "a\u2028b", "a\x9b31m", "\ud800"]
)
def test_what_a_feed_says_cannot_start_a_line_or_steer_the_terminal(
    stream: io.StringIO, style: str, evil: str
) -> None:
    log.set_up(style=style, stream=stream)  # type: ignore[arg-type]
    logging.getLogger("ingest").warning("%s", evil, extra={"title": evil, evil: 1})
    text = stream.getvalue()
    assert len(text.splitlines()) == 1
    assert not set(text[:-1]) & set("\n\r\x1b\u202e\u2028\x9b\ud800")
    text.encode()


def test_json_lines_keep_the_value_and_its_type(stream: io.StringIO) -> None:
    log.set_up(style="json", stream=stream)
    logging.getLogger("ingest").info("polled", extra={"new": 3, "title": "a\nb"})
    line = json.loads(stream.getvalue())
    assert (line["level"], line["message"], line["new"], line["title"]) == ("info", "polled", 3, "a\nb")


def test_a_value_with_quotes_reads_back(stream: io.StringIO) -> None:
    log.set_up(stream=stream)
    logging.getLogger("ingest").info("x", extra={"a": 'say "hi" \\', "none": None, "empty": ""})
    assert stream.getvalue().endswith('a="say \\"hi\\" \\\\" none=null empty=""\n')


POLLED = PollResult(
    7,
    "https://jo:pw@a.example/feed",
    "A",
    Outcome.FAILED,
    PollCounts(),
    NextPoll(datetime(2026, 1, 2, tzinfo=UTC), timedelta(hours=1), "in 60 min"),
    "a.example: cannot connect outcome=stored new=9",
)


def test_a_poll_is_told_by_its_fields_and_no_server_writes_one_of_them(stream: io.StringIO) -> None:
    log.set_up(stream=stream)
    log_result(POLLED)
    assert stream.getvalue().partition(" INFO ")[2] == (
        "ingest.worker polled feed=7 outcome=failed new=0 edited=0 next=2026-01-02T00:00:00+00:00 "
        'url=https://a.example/feed detail="a.example: cannot connect outcome=stored new=9"\n'
    )


def test_the_fields_of_a_poll_are_those_of_a_json_line(stream: io.StringIO) -> None:
    log.set_up(style="json", stream=stream)
    log_result(POLLED)
    line = json.loads(stream.getvalue())
    assert (line["message"], line["feed"], line["outcome"], line["new"]) == ("polled", 7, "failed", 0)


def test_an_exception_stays_on_its_line(stream: io.StringIO) -> None:
    log.set_up(stream=stream)
    try:
        raise RuntimeError("boom\nbang")
    except RuntimeError:
        logging.getLogger("ingest").exception("bug")
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert "RuntimeError: boom\\nbang" in text


def test_the_level_holds_and_libraries_stay_quiet_below_debug(stream: io.StringIO) -> None:
    log.set_up("info", stream=stream)
    logging.getLogger("httpx").info("GET https://user:password@example.org/")
    logging.getLogger("ingest").debug("detail")
    assert stream.getvalue() == ""
    log.set_up("debug", stream=stream)
    logging.getLogger("ingest").debug("detail")
    assert "detail" in stream.getvalue()


def test_setting_up_twice_writes_a_line_once(stream: io.StringIO) -> None:
    log.set_up(stream=stream)
    log.set_up(stream=stream)
    logging.getLogger("ingest").info("once")
    assert stream.getvalue().count("once") == 1
