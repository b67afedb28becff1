"""How results are printed: text for people, one JSON object a line for programs.

What a feed said reaches the terminal only through `safe` or JSON escapes: no control character, no mark that
reorders text, no rich markup. tables.py has the tables.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from ingest.text import STEERING

_UNSAFE = re.compile(f"[\x00-\x1f{STEERING}]")
_UNSAFE_IN_TEXT = re.compile(f"[\x00-\x08\x0b-\x1f{STEERING}]")
_UNSAFE_IN_JSON = re.compile(f"[{STEERING}]")


def safe(value: object) -> str:
    """A value on one line: line ends and tabs become spaces, what could steer the terminal is written out."""
    return _UNSAFE.sub(_visible, re.sub(r"[\t\r\n]+", " ", shown(value)))


def safe_text(text: str) -> str:
    """Running text: line ends and tabs stay."""
    return _UNSAFE_IN_TEXT.sub(_visible, text.replace("\r\n", "\n"))


def _visible(match: re.Match[str]) -> str:
    return f"<U+{ord(match[0]):04X}>"


def shown(value: object) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        return ", ".join(shown(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=plain)
    return str(value)


def print_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """One JSON value on one line of UTF-8."""
    click.echo(json_line(value))


def json_line(value: object) -> str:
    line = json.dumps(value, ensure_ascii=False, default=plain)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def print_jsonld(node: Mapping[str, Any]) -> None:
    """One JSON-LD object on one line, fit for a script element of a page."""
    from ingest.articles.schemaorg import embeddable

    click.echo(embeddable(json_line(node)))


def plain(value: object) -> object:
    """What JSON has no word for, for `json.dumps(default=…)`: times are ISO 8601 in UTC, bytes are hexadecimal."""
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def width(text: str) -> int:
    """Columns the text takes on a terminal: East Asian wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) != 0 for character in text)


def heading(text: str) -> None:
    _styled(text, bold=True)


def quote(text: str) -> None:
    """Evidence: fainter than what it is evidence for."""
    _styled(text, dim=True)


def _styled(text: str, **style: bool) -> None:
    """On a terminal only, which click sees to, and where nobody asked for plain text (no-color.org)."""
    click.echo(text if os.environ.get("NO_COLOR") else click.style(text, **style))


def page_width() -> int:
    """Columns for running text: the terminal's, 100 at most, for longer lines are hard to read."""
    return max(40, min(shutil.get_terminal_size((96, 24)).columns, 100))


def wrapped(text: str, first: str = "", rest: str | None = None) -> str:
    """One paragraph in lines no wider than the page, indented by `first`, then by `rest` (else as far as `first`).

    Words stay whole, addresses too; a run of wide characters, which has no spaces, may break anywhere.
    """
    rest = " " * width(first) if rest is None else rest
    limit = page_width()
    lines, line, used = [], first, width(first)
    fresh = True
    for word in _breakable(text):
        size = width(word)
        if not fresh and used + size > limit and word != " ":
            lines.append(line.rstrip())
            line, used, fresh = rest, width(rest), True
        if fresh and word == " ":
            continue
        line, used, fresh = line + word, used + size, False
    return "\n".join([*lines, line.rstrip()])


def _breakable(text: str) -> Iterator[str]:
    """Words and the single spaces between them; wide characters one by one."""
    for number, word in enumerate(text.split()):
        if number:
            yield " "
        if word.isascii():
            yield word
            continue
        narrow = ""
        for character in word:
            if unicodedata.east_asian_width(character) in "WF":
                if narrow:
                    yield narrow
                narrow = ""
                yield character
            else:
                narrow += character
        if narrow:
            yield narrow


def note(text: str) -> None:
    """A line beside the result, on standard error, so that a pipe carries the result alone."""
    print(text, file=sys.stderr)  # click.echo asks a dozen questions about the stream, for each line
