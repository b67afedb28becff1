"""A rule of the catalogue, as composed from its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ingest.articles.notices import patterns
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


class Rule(msgspec.Struct, frozen=True):
    """One act of boilerplate and the ways of wording it.

    scope: `block` the whole line, `sentences` a run of whole sentences of a line, `lead` a line's beginning,
    `tail` a line's end, `blocks` several whole lines (the pattern holds `\\n`).
    when: conditions (evidence.CONDITIONS) without which the rule says nothing; `!name` negates one.
    boost: what a condition adds to the confidence (may be negative).
    """

    id: str
    kind: NoticeKind
    scope: str
    sources: tuple[str, ...]  # patterns as they are written
    pieces: Mapping[str, str]  # that they may name
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
    file: str
    cases: bytes  # examples and counter-examples, packed: 7,000 texts that only their tests look at

    def pattern(self, which: int) -> str:
        """RE2 source of a pattern. Those of all rules would be 9 MB of every process, which uses some eighty."""
        return patterns.expand(self.sources[which], self.pieces)

    @property
    def patterns(self) -> tuple[str, ...]:
        return tuple(map(self.pattern, range(len(self.sources))))

    @property
    def examples(self) -> tuple[Example, ...]:
        return _CASES.decode(self.cases)[0]

    @property
    def never(self) -> tuple[str, ...]:
        """Texts that stay whole."""
        return _CASES.decode(self.cases)[1]


_CASES = msgspec.msgpack.Decoder(tuple[tuple[Example, ...], tuple[str, ...]])


def packed(examples: Sequence[Example], never: Sequence[str]) -> bytes:
    """The `cases` of a rule."""
    return msgspec.msgpack.encode((examples, never))
