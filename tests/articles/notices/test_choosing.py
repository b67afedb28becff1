"""Notices glued to a paragraph of the story: what stands before and behind them in their line stays."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from ingest.articles import blocks
from ingest.articles.notices import catalogue, find
from ingest.records import Source

RULES = catalogue.load()
DATA = Path(__file__).parents[2] / "data"

STORY = (
    "When the mill shut in 1986 most of its weavers moved north. A few stayed and opened shops along the river. "
    "Their grandchildren now run a museum in the engine house."
)


def cut(text: str) -> str:
    found = find.find(blocks.from_text(text), Source(text, is_html=False), RULES)
    return "|".join(notice.quote for notice in found if notice.cut)


@pytest.mark.parametrize(
    "notice",
    [
        "VERA LIND is a columnist for the Ledger.",  # behind "Their grandchildren", which a bio's rest may begin with
        "You may not reproduce this article without our written permission.",
        "Visit Pier Wire for more.",
        "Never miss a story: download the Pier News app for iOS and Android.",
        "Pier Wire's Noah Gray and Eve Tan contributed to this report.",
        "For permission to republish, write to rights@pier.example.",
    ],
)
def test_the_paragraph_before_a_notice_is_not_taken_for_its_beginning(notice: str) -> None:
    assert cut(f"{STORY} {notice}") == notice
    assert cut(f"Rain is due.\n{STORY} {notice}") == notice


@pytest.mark.parametrize(
    "notice",
    [
        "This article is republished from Pier Notes under a Creative Commons license.",
        "Licensed under CC BY-ND 4.0.",
        "You are free to republish this article under the Creative Commons licence CC BY-ND.",
        "Sign up for our newsletter at the pier.",
    ],
)
def test_the_paragraph_behind_a_notice_is_not_taken_for_its_end(notice: str) -> None:
    assert cut(f"{notice} {STORY} It opens on Sundays. Tickets are free.") == notice


@pytest.mark.parametrize(
    "notice",
    [
        "Ann Poe is a reporter for the Ledger. She lives in Leeds.",
        "Our journalism is free because readers like you pay for it. Chip in $5 today.",
        "This article is republished from Pier Notes under a Creative Commons license. Read the original article.",
        "© 2024 Pier Notes. All rights reserved.",
    ],
)
def test_a_line_of_its_own_goes_whole(notice: str) -> None:
    assert cut(f"{STORY}\n{notice}").replace("|", " ") == notice


def test_a_rest_ends_where_the_story_goes_on() -> None:
    text = (
        "Ann Poe is a reporter for the Ledger. She lives in Leeds. The bridge stays shut, the council said."
    )
    assert cut(f"Rain is due.\n{text}") == "Ann Poe is a reporter for the Ledger."


def test_a_paragraph_that_ends_in_a_credit_is_no_caption() -> None:
    credit = "(Photo by Ann Poe/Pier Press)"
    assert STORY not in cut(f"{STORY} {credit}")
    assert cut(f"Rain is due.\nThe mill on Monday. {credit}") == f"The mill on Monday. {credit}"


def test_a_rest_that_does_not_hold_is_told_as_incomplete() -> None:
    text = (
        "Ann Poe is a reporter for the Ledger. She lives in Leeds. The bridge stays shut, the council said."
    )
    told = find.explain(blocks.from_text(text), Source(text, is_html=False), RULES)
    (rest,) = (one for one in told if one.quote == "She lives in Leeds." and not one.why.startswith("needs"))
    assert rest.verdict == "incomplete"
    assert "rest of its line" in rest.why


# Shares of the story that are cut when it stands before a notice, behind it, on both sides. Only to be lowered.
CEILINGS = {"before": 0.005, "behind": 0.06, "both": 0.015}


@pytest.mark.parametrize("where", CEILINGS)
def test_notices_of_our_own_set_take_little_of_a_paragraph_they_are_glued_to(where: str) -> None:
    story = lost = 0
    for notice in whole_lines("notices-west.jsonl", languages=("en",)):
        before = f"{STORY} " if where != "behind" else ""
        behind = f" {STORY}" if where != "before" else ""
        text = before + notice + behind
        place = range(len(before), len(before) + len(notice))
        found = find.find(blocks.from_text(text), Source(text, is_html=False), RULES)
        lost += sum(len(set(range(one.start, one.end)).difference(place)) for one in found if one.cut)
        story += len(before) + len(behind)
    assert lost / story <= CEILINGS[where]


def test_leaving_out_what_is_outranked_leaves_out_nothing_that_is_chosen() -> None:
    """`find` reads the surest rules first and skips what they settle; `explain` reads all."""
    dice = Random(1)
    lines = [*whole_lines("notices-west.jsonl", languages=("en", "de", "fr")), *STORY.split(". ")]
    wire = "This story has been published from a wire agency feed without modifications to the text."
    lines += [wire, "Only the headline has been changed.", "The council met on Monday."] * 8
    for _ in range(500):
        text = f"The pier is shut.\n{' '.join(dice.sample(lines, dice.choice((2, 3, 4))))}"
        document, source = blocks.from_text(text), Source(text, is_html=False)
        told = {one.quote for one in find.explain(document, source, RULES) if one.verdict == "cut"}
        assert {one.quote for one in find.find(document, source, RULES) if one.cut} == told, text


def whole_lines(file: str, *, languages: Sequence[str]) -> Iterator[str]:
    """The labelled notices of a list that are a line of their own, each ended by a full stop."""
    for row in (DATA / file).read_text("utf-8").splitlines():
        item = json.loads(row)
        for span in item["spans"] if item["lang"] in languages else ():
            if span["quote"] in item["text"].split("\n"):
                yield span["quote"] if span["quote"][-1] in ".!?)]…" else f"{span['quote']}."
