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

from ingest.articles.notices.atoms import Atoms, fold
from ingest.articles.notices.rarity import is_word

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
_THE_ONLY_ONE = (0,)
_LETTERS = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))
_NOTHING: frozenset[str] = frozenset()


class _Pattern(NamedTuple):
    """What is asked of a line before a pattern is tried on it."""

    number: int
    run: bool  # its matches are runs of sentences
    needs: int
    heads: frozenset[str]  # one of them begins a match; none: nothing is known of how it begins
    # Of each of these sets some text stands in the line, too.
    others: tuple[frozenset[str], ...]  # sought with the atoms
    common: tuple[tuple[str, ...], ...]  # looked for where all else is there


class Sieve:
    """Built from the atoms of patterns; a pattern's number is its place among them.

    `runs`: for each of them, whether its matches are runs of sentences. All others begin with the line.
    `needs`: for each of them, what must be true of the line, a bit each.
    """

    def __init__(self, atoms: Sequence[Atoms], runs: Sequence[bool], needs: Sequence[int]) -> None:
        sought: dict[frozenset[str], list[_Pattern]] = {}  # by texts of which one is sought in each line
        begins: dict[frozenset[str], list[_Pattern]] = {}  # by heads, where nothing else is sought
        asked: set[frozenset[str]] = set()
        for number, one in enumerate(atoms):
            asked.update(one.others)
            pattern = _Pattern(number, runs[number], needs[number], one.heads, one.others, one.common)
            if one.texts:
                sought.setdefault(one.texts, []).append(pattern)
                begins.setdefault(one.heads, [])
            else:
                begins.setdefault(one.heads, []).append(pattern)
        self._by_atom = _by_text(sought)
        self._by_head = _by_text(begins)
        # What is missing of a line → atom → the patterns that may hold there: five of six may not, as lines repeat.
        self._able: dict[int, dict[str, Sequence[_Pattern]]] = {}
        self._telling = frozenset(self._by_atom)
        every = self._telling.union(*asked)
        self._words = frozenset(filter(is_word, every))
        self._lengths: dict[str, list[int]] = {}  # of the heads that begin so, and of the shortest
        for text in sorted(self._by_head, key=len):
            if len(text) >= _OPENING:
                lengths = self._lengths.setdefault(text[:_OPENING], [*_SHORT])
                if lengths[-1] != len(text):
                    lengths.append(len(text))
        self._search = AhoCorasick(
            sorted(every - self._words),  # in order it is built in two thirds of the time
            matchkind=MatchKind.Standard,
            implementation=Implementation.ContiguousNFA,
            store_patterns=True,
        ).find_matches_as_strings

    def sift(self, line: str, starts: Sequence[int], missing: int = 0) -> dict[int, Sequence[int] | None]:
        """The patterns that may match in `line`, each with the sentences that a match may begin with.

        `starts` are the offsets where sentences begin; those told are numbers of them. None: any, or the line itself.
        `missing`: what is not true of the line; patterns that need it are left out.
        """
        text = fold(line)
        same = len(text) == len(line)
        present = set(self._search(text, overlapping=True))
        present |= self._words.intersection(_words_of(text))
        if same:
            begun = [self._begun(text, start) for start in starts]
        else:
            begun = [self._begun(fold(line[start : start + _HEAD]), 0) for start in starts]
        with_line = begun[0] if starts and not starts[0] else self._begun(text, 0)
        heads = _NOTHING.union(*begun)

        found: dict[int, Sequence[int] | None] = {}
        for pattern, atoms in self._held(present, text, missing, heads, with_line):
            within: Sequence[int] | None = None
            if pattern.run and len(starts) == 1:
                within = _THE_ONLY_ONE
            elif pattern.run:
                # Of words it is not known where they stand.
                placed = same and self._words.isdisjoint(atoms)
                within = _within(text, atoms, starts) if placed else range(len(starts))
                if pattern.heads:
                    within = [at for at in within if not pattern.heads.isdisjoint(begun[at])]
                if not within:
                    continue
            found[pattern.number] = within
        return found | self._found_by_heads(begun, with_line, present, text, missing)

    def _held(
        self,
        present: AbstractSet[str],
        text: str,
        missing: int,
        heads: AbstractSet[str],
        with_line: Sequence[str],
    ) -> Iterable[tuple[_Pattern, list[str]]]:
        """The patterns of which atoms are present, with these. `heads` stand where some sentence begins."""
        held: dict[int, tuple[_Pattern, list[str]]] = {}
        able = self._able.setdefault(missing, {})
        for atom in self._telling & present:
            patterns = able.get(atom)
            if patterns is None:
                patterns = able[atom] = self._able_to(atom, missing)
            for pattern in patterns:
                number, run, _, its, others, common = pattern
                if number in held:
                    held[number][1].append(atom)
                    continue
                if its and its.isdisjoint(heads if run else with_line):
                    continue
                if (others or common) and not _others_hold(pattern, present, text):
                    continue
                held[number] = pattern, [atom]
        return held.values()

    def _able_to(self, atom: str, missing: int) -> Sequence[_Pattern]:
        """The patterns of an atom that a line may hold which lacks so much. Mostly none, or all: these take no room."""
        every = self._by_atom[atom]
        able = tuple([one for one in every if not one.needs & missing])
        return every if len(able) == len(every) else able

    def _found_by_heads(
        self,
        begun: Sequence[Sequence[str]],
        with_line: Sequence[str],
        present: AbstractSet[str],
        text: str,
        missing: int,
    ) -> dict[int, Sequence[int] | None]:
        """The patterns of which nothing but their heads is sought."""
        found: dict[int, Sequence[int] | None] = {}
        for head in with_line:
            for pattern in self._by_head[head]:
                if not (pattern.run or pattern.needs & missing) and _others_hold(pattern, present, text):
                    found[pattern.number] = None
        opening: dict[int, list[int]] = {}
        for sentence, its in enumerate(begun):
            for head in its:
                for pattern in self._by_head[head]:
                    if not pattern.run or pattern.needs & missing:
                        continue
                    if pattern.number in opening or _others_hold(pattern, present, text):
                        known = opening.setdefault(pattern.number, [])
                        if sentence not in known[-1:]:
                            known.append(sentence)
        return found | opening

    def _begun(self, text: str, start: int) -> list[str]:
        """The heads that stand at `start`, or after marks there that are no part of a match."""
        known, lengths, found = self._by_head, self._lengths, []
        for at in range(start, start + _MARKS):
            for length in lengths.get(text[at : at + _OPENING], _SHORT):
                if text[at : at + length] in known:
                    found.append(text[at : at + length])
            if text[at : at + 1] not in OPENING_MARKS:
                break
        return found


def _by_text(patterns: Mapping[frozenset[str], Sequence[_Pattern]]) -> dict[str, Sequence[_Pattern]]:
    """The patterns by each text of their sets. Most texts stand in one set only, and share its list."""
    found: dict[str, Sequence[_Pattern]] = {}
    for texts, its in patterns.items():
        for text in texts:
            known = found.get(text)
            found[text] = [*known, *its] if known else its
    return found


def _others_hold(pattern: _Pattern, present: AbstractSet[str], text: str) -> bool:
    for texts in pattern.others:
        if texts.isdisjoint(present):
            return False
    for some in pattern.common:
        for one in some:
            if one in text:
                break
        else:
            return False
    return True


def _within(text: str, atoms: Sequence[str], starts: Sequence[int]) -> Sequence[int]:
    """The sentences that a match may begin with which holds one of the atoms: those not too far before it."""
    last = max([text.rfind(atom) for atom in atoms])
    furthest = bisect_right(starts, last)
    if furthest <= LONGEST_RUN:
        return range(furthest)
    within: set[int] = set()
    for atom in atoms:
        at = text.find(atom)
        while at >= 0:
            end = bisect_right(starts, at)
            within.update(range(max(0, end - LONGEST_RUN), end))
            # The next one that tells more stands in another sentence.
            at = text.find(atom, starts[end]) if end < len(starts) else -1
    return sorted(within)


def _words_of(text: str) -> list[str]:
    """The words in letters of ASCII. What is no letter ends them, and so does a letter of another script."""
    return text.encode("ascii", "replace").translate(_LETTERS).decode("ascii").split()
