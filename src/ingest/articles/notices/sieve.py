"""Which of many patterns are worth trying on a line, found without trying any.

Atoms that stand somewhere are sought with one Aho-Corasick automaton, in one pass however many patterns there are;
the shortest, which stand inside every other word, among the line's words. Atoms that begin a match are looked up
where a sentence begins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from ingest.articles.notices.atoms import Atoms, fold, is_word

OPENING_MARKS = frozenset(" *_>•·▶►※|~-#←→»<([{")  # that may stand before a match and are no part of it
_MARKS = 8  # so many of them at most
_HEAD = 80  # characters of a line in which a head must stand, white space and all
_OPENING = 3  # characters by which longer heads are looked up
_SHORT = (1, 2)
_LOOKED_FOR = 4  # texts that are looked for one by one; more than that are sought with the atoms
_WORD = re.compile(r"[a-z0-9]+")
_NO_LETTERS = {code: " " for code in range(128) if not chr(code).isalnum()}


class _Other(NamedTuple):
    """Texts one of which must stand in the line, too: a few, or the numbers of many."""

    few: tuple[str, ...]
    many: frozenset[int]


class Sieve:
    """Built from the atoms of patterns; a pattern's number is its place among them."""

    def __init__(self, atoms: Sequence[Atoms]) -> None:
        self._heads: dict[str, list[int]] = {}
        inner: dict[str, list[int]] = {}
        for pattern, one in enumerate(atoms):
            for text in one.texts:
                (self._heads if one.head else inner).setdefault(text, []).append(pattern)
        asked = {text for one in atoms for other in one.others if len(other) > _LOOKED_FOR for text in other}
        # Atoms are numbered as the search numbers them; those that are words come after.
        every = sorted(inner.keys() | asked, key=is_word)
        numbers = {text: number for number, text in enumerate(every)}
        self._patterns = [inner.get(text, []) for text in every]
        self._telling = frozenset(number for number, patterns in enumerate(self._patterns) if patterns)
        self._others = [tuple(_other(texts, numbers) for texts in one.others) for one in atoms]
        self._words = {text: number for text, number in numbers.items() if is_word(text)}
        self._lengths: dict[str, list[int]] = {}  # of the heads that begin so, and of the shortest
        for text in sorted(self._heads, key=len):
            if len(text) >= _OPENING:
                lengths = self._lengths.setdefault(text[:_OPENING], [*_SHORT])
                if lengths[-1] != len(text):
                    lengths.append(len(text))
        self._search = AhoCorasick(
            every[: len(every) - len(self._words)],
            matchkind=MatchKind.Standard,
            implementation=Implementation.ContiguousNFA,
        ).find_matches_as_indexes

    def sift(self, line: str, starts: Sequence[int]) -> dict[int, list[int] | None]:
        """The patterns that may match in `line`, each with the offsets where its atoms stand, or None: anywhere.

        `starts` are the offsets where its sentences begin; those of atoms that begin a match are among them.
        """
        text = fold(line)
        same = len(text) == len(line)
        parts = self._search(text, overlapping=True)
        words = {self._words[word] for word in self._words.keys() & _words_of(text)}
        present = {part for part, _, _ in parts} | words
        kept: dict[int, list[int] | None] = {}
        holding: set[int] = set()  # atoms of the patterns that are kept
        for atom in present & self._telling:
            for pattern in self._patterns[atom]:
                if pattern in kept or self._others_hold(pattern, present, text):
                    kept[pattern] = None if atom in words or not same else kept.get(pattern, [])
                    holding.add(atom)
        if same and holding:
            for part, at, _ in parts:
                for pattern in self._patterns[part] if part in holding else ():
                    places = kept.get(pattern)
                    if places is not None:
                        places.append(at)
        for start in starts:
            begin = text[start : start + _HEAD] if same else fold(line[start : start + _HEAD])
            for pattern in self._begun(begin):
                if pattern in kept or self._others_hold(pattern, present, text):
                    places = kept.setdefault(pattern, [])
                    if places is not None:
                        places.append(start)
        return kept

    def _begun(self, text: str) -> list[int]:
        """The patterns whose match may begin with `text`, or after marks there that are no part of a match."""
        heads, found = self._heads, []
        for at in range(_MARKS):
            for length in self._lengths.get(text[at : at + _OPENING], _SHORT):
                if known := heads.get(text[at : at + length]):
                    found += known
            if text[at : at + 1] not in OPENING_MARKS:
                break
        return found

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


def _other(texts: AbstractSet[str], numbers: Mapping[str, int]) -> _Other:
    if len(texts) <= _LOOKED_FOR:
        return _Other(tuple(sorted(texts)), frozenset())
    return _Other((), frozenset(numbers[text] for text in texts))


def _words_of(text: str) -> set[str]:
    """The words in letters of ASCII. What is no letter ends them, and so does a letter of another script."""
    return set(text.translate(_NO_LETTERS).split() if text.isascii() else _WORD.findall(text))
