"""Learning a feed's templates: lines that recur across its stories once what is an entry's own is masked.

Entries are witnesses. Copies of one story count as one; a line counts only when it stands at an end of the text,
behind nothing but notices and other recurring lines, or bears the marks of a footer. So a sub-head, which the
story follows, and a paragraph, which no other story repeats, gather no evidence (frequency alone, unguarded,
stripped 8 to 13 % of the paragraphs of stress feeds).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from ingest.articles.notices import memory as memories
from ingest.articles.notices.alignment import Aligned, Index
from ingest.articles.notices.copies import is_copy, telling
from ingest.articles.notices.cutting import USUAL, Cutting
from ingest.articles.notices.masking import MaskedLine, Names, crc
from ingest.articles.notices.memory import Memory, Recurring
from ingest.articles.notices.sentences import segments
from ingest.articles.notices.zones import Place, Zones
from ingest.records import Document, Notice, NoticeKind, Source

STORIES_COMPARED = 24
KEYS_KEPT = 96


class Learner:
    """The memory of one feed while its entries teach it, one after the other.

    What is remembered grows older with each story. That is worked out when a line is looked at: most are body, and
    are looked at once, when they are forgotten.
    """

    def __init__(self, memory: Memory, now: datetime, cutting: Cutting = USUAL) -> None:
        self._cutting = cutting
        self._stories, self._keys = memory.stories, memory.keys
        self._now = now
        self._count = 0  # stories counted here
        self._lines = {line.digest: line for line in memory.lines}
        self._aged_at = dict.fromkeys(self._lines, 0)  # how many of them are worked into a line
        self._seen_at = {
            line.digest: 1 - memories.last_seen(line) for line in memory.lines
        }  # in which it stood
        self._index = Index(memory.lines)

    @property
    def memory(self) -> Memory:
        """What is remembered by now: the lines that tell most first."""
        lines = tuple(self._aged(self._lines[digest]) for digest in sorted(self._lines, key=self._rank))
        return Memory(lines=lines, stories=self._stories, keys=self._keys)

    def learn(self, document: Document, notices: Sequence[Notice], source: Source, story_key: int) -> None:
        """One more entry; nothing but its key is remembered when it tells a story already counted.

        `notices` are what the rules found in `document`. `story_key` names the entry over its versions (64 bits).
        """
        lines = segments(document)
        zones = Zones(lines, notices, Names.of(source), self._cutting)
        body = [line for line in lines if not zones.is_covered(line.index)]
        told = telling(story_key, source.title, body)
        keys = (story_key, *(key for key in self._keys if key != story_key))[:KEYS_KEPT]
        if story_key in self._keys or any(is_copy(told, other) for other in self._stories):
            self._keys = keys
        elif body:
            self._count += 1
            self._witness(zones)
            self._forget()
            self._stories = (told, *self._stories)[:STORIES_COMPARED]
            self._keys = keys

    def _witness(self, zones: Zones) -> None:
        """Hold all lines of an entry against what is remembered, and count them."""
        counted: dict[int, Recurring] = {}
        tail, head = ([self._met(place, zones) for place in walk] for walk in zones.ends())
        if all(met.recurs or met.covered for met in (*tail, *head)):
            _spare_a_body(tail)
        for walk in (tail, head):
            at_edge = True
            for met in walk:
                self._count_one(met, counted, at_edge=at_edge)
                at_edge = at_edge and (met.recurs or met.covered)
        taken = {met.place.number for met in (*tail, *head)}
        for place in zones.middle(taken):
            self._count_one(self._met(place, zones), counted, at_edge=False)
        for line in counted.values():
            self._remember(line)

    def _met(self, place: Place, zones: Zones) -> _Met:
        found = self._index.find(place.masked, place.zone) if place.masked else None
        return _Met(place, zones.is_covered(place.number), _kind_of(place, zones), found)

    def _count_one(self, met: _Met, counted: dict[int, Recurring], *, at_edge: bool) -> None:
        """Count the line as seen in this story, or note it as new, by its digest."""
        masked = met.place.masked
        if masked is None or met.spared:
            return
        if met.found is None:
            new = self._new(masked, met.place.zone, met.kind, counted)
            counted[new.digest] = new
            return
        known, aligned = met.found
        if known.digest not in counted:
            line = _seen_again(self._aged(known), masked, aligned, met.kind, at_edge=at_edge)
            counted[known.digest] = msgspec.structs.replace(line, last_seen_at=self._now)

    def _new(
        self, masked: MaskedLine, zone: str, kind: NoticeKind | None, counted: Container[int]
    ) -> Recurring:
        size = len(masked.codes)
        digest = crc(repr((zone, masked.codes))) << 31
        while digest in self._lines or digest in counted:
            digest += 1  # an old version of it drifted away under this name and lives on
        return Recurring(
            digest=digest,
            tokens=masked.codes,
            named=masked.named,
            lasting=(1,) * size,
            zone=zone,
            first_seen_at=self._now,
            last_seen_at=self._now,
            before=min(len(self._stories), memories.NEWCOMER),
            telling=int(masked.is_telling),
            own=int(masked.is_own),
            prose=masked.is_prose,
            label=masked.is_label,
            numbers=masked.numbers,
            abridged=masked.abridged,
            kinds=memories.counted((), kind),
        )

    def _aged(self, line: Recurring) -> Recurring:
        return memories.aged(line, self._count - self._aged_at[line.digest])

    def _remember(self, line: Recurring) -> None:
        if known := self._lines.get(line.digest):
            self._index.drop(known)
        self._index.add(line)
        self._lines[line.digest] = line
        self._aged_at[line.digest] = self._seen_at[line.digest] = self._count

    def _forget(self) -> None:
        """What was not seen for long, and of too many lines those that tell least."""
        gone = [
            digest
            for digest, line in self._lines.items()
            if self._count - self._seen_at[digest] >= memories.patience(line)
        ]
        if len(self._lines) - len(gone) > memories.MAX_LINES:
            fresh = sorted(self._lines.keys() - gone, key=self._rank)
            gone += fresh[memories.MAX_LINES :]
        for digest in gone:
            self._index.drop(self._lines.pop(digest))
            del self._aged_at[digest], self._seen_at[digest]

    def _rank(self, digest: int) -> tuple[int, int, int]:
        return -min(self._lines[digest].stories, 4), -self._seen_at[digest], digest


@dataclass(slots=True)
class _Met:
    """A line of the entry and the remembered line it is, if any."""

    place: Place
    covered: bool  # by sure notices
    kind: NoticeKind | None  # what rules say of the whole line
    found: tuple[Recurring, Aligned] | None
    spared: bool = False

    @property
    def recurs(self) -> bool:
        return self.found is not None


def _spare_a_body(tail: Sequence[_Met]) -> None:
    """An entry of which every line recurs still tells something: its first line without marks, most likely."""
    for met in reversed(tail):
        if met.place.masked and not met.covered:
            met.spared = not met.place.masked.is_telling
            return


def _seen_again(
    line: Recurring, masked: MaskedLine, aligned: Aligned, kind: NoticeKind | None, *, at_edge: bool
) -> Recurring:
    numbers = masked.numbers
    line = msgspec.structs.replace(
        line,
        tokens=masked.codes,
        named=masked.named,
        lasting=tuple(memories.lasted(None if old is None else line.lasting[old]) for old in aligned),
        stories=line.stories + 1,
        seen=line.seen | 1,
        at_edge=line.at_edge + int(at_edge),
        telling=line.telling + int(masked.is_telling),
        own=line.own + int(masked.is_own),
        prose=line.prose or masked.is_prose,
        label=line.label and masked.is_label,
        numbers=numbers,
        numbers_vary=line.numbers_vary or numbers != line.numbers,
        kinds=memories.counted(line.kinds, kind),
    )
    shown = masked.shown(frozenset(line.fixed())) if line.is_learned else ""
    return msgspec.structs.replace(line, shown=shown)


def _kind_of(place: Place, zones: Zones) -> NoticeKind | None:
    """What rules say of the whole line: the kind of the longest notice on it, when notices cover it."""
    if not zones.is_covered(place.number):
        return None
    return max(zones.notices[place.number], key=lambda notice: notice.end - notice.start).kind
