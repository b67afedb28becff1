"""Single values of a feed document, cleaned alike whatever its format; what is cut or not believed is told."""

from __future__ import annotations

from datetime import datetime
from time import struct_time
from typing import Any

from ingest import text
from ingest.feeds import dates, markup, slices


def body(value: Any) -> str | None:
    return text.storable(value) if isinstance(value, str) and value.strip() else None


def cut(body: str | None, limit: int, warnings: list[str]) -> str | None:
    if body is not None and len(body) > limit:
        warnings.append(f"body of {len(body)} characters cut to {limit}")
        return body[:limit]
    return body


def guid(value: Any, name: str, limit: int, warnings: list[str]) -> str | None:
    """An entry's identifier, of a very long one its digest; `name` is what the format calls it."""
    if not isinstance(value, str):
        return None
    identifier = text.storable(value).strip()
    if len(identifier) > limit:
        warnings.append(f"{name} of {len(identifier)} characters kept as its digest")
        return "blake2b:" + slices.long_digest(identifier)
    return identifier or None


def raw_date(value: Any) -> str | None:
    return (markup.folded(value[: dates.RAW_CHARS]) or None) if isinstance(value, str) else None


def date(
    raw: str | None, name: str, now: datetime, warnings: list[str], parsed: struct_time | None = None
) -> datetime | None:
    """The moment a raw date names; `parsed` is what feedparser made of it."""
    moment = dates.parse(raw, now, parsed)
    if raw and moment is None:
        warnings.append(f"{name} {raw[:60]!r} is none we believe")
    return moment
