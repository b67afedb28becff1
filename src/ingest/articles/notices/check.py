"""Every rule's own examples and counter-examples, run: a newcomer's rule is tested by writing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.articles import blocks
from ingest.articles.notices import find
from ingest.articles.notices.catalogue import Catalogue, Example, Rule
from ingest.records import Document, FieldValue, Notice, Source


@dataclass(frozen=True, slots=True)
class Problem:
    """One example that does not come out as its rule says."""

    rule: str
    file: str
    example: str
    cause: str

    def __str__(self) -> str:
        return f"{self.file}: rule {self.rule}: {self.cause}\n    {self.example}"


def check(catalogue: Catalogue) -> list[Problem]:
    """What is wrong with the examples of `catalogue`, in order; empty when all is well."""
    return [problem for rule in catalogue.rules for problem in _of_rule(rule, catalogue)]


def _of_rule(rule: Rule, catalogue: Catalogue) -> Iterator[Problem]:
    for example in rule.examples:
        if cause := _missing(rule, example, catalogue):
            yield Problem(rule.id, rule.file, example.text, cause)
    for text in rule.never:
        document = blocks.from_text(text)
        for notice in _cut(document, text, catalogue):
            yield Problem(rule.id, rule.file, text, f"{notice.rule} cuts {notice.quote!r}, which must stay")


def _cut(document: Document, text: str, catalogue: Catalogue) -> list[Notice]:
    return [n for n in find.find(document, Source(body=text, is_html=False), catalogue) if n.cut]


def _missing(rule: Rule, example: Example, catalogue: Catalogue) -> str | None:
    document = blocks.from_html(example.text) if example.html else blocks.from_text(example.text)
    notices = _cut(document, example.text, catalogue)
    kind = example.kind or rule.kind
    # Languages share words: where a sister rule reads the same out of it, the example holds.
    same_kind = sorted((n for n in notices if n.kind is kind), key=lambda n: n.rule != rule.id)
    found = next(iter(same_kind), None)
    if found is None:
        seen = ", ".join(f"{n.rule} {n.quote!r}" for n in notices) or "nothing"
        return f"not found; {seen} was"
    if example.quote is not None and found.quote != example.quote:
        return f"cuts {found.quote!r}, not {example.quote!r}"
    if wrong := _differing(example.fields, found.fields):
        return f"states {wrong}"
    return None


def _differing(wanted: Mapping[str, Any], stated: Mapping[str, FieldValue]) -> str:
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in stated.items()}
    wrong = {name: said.get(name) for name in {*wanted, *said} if wanted.get(name) != said.get(name)}
    return ", ".join(f"{name} = {value!r}" for name, value in sorted(wrong.items()))
