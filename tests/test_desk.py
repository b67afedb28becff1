"""How many documents may be in hand."""

from __future__ import annotations

from contextlib import ExitStack

from ingest.desk import Desk


async def test_visits_begin_some_at_a_time_or_not_at_all_while_documents_wait() -> None:
    desk = Desk(2)  # and eight in hand
    assert desk.room(10) == 10
    with ExitStack() as visits:
        for _ in range(12):
            visits.enter_context(desk.expecting())
        assert desk.room(10) == 2  # six are there, as far as one can tell
        for _ in range(2):
            visits.enter_context(desk.expecting())
        assert desk.room(10) == 0
    assert desk.room(10) == 10


async def test_a_document_that_is_read_counts_whole() -> None:
    desk = Desk(4)
    async with desk, desk, desk, desk:
        assert desk.room(20) == 20
        with desk.expecting(), desk.expecting():
            assert desk.room(20) == 11
