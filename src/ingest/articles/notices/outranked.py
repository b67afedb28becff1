"""Which rules have no say in a line any more: a surer match stands where theirs would, and nothing can oust it.

Of overlapping candidates the surest is chosen (`find`), and what a rule says at best is known beforehand. Read with
the surest rules first, a footer costs one rule and not all those, too, that know its words. This leaves out nothing
that would be chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.articles.notices.evidence import Match, Setting, ceiling
from ingest.articles.notices.rule import Rule
from ingest.articles.notices.sentences import Piece, Segment
from ingest.records import FieldValue

_MOST_CHARACTERS, _A_CHARACTER = 400, 1 / 4000  # what the length of a candidate adds to its score
_MOST_FIELDS, _A_FIELD = 8, 1 / 500  # and what it states


@dataclass(slots=True)
class Candidate:
    """A match of one rule, with document offsets, and why it is no notice (`refusal`, empty when it is one)."""

    rule: Rule
    start: int
    end: int
    match: Match
    confidence: float = 0.0
    fields: dict[str, FieldValue] = field(default_factory=dict)
    refusal: str = ""
    void: bool = False  # refused whatever stands around it
    soft: bool = False  # an edge is a clause mark: holds only if the whole sentence is notices

    @property
    def score(self) -> float:
        """For choosing between overlapping ones: sureness first, then how much is explained."""
        return _score(self.confidence, self.end - self.start, len(self.fields))

    @property
    def waits(self) -> bool:
        """Whether what is found on its neighbours may change what is said of it."""
        return self.rule.on_neighbours and not self.void


def _score(confidence: float, length: int, fields: int) -> float:
    return confidence + min(length, _MOST_CHARACTERS) * _A_CHARACTER + min(fields, _MOST_FIELDS) * _A_FIELD


class Standing:
    """What was found in one line so far. Rules that can be surer (`evidence.ceiling`) are read before others."""

    def __init__(self, line: Segment, sentences: Sequence[Piece], setting: Setting) -> None:
        self._line, self._sentences, self._setting = line, sentences, setting
        self._found: list[tuple[float, float, int, int]] = []  # score, confidence and place
        self._feared: list[tuple[float, int, int]] = []  # the same of what may yet become surer

    def add(self, found: Iterable[Candidate]) -> None:
        for one in found:
            if one.waits:
                most = ceiling(one.rule, self._setting)
                self._feared.append((_score(most, one.end - one.start, _MOST_FIELDS), one.start, one.end))
            elif not one.refusal:
                self._found.append((one.score, one.confidence, one.start, one.end))

    def await_(self, rule: Rule) -> None:
        """`rule` will be read once its neighbours are known."""
        most = _score(ceiling(rule, self._setting), self._line.length, _MOST_FIELDS)
        self._feared.append((most, self._line.start, self._line.end))

    def left(self, rule: Rule, starts: Sequence[int] | None) -> Sequence[int] | None:
        """Of the sentences `starts` (None: all) those with which a match of `rule` may begin and be chosen.

        All of them or none, where the rule is not about sentences.
        """
        taken = self._taken(rule)
        if not taken:
            return starts
        at, end = self._line.start, self._line.end
        if rule.scope == "sentences":
            every = range(len(self._sentences)) if starts is None else starts
            places = ((one, at + self._sentences[one].start) for one in every)
            return [one for one, place in places if not any(a <= place < z for a, z in taken)]
        if rule.scope == "lead":
            return () if any(a <= at for a, _ in taken) else starts
        if rule.scope == "tail":
            return () if any(z >= end for _, z in taken) else starts
        return ()

    def _taken(self, rule: Rule) -> list[tuple[int, int]]:
        """Places of what will be chosen before any match of `rule`."""
        if not self._found:
            return []
        most = ceiling(rule, self._setting)
        length = self._line.length if rule.scope != "blocks" else _MOST_CHARACTERS
        best = _score(most, length, _MOST_FIELDS)
        return [
            (start, end)
            for score, confidence, start, end in self._found
            if score > best
            and confidence >= most
            and not any(other >= score and a < end and start < z for other, a, z in self._feared)
            and not any(other > score and a < end and start < z for other, _, a, z in self._found)
        ]
