"""A rule of the catalogue, as composed from its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.articles.notices.atoms import Atoms
from ingest.records import NoticeKind

ANYTHING = ".+"  # as a pattern: tried on every line that has links


@dataclass(frozen=True, slots=True)
class Example:
    """A text that must give a notice. `html` examples are read through articles.blocks.from_html."""

    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    quote: str | None = None
    html: bool = False
    kind: NoticeKind | None = None  # None: the rule's own


@dataclass(frozen=True, slots=True)
class Rule:
    """One act of boilerplate and the ways of wording it.

    scope: `block` the whole line, `sentences` a run of whole sentences of a line, `lead` a line's beginning,
    `tail` a line's end, `blocks` several whole lines (the pattern holds `\\n`).
    when: conditions (evidence.CONDITIONS) without which the rule says nothing; `!name` negates one.
    boost: what a condition adds to the confidence (may be negative).
    """

    id: str
    kind: NoticeKind
    scope: str
    patterns: tuple[str, ...]  # expanded RE2 source
    atoms: tuple[Atoms | None, ...]  # what must occur where each of them matches; None: nothing in particular
    hint: str | None  # RE2 that must occur in the line, too
    unless: str | None  # RE2 that must not occur in the match
    when: tuple[str, ...]
    confidence: float
    boost: Mapping[str, float]
    ceiling: float  # its confidence and all that boosts may add
    on_neighbours: bool  # whether what stands on the neighbours of a line counts
    fields: Mapping[str, str | tuple[str, ...]]
    span: int  # at most so many sentences (or lines) in a run
    longest: bool  # prefer the longest run that matches, not the shortest
    extend: str
    examples: tuple[Example, ...]
    never: tuple[str, ...]
    file: str
