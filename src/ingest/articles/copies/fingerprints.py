"""What makes two texts copies: shared runs of five words. Pure.

A text is a sequence of words; every five that follow one another are a shingle, hashed to 64 bits. All shingles of two
texts, compared, say how much of each stands in the other. To *find* whom to compare with, a few of them are kept for
each article: winnowing (Schleimer, Wilkerson, Aiken 2003) keeps the least hash of every twenty-four neighbours, so any
run of twenty-eight words that two texts share leaves at least one fingerprint that both have, however the rest differs.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache
from hashlib import blake2b
from heapq import nsmallest
from itertools import accumulate, chain, pairwise

from ingest.records import Containment, CopyRelation

SHINGLE = 5
"""Words in a shingle."""

WINDOW = 24
"""Shingles of which one at least is kept: two of twenty-five are, on average."""

MOST_KEPT = 512
"""Fingerprints of one article at most, the least ones: all of a text of some 6,400 words."""

SHORTEST = 24
"""Words that a text must have. Of shorter ones nobody can tell whether they were copied."""

GRAM = 6
"""Characters in a "word" of a script that writes none apart: a shingle is then ten characters long."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai and Lao, Myanmar, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # kana, Han
)
# Of alphabets whose vowels or accents stay signs of their own (Arabic, Hebrew, those of India): parts of words.
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
_WORD = re.compile(r"\w+")
_WORD_WITH_MARKS = re.compile(rf"[\w{_MARKS}{_UNSPACED}]+")
_HAS_MARKS = re.compile(f"[{_MARKS}{_UNSPACED}]")
# Straight and curled apostrophes, and what is not seen.
_DROPPED = re.compile("['\u2018\u2019\u02bc`\u00b4\u00ad\u200b-\u200f\u2060\ufeff]")
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_PIECES = re.compile(rf"[{_UNSPACED}]+|[^\s{_UNSPACED}]+")


def words(text: str) -> list[str]:
    """The words of a text as two copies have them alike: whatever case, quotes, dashes and white space they use.

    Where a script parts no words, every six neighbouring characters count as one.
    """
    folded = _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())
    if folded.isascii() or not _HAS_MARKS.search(folded):
        return _WORD.findall(folded)
    found: list[str] = _WORD_WITH_MARKS.findall(folded)
    return _with_grams(found) if _HAS_UNSPACED.search(folded) else found


def _with_grams(spaced: Sequence[str]) -> list[str]:
    found: list[str] = []
    run = ""
    pieces = (piece for word in spaced for piece in _PIECES.findall(word))
    for piece in chain(pieces, [""]):
        if piece and _HAS_UNSPACED.match(piece):
            run += piece  # punctuation between them is no border: copies differ in it
            continue
        if run:
            found += [run[i : i + GRAM] for i in range(max(1, len(run) - GRAM + 1))]
            run = ""
        if piece:
            found.append(piece)
    return found


def shingles(text: str) -> list[int]:
    """The hash of every five words that follow one another, in order; signed, 64 bits. Empty for a text too short.

    Each place in a shingle has a hash function of its own, and their values are xored (tabulation hashing): the words
    are hashed once, and "a b" is not "b a".
    """
    spelt = words(text)
    if len(spelt) < SHORTEST:
        return []
    count = len(spelt) - SHINGLE + 1
    values = memoryview(b"".join(map(_hashes, spelt))).cast("q")
    # All shingles at once: the values of each place, one after the other, are one long number.
    found = 0
    for place in range(SHINGLE):
        first = place * SHINGLE + place
        column = values[first : first + SHINGLE * count : SHINGLE]
        found ^= int.from_bytes(column.tobytes(), sys.byteorder)
    return memoryview(found.to_bytes(8 * count, sys.byteorder)).cast("q").tolist()


@lru_cache(maxsize=8192)
def _hashes(word: str) -> bytes:
    """Of a word its value for each place, 64 bits each, one after the other."""
    return blake2b(word.encode("utf-8", "replace"), digest_size=8 * SHINGLE).digest()


def winnow(hashes: Sequence[int]) -> set[int]:
    """The least of every WINDOW neighbours; of fewer in all, the least.

    Looks at the window only where its least changes: a smaller one comes in, or the least goes out.
    """
    if not hashes:
        return set()
    least = min(hashes[:WINDOW])
    place, seen = hashes.index(least), WINDOW
    found = {least}
    while seen < len(hashes):
        coming, first = hashes[seen : place + WINDOW], seen
        if coming and min(coming) <= least:
            found.update(value for value in accumulate(coming, min) if value <= least)
            least, seen = min(coming), place + WINDOW
            place = first + coming.index(least)
        elif (seen := place + WINDOW) < len(hashes):
            window, first = hashes[place + 1 : seen + 1], place + 1
            least = min(window)
            place, seen = first + window.index(least), seen + 1
            found.add(least)
    return found


def fingerprints(text: str) -> tuple[int, ...]:
    """The shingles by which copies of a text are found, ascending: one in twelve, MOST_KEPT at most.

    Of a longer text the least are kept: the same ones that are kept of its copies.
    """
    return kept(shingles(text))


def kept(hashes: Sequence[int]) -> tuple[int, ...]:
    """The fingerprints among the shingles of a text."""
    found = winnow(hashes)
    return tuple(nsmallest(MOST_KEPT, found) if len(found) > MOST_KEPT else sorted(found))


# ------------------------------------------------------------------------------------------ two texts


def without_common(hashes: Sequence[int], common: Collection[int]) -> Sequence[int]:
    """The shingles of a text, those left out that stand nearer to a common fingerprint than to one of its own.

    `common` are fingerprints that too many stories have: they, and the words around them, tell no copy.
    """
    least = winnow(hashes) if common else set()
    if least.isdisjoint(common):
        return hashes
    marked = [place for place, value in enumerate(hashes) if value in least]
    borders = [0, *((left + right + 1) // 2 for left, right in pairwise(marked)), len(hashes)]
    return [
        value
        for place, (begin, end) in zip(marked, pairwise(borders), strict=True)
        if hashes[place] not in common
        for value in hashes[begin:end]
    ]


def compare(one: Sequence[int], other: Sequence[int], common: Collection[int] = frozenset()) -> Containment:
    """How much of each of two texts stands in the other, by their shingles as `shingles` gives them."""
    ours, theirs = without_common(one, common), without_common(other, common)
    lesser, greater = sorted((ours, theirs), key=len)
    among = set(greater)
    found = [value in among for value in lesser]
    parts = [any(found[start : start + PART]) for start in range(0, len(found), PART)]
    spread = sum(parts) / len(parts) if parts else 0.0
    return Containment(sum(found), len(ours), len(theirs), spread)


PART = 12
"""Shingles of a part of a text: the share of parts in which anything is shared says how it is spread."""

# How two texts must compare to be copies: fixed on generated collections (docs/decisions.md), not on those that
# `bench.copies` is told by. Reports of one affair share quotations and a paragraph of background: half of a short
# text, but in a few places of it. Of an edited text a little is shared everywhere.
FEWEST_SHARED = 16
SURELY_CONTAINED = 0.55
LEAST_CONTAINED = 0.4
LEAST_SPREAD = 0.8
SHORT = 60  # shingles: here a quotation is most of the text, and only more than that counts
SURELY_OF_SHORT = 0.7
EXCERPT_SIZE = 0.67
COPY_CONTAINED = 0.9


def relate(found: Containment) -> CopyRelation | None:
    """What the lesser text is to the greater; None when they are no copies.

    Of an excerpt the lesser text is the one taken from the other. Which of two copies came first their texts do not
    say.
    """
    lesser, greater = sorted((found.one, found.other))
    if found.shared < FEWEST_SHARED:
        return None
    contained = found.shared / lesser
    is_copy = contained >= (SURELY_OF_SHORT if lesser < SHORT else SURELY_CONTAINED)
    if not is_copy and lesser >= SHORT and contained >= LEAST_CONTAINED:
        is_copy = found.spread >= LEAST_SPREAD
    if not is_copy:
        return None
    if contained >= SURELY_CONTAINED and lesser <= EXCERPT_SIZE * greater:
        return CopyRelation.EXCERPT_OF
    return CopyRelation.COPY_OF if contained >= COPY_CONTAINED else CopyRelation.EDITED_FROM
