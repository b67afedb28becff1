"""Which rules have no say in a line any more: a surer match stands where theirs would, and nothing can oust it.

Of overlapping candidates the surest is chosen (`find`), and what a rule says at best is known beforehand. Read with
the surest rules first, a footer costs one rule and not all those, too, that know its words. This leaves out nothing
that would be chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.articles.notices.evidence import Match
from ingest.articles.notices.rule import Rule
from ingest.articles.notices.sentences import Piece, Segment
from ingest.records import FieldValue, NoticeKind

# Whose patterns name all that they take ("All rights reserved.").
NAMES_ALL = frozenset({NoticeKind.COPYRIGHT})
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
    loose: bool = False  # its pattern may begin with any words, those of the story as well

    def refused(self, why: str) -> Candidate:
        """Itself, refused whatever stands around it."""
        self.refusal, self.void = why, True
        return self

    @property
    def score(self) -> float:
        """For choosing between overlapping ones: sureness first, then how much is explained."""
        return _score(self.confidence, self.end - self.start, len(self.fields))

    @property
    def gives_way_behind(self) -> bool:
        """Whether it holds only as its shortest run where the story goes on behind it."""
        return self.rule.longest and self.rule.kind not in NAMES_ALL

    @property
    def waits(self) -> bool:
        """Whether what is found on its neighbours may change what is said of it."""
        return self.rule.on_neighbours and not self.void


def _score(confidence: float, length: int, fields: int) -> float:
    return confidence + min(length, _MOST_CHARACTERS) * _A_CHARACTER + min(fields, _MOST_FIELDS) * _A_FIELD


class FoundSoFar:
    """What was found in one line so far. Rules that can be surer are to be read before others.

    `ceilings` says how sure each rule can be at most in this text, by its number.
    """

    def __init__(self, line: Segment, sentences: Sequence[Piece], ceilings: Sequence[float]) -> None:
        self._line, self._sentences, self._ceilings = line, sentences, ceilings
        self._open: list[tuple[float, float, int, int]] = []  # score, confidence and place of what was found
        self._feared: list[tuple[float, int, int]] = []  # best score and place of what may become surer
        self._settled: list[tuple[int, int]] = []  # places of what will be chosen before anything yet unread
        self._whole = False  # the whole line is such a place
        self._settled_for = 1.0  # how sure what is yet unread may be, when that was last worked out

    def add(self, number: int, found: Sequence[Candidate]) -> None:
        """What a pattern of rule `number` found."""
        for one in found:
            if one.waits:
                most = _score(self._ceilings[number], one.end - one.start, _MOST_FIELDS)
                self._feared.append((most, one.start, one.end))
            elif not one.refusal:
                self._add(one, found)

    def _add(self, one: Candidate, found: Sequence[Candidate]) -> None:
        """What may have to give way to the story is settled as far as it cannot: in the shortest of its runs."""
        start, end = one.start, one.end
        if one.soft:
            self._feared.append((one.score, start, end))
            return
        for other in found:
            if other.refusal or other is one:
                continue
            if one.gives_way_behind and other.start == start:
                end = min(end, other.end)
            elif one.loose and other.end == one.end:
                start = max(start, other.start)
        if (start, end) == (one.start, one.end):
            self._open.append((one.score, one.confidence, start, end))
            self._settled_for = 1.0
        else:
            self._feared += [(one.score, one.start, start), (one.score, end, one.end)]

    def await_(self, number: int) -> None:
        """Rule `number` will be read once its neighbours are known."""
        most = _score(self._ceilings[number], self._line.length, _MOST_FIELDS)
        self._feared.append((most, self._line.start, self._line.end))

    def left(self, number: int, rule: Rule, starts: Sequence[int] | None) -> Sequence[int] | None:
        """Of the sentences `starts` (None: all) those with which a match of the rule may begin and be chosen.

        All of them or none, where the rule is not about sentences.
        """
        most = self._ceilings[number]
        if self._open and not self._whole and most < self._settled_for:
            self._settle(most)
            self._settled_for = most
        if not self._settled or rule.scope == "blocks":  # these reach beyond the line
            return starts
        if self._whole:
            return ()
        at, end = self._line.start, self._line.end
        if rule.scope == "sentences":
            every = range(len(self._sentences)) if starts is None else starts
            places = [(one, at + self._sentences[one].start) for one in every]
            return [one for one, place in places if not any(a <= place < z for a, z in self._settled)]
        if rule.scope == "lead":
            return () if any(a <= at for a, _ in self._settled) else starts
        if rule.scope == "tail":
            return () if any(z >= end for _, z in self._settled) else starts
        return ()

    def _settle(self, most: float) -> None:
        """Take for settled what no match can oust that is at most so sure, even the longest and most telling."""
        best = _score(most, self._line.length, _MOST_FIELDS)
        if max(self._open)[0] <= best:
            return
        left: list[tuple[float, float, int, int]] = []
        for one in sorted(self._open, reverse=True):
            score, confidence, start, end = one
            if any(a < end and start < z for a, z in self._settled):
                continue  # ousted
            if (
                score <= best
                or confidence < most
                or any(a < end and start < z for _, _, a, z in left)
                or any(fear >= score and a < end and start < z for fear, a, z in self._feared)
            ):
                left.append(one)
            else:
                self._settled.append((start, end))
                self._whole = self._whole or (start, end) == (self._line.start, self._line.end)
        self._open = left
