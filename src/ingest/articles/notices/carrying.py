"""Notices of templates that a feed has given up: its old articles still carry them when they are read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.articles.notices.cutting import Cutting
from ingest.articles.notices.memory import Memory
from ingest.articles.notices.whitespace import with_white_space
from ingest.records import FIRM, LEARNED, Document, Notice


def carry_over(
    earlier: Sequence[Notice],
    memory: Memory,
    document: Document,
    notices: Sequence[Notice],
    cutting: Cutting,
) -> tuple[Notice, ...]:
    """`notices`, and those of `earlier` that a forgotten template gave, where the text is the same and still free.

    A template the feed no longer prints is forgotten in time. One that is still remembered speaks for itself:
    whether as a template, or as a line that turned out to be none. One that was never `FIRM` does not hold on.
    """
    remembered = {f"{LEARNED}{line.digest:016x}" for line in memory.lines}
    held = [
        replace(notice, cut=cutting.cuts(notice.kind, notice.confidence))
        for notice in earlier
        if notice.rule.startswith(LEARNED)
        and notice.rule not in remembered
        and notice.confidence >= FIRM
        and document.text[notice.start : notice.end] == notice.quote
        and not any(found.start < notice.end and notice.start < found.end for found in notices)
    ]
    if not held:
        return tuple(notices)
    return with_white_space(document.text, sorted((*notices, *held), key=lambda notice: notice.start))
