"""Every rule's own examples and counter-examples, run: a newcomer's rule is tested by writing it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.articles import blocks
from ingest.articles.notices import find, matching
from ingest.articles.notices.catalogue import Catalogue
from ingest.articles.notices.readings import reading
from ingest.articles.notices.rule import ANYTHING, Example, Rule
from ingest.articles.notices.sentences import segments
from ingest.records import Document, FieldValue, Notice, Source


@dataclass(frozen=True, slots=True)
class Problem:
    """One example that does not come out as its rule says. `by`: the rules that found something in it."""

    rule: str
    file: str
    example: str
    expected: str
    got: str
    by: tuple[str, ...] = ()

    @property
    def cause(self) -> str:
        return f"expected {self.expected}; got {self.got}"

    def __str__(self) -> str:
        return f"{self.file}: rule {self.rule}: {self.cause}\n    {self.example}"


def check(catalogue: Catalogue, files: Collection[str] | None = None) -> list[Problem]:
    """What is wrong with the examples of `catalogue`, in order; empty when all is well.

    With `files`, only what their rules have to do with: their own examples, and those of other rules that
    they spoil by finding something there.
    """
    if files is None:
        return [problem for rule in catalogue.rules for problem in _of_rule(rule, catalogue)]
    numbers = {number for number, rule in enumerate(catalogue.rules) if rule.file in files}
    names = {catalogue.rules[number].id for number in numbers}
    problems: list[Problem] = []
    for number, rule in enumerate(catalogue.rules):
        if number in numbers:
            problems += _of_rule(rule, catalogue)
        elif _may_meet(rule, numbers, catalogue):
            problems += (one for one in _of_rule(rule, catalogue) if names.intersection(one.by))
    return problems


def _may_meet(rule: Rule, numbers: set[int], catalogue: Catalogue) -> bool:
    """Whether any rule of `numbers` could match anywhere in the examples of `rule`: the cheap half of finding."""
    structural = {number for number, _ in catalogue.whole.structural} & numbers
    documents = [*map(_document, rule.examples), *map(blocks.from_text, rule.never)]
    return any(
        any(number in numbers for number, _ in matching.hits(line.text, catalogue.whole))
        or (structural and line.links)
        for document in documents
        for line in segments(document)
    )


def _of_rule(rule: Rule, catalogue: Catalogue) -> Iterator[Problem]:
    for example in rule.examples:
        if problem := _missing(rule, example, catalogue):
            yield problem
    for text in rule.never:
        for notice in _cut(blocks.from_text(text), text, catalogue):
            got = f"{notice.rule} cuts {notice.quote!r}"
            yield Problem(rule.id, rule.file, text, "all of it stays in the text", got, (notice.rule,))


def _document(example: Example) -> Document:
    return blocks.from_html(example.text) if example.html else blocks.from_text(example.text)


def _cut(document: Document, text: str, catalogue: Catalogue) -> list[Notice]:
    return [n for n in find.find(document, Source(body=text, is_html=False), catalogue) if n.cut]


def _missing(rule: Rule, example: Example, catalogue: Catalogue) -> Problem | None:
    document = _document(example)
    notices = _cut(document, example.text, catalogue)
    kind = example.kind or rule.kind

    def problem(expected: str, got: str) -> Problem:
        return Problem(rule.id, rule.file, example.text, expected, got, tuple(n.rule for n in notices))

    # Languages share words: where a sister rule reads the same out of it, the example holds.
    same_kind = sorted((n for n in notices if n.kind is kind), key=lambda n: n.rule != rule.id)
    found = next(iter(same_kind), None)
    if found is None:
        seen = ", ".join(f"{n.kind} by {n.rule} {n.quote!r}" for n in notices) or "nothing"
        return problem(f"a notice of kind {kind}", f"{seen}; {_why_not(rule, document, example, catalogue)}")
    if example.quote is not None and found.quote != example.quote:
        return problem(f"{example.quote!r} is cut", f"{found.quote!r} is")
    wanted, stated = _differing(example.fields, found.fields)
    return problem(wanted, stated) if wanted else None


def _why_not(rule: Rule, document: Document, example: Example, catalogue: Catalogue) -> str:
    """What the rule itself made of an example it does not find."""
    source = Source(body=example.text, is_html=False)
    for one in find.explain(document, source, catalogue):
        if one.rule == rule.id:
            return f"{rule.id} on {one.quote!r}: {one.verdict}, {one.why}"
    return f"{rule.id}: {why_silent(rule, document, catalogue)}"


_COVERS = {
    "block": "a whole line",
    "sentences": "a run of whole sentences, outside quotation marks",
    "lead": "the beginning of a line",
    "tail": "the end of a line, after a sentence",
    "blocks": "a run of whole lines",
}


def why_silent(rule: Rule, document: Document, catalogue: Catalogue) -> str:
    """Why a rule has nothing to say of a document, not even a near miss: its words make up too little, or miss."""
    number = next(number for number, one in enumerate(catalogue.rules) if one is rule)
    lines = segments(document)
    for which, source in enumerate(rule.sources):
        if source == ANYTHING:
            continue  # it is about links, not words
        regex = catalogue.whole.compiled(number, which).regex
        for line in lines:
            raw = line.text.encode()
            if (matched := regex.search(raw)) and matched.end() > matched.start():
                words = raw[matched.start() : matched.end()].decode("utf-8", "replace")
                sought = reading(line.text, catalogue.whole).is_hinted(number)
                wanted = f"scope = {rule.scope!r} wants {_COVERS[rule.scope]}" if sought else "not its `hint`"
                return f"pattern {which + 1} matches {words!r}, but {wanted}"
    return "its words stand nowhere in this text"


def _differing(wanted: Mapping[str, Any], stated: Mapping[str, FieldValue]) -> tuple[str, str]:
    """The fields that differ, as they should be and as they are; two empty texts when none does."""
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in stated.items()}
    wrong = sorted(name for name in {*wanted, *said} if wanted.get(name) != said.get(name))
    return _written(wrong, wanted), _written(wrong, said)


def _written(names: list[str], values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {values[name]!r}" if name in values else f"no {name}" for name in names)
