"""What the C library's allocator is told, so that memory used once is given back. GNU's allocator only; mallopt(3)."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # <malloc.h>
_LARGE = 64 * 1024  # bytes


def settle() -> None:
    """Take large blocks from the system and give them back, and small ones from one heap for all threads.

    Left to itself the allocator keeps the room of every document that was once in hand: it raises its idea of a large
    block to that of the largest it saw freed, and gives each thread a heap. To be called before there are threads.
    """
    library = _library()
    if library is None:
        return
    for what, value in ((_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, 2 * _LARGE), (_ARENA_MAX, 1)):
        library.mallopt(what, value)


def give_back() -> None:
    """Return to the system what is free inside the heap."""
    library = _library()
    if library is not None:
        library.malloc_trim(0)


def _library() -> Any:
    if sys.platform != "linux":
        return None
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        return library if library.mallopt and library.malloc_trim else None  # AttributeError: not GNU's
    return None
