"""When Python looks for garbage: not while a process of ours starts, and not among what the start made."""

from __future__ import annotations

import gc

_START_MAKES = 250_000  # objects; 150,000 when only our modules are imported
_OFTEN = 20_000
"""Objects that may wait to be looked at. Every connection leaves some eight that hold each other (asyncio's transports
do), 4 kB: looked at as rarely as a start makes objects, they came to 20 MB in a poll of 10,000 feeds."""


def spare_the_start() -> None:
    """Look for none until the start is over: that takes a sixth of it, and nearly all it makes stays to the end."""
    gc.callbacks.append(_looked)
    gc.set_threshold(_START_MAKES)


def start_is_over() -> None:
    """Look for it from now on, but not among what there is. Of a program that calls us it is not ours to say."""
    if _looked in gc.callbacks:
        gc.callbacks.remove(_looked)
        gc.freeze()
        gc.set_threshold(_OFTEN, 20, 20)


def _looked(phase: str, _: object) -> None:
    """The start has made more than a start makes."""
    if phase == "stop":
        start_is_over()
