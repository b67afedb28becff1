"""What a body extractor answered, claimed by the blocks of our own walk: text alone says which of them it kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_SHINGLE = 4  # words
_KEPT_SHARE = 0.6  # of a block's shingles
_WORDS = re.compile(r"\w+")

Shingle = tuple[str, ...]


class Answer:
    """The extractor's answer, one block a line, against the texts of our blocks. Time is linear in both."""

    def __init__(self, answer: str, texts: Sequence[str]) -> None:
        self._read: dict[str, tuple[list[str], str]] = {}  # most lines are our blocks, word for word
        self._lines = [self._words(line) for line in answer.split("\n")]
        self._texts = texts

    def known(self) -> list[int]:
        """The first block of each wording that the extractor kept, wherever it stands on the page."""
        lines = {line for _, line in self._lines}
        shingles = set(_shingles([word for words, _ in self._lines for word in words]))
        first: dict[str, int] = {}
        for index, text in enumerate(self._texts):
            words, line = self._words(text)
            own = _shingles(words)
            if line and (line in lines or _enough(sum(shingle in shingles for shingle in own), own)):
                first.setdefault(line, index)
        return list(first.values())

    def claim(self, order: Sequence[int]) -> set[int]:
        """The blocks that were kept, of those in `order`; each word of the answer is claimed once, by the first.

        Whole lines go first, so that what is left to be compared in pieces is little: where the extractor joins what
        we keep apart, or the other way round.
        """
        lines = Counter(line for _, line in self._lines)
        claimed = set()
        waiting = []
        for index in order:
            words, line = self._words(self._texts[index])
            if line and lines[line] > 0:
                lines[line] -= 1
                claimed.add(index)
            elif line:
                waiting.append((index, words))
        left = [word for words, line in self._lines if lines[line] > 0 for word in words]
        return claimed | self._claim_pieces(waiting, Counter(_shingles(left)))

    def _words(self, text: str) -> tuple[list[str], str]:
        """The words of a text, and the same with a space between."""
        if (found := self._read.get(text)) is None:
            words = _WORDS.findall(text.lower())
            found = self._read[text] = words, " ".join(words)
        return found

    @staticmethod
    def _claim_pieces(blocks: list[tuple[int, list[str]]], left: Counter[Shingle]) -> set[int]:
        claimed = set()
        before: list[str] = []
        for index, words in blocks:
            own = _shingles(words) or _shingles((before + words)[-_SHINGLE:])
            if _enough(sum(left.get(shingle, 0) > 0 for shingle in own), own):
                left.subtract(own)
                claimed.add(index)
                before = words
        return claimed


def _enough(found: int, shingles: list[Shingle]) -> bool:
    return bool(shingles) and found >= _KEPT_SHARE * len(shingles)


def _shingles(words: list[str]) -> list[Shingle]:
    return list(zip(*(words[at:] for at in range(_SHINGLE)), strict=False))
