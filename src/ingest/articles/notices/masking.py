"""A line with what belongs to one entry masked: its title, its authors, addresses, dates, digits.

Footers of a feed that differ only in these become one and the same sequence of codes. Words are kept as hashes:
what is remembered of a line that turns out to be body is no copy of it.
"""

from __future__ import annotations

import enum
import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

from ingest import urls
from ingest.articles.notices.evidence import fold
from ingest.articles.notices.sentences import Segment
from ingest.records import BlockKind, Source


class Slot(enum.IntEnum):
    """What stands in a masked place. Codes of words are larger than all of these."""

    TITLE = 1
    AUTHOR = 2
    SITE = 3
    URL = 4
    EMAIL = 5
    DATE = 6
    NUMBER = 7
    ADDRESS = 8  # any but the entry's own


FIRST_WORD = 16
LONGEST_SPELT_OUT = 64  # words; longer lines must be the same to count as one
_ENDS = 8  # words at each end that are kept of those
OWN = frozenset({Slot.TITLE, Slot.AUTHOR, Slot.URL, Slot.EMAIL})
"""Slots that the same place of story after story does not have by chance."""

TELLING = OWN | {Slot.SITE, Slot.ADDRESS}

# Scripts that write no space between words: each letter is a word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_MARKS = "\u0300-\u036f\u064b-\u065f\u0900-\u0963\u0966-\u0dff"  # vowel signs are no \w
_NUMBER = r"\d+(?:[.,:/]\d+)*(?![^\W\d_])"
_WORD = re.compile(rf"({_NUMBER}|[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}])+)")
_WORD_OF_LETTERS = re.compile(rf"({_NUMBER}|[^\W_]+)")  # the same for all other scripts, in half the time
_UNLIKE_LETTERS = re.compile(rf"[{_UNSPACED}{_MARKS}]")
_WHOLE_NUMBER = re.compile(_NUMBER)
_DIGITS = re.compile(r"\d+")
_MONTH = r"[^\W\d_]{3,12}\.?"
_ADDRESSES = re.compile(
    r"(?P<EMAIL>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})"
    r"|(?P<URL>(?:https?://|www\.)[^\s<>\"')\],;]{3,500}(?<![.:!?])"
    r"|\b[a-z0-9-]{2,63}(?:\.[a-z0-9-]{2,63}){1,4}/[^\s<>\"')\],;]{0,300}(?<![.:!?]))"
    r"|(?P<DATE>\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b"
    r"|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日|\d{4} ?년 ?\d{1,2} ?월 ?\d{1,2} ?일"
    rf"|\b\d{{1,2}}(?:\.|st|nd|rd|th|º)? (?:de |of )?{_MONTH},? (?:de |of )?(?:19|20)\d\d\b"
    rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d\b)"
)
_SIGN_OF_ADDRESS = re.compile(r"[@/\d]|www\.")  # one stands in whatever _ADDRESSES finds
_LONGEST_END = 3  # characters of what is next
_SENTENCE_END = re.compile(r"[.!?…。！？।؟۔][\"')\]»”’」』]{0,2}$")


class _Parts(NamedTuple):
    """A text as its words, each as a code and as written, and what stands before each and after the last."""

    codes: tuple[int, ...]
    words: tuple[str, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class MaskedLine:
    """A line as its feed's templates see it: a code, larger than those of slots, for each word or masked place.

    `numbers` is a hash of the numbers in it: equal lines with other numbers tell something else. The middle of a
    long line is one word (`abridged`), for it is only ever compared as a whole.
    """

    line: Segment
    parts: _Parts
    numbers: int
    abridged: bool = False

    @property
    def codes(self) -> tuple[int, ...]:
        return self.parts.codes

    @cached_property
    def named(self) -> tuple[bool, ...]:
        """Of each word, whether it is written like a name."""
        named = [c >= FIRST_WORD and word[0].isupper() for c, word in zip(*self.parts[:2], strict=True)]
        if self.abridged:
            named[_ENDS] = False
        return tuple(named)

    @cached_property
    def slots(self) -> frozenset[int]:
        return frozenset(code for code in self.codes if code < FIRST_WORD)

    @cached_property
    def words(self) -> int:
        return sum(code >= FIRST_WORD for code in self.codes)

    @property
    def is_own(self) -> bool:
        """Whether it speaks of its own entry, or its markup calls it a footer: no paragraph does."""
        block = self.line.block
        marked = block.in_footer or block.after_rule or "©" in self.line.text
        return marked or not OWN.isdisjoint(self.slots)

    @property
    def is_telling(self) -> bool:
        """Whether it has marks of furniture that a paragraph has at times: a link, the feed's name."""
        return self.is_own or bool(self.line.links) or not TELLING.isdisjoint(self.slots)

    @property
    def is_prose(self) -> bool:
        """Whether it reads as a sentence of the body."""
        return self.words >= 5 and self._ends_sentence

    @property
    def is_label(self) -> bool:
        """Whether it may be a sub-head: "What happened next", "Ingredients:"."""
        return not (self.line.links or self.slots - {Slot.NUMBER}) and (
            self.words <= 4 or (self.words <= 9 and not self._ends_sentence)
        )

    @property
    def _ends_sentence(self) -> bool:
        return _SENTENCE_END.search(self.line.text[-_LONGEST_END:]) is not None

    def shown(self, fixed: Collection[int]) -> str:
        """The line with only the words of these places spelt out, the rest as {slots}."""
        shown: list[str] = []
        for place, (code, word, gap) in enumerate(
            zip(self.codes, self.parts.words, self.parts.gaps, strict=False)
        ):
            if place in fixed and code >= FIRST_WORD:
                shown += (gap, word)
            else:
                name = "{…}" if code >= FIRST_WORD else f"{{{Slot(code).name.lower()}}}"
                if not (name == "{…}" and shown and shown[-1] == name):
                    shown += (gap, name)
        return "".join((*shown, self.parts.gaps[-1]))


@dataclass(frozen=True)
class Names:
    """What to mask in the lines of one entry: its title, its authors and its feed's name, longest first."""

    known: tuple[tuple[tuple[int, ...], str, Slot], ...]  # codes and folded text
    address: str | None = None  # the entry's own, normalised

    @classmethod
    def of(cls, source: Source) -> Names:
        texts = [(source.title, Slot.TITLE), (source.feed.title, Slot.SITE)]
        texts += [(person.name, Slot.AUTHOR) for person in source.authors]
        spelt = [(codes(text), fold(text), slot) for text, slot in texts if text and len(text.strip()) >= 4]
        longest_first = sorted((one for one in spelt if one[0]), key=lambda one: -len(one[0]))
        return cls(tuple(longest_first), urls.normalise(source.url) if source.url else None)


def mask(line: Segment, names: Names) -> MaskedLine:
    return MaskedLine(line, *_masked(line.text, names))


@lru_cache(maxsize=512)  # the lines of a batch: each is asked about when it teaches and when it is cut
def _masked(text: str, names: Names) -> tuple[_Parts, int, bool]:
    """What a line is made of, the hash of its numbers, and whether its middle was abridged."""
    parts = _without_addresses(text, names) if _SIGN_OF_ADDRESS.search(text) else _taken_apart(text)
    for spelt, folded, slot in names.known:
        if spelt[0] in parts.codes:
            parts = _replaced(parts, spelt, folded, slot)
    numbers = ""
    if Slot.NUMBER in parts.codes:
        numbers = " ".join(w for c, w in zip(*parts[:2], strict=True) if c == Slot.NUMBER)
    abridged = len(parts.codes) > LONGEST_SPELT_OUT
    return _abridged(parts) if abridged else parts, crc(numbers), abridged


def _abridged(parts: _Parts) -> _Parts:
    code = max(FIRST_WORD, crc(repr([*parts.codes[_ENDS:-_ENDS]])))
    return _joined(parts, _ENDS, len(parts.codes) - _ENDS, code)


def _joined(parts: _Parts, start: int, end: int, code: int) -> _Parts:
    """The same with the words from `start` to `end` as one."""
    codes, words, gaps = parts
    within = "".join(chain.from_iterable(zip(gaps[start + 1 : end], words[start + 1 : end], strict=True)))
    return _Parts(
        (*codes[:start], code, *codes[end:]),
        (*words[:start], words[start] + within, *words[end:]),
        (*gaps[: start + 1], *gaps[end:]),
    )


def codes(text: str) -> tuple[int, ...]:
    """The words of a text as codes, nothing masked but numbers."""
    return _taken_apart(text).codes


@lru_cache(maxsize=512)  # as above: all of a story tells it from others, and some of it is masked
def _taken_apart(text: str) -> _Parts:
    word = _WORD_OF_LETTERS if text.isascii() or not _UNLIKE_LETTERS.search(text) else _WORD
    parts = word.split(text)
    words = parts[1::2]
    return _Parts(tuple(map(_code, words)), tuple(words), tuple(parts[::2]))


@lru_cache(maxsize=20_000)
def _code(word: str) -> int:
    if _WHOLE_NUMBER.fullmatch(word):
        return Slot.NUMBER
    return max(FIRST_WORD, crc(_DIGITS.sub("0", word.casefold())))


def _without_addresses(text: str, names: Names) -> _Parts:
    """A text with its addresses and dates masked."""
    taken: list[_Parts] = []
    at = 0
    for match in _ADDRESSES.finditer(text):
        slot = Slot[match.lastgroup or "URL"]
        if slot is Slot.URL and urls.normalise(match[0]) != names.address:
            slot = Slot.ADDRESS
        taken += (_taken_apart(text[at : match.start()]), _Parts((slot,), (match[0],), ()))
        at = match.end()
    taken.append(_taken_apart(text[at:]))
    return _Parts(*(tuple(chain.from_iterable(each)) for each in zip(*taken, strict=True)))


def crc(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def is_listed(line: Segment) -> bool:
    """Whether its form speaks against a footer: cells, steps, ingredients, somebody's words, code."""
    kind = line.block.kind
    if kind in (BlockKind.TABLE_ROW, BlockKind.PREFORMATTED):
        return True
    return not line.links and (line.block.quoted or kind in (BlockKind.LIST_ITEM, BlockKind.QUOTE))


def _replaced(parts: _Parts, spelt: tuple[int, ...], folded: str, slot: Slot) -> _Parts:
    at, size = 0, len(spelt)
    while spelt[0] in parts.codes[at:]:
        at = parts.codes.index(spelt[0], at)
        same = parts.codes[at : at + size] == spelt
        # Codes leave out digits: "Story 2" is not the title "Story 1".
        if same and fold("".join(parts.words[at : at + size])) == folded:
            parts = _joined(parts, at, at + size, slot)
        at += 1
    return parts
