"""The desk of a poller: how many documents are read at a time, and when so many lie there that none should be fetched.

A document that is read takes five times its own memory, and visits bring documents faster than processes read them.
"""

from __future__ import annotations

import asyncio
from types import TracebackType


class Desk:
    """`async with desk:` around the reading of a document; `places` are read at a time, the others wait as bytes."""

    def __init__(self, places: int) -> None:
        self._places = asyncio.Semaphore(places)
        self._most = 4 * places
        self._documents = 0

    @property
    def is_full(self) -> bool:
        """Whether enough documents wait to keep all processes at work while others are fetched."""
        return self._documents >= self._most

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
