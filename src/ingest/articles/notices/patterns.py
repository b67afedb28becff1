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

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

_PIECE = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_FIELD = re.compile(r"(?<!\?P)<([a-z_]+)(?::([a-z_0-9]+))?>")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})\??")
_CLASS = r"\[\^?\]?(?:\\.|[^\]\\])*\]"
_ESCAPE = r"\\(?:[pPx]\{[^}]*\}|.)"
_SIMPLE = re.compile(  # an element that is no group; letters run on up to one that a quantifier takes
    rf"{_PIECE.pattern}|{_FIELD.pattern}|{_ESCAPE}|{_CLASS}|[^\\\[()|.*+?{{^$<]+(?![*+?{{])|[^()|]", re.DOTALL
)
_LETTERS_ONLY = re.compile(r"(?:[^\\\[\]{}()|.*+?^$]|\[ \]\+)*+\Z")
_ANY_CLASS = re.compile(_CLASS)
_STRUCTURE = re.compile(rf"{_ESCAPE}|{_CLASS}|[()|]", re.DOTALL)
# What a set had better not look for, in it or as it: what runs on and on (each length of it is a state of its own,
# for every other pattern that is under way), and classes of so many letters that they narrow nothing.
_WILD = re.compile(
    r"(?<!\\)\.(?:[+*]|\{)"  # any characters
    r"|\[(?:\^|[^\]\\]*[^\x00-\x7f]-)(?:\\.|[^\]\\])*\](?:[+*]|\{\d+,)"  # a large class, repeated
    r"|\)\{\d+,"  # so many words
    r"|\\x\{10FFFF\}|\\[pPSDW]"
)
_LIGHTEST = 4  # a stretch that says less is not worth looking for
_ENOUGH = 8  # no stretch need say more
_LARGE = 100  # characters of a list that is worth its states only where it stands at a beginning
_LAST_RESORT = 1
_ABBREVIATION = 6
_SURE = 4  # a beginning that says as much as this needs no stretch beside it
_CHAR_OF_A_WORD = 2  # one Chinese or Korean character says as much as so many letters
_REMEMBERED = 1 << 14  # sources taken apart: the same pieces come again and again while rules are loaded
# RE2's own \\w and \\b know ASCII letters only, and its classes of all letters are large automata. Everything
# beyond ASCII counts as a letter here, but for the marks that commonly stand beside words.
_LETTERS = r"0-9A-Za-z_\x{80}-\x{10FFFF}"
_BETWEEN = r"[\x00-/:-@\[-^`{-~«»、。，；：！？「」『』《》（）…·]"
_WORD_STARTS, _WORD_ENDS = f"(?:^|{_BETWEEN})", f"(?:$|{_BETWEEN})"
_EDGES = frozenset({_WORD_STARTS, _WORD_ENDS, "^", "$"})
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
            body = _white_space(pieces[name])
            if "{" in body:
                body = _PIECE.sub(lambda m: one(m.group(1), (*above, name)), body)
            resolved[name] = f"(?:{body})"
        return resolved[name]

    for name in pieces:
        one(name, ())
    return resolved


def expand(pattern: str, resolved: Mapping[str, str], fields: frozenset[str]) -> str:
    """The RE2 source of `pattern`. Captures are named after their field; a second one of a name gets `__2`."""
    seen: dict[str, int] = {}

    def field(match: re.Match[str]) -> str:
        name, wanted = match.group(1), match.group(2) or match.group(1)
        if name not in fields:
            raise PatternError(f"unknown field <{name}>; known: {', '.join(sorted(fields))}")
        seen[name] = seen.get(name, 0) + 1
        group = name if seen[name] == 1 else f"{name}__{seen[name]}"
        return f"(?P<{group}>{_piece(wanted, resolved)})"

    whole = _PIECE.sub(lambda m: _piece(m.group(1), resolved), _white_space(pattern))
    return _FIELD.sub(field, whole)


def _put_in(source: str, resolved: Mapping[str, str]) -> str:
    """`source` with its pieces, and those of its fields, put in; nothing is captured."""
    if "{" in source:
        source = _PIECE.sub(lambda m: _piece(m.group(1), resolved), source)
    if "<" in source:
        source = _FIELD.sub(lambda m: _piece(m.group(2) or m.group(1), resolved), source)
    return source


def _piece(name: str, resolved: Mapping[str, str]) -> str:
    if name not in resolved:
        raise PatternError(f"unknown piece {{{name}}}")
    return resolved[name]


@functools.lru_cache(maxsize=_REMEMBERED)
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


class Needs(NamedTuple):
    """RE2 sources that narrow down where a pattern can match, without trying it."""

    head: str  # what its match begins with; empty when it may begin with anything
    parts: tuple[str, ...]  # what must occur in it, too


class _Element(NamedTuple):
    """One thing of a concatenation: a run of characters, a class or a group, with its quantifier."""

    body: str
    quantifier: str
    optional: bool
    wild: bool

    @property
    def source(self) -> str:
        return self.body + self.quantifier


class _Stretch(NamedTuple):
    source: str
    weight: int  # how much it narrows


_NOTHING = _Stretch("", 0)


def needs(pattern: str, resolved: Mapping[str, str], *, begins: bool) -> tuple[Needs, ...]:
    """What must stand in a text that `pattern` matches: one of these, one for each of its alternatives.

    `begins`: the place where a match begins is known, and what it begins with is looked for there.
    """
    sides = _alternatives(_white_space(pattern))
    return tuple(_needs_of(_split(side, resolved), begins) for side in sides)


def _needs_of(elements: Sequence[_Element], begins: bool) -> Needs:
    """A concatenation can only match where each of its elements does: the most telling are enough."""
    breaks = (at for at, one in enumerate(elements) if r"\n" in _ANY_CLASS.sub("", one.body))
    elements = elements[: next(breaks, None)]  # a rule over several lines is sought by its first
    begun, at = _beginning(elements) if begins else (_NOTHING, 0)
    if begun.weight >= _SURE:
        return Needs(begun.source, ())
    stretches = sorted(_stretches(elements[at if begun.weight else 0 :]), key=lambda one: -one.weight)
    telling = tuple(one.source for one in stretches[:1] if one.weight >= _LIGHTEST)
    if begun.weight:
        return Needs(begun.source, telling)
    return Needs("", telling or tuple(one.source for one in stretches[:1] if one.weight))


def _beginning(elements: Sequence[_Element]) -> tuple[_Stretch, int]:
    """What every match begins with, up to the first wildcard, and the number of elements that it covers."""
    wild = next((at for at, one in enumerate(elements) if one.wild), len(elements))
    # At the edge of a match a letter may follow that the match does not see: no `\b`.
    head = [one for one in elements[:wild] if one.body != r"\b"]
    return _stretch(head, next(iter(elements[wild:]), None)), wild


def _stretches(elements: Sequence[_Element]) -> Iterator[_Stretch]:
    """What must occur somewhere: the runs between wildcards, large lists for themselves."""
    run: list[_Element] = []
    for one in elements:
        if one.wild:
            yield _stretch(run, one)
            run = []
        elif len(one.body) > _LARGE:
            alone = _stretch([one])
            yield from (_stretch(run), alone._replace(weight=min(alone.weight, _LAST_RESORT)))
            run = []
        elif run or not one.optional:
            run.append(one)
    yield _stretch(run)


def _stretch(run: Sequence[_Element], after: _Element | None = None) -> _Stretch:
    """What `run` needs: up to its last element that is no option, or into the beginning of what comes `after` it."""
    end = weight = 0
    for at, one in enumerate(run):
        large = len(one.body) > _LARGE
        if weight >= _ENOUGH or (large and weight >= _LIGHTEST):
            after = None
            break
        if large and not one.optional:
            run, after = run[:at], one  # of a long list the beginnings will do
            break
        if not one.optional:
            end = at + 1
            weight += _weight_of(one)
    if after is not None and not after.optional and (deeper := _head(after.body)).weight:
        source = "".join([one.source for one in run]) + f"(?:{deeper.source})"
        return _Stretch(source, weight + deeper.weight)
    return _Stretch("".join([one.source for one in run[:end]]), weight)


@functools.lru_cache(maxsize=_REMEMBERED)
def _head(source: str) -> _Stretch:
    """What every match of a group or alternation begins with, up to its first wildcard."""
    inner = source[3:-1] if source.startswith("(?:") and _element_end(source, 0) == len(source) else source
    heads: dict[str, int] = {}
    for alternative in _alternatives(inner):
        if _LETTERS_ONLY.match(alternative):
            head = _abbreviated(alternative)
        elif (elements := _elements(alternative))[0].body == source:
            return _NOTHING  # a wildcard by itself
        else:
            head, _ = _beginning(elements)
        if not head.weight:
            return _NOTHING
        heads[head.source] = head.weight
    return _Stretch("|".join(heads), min(heads.values()))


def _abbreviated(letters: str) -> _Stretch:
    """Few letters tell as much as the word, and many words begin with the same ones."""
    short = letters if "[" in letters[:_ABBREVIATION] else letters[:_ABBREVIATION]
    return _Stretch(short, _weight_of_letters(short))


@functools.lru_cache(maxsize=_REMEMBERED)
def _weight(source: str) -> int:
    """How much a source narrows: the letters and signs of the shortest text that it matches."""
    return min(map(_weight_of_side, _alternatives(source)))


def _weight_of_side(source: str) -> int:
    if _LETTERS_ONLY.match(source):
        return _weight_of_letters(source)
    return sum([_weight_of(one) for one in _elements(source)])


def _weight_of(one: _Element) -> int:
    body = one.body
    if one.optional or body[0] in ".^$":
        return 0
    if body[0] == "(":
        return _weight(body[3:-1]) if body.startswith("(?:") else int(r"\p{Lu}" not in body)
    if body[0] == "[":
        return int(not one.wild and body != "[ ]" and body[1] != "^")
    if body[0] == "\\":
        return int(body not in (r"\b", r"\n"))
    return _weight_of_letters(body)


def _weight_of_letters(source: str) -> int:
    source = source.replace("[ ]+", "")
    if source.isascii():
        return len(source) - source.count(" ")
    return sum([_CHAR_OF_A_WORD if char > "\u2e80" else char != " " for char in source])


def _alternatives(source: str) -> list[str]:
    """The sides of the `|` at the top level of a pattern."""
    if "|" not in source:
        return [source]
    if "(" not in source and "[" not in source and "\\" not in source:
        return source.split("|")
    parts, start, depth = [], 0, 0
    for match in _STRUCTURE.finditer(source):
        mark = match[0]
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth -= 1
        elif mark == "|" and not depth:
            parts.append(source[start : match.start()])
            start = match.end()
    return [*parts, source[start:]]


@functools.lru_cache(maxsize=_REMEMBERED)
def _elements(source: str) -> list[_Element]:
    """The elements of a concatenation, in order."""
    return _split(source, {})


def _split(pattern: str, resolved: Mapping[str, str]) -> list[_Element]:
    """The elements of a concatenation in which pieces and fields still stand as names."""
    found: list[_Element] = []
    at = 0
    while at < len(pattern):
        end = _element_end(pattern, at)
        quantified = _QUANTIFIER.match(pattern, end)
        suffix = quantified[0] if quantified else ""
        body = pattern[at:end]
        if resolved:
            body = _put_in(body, resolved)
        wild = body in _EDGES or (
            _is_wild(body) if body[0] == "(" else _WILD.search(body + suffix) is not None
        )
        found.append(_Element(body, suffix, suffix[:1] in ("?", "*") or suffix.startswith("{0"), wild))
        at = end + len(suffix)
    return found


@functools.lru_cache(maxsize=_REMEMBERED)
def _is_wild(group: str) -> bool:
    return _WILD.search(group) is not None


def _element_end(pattern: str, at: int) -> int:
    """Where the element that starts at `at` ends, without its quantifier."""
    if pattern[at] != "(":
        simple = _SIMPLE.match(pattern, at)
        if simple is None:
            raise PatternError("a bracket is never opened")
        return simple.end()
    depth = 0
    for match in _STRUCTURE.finditer(pattern, at):
        mark = match[0]
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth -= 1
            if not depth:
                return match.end()
    raise PatternError("a bracket is never closed")


def field_of(group: str) -> str:
    """The field a capture group states."""
    return group.partition("__")[0]
