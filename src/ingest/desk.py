"""The desk of a poller: how many documents are read at a time, and how many more may be fetched meanwhile.

A document that is read takes five times its own memory, and visits bring documents faster than processes read them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType


class Desk:
    """`async with desk:` around the reading of a document; `places` are read at a time, the others wait as bytes.

    `with desk.expecting():` goes around a visit to a feed that was never visited: it will hardly bring anything else.
    """

    def __init__(self, places: int) -> None:
        self._at_a_time = places
        self._most = 4 * places  # enough to keep all processes at work while others are fetched
        self._places = asyncio.Semaphore(places)
        self._documents = 0
        self._expected = 0

    def room(self, visits: int) -> int:
        """How many of so many visits may begin: all while no document waits, else as many as there is room for.

        Some at a time or none: to claim one feed costs as much as to claim ten.
        """
        in_hand = self._documents + self._expected // 2  # for some will fail, and take their time
        if in_hand <= self._at_a_time:
            return visits
        free = self._most - in_hand
        return min(visits, free) if free >= self._at_a_time else 0

    @contextmanager
    def expecting(self) -> Iterator[None]:
        self._expected += 1
        try:
            yield
        finally:
            self._expected -= 1

    async def __aenter__(self) -> None:
        self._documents += 1
        try:
            await self._places.acquire()
        except BaseException:
            self._documents -= 1
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._documents -= 1
        self._places.release()
