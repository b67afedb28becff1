"""Logging to standard error: one line an event, made to be searched.

    2026-01-02T03:04:05.678Z INFO ingest.poll polled feed=7 outcome=stored new=3

A module logs a short constant message and its values by name: `log.info("polled", extra={"feed": 7})`. What a
feed or server said is only ever a value, and a value can neither start a new line nor move the cursor.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Iterator
from typing import Literal, TextIO

from ingest.text import STEERING

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_UNSAFE = re.compile(f"[\x00-\x1f{STEERING}]")
_BARE = re.compile(r"[^\s\"=\\]+")
# Their INFO lines carry whole URLs, passwords included.
_CHATTY = ("httpx", "apscheduler", "alembic", "trafilatura", "htmldate", "asyncio")


def set_up(
    level: Literal["debug", "info", "warning", "error"] = "info",
    style: Literal["text", "json"] = "text",
    stream: TextIO | None = None,
) -> None:
    """Send the log of this process to `stream` (standard error), replacing what was set up before."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if style == "json" else KeyValueLines())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.DEBUG if level == "debug" else logging.WARNING)


def escape(text: str) -> str:
    """`text` with everything that could break a line or steer a terminal written as \\xNN or \\uNNNN."""
    return _UNSAFE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    short = {9: "\\t", 10: "\\n", 13: "\\r"}.get(code)
    return short or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


class KeyValueLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        parts = [_time(record), record.levelname, record.name, escape(record.getMessage())]
        parts += [f"{name}={_quoted(value)}" for name, value in _values(record)]
        return " ".join(parts)


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update((name, value) for name, value in _values(record) if name not in line)
        return json.dumps(line, default=str)  # ASCII only, so nothing in it can steer a terminal


def _values(record: logging.LogRecord) -> Iterator[tuple[str, object]]:
    for name, value in vars(record).items():
        if name not in _OWN:
            yield escape(name), value
    if record.exc_info:
        yield "traceback", logging.Formatter().formatException(record.exc_info)


def _time(record: logging.LogRecord) -> str:
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    return f"{moment}.{int(record.msecs):03d}Z"


def _quoted(value: object) -> str:
    """A value that reads back: bare when it is one plain word, else in quotes with escapes."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = str(value)
    if _BARE.fullmatch(text) and not _UNSAFE.search(text):
        return text
    inner = escape(text.replace("\\", "\\\\").replace('"', '\\"'))
    return f'"{inner}"'
