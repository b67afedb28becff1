"""What a forgotten template once gave holds on when an old article is read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from ingest.articles.blocks import from_text
from ingest.articles.notices.carrying import carry_over
from ingest.articles.notices.cutting import USUAL, Cutting
from ingest.articles.notices.find import clean, rebuild
from ingest.articles.notices.memory import Memory, Recurring
from ingest.records import Notice, NoticeKind

TEXT = "It rained.\n\nFolded in the boathouse."
START = TEXT.index("Folded")
BEFORE = Notice(
    NoticeKind.TEMPLATE, START, len(TEXT), TEXT[START:], f"learned:{7:016x}", 0.8, cut=True, lead="\n\n"
)


def carried(
    *notices: Notice,
    before: Notice = BEFORE,
    memory: Memory | None = None,
    text: str = TEXT,
    cutting: Cutting = USUAL,
) -> tuple[Notice, ...]:
    return carry_over([before], memory or Memory(), from_text(text), notices, cutting)


def test_a_template_forgotten_since_still_cuts_its_line() -> None:
    found = carried()
    assert found == (BEFORE,)
    assert clean(TEXT, found) == "It rained."
    assert rebuild(clean(TEXT, found), found) == TEXT


def test_a_weak_one_does_not_hold_on() -> None:
    """It may have been the background of an affair that is over."""
    assert carried(before=replace(BEFORE, confidence=0.79)) == ()


def test_one_that_is_remembered_speaks_for_itself() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    line = Recurring(7, (), (), (), "tail", now, now)
    assert carried(memory=Memory(lines=(line,))) == ()
    assert carried(memory=Memory(lines=(Recurring(8, (), (), (), "tail", now, now),))) == (BEFORE,)


def test_what_a_rule_found_is_for_the_rules_of_now_to_find() -> None:
    assert carried(before=replace(BEFORE, rule="en.boathouse")) == ()


def test_a_text_that_reads_otherwise_now_keeps_nothing() -> None:
    assert carried(text="It has rained.\n\nFolded in the boathouse.") == ()


def test_a_rule_that_has_the_line_by_now_is_heard_first() -> None:
    found = Notice(NoticeKind.AUTHOR_BIO, START + 3, len(TEXT), TEXT[START + 3 :], "en.bio", 0.9)
    assert carried(found) == (found,)


def test_what_is_cut_is_what_the_settings_of_now_say() -> None:
    for cutting in (Cutting(threshold=0.9), Cutting(kinds=frozenset())):
        (found,) = carried(cutting=cutting)
        assert (found.cut, found.lead) == (False, "")
