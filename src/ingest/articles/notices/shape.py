"""The shape of a rule file: each key holds the type of value it must, before anything is made of it.

A rule writer's slips (`[rule]` for `[[rule]]`, a text where a list belongs, 95 for 0.95) are told here in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ingest.records import NoticeKind

_Check = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fields(value: Any) -> bool:
    return isinstance(value, dict) and all(_text(one) or _texts(one) for one in value.values())


def _example(value: Any) -> bool:
    if not isinstance(value, dict):
        return _text(value)
    texts = (value[key] for key in ("text", "html", "quote", "kind") if key in value)
    return all(map(_text, texts)) and _fields(value.get("fields", {}))


_TEXT = (_text, "a text in quotation marks")
_EXAMPLES = "a list of texts, or of {text or html, fields, quote, kind} with texts in them"
_RULE: Mapping[str, tuple[_Check, str]] = {
    **dict.fromkeys(("id", "kind", "scope", "unless", "hint", "extend", "about"), _TEXT),
    "pattern": (lambda v: bool(v) and (_text(v) or _texts(v)), "a text or a list of texts"),
    "when": (_texts, 'a list of texts: when = ["closing"]'),
    "never": (_texts, 'a list of texts: never = ["…"]'),
    "confidence": (lambda v: _number(v) and 0 <= v <= 1, "a number from 0 to 1"),
    "boost": (
        lambda v: isinstance(v, dict) and all(map(_number, v.values())),
        "a table of numbers: boost = { last = 0.1 }",
    ),
    "fields": (_fields, 'a table of texts: fields = { via = "Medium" }'),
    "span": (lambda v: _number(v) and isinstance(v, int) and v > 0, "a whole number from 1 on"),
    "longest": (lambda v: isinstance(v, bool), "true or false"),
    "examples": (lambda v: isinstance(v, list) and all(map(_example, v)), _EXAMPLES),
}


def faults(document: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the types in a parsed rule file; each names its place. Unknown keys are not looked at."""
    pieces, rules = document.get("pieces", {}), document.get("rule", [])
    if not isinstance(pieces, dict) or not all(map(_text, pieces.values())):
        yield "[pieces] holds names with a pattern each, as text: name = '…'"
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        yield "a rule begins with [[rule]], in two brackets"
        return
    for place, rule in enumerate(rules, 1):
        name = f"rule {rule.get('id', f'number {place}')}"
        for key, (fits, wanted) in _RULE.items():
            if key in rule and not fits(rule[key]):
                yield f"{name}: `{key}` must be {wanted}"
        yield from (f"{name}: {fault}" for fault in _example_kinds(rule.get("examples")))


def _example_kinds(examples: Any) -> Iterator[str]:
    known = [kind.value for kind in NoticeKind]
    for one in examples if isinstance(examples, list) else ():
        if isinstance(one, dict) and one.get("kind", known[0]) not in known:
            yield f"the kind of an example is {one['kind']!r}; known: {', '.join(known)}"
