"""The catalogue of notice rules: TOML in, compiled and checked rules out.

One file a language under rules/, plus any.toml whose pieces every file may use; a deployment adds its own
files (config/rules/). A wrong rule is a CatalogueError that names the file, the rule, the cause and the next
step. Loading compiles one RE2 set over all patterns; a rule's own expression is compiled when it first hits.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import re2

from ingest.articles.notices import evidence, patterns, shape
from ingest.articles.notices.patterns import Needs
from ingest.errors import CatalogueError
from ingest.records import NoticeKind

RULES = Path(__file__).with_name("rules")
SHARED_FILE = "any.toml"
FIELDS = frozenset(
    """
        title original_url publisher publisher_url published authors copyright_holder copyright_year
        license license_url contact via agency place
        """.split()
)
ANYTHING = ".+"  # as a pattern: tried on every line that has links
# Pieces that are `.+` to the set: large ones that narrow little. Its states stay few; it only pre-selects.
LOOSE_PIECES = frozenset(
    """
        date years url email section been reserved after_holder published copyright_year
        original_url publisher_url license_url after_byline social
        """.split()
)
CAPTURES = FIELDS | {"photo", "credits"}  # a credit line captured whole and taken apart by credits.py
SCOPES = frozenset({"block", "sentences", "lead", "tail", "blocks"})
EXTENSIONS = frozenset({"", "caption", "headline"})
_KEYS = frozenset(
    """
        id kind scope pattern unless when hint confidence boost fields span longest extend examples never
        about
        """.split()
)
OPENING_MARKS = frozenset(" *_>•·▶►※|~-#←→»<([{")  # that may stand before a match and are no part of it
HEAD_WINDOW = 3_000  # characters in which a pattern's beginning must end: no match is longer
_MARKS_IN_HEADS = 8  # no pattern begins with more marks than this
_NOTHING: frozenset[int] = frozenset()
Hits = dict[int, dict[int, list[int] | None]]  # by rule and pattern
AT_START, ANYWHERE, WHOLE = (
    getattr(re2._re2.RE2.Anchor, name) for name in ("ANCHOR_START", "UNANCHORED", "ANCHOR_BOTH")
)
_SET_MEMORY = 256 << 20  # an upper bound for RE2's lazily built states, not what it takes


@dataclass(frozen=True, slots=True)
class Example:
    """A text that must give a notice. `html` examples are read through articles.blocks.from_html."""

    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    quote: str | None = None
    html: bool = False
    kind: NoticeKind | None = None  # None: the rule's own


@dataclass(frozen=True, slots=True)
class Rule:
    """One act of boilerplate and the ways of wording it.

    scope: `block` the whole line, `sentences` a run of whole sentences of a line, `lead` a line's beginning,
    `tail` a line's end, `blocks` several whole lines (the pattern holds `\\n`).
    when: conditions (evidence.CONDITIONS) without which the rule says nothing; `!name` negates one.
    boost: what a condition adds to the confidence (may be negative).
    """

    id: str
    kind: NoticeKind
    scope: str
    patterns: tuple[str, ...]  # expanded RE2 source
    needs: tuple[tuple[Needs, ...], ...]  # what each of them needs, this or that; empty: it is about links
    hint: str | None  # RE2 that must occur too, where the pattern itself narrows little
    unless: str | None
    when: tuple[str, ...]
    confidence: float
    boost: Mapping[str, float]
    fields: Mapping[str, str | tuple[str, ...]]
    span: int  # at most so many sentences (or lines) in a run
    longest: bool  # prefer the longest run that matches, not the shortest
    extend: str
    examples: tuple[Example, ...]
    never: tuple[str, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """A pattern ready to match bytes. `groups` maps a capture's number to its field, in order.

    `match(anchor, text, start, end)` gives the span of the match and of each group, (-1, -1) where there is none.
    It is what the wrapper `regex` calls in the end; but the wrapper takes as long as most searches do.
    """

    regex: Any
    groups: tuple[tuple[int, str], ...]
    match: Callable[[Any, bytes, int, int], list[tuple[int, int]]]

    @classmethod
    def of(cls, source: str) -> Compiled:
        regex = re2.compile(source if source.startswith("(?i)") else f"(?i){source}", _options())
        groups = sorted((index, patterns.field_of(name)) for name, index in regex.groupindex.items())
        return cls(regex, tuple(groups), regex._regexp.Match)


class _Wanted(NamedTuple):
    """A pattern to try: of which rule, whether where a sentence begins, and what must stand in the line besides."""

    rule: int
    which: int
    sentence: bool
    others: frozenset[int]


class _Set:
    """An RE2 set that is never empty-handed: sources numbered as they are added, each once."""

    def __init__(self, empty: Any) -> None:
        self._set = empty
        self._numbers: dict[str, int] = {}

    def number(self, source: str) -> int:
        if source not in self._numbers:
            self._numbers[source] = self._set.Add(f"(?i){source}")
        return self._numbers[source]

    def ready(self) -> None:
        if self._numbers:
            self._set.Compile()

    def match(self, text: bytes) -> AbstractSet[int]:
        seen = self._set.Match(text) if self._numbers else None
        return set(seen) if seen else _NOTHING


class Catalogue:
    """All rules. `version` changes whenever any rule does: extractions record which rules read them."""

    def __init__(self, rules: Iterable[Rule], version: str) -> None:
        self.rules = tuple(rules)
        self.version = version
        self.structural: list[tuple[int, int]] = []  # patterns that say nothing: only links and place do
        self._compiled: dict[tuple[int, int], Compiled] = {}
        self._heads = _Set(re2.Set.MatchSet(_options()))
        self._parts = _Set(re2.Set.SearchSet(_options()))
        self._by_head: dict[int, list[_Wanted]] = {}
        self._by_part: dict[int, list[_Wanted]] = {}
        for number, rule in enumerate(self.rules):
            for which, needs in enumerate(rule.needs):
                if not needs:
                    self.structural.append((number, which))
                for one in needs:
                    self._prepare(rule, number, which, one)
                if Path(rule.file).parent != RULES:  # ours are compiled by the tests, at leisure
                    self._try_to_compile(rule, number, which)
            if rule.unless is not None:
                self._compile_unless(rule, number)
        self._heads.ready()
        self._parts.ready()

    def _prepare(self, rule: Rule, number: int, which: int, needs: Needs) -> None:
        """Enter what the pattern needs into the sets."""
        try:
            sources = (*((rule.hint,) if rule.hint else ()), *needs.parts)
            if not (needs.head or sources):
                sources = (".",)
            parts = [self._parts.number(source) for source in sources]
            head = self._heads.number(needs.head) if needs.head else None
        except (re2.error, ValueError, IndexError) as error:  # RE2's, or ours on what is no pattern at all
            raise _no_pattern(rule, which) from error
        if head is not None:
            wanted = _Wanted(number, which, rule.scope == "sentences", frozenset(parts))
            self._by_head.setdefault(head, []).append(wanted)
        else:
            wanted = _Wanted(number, which, rule.scope == "sentences", frozenset(parts[1:]))
            self._by_part.setdefault(parts[0], []).append(wanted)

    def _try_to_compile(self, rule: Rule, number: int, which: int) -> None:
        try:
            self.compiled(number, which)
        except re2.error as error:
            raise _no_pattern(rule, which) from error

    def hits(self, line: str, starts: Sequence[int]) -> Hits:
        """Which patterns may match in `line` at all, by rule: where, as indices into `starts`.

        `starts` are the offsets at which its sentences begin. Rules of other scopes begin with the line, and
        have no such indices; neither has a pattern that may begin with anything.
        """
        found: Hits = {}
        present = self._parts.match(line.encode())
        for part in present:
            for one in self._by_part.get(part, ()):
                if one.others.issubset(present):
                    found.setdefault(one.rule, {})[one.which] = None
        openings = {0: -1} | {start: index for index, start in enumerate(starts)}
        for start, index in openings.items():
            for one in self._begun(line, start):
                if not one.others.issubset(present):
                    continue
                if not one.sentence and not start:
                    found.setdefault(one.rule, {})[one.which] = None
                elif one.sentence and index >= 0:
                    indices = found.setdefault(one.rule, {}).setdefault(one.which, [])
                    if indices is not None and indices[-1:] != [index]:
                        indices.append(index)
        return found

    def _begun(self, line: str, start: int) -> Iterator[_Wanted]:
        """The patterns that begin at `start`, or after marks there that matching.unwrap may take off."""
        end = start
        while end < len(line) and line[end] in OPENING_MARKS:
            end += 1
        for at in {start, *range(max(start, end - _MARKS_IN_HEADS), end + 1)}:
            for head in self._heads.match(line[at : at + HEAD_WINDOW].encode()):
                yield from self._by_head[head]

    def compiled(self, rule: int, which: int) -> Compiled:
        """The rule's pattern, anchored as its scope wants; compiled at its first use in this process."""
        known = self._compiled.get((rule, which))
        if known is None:
            source = self.rules[rule].patterns[which]
            if self.rules[rule].scope == "tail":
                source = rf"(?i)(?P<notice>{source})[\])\"' .*_]*$"
            known = self._compiled[rule, which] = Compiled.of(source)
        return known

    def forbids(self, rule: int, text: bytes) -> bool:
        """Whether the rule's `unless` occurs in the matched text."""
        return self.rules[rule].unless is not None and (
            self._compiled[rule, -1].regex.search(text) is not None
        )

    def _compile_unless(self, rule: Rule, number: int) -> None:
        try:
            self._compiled[number, -1] = Compiled.of(f"(?i){rule.unless}")
        except re2.error as error:
            raise _wrong(rule.file, rule.id, "`unless` does not compile") from error


@functools.lru_cache(maxsize=4)
def load(extra_dir: Path | None = None) -> Catalogue:
    """The catalogue of this process: the rules shipped, and the *.toml of `extra_dir` beside them.

    Raises CatalogueError for a file that is no TOML, an unknown key, kind, field, piece or condition, a pattern
    that does not compile, a duplicate id, or an `extra_dir` that does not exist.
    """
    files = sorted(RULES.glob("*.toml"))
    if extra_dir is not None:
        if not extra_dir.is_dir():
            raise CatalogueError(f"{extra_dir}: no such directory of rules; create it or unset the setting")
        files += sorted(extra_dir.glob("*.toml"))
    return from_files(files)


def from_files(files: Iterable[Path]) -> Catalogue:
    """A catalogue of exactly these files; pieces of any.toml are shared by all of them."""
    documents: list[tuple[Path, dict[str, Any]]] = []
    digest = hashlib.blake2b(digest_size=8)
    for path in files:
        raw = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + raw)
        try:
            documents.append((path, tomllib.loads(raw.decode())))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CatalogueError(f"{path}: not TOML: {error}; mend the file and try again") from error
        if fault := next(shape.faults(documents[-1][1]), None):
            raise CatalogueError(f"{path}: {fault}; mend it and run `ingest rules test`")
    shared: dict[str, str] = {}
    for path, document in documents:
        if path.name == SHARED_FILE:
            shared |= document.get("pieces", {})
    rules: list[Rule] = []
    ids: dict[str, str] = {}
    for path, document in documents:
        for unknown in document.keys() - {"pieces", "rule"}:
            raise CatalogueError(f"{path}: unknown table [{unknown}]; a file holds [pieces] and [[rule]]")
        try:
            pieces = patterns.resolve(shared | document.get("pieces", {}))
        except patterns.PatternError as error:
            raise CatalogueError(f"{path}: table [pieces]: {error}; mend it and try again") from error
        loose = _loose(pieces)
        for table in document.get("rule", ()):
            rule = _rule(path, table, pieces, loose)
            if rule.id in ids:
                raise _wrong(str(path), rule.id, f"the id stands already in {ids[rule.id]}; choose another")
            ids[rule.id] = str(path)
            rules.append(rule)
    return Catalogue(rules, digest.hexdigest())


def _rule(path: Path, table: dict[str, Any], pieces: Mapping[str, str], loose: Mapping[str, str]) -> Rule:
    file, name = str(path), f"{path.stem}.{table.get('id', '?')}"

    def choice(key: str, allowed: Iterable[str], default: str = "") -> str:
        value = str(table.get(key, default))
        if value not in allowed:
            raise _wrong(file, name, f"{key} = {value!r}; known: {', '.join(sorted(allowed))}")
        return value

    for missing in {"id", "kind", "pattern"} - table.keys():
        raise _wrong(file, name, f"no `{missing}`")
    for unknown in table.keys() - _KEYS:
        raise _wrong(file, name, f"unknown key `{unknown}`; known: {', '.join(sorted(_KEYS))}")
    when, boost = tuple(table.get("when", ())), dict(table.get("boost", {}))
    for condition in (*when, *boost):
        if condition.removeprefix("!") not in evidence.CONDITIONS:
            raise _wrong(
                file,
                name,
                f"unknown condition {condition!r}; known: {', '.join(sorted(evidence.CONDITIONS))}",
            )
    for unknown in table.get("fields", {}).keys() - FIELDS:
        raise _wrong(file, name, f"unknown field `{unknown}`; known: {', '.join(sorted(FIELDS))}")
    sources = table["pattern"] if isinstance(table["pattern"], list) else [table["pattern"]]
    try:
        expanded = tuple(patterns.expand(source.strip(), pieces, CAPTURES) for source in sources)
        begins = table.get("scope") != "tail"
        needs = tuple(
            () if source.strip() == ANYTHING else patterns.needs(source.strip(), loose, begins=begins)
            for source in sources
        )
        unless = patterns.expand(table["unless"], pieces, CAPTURES) if "unless" in table else None
    except patterns.PatternError as error:
        raise _wrong(file, name, str(error)) from error
    return Rule(
        id=name,
        kind=NoticeKind(choice("kind", list(NoticeKind))),
        scope=choice("scope", SCOPES, "sentences"),
        patterns=expanded,
        needs=needs,
        unless=unless,
        hint=table.get("hint"),
        when=when,
        confidence=float(table.get("confidence", 0.9)),
        boost=boost,
        fields={k: tuple(v) if isinstance(v, list) else v for k, v in table.get("fields", {}).items()},
        span=int(table.get("span", 3)),
        longest=bool(table.get("longest", False)),
        extend=choice("extend", EXTENSIONS),
        examples=tuple(_example(file, name, e) for e in table.get("examples", ())),
        never=tuple(table.get("never", ())),
        file=file,
    )


def _loose(resolved: Mapping[str, str]) -> dict[str, str]:
    """The pieces as the set sees them: what is large says only that something stands there."""
    loose = {name: "(?:.+)" if name in LOOSE_PIECES else source for name, source in resolved.items()}
    return loose | {
        name: "(?:.*[0-9])" for name in ("date", "published", "years", "copyright_year") if name in loose
    }


def _example(file: str, rule: str, table: str | dict[str, Any]) -> Example:
    if isinstance(table, str):
        return Example(table)
    body = table.get("html", table.get("text"))
    if body is None or table.keys() - {"text", "html", "fields", "quote", "kind"}:
        raise _wrong(file, rule, "an example is a text, or {text or html, fields, quote, kind}")
    kind = NoticeKind(table["kind"]) if "kind" in table else None
    return Example(body, table.get("fields", {}), table.get("quote"), "html" in table, kind)


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _SET_MEMORY
    return options


def _no_pattern(rule: Rule, which: int) -> CatalogueError:
    """What RE2 says is wrong with a rule's hint or pattern; a set only says that something is."""
    for name, source in (("`hint`", rule.hint or ""), (f"pattern {which + 1}", rule.patterns[which])):
        try:
            re2.compile(source, _options())
        except re2.error as error:
            told = error.args[0].decode() if isinstance(error.args[0], bytes) else error
            return _wrong(rule.file, rule.id, f"{name} does not compile: {told}")
    return _wrong(rule.file, rule.id, f"pattern {which + 1} does not compile: too large")


def _wrong(file: str, rule: str, cause: str) -> CatalogueError:
    return CatalogueError(f"{file}: rule {rule}: {cause}; mend it and run `ingest rules test`")
