"""Where in a document a recurring line may stand: its ends, walked inwards, and marked lines in between."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from ingest.articles.notices.cutting import Cutting
from ingest.articles.notices.masking import MaskedLine, Names, is_listed, mask
from ingest.articles.notices.sentences import Segment
from ingest.records import BlockKind, Notice

TAIL_LINES, HEAD_LINES, MIDDLE_LINES = 8, 3, 6
LONGEST = 1200  # characters; longer lines are body


class Place(NamedTuple):
    """One line that may be a recurring one. `masked` is None where its form rules that out."""

    number: int  # of the line
    zone: str
    masked: MaskedLine | None


class Zones:
    """The lines of a document with the notices on them."""

    def __init__(
        self, lines: Sequence[Segment], notices: Sequence[Notice], names: Names, cutting: Cutting
    ) -> None:
        self.lines = lines
        self._cutting = cutting
        self._names = names
        self.notices = _by_line(lines, notices)
        self._gaps: dict[int, list[tuple[int, int]]] = {}

    def is_covered(self, number: int) -> bool:
        """Whether sure notices leave no word of the line."""
        return not self.gaps(number)

    def gaps(self, number: int) -> list[tuple[int, int]]:
        """Stretches of the line with words and without a sure notice, as offsets of the document."""
        if number in self._gaps:
            return self._gaps[number]
        line = self.lines[number]
        found = self._gaps[number] = []
        at = line.start
        sure = (one for one in self.notices[number] if self._cutting.is_sure(one.confidence))
        for notice in (*sure, None):
            end = notice.start if notice else line.end
            start, end = _stripped(line, at, end)
            if any(char.isalnum() for char in line.text[start - line.start : end - line.start]):
                found.append((start, end))
            at = max(at, notice.end) if notice else end
        return found

    def ends(self) -> tuple[Iterator[Place], Iterator[Place]]:
        """The lines at the end and at the beginning, each from outside inwards.

        Headings are neither templates nor in their way. Of a short text the end is the larger part.
        """
        content = [number for number in range(len(self.lines)) if self._counts(number)]
        first = min(HEAD_LINES, len(content) // 3)
        last = content[first:][: -TAIL_LINES - 1 : -1]
        return (
            (self._place(number, "tail") for number in last),
            (self._place(number, "head") for number in content[:first]),
        )

    def middle(self, taken: Container[int]) -> Iterator[Place]:
        """Lines in between that a footer's marks speak for."""
        found = 0
        for number in range(len(self.lines)):
            line = self.lines[number]
            if number in taken or found == MIDDLE_LINES or not (line.links or line.block.in_footer):
                continue
            place = self._place(number, "middle")
            if place.masked and not place.masked.is_label and not self.is_heading(number):
                found += 1
                yield place

    def is_heading(self, number: int) -> bool:
        return self.lines[number].block.kind is BlockKind.HEADING

    def _counts(self, number: int) -> bool:
        return not self.is_heading(number) and any(char.isalnum() for char in self.lines[number].text)

    def _place(self, number: int, zone: str) -> Place:
        line = self.lines[number]
        if len(line.text) > LONGEST or is_listed(line):
            return Place(number, zone, None)
        masked = mask(line, self._names)
        return Place(number, zone, masked if masked.codes else None)


def _by_line(lines: Sequence[Segment], notices: Sequence[Notice]) -> list[list[Notice]]:
    """The notices on each line; both are in order."""
    found: list[list[Notice]] = []
    first = 0
    for line in lines:
        while first < len(notices) and notices[first].end <= line.start:
            first += 1
        last = first
        while last < len(notices) and notices[last].start < line.end:
            last += 1
        found.append(list(notices[first:last]))
    return found


def _stripped(line: Segment, start: int, end: int) -> tuple[int, int]:
    text = line.text[max(0, start - line.start) : max(0, end - line.start)]
    left = len(text) - len(text.lstrip())
    return start + left, start + left + len(text.strip())
