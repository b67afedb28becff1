"""One value of a setting: how it is read from text, and how it is told to a person.

What a setting reads as stands in its type: `Annotated[int, Meta(extra={"reads": "size"})]`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from msgspec.structs import FieldInfo

from ingest.records import NoticeKind

Duration = Annotated[timedelta, Meta(extra={"reads": "duration"})]
Pause = Annotated[timedelta, Meta(extra={"reads": "pause"})]  # a duration that may be none
Size = Annotated[int, Meta(ge=1024, extra={"reads": "size"})]
PathText = Annotated[Path, Meta(extra={"reads": "path"})]


def read(field: FieldInfo, value: object, *, is_text: bool) -> Any:
    """The value in the field's own type. Raises ValueError with the cause, as the end of a sentence.

    `is_text`: the value comes from the environment, where numbers are text and lists are separated by commas.
    """
    if is_text and _is_list(field) and isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if reader := _READERS.get(_reads(field)):
        value = reader(value)
    return msgspec.convert(value, field.type, strict=not is_text, builtin_types=(timedelta,))


_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SIZES = {
    "": 1,
    "b": 1,
    "kib": 1024,
    "mib": 1024**2,
    "gib": 1024**3,
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
}


def _quantity(value: object, units: Mapping[str, int]) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("is neither a number nor text")
    match = re.fullmatch(r"\s*(\d{1,15}(?:\.\d{1,6})?)\s*([A-Za-z]*)\s*", str(value))
    if match is None:
        raise ValueError("does not read as a number with a unit")
    if match[2].lower() not in units:
        raise ValueError(f"has the unknown unit {match[2]!r}")
    return float(match[1]) * units[match[2].lower()]


def _duration(value: object) -> timedelta:
    seconds = _quantity(value, _UNITS)
    if not 0 < seconds <= 366 * 86400:
        raise ValueError("is not between 0 and 366 days")
    return timedelta(seconds=seconds)


def _pause(value: object) -> timedelta:
    return timedelta(0) if _quantity(value, _UNITS) == 0 else _duration(value)


def _size(value: object) -> int:
    return int(_quantity(value, _SIZES))


def _path(value: object) -> Path:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("is not a path")
    return Path(value).expanduser()


def _header(value: object) -> object:
    if isinstance(value, str) and not (value.isascii() and (value.isprintable() or not value)):
        raise ValueError("holds characters an HTTP header cannot carry")
    return value


def _contact(value: object) -> object:
    if isinstance(value, str) and value and not re.fullmatch(r"https?://[!-~]+|[!-~]+@[!-~]+", value):
        raise ValueError("is neither a web address nor a mail address")
    return value


def _networks(value: object) -> object:
    for network in value if isinstance(value, list) else ():
        ipaddress.ip_network(network)  # its ValueError says what is wrong
    return value


def _database_url(value: object) -> object:
    if isinstance(value, str) and not re.match(r"(sqlite|postgres(ql)?)(\+\w+)?://", value):
        raise ValueError("names no store this program knows")
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "duration": _duration,
    "pause": _pause,
    "size": _size,
    "path": _path,
    "header": _header,
    "contact": _contact,
    "networks": _networks,
    "database_url": _database_url,
}


def description(field: FieldInfo) -> str:
    return str((_metadata(field).extra_json_schema or {})["description"])


def _metadata(field: FieldInfo) -> msgspec.inspect.Metadata:
    info = msgspec.inspect.type_info(field.type)
    assert isinstance(info, msgspec.inspect.Metadata)
    return info


def _reads(field: FieldInfo) -> str:
    return str((_metadata(field).extra or {}).get("reads", ""))


def _is_list(field: FieldInfo) -> bool:
    return isinstance(_metadata(field).type, msgspec.inspect.VarTupleType)


def default_of(field: FieldInfo) -> str:
    if field.name == "cut_kinds":
        return "all kinds"
    return f"`{shown(field.default, is_size=_reads(field) == 'size')}`"


def shown(value: object, *, is_size: bool = False) -> str:
    """A value as one would write it in the file."""
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        unit = next(u for u in ("d", "h", "m", "s") if seconds % _UNITS[u] == 0)
        return f'"{seconds // _UNITS[unit]}{unit}"'
    if is_size and isinstance(value, int):
        unit = next(u for u in ("GiB", "MiB", "KiB", "B") if value % _SIZES[u.lower()] == 0)
        return f'"{value // _SIZES[unit.lower()]} {unit}"'
    if isinstance(value, str | Path):
        return f'"{value}"'
    return "[]" if value == () else str(value)


def allowed(field: FieldInfo) -> str:
    """The values a setting takes, in words."""
    if words := _WORDS.get(_reads(field)):
        return words
    match _metadata(field).type:
        case msgspec.inspect.LiteralType(values=values):
            return "one of " + ", ".join(f'"{v}"' for v in values)
        case msgspec.inspect.VarTupleType():
            return "a list of notice kinds: " + ", ".join(NoticeKind)
        case msgspec.inspect.IntType(ge=low, le=high):
            return f"a whole number, {low} to {high}"
        case msgspec.inspect.FloatType(ge=low, le=high):
            return f"a number, {low:g} to {high:g}"
        case _:
            return "text"


_WORDS = {
    "duration": 'a duration: seconds, or "30s", "15m", "6h", "7d"',
    "pause": 'a duration or 0: seconds, or "30s", "15m", "6h", "7d"',
    "size": 'a size from 1 KiB: bytes, or "64 KiB", "20 MiB"',
    "path": "a path",
    "header": "text in printable ASCII",
    "contact": 'text: "https://…" or "name@host"',
    "networks": 'a list of networks: ["10.0.0.0/8", "fd00::/8"]',
    "database_url": '"sqlite:///PATH" or "postgresql://USER:PASSWORD@HOST/NAME"',
}
