"""From rule files to rules: TOML in, checked and composed rules out.

A wrong rule is a CatalogueError that names the file, the rule, the cause and the next step.
"""

from __future__ import annotations

import re
import tomllib
from collections import ChainMap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ingest.articles.notices import evidence, patterns, shape
from ingest.articles.notices.atoms import Reader
from ingest.articles.notices.patterns import CAPTURES, FIELDS
from ingest.articles.notices.rule import Example, Rule, packed
from ingest.errors import CatalogueError
from ingest.records import NoticeKind

SHARED_FILE = "any.toml"
_NAME = re.compile(r"[\w-]+\.toml")
OF_LINKS = frozenset({"@first.href", "@first.text", "@last.href", "@last.text"})
SCOPES = frozenset({"block", "sentences", "lead", "tail", "blocks"})
EXTENSIONS = frozenset({"", "caption", "headline"})
_CHOICES = {"kind": frozenset(NoticeKind), "scope": SCOPES, "extend": EXTENSIONS}
KEYS = frozenset(
    """
        id kind scope pattern unless when hint confidence boost fields span longest extend examples never
        about
        """.split()
)


def compose(
    texts: Mapping[Path, bytes], *, shared: bytes = b"", beside: Iterable[Rule] = ()
) -> tuple[Rule, ...]:
    """The rules of these files; pieces of any.toml, or of the file whose text is `shared`, are common to all.

    `beside`: rules of other files whose ids are taken.

    Raises CatalogueError for a file that is no TOML, a name that cannot begin an id, an unknown key, kind, field, piece
    or condition, a bracket without its other, or a duplicate id.
    """
    documents: list[tuple[Path, dict[str, Any]]] = []
    for path, raw in texts.items():
        if not _NAME.fullmatch(path.name):
            raise CatalogueError(
                f"{path}: its name begins the ids of its rules: letters, digits, - and _ before .toml; rename it"
            )
        try:
            documents.append((path, tomllib.loads(raw.decode())))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CatalogueError(f"{path}: not TOML: {error}; mend the file and try again") from error
        if fault := next(shape.faults(documents[-1][1]), None):
            raise CatalogueError(f"{path}: {fault}; mend it and run `ingest rules test`")
    common: dict[str, str] = tomllib.loads(shared.decode()).get("pieces", {})
    for path, document in documents:
        if path.name == SHARED_FILE:
            common |= document.get("pieces", {})
    rules: list[Rule] = []
    ids = {rule.id: rule.file for rule in beside}
    for path, document in documents:
        for unknown in document.keys() - {"pieces", "rule"}:
            raise CatalogueError(f"{path}: unknown table [{unknown}]; a file holds [pieces] and [[rule]]")
        file = _File(path, ChainMap(document.get("pieces", {}), common))
        for table in document.get("rule", ()):
            rule = file.rule(table)
            if rule.id in ids:
                raise wrong(str(path), rule.id, f"the id stands already in {ids[rule.id]}; choose another")
            ids[rule.id] = str(path)
            rules.append(rule)
    return tuple(rules)


class _File:
    """A file whose rules are composed, with the pieces that they may name."""

    def __init__(self, path: Path, pieces: ChainMap[str, str]) -> None:
        self._path, self._pieces = path, pieces
        try:
            self._resolved = patterns.resolve(pieces)
        except patterns.PatternError as error:
            raise CatalogueError(f"{path}: table [pieces]: {error}; mend it and try again") from error
        self._reader = Reader(pieces)

    def rule(self, table: dict[str, Any]) -> Rule:
        file, name = str(self._path), f"{self._path.stem}.{table.get('id', '?')}"
        _refuse_faults(table, file, name)
        written = table["pattern"] if isinstance(table["pattern"], list) else [table["pattern"]]
        sources = tuple([source.strip() for source in written])
        try:
            for source in sources:
                patterns.expand(source, self._pieces, self._resolved)  # now, for its faults
            begins = table.get("scope") != "tail"
            atoms = tuple(
                [self._reader.atoms(source, begins=begins, hint=table.get("hint")) for source in sources]
            )
            unless, hint = (
                patterns.expand(table[key], self._pieces, self._resolved) if key in table else None
                for key in ("unless", "hint")
            )
        except patterns.PatternError as error:
            raise wrong(file, name, str(error)) from error
        when, boost = tuple(table.get("when", ())), dict(table.get("boost", {}))
        confidence = float(table.get("confidence", 0.9))
        return Rule(
            id=name,
            kind=NoticeKind(table["kind"]),
            scope=table.get("scope", "sentences"),
            sources=sources,
            pieces=self._pieces,
            atoms=atoms,
            hint=hint,
            unless=unless,
            when=when,
            confidence=confidence,
            boost=boost,
            ceiling=confidence + sum([weight for weight in boost.values() if weight > 0]),
            on_neighbours=not evidence.ON_NEIGHBOURS.isdisjoint((*when, *boost)),
            fields={k: tuple(v) if isinstance(v, list) else v for k, v in table.get("fields", {}).items()},
            span=int(table.get("span", 3)),
            longest=bool(table.get("longest", False)),
            extend=table.get("extend", ""),
            file=file,
            cases=packed(
                [_example(file, name, e) for e in table.get("examples", ())], table.get("never", ())
            ),
        )


def _refuse_faults(table: Mapping[str, Any], file: str, name: str) -> None:
    """Raise CatalogueError for a key that is missing, or one whose value nobody knows."""
    for missing in {"id", "kind", "pattern"} - table.keys():
        raise wrong(file, name, f"no `{missing}`")
    for unknown in table.keys() - KEYS:
        raise wrong(file, name, f"unknown key `{unknown}`; known: {', '.join(sorted(KEYS))}")
    for key, allowed in _CHOICES.items():
        if key in table and table[key] not in allowed:
            raise wrong(file, name, f"{key} = {table[key]!r}; known: {', '.join(sorted(allowed))}")
    for condition in (*table.get("when", ()), *table.get("boost", {})):
        if condition.removeprefix("!") not in evidence.CONDITIONS:
            raise wrong(
                file,
                name,
                f"unknown condition {condition!r}; known: {', '.join(sorted(evidence.CONDITIONS))}",
            )
    for unknown in table.get("fields", {}).keys() - FIELDS:
        raise wrong(file, name, f"unknown field `{unknown}`; known: {', '.join(sorted(FIELDS))}")
    for field, constant in table.get("fields", {}).items():
        if isinstance(constant, str) and (fault := _fault_of_reference(constant)):
            raise wrong(file, name, f"{field} = {constant!r}: {fault}")


def _fault_of_reference(constant: str) -> str:
    """What is wrong with a constant that is to be read elsewhere, if anything."""
    if constant.startswith("@") and constant not in OF_LINKS:
        return f"of the links there are {', '.join(sorted(OF_LINKS))}"
    unknown = sorted({*constant[1:].split("|")} - CAPTURES) if constant.startswith("=") else []
    return f"no field is called {unknown[0]!r}; known: {', '.join(sorted(CAPTURES))}" if unknown else ""


def _example(file: str, rule: str, table: str | dict[str, Any]) -> Example:
    if isinstance(table, str):
        return Example(table)
    body = table.get("html", table.get("text"))
    if body is None or table.keys() - {"text", "html", "fields", "quote", "kind"}:
        raise wrong(file, rule, "an example is a text, or {text or html, fields, quote, kind}")
    kind = NoticeKind(table["kind"]) if "kind" in table else None
    return Example(body, table.get("fields", {}), table.get("quote"), "html" in table, kind)


def wrong(file: str, rule: str, cause: str) -> CatalogueError:
    return CatalogueError(f"{file}: rule {rule}: {cause}; mend it and run `ingest rules test`")
