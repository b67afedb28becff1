"""What the catalogue's patterns say of the words of one line: its sentences, which patterns to try, what each matched.

Nothing here knows the document. A reading depends on the line's canonical text and the catalogue, and on nothing else,
so that feeds, which repeat their footers to the letter, have each read once. Links, blocks, neighbours and the entry's
own title are the business of `matching`.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

from ingest.articles.notices.index import HINT, UNLESS, Hits, Index, Spans
from ingest.articles.notices.sentences import Piece, inside_quotes, pieces_at_ends
from ingest.articles.notices.sieve import LONGEST_RUN, OPENING_MARKS

LINE_LIMIT = 3_000  # characters of a line that a whole-line rule may cover
WINDOW = 400  # characters at a line's beginning, and at its end, in which `lead` and `tail` rules look
SENTENCES_TRIED = 48  # at each end of a line; footers stand at its ends, hostile text has no end
KEPT = 256  # readings a process keeps: the footers of the few feeds it has in hand
LONGEST_KEPT = 600  # characters; a longer line is a paragraph of a story, and comes once
_CLOSING_MARKS = " .*_|~-。।>»，、；،,;!！։።។၊။"


class Run(NamedTuple):
    """A run of sentences, or the whole line, and what is left of it without what wraps it."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    wrapper: str
    raw: bytes
    following: int  # the number of the sentence after it
    soft: bool  # an edge is a clause mark


class Reading:
    """One line's words. What is asked of them is worked out once; all of it is a function of the text."""

    def __init__(self, text: str, index: Index) -> None:
        self.text, self._index = text, index
        self._hits: dict[int, Hits] = {}
        self._runs: dict[tuple[int, int], Sequence[Run]] = {}
        self._spans: dict[tuple[int, int, bytes], Spans | None] = {}
        self._found: dict[tuple[int, int, bytes], bool] = {}

    @functools.cached_property
    def sentences(self) -> Sequence[Piece]:
        return tuple(pieces_at_ends(self.text, SENTENCES_TRIED))

    def hits(self, missing: int) -> Hits:
        """Which patterns may match, when so much is not true of the line: `Index.hits`. Not to be changed."""
        if missing not in self._hits:
            self._hits[missing] = self._index.hits(
                self.text, [piece.start for piece in self.sentences], missing
            )
        return self._hits[missing]

    @functools.cached_property
    def raw(self) -> bytes:
        return self.text.encode()

    @functools.cached_property
    def head(self) -> bytes:
        """The beginning of the line, where `lead` rules look."""
        return self.text[:WINDOW].encode()

    @property
    def tail_at(self) -> int:
        return max(0, len(self.text) - WINDOW)

    @functools.cached_property
    def tail(self) -> bytes:
        """The end of the line, from `tail_at` on, where `tail` rules look."""
        return self.text[self.tail_at :].encode()

    @functools.cached_property
    def whole(self) -> Run:
        return self._run(0, len(self.text), len(self.sentences))

    def match(self, number: int, which: int, anchor: Any, raw: bytes) -> Spans | None:
        """What a pattern of rule `number` matches in a part of the line: `Compiled.match`.

        The anchor is the one of the rule's scope.
        """
        key = number, which, raw
        if key not in self._spans:
            self._spans[key] = self._index.compiled(number, which).match(anchor, raw)
        return self._spans[key]

    def stands(self, number: int, which: int, raw: bytes) -> bool:
        """Whether it occurs anywhere in a part of the line; `which` may be UNLESS or HINT."""
        key = number, which, raw
        if key not in self._found:
            self._found[key] = self._index.compiled(number, which).found(raw)
        return self._found[key]

    def is_forbidden(self, number: int, raw: bytes) -> bool:
        """Whether the `unless` of rule `number`, if it has one, occurs in the matched part."""
        return self._index.rules[number].unless is not None and self.stands(number, UNLESS, raw)

    def is_hinted(self, number: int) -> bool:
        """Whether the `hint` of rule `number`, if it has one, occurs in the line."""
        return self._index.rules[number].hint is None or self.stands(number, HINT, self.raw)

    def runs_from(self, at: int, span: int) -> Sequence[Run]:
        """The runs of at most `span` whole sentences that begin with sentence `at`, shortest first."""
        known = self._runs.get((at, span))
        if known is None:
            known = self._runs[at, span] = self._made_runs(at, span)
        return known

    def _made_runs(self, at: int, span: int) -> Sequence[Run]:
        first = self.sentences[at]
        if first.start and inside_quotes(self.text, first.start):
            return ()
        runs: list[Run] = []
        whole = 0
        for last in range(at, min(at + LONGEST_RUN, len(self.sentences))):
            piece = self.sentences[last]
            if whole == span or piece.end - first.start > LINE_LIMIT:
                break
            whole += not piece.soft_end
            runs.append(self._run(first.start, piece.end, last + 1, soft=first.soft_start or piece.soft_end))
        return runs

    def _run(self, start: int, end: int, following: int, *, soft: bool = False) -> Run:
        inner_start, inner_end, wrapper = unwrap(self.text, start, end)
        raw = self.text[inner_start:inner_end].encode()
        return Run(start, end, inner_start, inner_end, wrapper, raw, following, soft)


kept = functools.lru_cache(maxsize=KEPT)(Reading)


def reading(text: str, index: Index) -> Reading:
    """The reading of a line, the same for the same words."""
    return kept(text, index) if len(text) <= LONGEST_KEPT else Reading(text, index)


def unwrap(text: str, start: int, end: int) -> tuple[int, int, str]:
    """Offsets of what brackets, bullets, emphasis marks and the full stop leave, and the bracket if there was one."""
    wrapper, whole = "", (start, end)
    while start < end:
        first, last = text[start], text[end - 1]
        if first in OPENING_MARKS and first not in "([{":
            start += 1
        elif last in _CLOSING_MARKS and not (last == "»" and "«" in text[start:end]):
            end -= 1
        elif first in "([{" and (
            last in ")]}" or text.count(first, start, end) > text.count(_pair(first), start, end)
        ):
            wrapper = first
            start += 1
            if last in ")]}":
                end -= 1
        elif last in ")]" and text.count(last, start, end) > text.count(_pair(last), start, end):
            end -= 1
        else:
            break
    return (start, end, wrapper) if start < end else (*whole, "")


def _pair(bracket: str) -> str:
    return {"(": ")", "[": "]", "{": "}", ")": "(", "]": "[", "}": "{"}[bracket]
