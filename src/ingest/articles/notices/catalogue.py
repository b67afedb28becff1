"""The catalogue of notice rules: which of them may match in a line, and their patterns, compiled.

One file a language under rules/, plus any.toml whose pieces every file may use; a deployment adds its own files
(config/rules/). Composed rules are kept beside the files (`kept`), as Python keeps the code it compiled: composing
takes a second. A rule's own expression is compiled when it first hits.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import re2

from ingest.articles.notices import composing, evidence, facts, kept, patterns
from ingest.articles.notices.atoms import Atoms
from ingest.articles.notices.composing import wrong
from ingest.articles.notices.rule import ANYTHING, Example, Rule
from ingest.articles.notices.sieve import Sieve
from ingest.errors import CatalogueError

__all__ = ["RULES", "SHARED_FILE", "Catalogue", "Compiled", "Example", "Hits", "Rule", "from_files", "load"]

RULES = Path(__file__).with_name("rules")
SHARED_FILE = composing.SHARED_FILE
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

    def __init__(self, source: str, *, begins: bool = False) -> None:
        """`begins`: it is known with which words. Raises re2.error when `source` is no pattern."""
        self.begins = begins
        self._source = source if source.startswith("(?i)") else f"(?i){source}"
        self._try = re2.compile(self._source, _options(captures=False))._regexp.Match

    @functools.cached_property
    def regex(self) -> Any:
        return re2.compile(self._source, _options())

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


class Catalogue:
    """All rules. `version` changes whenever any rule does: extractions record which rules read them."""

    def __init__(self, rules: Sequence[Rule], version: str) -> None:
        self.rules = tuple(rules)
        files = {rule.file for rule in self.rules}
        shipped = {file for file in files if Path(file).parent == RULES}
        self.version = version
        self.structural: list[tuple[int, int]] = []  # patterns that say nothing: only links and place do
        always: list[tuple[int, int]] = []  # patterns of which nothing in particular is known
        self.resting: list[tuple[int, int]] = []  # patterns tried only where a notice of their kind was found
        self.needs = [facts.needs(rule) for rule in self.rules]
        self._compiled: dict[tuple[int, int], Compiled] = {}
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
                    blank = rule.patterns[which] == ANYTHING
                    (self.structural if blank else always).append((number, which))
            if rule.file not in shipped:  # ours are compiled by the tests, at leisure
                self._try_to_compile(rule, number)
        self._sieve = Sieve(
            sieved,
            [self.rules[number].scope == "sentences" for number, _ in self._keys],
            [self.needs[number] for number, _ in self._keys],
        )
        self._always = [(key, self.needs[key[0]]) for key in always]

    def _try_to_compile(self, rule: Rule, number: int) -> None:
        for which in (
            *range(len(rule.patterns)),
            *([UNLESS] if rule.unless else []),
            *([HINT] if rule.hint else []),
        ):
            try:
                self.compiled(number, which)
            except re2.error as error:
                name = {UNLESS: "`unless`", HINT: "`hint`"}.get(which, f"pattern {which + 1}")
                told = error.args[0].decode() if isinstance(error.args[0], bytes) else error
                raise wrong(rule.file, rule.id, f"{name} does not compile: {told}") from error

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
        known = self._compiled.get((rule, which))
        if known is None:
            one = self.rules[rule]
            source = {UNLESS: one.unless, HINT: one.hint}[which] or "" if which < 0 else one.patterns[which]
            if one.scope == "tail" and which >= 0:
                source = rf"(?i)(?P<notice>{source})[\])\"' .*_]*$"
            atoms = one.atoms[which] if which >= 0 else None
            begins = atoms is not None and bool(atoms.heads)
            known = self._compiled[rule, which] = Compiled(source, begins=begins)
        return known

    def hinted(self, rule: int, text: bytes) -> bool:
        """Whether the rule's `hint`, if it has one, occurs in the line."""
        return self.rules[rule].hint is None or self.compiled(rule, HINT).found(text)


@contextlib.contextmanager
def _nothing_is_garbage() -> Iterator[None]:
    """What a catalogue is made of stays: to look for garbage among it takes half as long again as making it."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@functools.lru_cache(maxsize=4)
@_nothing_is_garbage()
def load(extra_dir: Path | None = None) -> Catalogue:
    """The catalogue of this process: the rules shipped, and the *.toml of `extra_dir` beside them.

    Raises CatalogueError for what is wrong in a file (see composing.compose), a pattern that does not compile, or an
    `extra_dir` that does not exist.
    """
    shipped = _texts(RULES)
    version = _digest(shipped)
    rules = kept.recall(version)
    if rules is None:
        rules = composing.compose(shipped)
        kept.keep(version, rules)
    if extra_dir is None:
        return Catalogue(rules, version)
    if not extra_dir.is_dir():
        raise CatalogueError(f"{extra_dir}: no such directory of rules; create it or unset the setting")
    own = _texts(extra_dir)
    rules = (*rules, *composing.compose(own, shared=shipped[RULES / SHARED_FILE], beside=rules))
    return Catalogue(rules, _digest(shipped | own))


def from_files(files: Iterable[Path]) -> Catalogue:
    """A catalogue of exactly these files; pieces of any.toml are shared by all of them."""
    texts = {path: path.read_bytes() for path in files}
    return Catalogue(composing.compose(texts), _digest(texts))


def _texts(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.glob("*.toml"))}


def _digest(texts: Mapping[Path, bytes]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path, text in texts.items():
        digest.update(path.name.encode() + b"\0" + text)
    return digest.hexdigest()


def _options(*, captures: bool = True) -> Any:
    options = re2.Options()
    options.never_capture = not captures
    options.log_errors = False
    options.max_mem = _MEMORY
    return options
