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
LONGEST_SPELT_OUT = 64  # tokens; longer lines must be the same to count as one
_ENDS = 8  # tokens at each end that are kept of those
OWN = frozenset({Slot.TITLE, Slot.AUTHOR, Slot.URL, Slot.EMAIL})
"""Slots that the same place of story after story does not have by chance."""

TELLING = OWN | {Slot.SITE, Slot.ADDRESS}

# Scripts that write no space between words: each letter is a word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_MARKS = "\u0300-\u036f\u064b-\u065f\u0900-\u0963\u0966-\u0dff"  # vowel signs are no \w
_WORD = re.compile(
    rf"(?P<number>\d+(?:[.,:/]\d+)*)(?![^\W\d_])|[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}])+"
)
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
_SENTENCE_END = re.compile(r"[.!?…。！？।؟۔][\"')\]»”’」』]{0,2}$")


class Token(NamedTuple):
    """A word or a masked place. Offsets within the line; `named` when it is written like a name."""

    code: int
    start: int
    end: int
    named: bool = False

    @property
    def is_word(self) -> bool:
        return self.code >= FIRST_WORD


@dataclass(frozen=True)
class MaskedLine:
    """A line as its feed's templates see it.

    `numbers` is a hash of the numbers in it: equal lines with other numbers tell something else. The middle of a
    long line is one token (`abridged`), for it is only ever compared as a whole.
    """

    line: Segment
    tokens: tuple[Token, ...]
    numbers: int
    abridged: bool = False

    @cached_property
    def codes(self) -> tuple[int, ...]:
        return tuple(token.code for token in self.tokens)

    @cached_property
    def slots(self) -> frozenset[int]:
        return frozenset(code for code in self.codes if code < FIRST_WORD)

    @cached_property
    def words(self) -> int:
        return sum(token.is_word for token in self.tokens)

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
        return self.words >= 5 and bool(_SENTENCE_END.search(self.line.text))

    @property
    def is_label(self) -> bool:
        """Whether it may be a sub-head: "What happened next", "Ingredients:"."""
        return not (self.line.links or self.slots - {Slot.NUMBER}) and (
            self.words <= 4 or (self.words <= 9 and not _SENTENCE_END.search(self.line.text))
        )

    def shown(self, fixed: Collection[int]) -> str:
        """The line with only the tokens of these places spelt out, the rest as {slots}."""
        parts: list[str] = []
        at = 0
        for place, token in enumerate(self.tokens):
            between = self.line.text[at : token.start]
            if place in fixed and token.is_word:
                parts += (between, self.line.text[token.start : token.end])
            else:
                name = "{…}" if token.is_word else f"{{{Slot(token.code).name.lower()}}}"
                if not (name == "{…}" and parts and parts[-1] == name):
                    parts += (between, name)
            at = token.end
        return "".join((*parts, self.line.text[at:]))


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
def _masked(text: str, names: Names) -> tuple[tuple[Token, ...], int, bool]:
    """The tokens of a line, the hash of its numbers, and whether its middle was abridged."""
    tokens: list[Token] = []
    at = 0
    for match in _ADDRESSES.finditer(text) if _SIGN_OF_ADDRESS.search(text) else ():
        tokens += _words(text, at, match.start())
        slot = Slot[match.lastgroup or "URL"]
        if slot is Slot.URL and urls.normalise(match[0]) != names.address:
            slot = Slot.ADDRESS
        tokens.append(Token(slot, match.start(), match.end()))
        at = match.end()
    tokens += _words(text, at, len(text))
    for spelt, folded, slot in names.known:
        tokens = _replaced(text, tokens, spelt, folded, slot)
    numbers = crc(" ".join(text[t.start : t.end] for t in tokens if t.code == Slot.NUMBER))
    abridged = len(tokens) > LONGEST_SPELT_OUT
    return _abridged(tokens) if abridged else tuple(tokens), numbers, abridged


def _abridged(tokens: list[Token]) -> tuple[Token, ...]:
    first, middle, last = tokens[:_ENDS], tokens[_ENDS:-_ENDS], tokens[-_ENDS:]
    code = max(FIRST_WORD, crc(repr([token.code for token in middle])))
    return (*first, Token(code, middle[0].start, middle[-1].end), *last)


def codes(text: str) -> tuple[int, ...]:
    """The words of a text as codes, nothing masked but numbers."""
    return tuple(Slot.NUMBER if match["number"] else _code(match[0]) for match in _WORD.finditer(text))


def crc(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def is_listed(line: Segment) -> bool:
    """Whether its form speaks against a footer: cells, steps, ingredients, somebody's words, code."""
    kind = line.block.kind
    if kind in (BlockKind.TABLE_ROW, BlockKind.PREFORMATTED):
        return True
    return not line.links and (line.block.quoted or kind in (BlockKind.LIST_ITEM, BlockKind.QUOTE))


def _words(text: str, start: int, end: int) -> list[Token]:
    found = []
    for match in _WORD.finditer(text, start, end):
        code = Slot.NUMBER if match["number"] else _code(match[0])
        found.append(Token(code, match.start(), match.end(), match[0][0].isupper()))
    return found


@lru_cache(maxsize=20_000)
def _code(word: str) -> int:
    return max(FIRST_WORD, crc(_DIGITS.sub("0", word.casefold())))


def _replaced(text: str, tokens: list[Token], spelt: tuple[int, ...], folded: str, slot: Slot) -> list[Token]:
    if all(token.code != spelt[0] for token in tokens):
        return tokens
    size, at = len(spelt), 0
    out: list[Token] = []
    while at < len(tokens):
        run = tokens[at : at + size]
        same = run[0].code == spelt[0] and tuple(token.code for token in run) == spelt
        if same and fold(text[run[0].start : run[-1].end]) == folded:  # "Story 2" is not the title "Story 1"
            out.append(Token(slot, run[0].start, run[-1].end))
            at += size
        else:
            out.append(tokens[at])
            at += 1
    return out
