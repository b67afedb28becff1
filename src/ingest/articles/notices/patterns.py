"""The little language rules are written in, on top of RE2's.

- `{name}` inserts a named piece (table [pieces] of the same file, else of any.toml);
- `<field>` captures the piece of that name as a field, `<field:piece>` captures another piece;
- `\\w` knows the letters of all scripts, and so does `\\b` in a pattern that has such letters (where it takes
  the character beside the word);
- a space means "white space within the line"; letters match without regard to case.

RE2 has no look-around and takes linear time on any text; whatever needs a second look (is this captured
publisher a name at all?) is done in Python afterwards, on the few characters captured.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PIECE = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_FIELD = re.compile(r"(?<!\?P)<([a-z_]+)(?::([a-z_0-9]+))?>")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})\??")
_WILD = re.compile(  # it, or something in it, runs on and on
    r"(?:(?<!\\)\.|\[\^(?:\\.|[^\]\\])*\]|\\x\{10FFFF\}\])(?:[+*]|\{\d+,)"
)
_LIGHTEST = 4  # a stretch that says less is not worth looking for
_STRETCHES = 3
_ANY = "."
# RE2's own \\w and \\b know ASCII letters only, and its classes of all letters are large automata. Everything
# beyond ASCII counts as a letter here, but for the marks that commonly stand beside words.
_LETTERS = r"0-9A-Za-z_\x{80}-\x{10FFFF}"
_BETWEEN = r"[\x00-/:-@\[-^`{-~«»、。，；：！？「」『』《》（）…·]"
_WORD_STARTS, _WORD_ENDS = f"(?:^|{_BETWEEN})", f"(?:$|{_BETWEEN})"
_TOKEN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]| (?![?*+{])", re.DOTALL)


class PatternError(ValueError):
    """A pattern that names an unknown piece or field, or pieces that contain themselves."""


def resolve(pieces: Mapping[str, str]) -> dict[str, str]:
    """`pieces` with all they refer to put in, as RE2 source.

    Raises PatternError when one names an unknown piece or, over others, itself.
    """
    resolved: dict[str, str] = {}

    def one(name: str, above: tuple[str, ...]) -> str:
        if name not in pieces:
            raise PatternError(f"unknown piece {{{name}}}")
        if name in above:
            raise PatternError(f"piece {{{name}}} contains itself")
        if name not in resolved:
            body = _PIECE.sub(lambda m: one(m.group(1), (*above, name)), _white_space(pieces[name]))
            resolved[name] = f"(?:{body})"
        return resolved[name]

    for name in pieces:
        one(name, ())
    return resolved


def expand(pattern: str, resolved: Mapping[str, str], fields: frozenset[str]) -> str:
    """The RE2 source of `pattern`. Captures are named after their field; a second one of a name gets `__2`.

    With no `fields` at all, nothing is captured: what a prefilter wants.
    """
    seen: dict[str, int] = {}

    def piece(name: str) -> str:
        if name not in resolved:
            raise PatternError(f"unknown piece {{{name}}}")
        return resolved[name]

    def field(match: re.Match[str]) -> str:
        name, wanted = match.group(1), match.group(2) or match.group(1)
        if not fields:
            return piece(wanted)
        if name not in fields:
            raise PatternError(f"unknown field <{name}>; known: {', '.join(sorted(fields))}")
        seen[name] = seen.get(name, 0) + 1
        group = name if seen[name] == 1 else f"{name}__{seen[name]}"
        return f"(?P<{group}>{piece(wanted)})"

    whole = _PIECE.sub(lambda m: piece(m.group(1)), _white_space(pattern))
    return _FIELD.sub(field, whole)


def _white_space(pattern: str) -> str:
    """The source with this language's own meaning of a space, `\\w` and `\\b` written out for RE2."""

    def token(match: re.Match[str]) -> str:
        text = match.group()
        if text == " ":
            return "[ ]+"
        if text[0] == "[":
            return text.replace(r"\w", _LETTERS)
        if text == r"\w":
            return f"[{_LETTERS}]"
        if text == r"\b" and not pattern.isascii():
            following = pattern[match.end() : match.end() + 1]
            opens = following.isalpha() or following in ("(", "[")
            return _WORD_STARTS if opens else _WORD_ENDS
        return text

    return _TOKEN.sub(token, pattern)


@dataclass(frozen=True, slots=True)
class _Element:
    """One thing of a concatenation: a character, a class or a group, with its quantifier."""

    source: str
    optional: bool
    wild: bool


def required(pattern: str, *, after_letters: bool = False) -> tuple[str, ...]:
    """RE2 sources all of which must occur in a text that `pattern` matches; heaviest first.

    A concatenation can only match where each of its parts does. The stretches between wildcards and optional
    parts make a set with few states that pre-selects well; one that opens the pattern must follow a non-letter,
    unless `after_letters`.
    """

    def opening(source: str) -> str:
        return source if after_letters else rf"(?:^|[^0-9A-Za-z])(?:{source})"

    elements = _elements(pattern)
    if elements is None:
        head = _head(pattern)
        return (opening(head) if head else _ANY,)
    line_break = next((at for at, one in enumerate(elements) if r"\n" in one.source), len(elements))
    elements = elements[:line_break]  # a rule over several lines is sought by its first
    stretches: list[tuple[int, str]] = []
    start = 0
    for at in range(len(elements) + 1):
        if at < len(elements) and not (elements[at].optional or elements[at].wild):
            continue
        part = [one.source for one in elements[start:at]]
        if at < len(elements) and not elements[at].optional and (head := _head(elements[at].source)):
            part.append(f"(?:{head})")
        weight = sum(map(_weight, part))
        if weight:
            source = "".join(part)
            stretches.append((weight, opening(source) if start == 0 else source))
        start = at + 1
    stretches.sort(key=lambda stretch: -stretch[0])
    stretches = [one for one in stretches if one[0] >= _LIGHTEST] or stretches[:1]
    return tuple(source for _, source in stretches[:_STRETCHES]) or (_ANY,)


def _head(source: str) -> str | None:
    """What every match of a group or alternation begins with, up to its first wildcard; None for "anything"."""
    inner = source
    if source.startswith("(?:") and _element_end(source, 0) == len(source):
        inner = source[3:-1]
    heads: list[str] = []
    for alternative in _alternatives(inner):
        head = ""
        for one in _elements(alternative) or []:
            if one.wild:
                deeper = _head(one.source) if one.source.startswith("(?:") and not one.optional else None
                head += f"(?:{deeper})" if deeper else ""
                break
            head += one.source
        if not any(char.isalnum() for char in head.replace(r"\b", "")):
            return None
        heads.append(head)
    return "|".join(heads)


def _alternatives(source: str) -> list[str]:
    parts, start, at = [], 0, 0
    while at < len(source):
        if source[at] == "|":
            parts.append(source[start:at])
            start = at = at + 1
        else:
            at = _element_end(source, at)
    return [*parts, source[start:]]


def _weight(element: str) -> int:
    """How much an element narrows: a group of words 4, a letter 1, white space nothing."""
    if element.startswith("[ ]"):
        return 0
    if element[0] == "(":
        if element in (_WORD_STARTS, _WORD_ENDS, r"(?-i:\p{Lu})", r"(?:(?-i:\p{Lu}))"):
            return 0
        return 4 if re.search(r"\w\w", element.removeprefix("(?:")) else 1
    return 0 if element[0] in ".^$" or element.startswith(("[^", "[ ]")) or element in (r"\b", r"\n") else 1


def _elements(pattern: str) -> list[_Element] | None:
    """The top level of a pattern, or None when it is an alternation."""
    found: list[_Element] = []
    at = 0
    while at < len(pattern):
        if pattern[at] == "|":
            return None
        end = _element_end(pattern, at)
        quantified = _QUANTIFIER.match(pattern, end)
        suffix = quantified.group() if quantified else ""
        source = pattern[at:end]
        wild = source in (_WORD_STARTS, _WORD_ENDS) or _WILD.search(source + suffix) is not None
        found.append(_Element(source + suffix, suffix[:1] in ("?", "*") or suffix.startswith("{0"), wild))
        at = end + len(suffix)
    return found


def _element_end(pattern: str, at: int) -> int:
    """Where the element that starts at `at` ends, without its quantifier."""
    char = pattern[at]
    if char == "\\":
        return at + (pattern.index("}", at) - at + 1 if pattern[at + 1 : at + 3] in ("p{", "P{") else 2)
    if char == "[":
        close = pattern.index("]", at + 2 if pattern[at + 1] != "^" else at + 3)
        while pattern[close - 1] == "\\":
            close = pattern.index("]", close + 1)
        return close + 1
    if char != "(":
        return at + 1
    depth = 0
    while at < len(pattern):
        if pattern[at] == "[":
            at = _element_end(pattern, at)
            continue
        if pattern[at] == "\\":
            at += 2
            continue
        depth += {"(": 1, ")": -1}.get(pattern[at], 0)
        at += 1
        if depth == 0:
            return at
    raise PatternError("a bracket is never closed")


def field_of(group: str) -> str:
    """The field a capture group states."""
    return group.partition("__")[0]
