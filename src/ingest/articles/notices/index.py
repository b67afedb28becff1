"""Rules ready to be tried: patterns compiled at their first use, and the sieve that says which to try on a line."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import re2

from ingest.articles.notices import evidence, facts, patterns
from ingest.articles.notices.atoms import Atoms
from ingest.articles.notices.rule import ANYTHING, Rule
from ingest.articles.notices.sieve import Sieve

AT_START, ANYWHERE, WHOLE = (
    getattr(re2._re2.RE2.Anchor, name) for name in ("ANCHOR_START", "UNANCHORED", "ANCHOR_BOTH")
)
UNLESS, HINT = -1, -2  # in the place of a pattern's number
_MEMORY = 4 << 20
"""Bytes for the states RE2 builds of a pattern as it reads. With 2 MB the longest patterns ran out of them and took
five times as long; with 256 MB a process grew for ever and was no faster than with 8."""
Spans = list[tuple[int, int]]
Hits = dict[tuple[int, int], Sequence[int] | None]  # by rule and pattern


class Compiled:
    """A pattern ready to match bytes. `groups` maps a capture's number to its field, in order.

    Most tries fail, so each is made without captures, and by the call that RE2's wrapper makes in the end: the
    wrapper takes as long as most searches do.
    """

    def __init__(self, source: Callable[[], str], *, begins: bool = False) -> None:
        """`source` makes the RE2 source, which is long. `begins`: it is known with which words a match does.

        Raises re2.error when the source is no pattern.
        """
        self.begins = begins
        self._source = source
        self._try = re2.compile(f"(?i){source()}", _options(captures=False))._regexp.Match

    @functools.cached_property
    def regex(self) -> Any:
        return re2.compile(f"(?i){self._source()}", _options())

    @functools.cached_property
    def groups(self) -> tuple[tuple[int, str], ...]:
        return tuple(
            sorted((index, patterns.field_of(name)) for name, index in self.regex.groupindex.items())
        )

    def found(self, text: bytes) -> bool:
        """Whether it occurs anywhere."""
        return bool(self._try(ANYWHERE, text, 0, len(text))[0][0] >= 0)

    def match(self, anchor: Any, text: bytes) -> Spans | None:
        """The span of the match and of each group, (-1, -1) where there is none; None without a match."""
        if self._try(anchor, text, 0, len(text))[0][0] < 0:
            return None
        spans: Spans = self.regex._regexp.Match(anchor, text, 0, len(text))
        return spans


class Index:
    """Rules that are tried together. `compiled`: those patterns of theirs that another index has compiled."""

    def __init__(
        self, rules: Sequence[Rule], compiled: dict[tuple[int, int], Compiled] | None = None
    ) -> None:
        self.rules = tuple(rules)
        self.structural: list[tuple[int, int]] = []  # patterns that say nothing: only links and place do
        always: list[tuple[int, int]] = []  # patterns of which nothing in particular is known
        self.resting: list[tuple[int, int]] = []  # patterns tried only where a notice of their kind was found
        self.needs = [facts.needs(rule) for rule in self.rules]
        self.patterns = {} if compiled is None else compiled
        self._ceilings: dict[tuple[bool, bool], list[float]] = {}
        sieved: list[Atoms] = []
        self._keys: list[tuple[int, int]] = []  # by number in the sieve
        for number, rule in enumerate(self.rules):
            for which, atoms in enumerate(rule.atoms):
                if not evidence.ON_KIN.isdisjoint(rule.when):
                    self.resting.append((number, which))
                elif atoms is not None:
                    self._keys.append((number, which))
                    sieved.append(atoms)
                else:
                    blank = rule.sources[which] == ANYTHING
                    (self.structural if blank else always).append((number, which))
        self._sieve = Sieve(
            sieved,
            [self.rules[number].scope == "sentences" for number, _ in self._keys],
            [self.needs[number] for number, _ in self._keys],
        )
        self._always = [(key, self.needs[key[0]]) for key in always]

    def hits(self, line: str, starts: Sequence[int], missing: int = 0) -> Hits:
        """Which patterns may match in `line`, and with which of its sentences, None for any: see `Sieve.sift`.

        `missing`: what is not true of the line (facts.missing); rules that need it are left out.
        """
        found: Hits = {key: None for key, needs in self._always if not needs & missing}
        for number, its in self._sieve.sift(line, starts, missing).items():
            found[self._keys[number]] = its
        return found

    def ceilings(self, *, english: bool, latin: bool) -> Sequence[float]:
        """By the number of a rule, how sure its matches can be at most in such a text."""
        if (english, latin) not in self._ceilings:
            self._ceilings[english, latin] = evidence.ceilings(self.rules, english=english, latin=latin)
        return self._ceilings[english, latin]

    def compiled(self, rule: int, which: int) -> Compiled:
        """The rule's pattern (UNLESS, HINT: those of it), as its scope wants it; compiled at its first use."""
        known = self.patterns.get((rule, which))
        if known is None:
            one = self.rules[rule]
            atoms = one.atoms[which] if which >= 0 else None
            begins = atoms is not None and bool(atoms.heads)
            known = self.patterns[rule, which] = Compiled(
                functools.partial(_source, one, which), begins=begins
            )
        return known


def _source(rule: Rule, which: int) -> str:
    if which < 0:
        return {UNLESS: rule.unless, HINT: rule.hint}[which] or ""
    source = rule.pattern(which)
    return rf"(?P<notice>{source})[\])\"' .*_]*$" if rule.scope == "tail" else source


def _options(*, captures: bool = True) -> Any:
    options = re2.Options()
    options.never_capture = not captures
    options.log_errors = False
    options.max_mem = _MEMORY
    return options
