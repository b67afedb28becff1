"""Learning a feed's templates: lines that recur across its stories once what is an entry's own is masked.

Entries are witnesses. Copies of one story count as one; a line counts only when it stands at an end of the text,
behind nothing but notices and other recurring lines, or bears the marks of a footer. So a sub-head, which the
story follows, and a paragraph, which no other story repeats, gather no evidence (FACTS: unguarded frequency
stripped 8 to 13 % of the paragraphs of stress feeds).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from ingest.articles.notices import memory as memories
from ingest.articles.notices.alignment import Aligned, Index
from ingest.articles.notices.copies import is_copy, telling
from ingest.articles.notices.masking import MaskedLine, Names, crc
from ingest.articles.notices.memory import Memory, Recurring
from ingest.articles.notices.sentences import segments
from ingest.articles.notices.zones import Place, Zones
from ingest.records import Document, Notice, NoticeKind, Source

STORIES_COMPARED = 24
KEYS_KEPT = 96


def learn(
    memory: Memory,
    document: Document,
    notices: Sequence[Notice],
    source: Source,
    story_key: int,
    now: datetime,
) -> Memory:
    """The memory after one more entry; the same but for the key when it tells a story already counted.

    `notices` are what the rules found in `document`. `story_key` names the entry over its versions (64 bits).
    """
    lines = segments(document)
    zones = Zones(lines, notices, Names.of(source))
    body = [line for line in lines if not zones.is_covered(line.index)]
    told = telling(story_key, source.title, body)
    keys = (story_key, *(key for key in memory.keys if key != story_key))[:KEYS_KEPT]
    if story_key in memory.keys or any(is_copy(told, other) for other in memory.stories):
        return msgspec.structs.replace(memory, keys=keys)
    if not body:
        return memory
    remembered = _Remembered(memory, now)
    remembered.witness(zones)
    stories = (told, *memory.stories)[:STORIES_COMPARED]
    return msgspec.structs.replace(memory, lines=memories.kept(remembered.lines), stories=stories, keys=keys)


@dataclass(slots=True)
class _Met:
    """A line of the entry and the remembered line it is, if any."""

    place: Place
    covered: bool  # by notices that are cut
    kind: NoticeKind | None  # what rules say of the whole line
    found: tuple[int, Aligned] | None
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


class _Remembered:
    """The lines of a memory while one entry is held against them."""

    def __init__(self, memory: Memory, now: datetime) -> None:
        self.lines = [memories.aged(line) for line in memory.lines]
        self._index = Index(self.lines)
        self._digests = {line.digest for line in memory.lines}
        self._witnessed: set[int] = set()
        self._before = min(len(memory.stories), memories.NEWCOMER)
        self._now = now

    def witness(self, zones: Zones) -> None:
        """Hold all lines of an entry against what is remembered, and count them."""
        tail, head = ([self._met(place, zones) for place in walk] for walk in zones.ends())
        if all(met.recurs or met.covered for met in (*tail, *head)):
            _spare_a_body(tail)
        for walk in (tail, head):
            at_edge = True
            for met in walk:
                self._count(met, at_edge=at_edge)
                at_edge = at_edge and (met.recurs or met.covered)
        taken = {met.place.number for met in (*tail, *head)}
        for place in zones.middle(taken):
            self._count(self._met(place, zones), at_edge=False)

    def _met(self, place: Place, zones: Zones) -> _Met:
        found = self._index.find(place.masked, (place.zone,)) if place.masked else None
        return _Met(place, zones.is_covered(place.number), _kind_of(place, zones), found)

    def _count(self, met: _Met, *, at_edge: bool) -> None:
        """Count the line as seen in this story, or remember it."""
        masked = met.place.masked
        if masked is None or met.spared:
            return
        if met.found is None:
            self.lines.append(self._new(masked, met.place.zone, met.kind))
            return
        known, aligned = met.found
        if known not in self._witnessed:
            self._witnessed.add(known)
            line = _seen_again(self.lines[known], masked, aligned, met.kind, at_edge=at_edge)
            self.lines[known] = msgspec.structs.replace(line, last_seen_at=self._now)

    def _new(self, masked: MaskedLine, zone: str, kind: NoticeKind | None) -> Recurring:
        size = len(masked.codes)
        digest = crc(repr((zone, masked.codes))) << 31
        while digest in self._digests:  # an old version of it drifted away under this name and lives on
            digest += 1
        self._digests.add(digest)
        return Recurring(
            digest=digest,
            tokens=masked.codes,
            named=masked.named,
            lasting=(1,) * size,
            zone=zone,
            first_seen_at=self._now,
            last_seen_at=self._now,
            before=self._before,
            telling=int(masked.is_telling),
            own=int(masked.is_own),
            prose=masked.is_prose,
            label=masked.is_label,
            numbers=masked.numbers,
            abridged=masked.abridged,
            kinds=memories.counted((), kind),
        )


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
