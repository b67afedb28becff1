"""Cutting notices out of a text so that it reads on, and putting them back.

Of the white space on the two sides of a removed run the stronger stays (a paragraph break before a line break
before a space) and the other goes with the notices, as their `lead` and `trail`: nothing is doubled and nothing
is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.records import Notice


def with_white_space(text: str, notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """`notices` (in order, not overlapping) with lead and trail set on those that are cut."""
    out: list[Notice] = []
    run: list[Notice] = []

    def flush() -> None:
        if run:
            out.extend(_settle(text, run))
            run.clear()

    for notice in notices:
        if not notice.cut:
            flush()
            out.append(replace(notice, lead="", trail=""))
            continue
        if run and text[run[-1].end : notice.start].strip():
            flush()
        run.append(notice)
    flush()
    return tuple(out)


def _settle(text: str, run: Sequence[Notice]) -> list[Notice]:
    """Give a run of neighbours the white space between them, and the weaker of that on its two sides."""
    first, last = run[0].start, run[-1].end
    before, after = text[_space_start(text, first) : first], text[last : _space_end(text, last)]
    if len(before) == first or last + len(after) == len(text):
        lead, trail = before, after  # the text begins or ends here: it needs no separator
    elif _weight(before) > _weight(after):
        lead, trail = "", after
    else:
        lead, trail = before, ""
    settled: list[Notice] = []
    for place, notice in enumerate(run):
        is_last = place == len(run) - 1
        own_trail = trail if is_last else text[notice.end : run[place + 1].start]
        settled.append(replace(notice, lead=lead if place == 0 else "", trail=own_trail))
    return settled


def _space_start(text: str, at: int) -> int:
    while at > 0 and text[at - 1].isspace():
        at -= 1
    return at


def _space_end(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _weight(space: str) -> tuple[int, int]:
    return space.count("\n"), len(space)


def clean(text: str, notices: Iterable[Notice]) -> str:
    """`text` without the notices that are cut, and without the white space that goes with them."""
    kept: list[str] = []
    at = 0
    for notice in notices:
        if notice.cut:
            kept.append(text[at : notice.start - len(notice.lead)])
            at = notice.end + len(notice.trail)
    kept.append(text[at:])
    return "".join(kept)


def rebuild(clean_text: str, notices: Iterable[Notice]) -> str:
    """The source text again, from the clean text and its notices."""
    parts: list[str] = []
    taken = at = 0  # how much of clean_text is used; where that is in the source
    for notice in notices:
        if notice.cut:
            gap = notice.start - len(notice.lead) - at
            parts += (clean_text[taken : taken + gap], notice.lead, notice.quote, notice.trail)
            taken += gap
            at = notice.end + len(notice.trail)
    parts.append(clean_text[taken:])
    return "".join(parts)
