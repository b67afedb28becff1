"""No garbage is looked for while a process starts; what visits leave is, as long as it polls."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from ingest import garbage


class Knot:
    """Holds itself, as a closed connection of asyncio does."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    gc.collect()
    yield
    gc.set_threshold(*before)
    gc.callbacks[:] = [one for one in gc.callbacks if one is not garbage._looked]
    gc.unfreeze()


def left_of(knots: int) -> bool:
    """Whether the first of so many is still there."""
    first = weakref.ref(Knot())
    for _ in range(knots):
        Knot()
    return first() is not None


def test_none_is_looked_for_while_a_process_starts() -> None:
    garbage.spare_the_start()
    assert left_of(100_000)


def test_from_then_on_it_is() -> None:
    garbage.spare_the_start()
    garbage.start_is_over()
    assert not left_of(30_000)


def test_a_start_that_makes_too_much_is_over_by_itself() -> None:
    garbage.spare_the_start()
    assert not left_of(300_000)
    assert not left_of(30_000)


def test_how_a_program_that_calls_us_looks_for_it_stays() -> None:
    before = gc.get_threshold()
    garbage.start_is_over()
    assert gc.get_threshold() == before
