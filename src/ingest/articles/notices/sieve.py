"""Which of many patterns are worth trying on a line, found without trying any.

Atoms that stand somewhere are sought with one Aho-Corasick automaton, in one pass however many patterns there are;
the shortest, which stand inside every other word, among the line's words. Atoms that begin a match are looked up
where a sentence begins.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from ingest.articles.notices.atoms import Atoms, fold, is_word

# May stand before a match and are no part of it: bullets, brackets, and the pictures that promos open with.
OPENING_MARKS = frozenset(
    " *_>•·▶►※|~-#←→»<([{➤➜➔➡⬇⏩▪▫◾◼🔹🔸🔶🔷📲📱👉👇☝📌📍🔔🔴🟢🔵⚡🚨✅✔"
    "📣📢🗞📰💬🔗🎧📺🎥🎙📷📸✍⚠❗‼🔥✨⭐❤🙏💌📩📧✉👀\ufe0f"
)
LONGEST_RUN = 16  # sentences and clauses that one match may take
_MARKS = 8  # so many of them at most
_HEAD = 80  # characters of a line in which a head must stand, white space and all
_OPENING = 3  # characters by which longer heads are looked up
_SHORT = (1, 2)
_LOOKED_FOR = 4  # texts that are looked for one by one; more than that are sought with the atoms
_THE_ONLY_ONE = (0,)
_LETTERS = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))


class _Other(NamedTuple):
    """Texts one of which must stand in the line, too: a few, or the numbers of many."""

    few: tuple[str, ...]
    many: frozenset[int]


class Sieve:
    """Built from the atoms of patterns; a pattern's number is its place among them.

    `runs`: for each of them, whether its matches are runs of sentences. All others begin with the line.
    """

    def __init__(self, atoms: Sequence[Atoms], runs: Sequence[bool]) -> None:
        self._runs = runs
        self._heads = [one.heads for one in atoms]
        self._found_by: dict[str, list[int]] = {}  # heads
        inner: dict[str, list[int]] = {}
        for pattern, one in enumerate(atoms):
            for text in one.heads:
                self._found_by.setdefault(text, [])
            for text in one.texts or one.heads:
                (inner if one.texts else self._found_by).setdefault(text, []).append(pattern)
        asked = {text for one in atoms for other in one.others if len(other) > _LOOKED_FOR for text in other}
        # Atoms are numbered as the search numbers them; those that are words come after.
        every = sorted(inner.keys() | asked, key=is_word)
        numbers = {text: number for number, text in enumerate(every)}
        self._patterns = [inner.get(text, []) for text in every]
        self._telling = frozenset(number for number, patterns in enumerate(self._patterns) if patterns)
        self._others = [tuple(_other(texts, numbers) for texts in one.others) for one in atoms]
        self._words = {text.encode(): number for text, number in numbers.items() if is_word(text)}
        self._every_word = frozenset(self._words)
        self._lengths: dict[str, list[int]] = {}  # of the heads that begin so, and of the shortest
        for text in sorted(self._found_by, key=len):
            if len(text) >= _OPENING:
                lengths = self._lengths.setdefault(text[:_OPENING], [*_SHORT])
                if lengths[-1] != len(text):
                    lengths.append(len(text))
        self._search = AhoCorasick(
            every[: len(every) - len(self._words)],
            matchkind=MatchKind.Standard,
            implementation=Implementation.ContiguousNFA,
        ).find_matches_as_indexes

    def sift(self, line: str, starts: Sequence[int]) -> dict[int, Sequence[int] | None]:
        """The patterns that may match in `line`, each with the sentences that a match may begin with.

        `starts` are the offsets where sentences begin; those told are numbers of them. None: any, or the line itself.
        """
        text = fold(line)
        same = len(text) == len(line)
        parts = self._search(text, overlapping=True)
        words = {self._words[word] for word in self._every_word.intersection(_words_of(text))}
        present = {part for part, _, _ in parts} | words
        if same:
            begun = [self._begun(text, start) for start in starts]
        else:
            begun = [self._begun(fold(line[start : start + _HEAD]), 0) for start in starts]
        with_line = begun[0] if starts and not starts[0] else self._begun(text, 0)
        heads = {head for found in begun for head in found}

        atoms_of: dict[int, list[int]] = {}  # the atoms by which patterns were found
        runs, heads_of = self._runs, self._heads
        for atom in present & self._telling:
            for pattern in self._patterns[atom]:
                if pattern in atoms_of:
                    atoms_of[pattern].append(atom)
                    continue
                its = heads_of[pattern]  # without any nothing is known of how it begins
                if its and its.isdisjoint(heads if runs[pattern] else with_line):
                    continue
                if self._others_hold(pattern, present, text):
                    atoms_of[pattern] = [atom]
        kept: dict[int, Sequence[int] | None]
        if len(starts) == 1:
            kept = {pattern: _THE_ONLY_ONE if self._runs[pattern] else None for pattern in atoms_of}
        else:
            kept = self._sentences(atoms_of, parts if same else (), starts, begun)
        for head in with_line:
            for pattern in self._found_by[head]:
                if not self._runs[pattern] and self._others_hold(pattern, present, text):
                    kept[pattern] = None
        opening: dict[int, list[int]] = {}
        for sentence, found in enumerate(begun):
            for head in found:
                for pattern in self._found_by[head]:
                    if self._runs[pattern] and (
                        pattern in opening or self._others_hold(pattern, present, text)
                    ):
                        known = opening.setdefault(pattern, [])
                        if sentence not in known[-1:]:
                            known.append(sentence)
        return kept | opening

    def _begun(self, text: str, start: int) -> list[str]:
        """The heads that stand at `start`, or after marks there that are no part of a match."""
        known, lengths, found = self._found_by, self._lengths, []
        for at in range(start, start + _MARKS):
            for length in lengths.get(text[at : at + _OPENING], _SHORT):
                if text[at : at + length] in known:
                    found.append(text[at : at + length])
            if text[at : at + 1] not in OPENING_MARKS:
                break
        return found

    def _sentences(
        self,
        atoms_of: Mapping[int, Sequence[int]],
        places: Iterable[tuple[int, int, int]],
        starts: Sequence[int],
        begun: Sequence[list[str]],
    ) -> dict[int, Sequence[int] | None]:
        """The sentences that a match of each pattern may begin with, when its atoms stand at these places."""
        wanted = {atom for atoms in atoms_of.values() for atom in atoms}
        ends: dict[int, set[int]] = {}  # how many sentences begin before an atom, wherever it stands
        for atom, at, _ in places:
            if atom in wanted:
                ends.setdefault(atom, set()).add(bisect_right(starts, at))
        opened = [at for at, found in enumerate(begun) if found]
        kept: dict[int, Sequence[int] | None] = {}
        for pattern, atoms in atoms_of.items():
            heads = self._heads[pattern]
            within: AbstractSet[int] | range | None = None
            if not self._runs[pattern]:
                kept[pattern] = None
                continue
            if ends.keys() >= set(atoms):  # of words it is not known where they stand
                within = _reached([ends[atom] for atom in atoms])
            if heads:
                kept[pattern] = [
                    at
                    for at in opened
                    if (within is None or at in within) and not heads.isdisjoint(begun[at])
                ]
            else:
                kept[pattern] = None if within is None else sorted(within)
        return kept

    def _others_hold(self, pattern: int, present: AbstractSet[int], text: str) -> bool:
        for other in self._others[pattern]:
            if other.few:
                for one in other.few:
                    if one in text:
                        break
                else:
                    return False
            elif other.many.isdisjoint(present):
                return False
        return True


def _reached(ends: Sequence[AbstractSet[int]]) -> AbstractSet[int] | range:
    """The sentences that a match may begin with which holds one of the last of those so many."""
    furthest = max([max(end) for end in ends])
    if furthest <= LONGEST_RUN:
        return range(furthest)
    return {at for many in ends for end in many for at in range(max(0, end - LONGEST_RUN), end)}


def _other(texts: AbstractSet[str], numbers: Mapping[str, int]) -> _Other:
    if len(texts) <= _LOOKED_FOR:
        return _Other(tuple(sorted(texts)), frozenset())
    return _Other((), frozenset(numbers[text] for text in texts))


def _words_of(text: str) -> list[bytes]:
    """The words in letters of ASCII. What is no letter ends them, and so does a letter of another script."""
    return text.encode("ascii", "replace").translate(_LETTERS).split()
