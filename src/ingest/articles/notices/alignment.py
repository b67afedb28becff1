"""Which remembered line a masked line is: the same one, or one that differs in names and a few drifted words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from ingest.articles.notices.masking import FIRST_WORD, MaskedLine, Slot
from ingest.articles.notices.memory import Recurring

ALIKE = 0.6  # of the weight of both lines together
KNOWN_KEPT = 0.65  # of the tokens that lasted, once there are witnesses enough to know them
_NAME_COST = 0.3  # of a word written like a name, beside 1 for a word
_FILLED_ANEW_COST = 0.15  # of a word where witnesses never agreed
_ONE_GAP = 0.6
_NUMBER_WEIGHT = 0.25

Aligned = tuple[int | None, ...]
"""For each token of the line its place in the remembered line, None when it is new."""


class Index:
    """The remembered lines of one feed, found by what they say."""

    def __init__(self, lines: Iterable[Recurring]) -> None:
        self._same: dict[tuple[str, tuple[int, ...]], Recurring] = {}
        self._by_zone: dict[str, dict[int, tuple[Recurring, frozenset[int]]]] = {}
        for line in lines:
            self.add(line)

    def add(self, line: Recurring) -> None:
        self._same[line.zone, line.tokens] = line
        if not line.abridged:  # such are only ever the same or another
            self._by_zone.setdefault(line.zone, {})[line.digest] = line, frozenset(line.tokens)

    def drop(self, line: Recurring) -> None:
        if self._same.get((line.zone, line.tokens)) is line:
            del self._same[line.zone, line.tokens]
        self._by_zone.get(line.zone, {}).pop(line.digest, None)

    def find(self, masked: MaskedLine, zone: str) -> tuple[Recurring, Aligned] | None:
        """The line of a zone that `masked` is, and how the tokens correspond; of several the likest, the best known."""
        codes = masked.codes
        same = self._same.get((zone, codes))
        if same is not None:
            return same, tuple(range(len(codes)))
        if masked.abridged:
            return None
        best: tuple[tuple[float, int], Recurring, Aligned] | None = None
        words = frozenset(codes)
        for line, its in self._by_zone.get(zone, {}).values():
            common = words & its
            if 5 * len(common) < 2 * min(len(words), len(its)) or _too_far(line, masked, common):
                continue
            found = align(line, masked)
            if found and (best is None or (found[0], line.stories) > best[0]):
                best = (found[0], line.stories), line, found[1]
        return best and (best[1], best[2])


def _too_far(line: Recurring, masked: MaskedLine, common: frozenset[int]) -> bool:
    """Whether the tokens alone say that `align` would find nothing, in whatever order they stand."""
    if line.stories > 1:
        return False  # what was filled anew each time costs next to nothing
    shared = min(sum(map(common.__contains__, line.tokens)), sum(map(common.__contains__, masked.codes)))
    cost = max(_apart(line.tokens, line.named, common), _apart(masked.codes, masked.named, common))
    return shared < ALIKE * (shared + _ONE_GAP * cost)


def _apart(codes: Sequence[int], named: Sequence[bool], common: frozenset[int]) -> float:
    """What the tokens cost at least that the other line has not."""
    return sum(
        [_cost(code, is_name) for code, is_name in zip(codes, named, strict=True) if code not in common]
    )


def align(line: Recurring, masked: MaskedLine) -> tuple[float, Aligned] | None:
    """How alike the two are (0..1) and how their tokens correspond; None when they are two different lines."""
    found = _aligned(line, line.tokens, masked)
    if found is None and line.stories >= 3:
        # A name that stood elsewhere last time may have drawn the alignment to itself: hide what never lasted.
        lasting = [code if line.lasting[place] > 1 else -1 for place, code in enumerate(line.tokens)]
        found = _aligned(line, lasting, masked)
    return found


def _aligned(line: Recurring, tokens: Sequence[int], masked: MaskedLine) -> tuple[float, Aligned] | None:
    codes = masked.codes
    matcher = SequenceMatcher(None, tokens, codes, autojunk=False)
    aligned: list[int | None] = [None] * len(codes)
    shared = cost = 0.0
    firm = gaps = 0  # words and telling slots in common; stretches without
    names_only = True
    at = here = 0
    for old, new, size in matcher.get_matching_blocks():
        gap, names = _gap(line, masked, range(at, old), range(here, new))
        cost += gap
        gaps += gap > 0
        names_only = names_only and names
        for step in range(size):
            aligned[new + step] = old + step
            shared += _weight(codes[new + step])
            firm += codes[new + step] != Slot.NUMBER
        at, here = old + size, new + size
    if gaps == 1 and firm >= 5:
        cost *= _ONE_GAP  # the same frame around another title, say
    if firm < (2 if names_only else 4) or shared < ALIKE * (shared + cost):
        return None
    if line.stories >= 3 and not _keeps_what_lasted(line, aligned):
        return None
    return shared / (shared + cost), tuple(aligned)


def _gap(line: Recurring, masked: MaskedLine, old: range, new: range) -> tuple[float, bool]:
    """What a stretch without common tokens counts against the two, and whether names alone differ there."""
    if not old and not new:
        return 0.0, True
    if old and line.stories >= 2 and all(line.lasting[place] == 1 for place in old):
        return _FILLED_ANEW_COST * max(len(old), len(new)), len(new) <= 5
    was, were = line.tokens[old.start : old.stop], line.named[old.start : old.stop]
    now, are = masked.codes[new.start : new.stop], masked.named[new.start : new.stop]
    cost = max(sum(map(_cost, was, were)), sum(map(_cost, now, are)))
    return cost, len(old) <= 4 and len(new) <= 4 and all(were) and all(are)


def _keeps_what_lasted(line: Recurring, aligned: Iterable[int | None]) -> bool:
    fixed = line.fixed()
    kept = {place for place in aligned if place is not None}
    total = sum(_weight(line.tokens[place]) for place in fixed)
    return sum(_weight(line.tokens[place]) for place in fixed if place in kept) >= KNOWN_KEPT * total


def _weight(code: int) -> float:
    return _NUMBER_WEIGHT if code == Slot.NUMBER else 1.0


def _cost(code: int, named: bool) -> float:
    if code < FIRST_WORD:
        return _NUMBER_WEIGHT
    return _NAME_COST if named else 1.0
