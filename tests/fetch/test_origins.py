"""What is kept of origins, for how long, and who asks."""

from __future__ import annotations

import asyncio
from unittest.mock import Mock

import pytest

from ingest.fetch import origins
from ingest.fetch.origins import OfOrigins


class Questions:
    """Answers each question with its number, which holds for ten seconds."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.trouble: Exception | None = None

    async def __call__(self, origin: str) -> tuple[int, float]:
        self.asked.append(origin)
        await asyncio.sleep(0)
        if self.trouble:
            raise self.trouble
        return len(self.asked), 10.0


async def test_an_answer_is_kept_for_its_time():
    questions, clock = Questions(), Mock(return_value=100.0)
    known = OfOrigins(questions, clock)
    told = []
    for clock.return_value in (100.0, 109.0, 110.0):
        told.append(await known.of("https://a.example/page"))
    assert told == [1, 1, 2]


async def test_an_origin_is_scheme_host_and_port_and_no_credentials():
    questions = Questions()
    known = OfOrigins(questions)
    for url in (
        "HTTPS://jo:pw@A.example/1",
        "https://a.example/2",
        "http://a.example/",
        "https://a.example:8443/",
    ):
        await known.of(url)
    assert questions.asked == ["https://a.example", "http://a.example", "https://a.example:8443"]
    assert await known.of("ftp://a.example/") is None


async def test_who_comes_while_an_origin_is_asked_waits_for_the_same_answer():
    questions = Questions()
    known = OfOrigins(questions)
    assert await asyncio.gather(*(known.of(f"https://a.example/{n}") for n in range(20))) == [1] * 20


async def test_who_gives_up_leaves_the_question_to_the_others():
    questions = Questions()
    known = OfOrigins(questions)
    impatient, patient = (asyncio.create_task(known.of("https://a.example/")) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == 1
    assert len(questions.asked) == 1


async def test_a_fault_is_not_kept():
    questions = Questions()
    known = OfOrigins(questions)
    questions.trouble = RuntimeError("ours")
    with pytest.raises(RuntimeError):
        await known.of("https://a.example/")
    questions.trouble = None
    assert await known.of("https://a.example/") == 2


async def test_those_asked_about_longest_ago_are_forgotten(monkeypatch):
    monkeypatch.setattr(origins, "MAX_ORIGINS", 2)
    questions = Questions()
    known = OfOrigins(questions)
    for name in "abacba":
        await known.of(f"https://{name}.example/")
    assert "".join(origin[8] for origin in questions.asked) == "abcba"
