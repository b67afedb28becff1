"""/.well-known/tdmrep.json: where a site reserves text and data mining (TDMRep, W3C Community Group final report).

The file is a JSON list of rules {location, tdm-reservation, tdm-policy}; `location` is a path pattern as in robots.txt
(`*` any characters, `$` the end), and the longest that matches holds. It is fetched through the guarded client and kept
for a day for each origin; a file that cannot be had or read reserves nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ingest import urls
from ingest.fetch.client import Fetcher
from ingest.fetch.origins import DAY, OfOrigins
from ingest.records import Failure, Fetched, NotModified, Request
from ingest.text import one_line

PATH = "/.well-known/tdmrep.json"
MAX_BYTES = 200_000
MAX_RULES = 1_000

_MAX_PATTERN = 500


@dataclass(frozen=True, slots=True)
class Rule:
    location: str
    reserved: bool
    policy: str | None
    text: str  # as it stands in the file


class Reservations:
    """What the files of sites reserve."""

    def __init__(self, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher = fetcher
        self._rules = OfOrigins(self._ask, clock)

    async def rule(self, url: str) -> Rule | None:
        """The rule for an address; None when its site has none."""
        rules = await self._rules.of(url)
        if not rules:
            return None
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        fitting = [rule for rule in rules if _fits(rule.location, path or "/")]
        return max(fitting, key=lambda rule: len(rule.location), default=None)

    async def _ask(self, origin: str) -> tuple[tuple[Rule, ...], float]:
        return read(await self._fetcher.get(Request(origin + PATH), first=MAX_BYTES)), DAY


def read(answer: Fetched | NotModified | Failure) -> tuple[Rule, ...]:
    """The rules of a file as fetched. What is not of the report's shape is passed over."""
    if not isinstance(answer, Fetched):
        return ()
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ()
    return tuple(rule for item in _items(data)[:MAX_RULES] if (rule := _rule(item)))


def _items(data: Any) -> list[Any]:
    return data if isinstance(data, list) else [data]


def _rule(item: Any) -> Rule | None:
    location = item.get("location") if isinstance(item, dict) else None
    if not isinstance(location, str) or len(location) > _MAX_PATTERN:
        return None
    policy = item.get("tdm-policy")
    return Rule(
        location,
        str(item.get("tdm-reservation")) == "1",
        policy if isinstance(policy, str) and urls.is_web(policy) else None,
        one_line(json.dumps(item, ensure_ascii=False), 500),
    )


def _fits(location: str, path: str) -> bool:
    """Whether a path pattern holds for a path. Each star is looked for once: linear, whatever the pattern."""
    pattern, anchored = (location[:-1], True) if location.endswith("$") else (location, False)
    first, *others = pattern.split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for piece in others:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if not anchored:
        return True
    return path.endswith(others[-1]) if others else at == len(path)
