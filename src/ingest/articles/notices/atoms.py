"""What a text must hold for a pattern to match in it: plain strings, so that one search for all of them tells
which patterns are worth trying. After Google code search's and RE2's own prefilter (Cox, "Regular Expression
Matching with a Trigram Index", 2012), on the pattern language of `patterns`, before its pieces are put in.

A text without the atoms has no match; but for atoms of up to three letters, which are taken for words of their own
(`is_word`). All this is asked of folded text: lower case, runs of white space as one space.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ingest.articles.notices.patterns import PatternError
from ingest.articles.notices.rarity import ENOUGH, is_rare, is_word, telling, weight

_TOKEN = re.compile(
    r"""(?P<piece>\{(?P<name>[a-z_][a-z0-9_]*)\})"""
    r"""|(?P<field><(?P<of>[a-z_]+)(?::(?P<by>[a-z_0-9]+))?>)"""
    r"""|(?P<open>\((?:\?(?:P<[a-z_0-9]+>|[a-z-]*:))?)|(?P<flags>\(\?[a-z-]+\))|(?P<close>\))|(?P<or>\|)"""
    r"""|(?P<set>\[\^?\]?(?:\\(?:[pPx]\{[^}]*\}|.)|\[:\^?[a-z]+:\]|[^\]\\])*\])"""
    r"""|(?P<escape>\\(?:[pPx]\{[^}]*\}|x[0-9A-Fa-f]{2}|[pP].|.))|(?P<edge>[$^])|(?P<any>\.)"""
    r"""|(?P<word>[^\\\[\](){}|.*+?^$<\n]+(?![*+?{]))|(?P<char>.)""",
    re.DOTALL,
)
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(?P<least>\d+)(?:,\d*)?\})\??")
_SPECIAL_ESCAPES = frozenset("dDsSwWpPxaftrvAzCQE")
_MOST_TEXTS = 100  # texts that a stretch may stand for, before it is taken apart
_MOST_OF_A_SET = 4  # characters of a class that are taken for alternatives
_ENOUGH_TO_STOP = 8  # letters after which a stretch is not multiplied out any more
_HEAD_BONUS = 1.5  # in letters: an atom sought at one place only narrows more
_OTHERS = 4  # further sets of a sort
_FEW = 24  # texts of a common set, looked for one by one
_MANY = 400  # texts of a rare one, sought with all others
_TELLS_NOTHING = 0.0


class Atoms(NamedTuple):
    """What must occur: one of `texts`, of each of `others` and of `common`, and one of `heads` where a match begins.

    Without `texts` the heads tell more than anything else. Without `heads` nothing is known of the beginning.
    """

    texts: frozenset[str]
    heads: frozenset[str]
    others: tuple[frozenset[str], ...] = ()  # rare enough to be sought in every line
    common: tuple[tuple[str, ...], ...] = ()  # only asked of a line that has all else


class _Sought(NamedTuple):
    """What is known of a part of a pattern."""

    exact: frozenset[str] | None = None  # all that it matches, where that is a few texts
    head: frozenset[str] | None = None  # texts one of which every match begins with
    needs: tuple[frozenset[str], ...] = ()  # of each of these sets every match holds one
    breaks: bool = False  # it goes on in another line


def _exactly(texts: frozenset[str]) -> _Sought:
    """What matches these texts and no others."""
    return _Sought(texts, texts, () if "" in texts else (texts,))


_WILD = _Sought()
_EMPTY = frozenset({""})
_NO_TEXTS: frozenset[str] = frozenset()
_NOTHING = _exactly(_EMPTY)
_LINE_BREAK = _Sought(breaks=True)
_DIGIT = _Sought(needs=(frozenset("0123456789"),))  # which is it matters to nobody


class Reader:
    """The atoms of the patterns of one file: `pieces` are its own and the shared ones, as they are written."""

    def __init__(self, pieces: Mapping[str, str]) -> None:
        self._pieces = pieces
        self._read: dict[str, _Sought] = {}

    def atoms(self, pattern: str, *, begins: bool = True, hint: str | None = None) -> Atoms | None:
        """The most telling atoms of `pattern`, or None when nothing in particular must occur.

        `begins`: it is known where a match begins. `hint` is another pattern that must occur as well.
        Raises PatternError for an unknown piece or a bracket without its other.
        """
        sought = self._pattern(pattern)
        needs = [one for one in sought.needs if telling(one) > _TELLS_NOTHING]
        heads = _NO_TEXTS
        if begins and sought.head and "" not in sought.head:
            heads = sought.head
            needs = [one for one in needs if one != heads]
        if hint is not None:
            needs += self._pattern(hint).needs
        needs.sort(key=telling, reverse=True)
        if heads and not (needs and telling(needs[0]) >= telling(heads) + _HEAD_BONUS):
            texts = _NO_TEXTS
        elif needs:
            texts = _beginnings(needs.pop(0))
        else:
            return None
        others = [one for one in dict.fromkeys(map(_beginnings, needs)) if one != texts]
        return Atoms(
            texts,
            _beginnings(heads),
            tuple(one for one in others if is_rare(one) and len(one) <= _MANY)[:_OTHERS],
            tuple(tuple(sorted(one)) for one in others if not is_rare(one) and len(one) <= _FEW)[:_OTHERS],
        )

    def _pattern(self, pattern: str) -> _Sought:
        wide = not pattern.isascii()
        tokens = list(_TOKEN.finditer(pattern))
        sought, at = self._alternatives(tokens, 0, wide)
        if at < len(tokens):
            raise PatternError("a bracket is never opened")
        return sought

    def _piece(self, name: str) -> _Sought:
        if name not in self._read:
            if name not in self._pieces:
                raise PatternError(f"unknown piece {{{name}}}")
            self._read[name] = self._pattern(self._pieces[name])
        return self._read[name]

    def _alternatives(self, tokens: Sequence[re.Match[str]], at: int, wide: bool) -> tuple[_Sought, int]:
        """What is known of the alternatives from token `at` to the closing bracket, and where that stands."""
        sides: list[_Sought] = []
        while True:
            parts, at = self._parts(tokens, at, wide)
            sides.append(_concatenation(parts))
            if at == len(tokens) or tokens[at].lastgroup == "close":
                return _alternation(sides), at
            at += 1

    def _parts(self, tokens: Sequence[re.Match[str]], at: int, wide: bool) -> tuple[list[_Sought], int]:
        parts: list[_Sought] = []
        end = -1  # where a quantifier that was read already ends
        while at < len(tokens) and tokens[at].lastgroup not in ("or", "close"):
            token = tokens[at]
            if token.start() < end:
                at += 1
                continue
            if token.lastgroup == "open":
                one, at = self._alternatives(tokens, at + 1, wide)
                if at == len(tokens):
                    raise PatternError("a bracket is never closed")
            else:
                one = self._one(token, wide, first=not parts)
            quantifier = _QUANTIFIER.match(tokens[at].string, tokens[at].end())
            if quantifier:
                one, end = _repeated(one, quantifier), quantifier.end()
            parts.append(one)
            at += 1
        return parts, at

    def _one(self, token: re.Match[str], wide: bool, *, first: bool) -> _Sought:
        kind, text = token.lastgroup, token.group()
        if kind == "piece":
            return self._piece(token["name"])
        if kind == "field":
            return self._piece(token["by"] or token["of"])
        if kind == "set":
            return _of_set(text)
        if kind == "escape":
            if text == r"\n":
                return _LINE_BREAK
            if text in (r"\b", r"\B"):
                # Where letters beyond ASCII are about, it takes the sign beside the word.
                return _WILD if wide and not first else _NOTHING
            if text == r"\d":
                return _DIGIT
            return _WILD if text[1] in _SPECIAL_ESCAPES else _text(text[1])
        if kind in ("edge", "flags"):
            return _NOTHING
        return _WILD if kind == "any" else _text(text)


def fold(text: str) -> str:
    """A text as atoms are sought in it."""
    folded = text.lower()
    if "ς" in folded:
        folded = folded.replace("ς", "σ")
    return " ".join(folded.split()) if "  " in folded else folded


def _text(text: str) -> _Sought:
    return _exactly(frozenset({fold(text) if not text.isspace() else " "}))


def _of_set(text: str) -> _Sought:
    inner = text[1:-1]
    if inner == "0-9":
        return _DIGIT
    if inner.startswith("^") or "[:" in inner or "-" in inner[1:-1]:
        return _WILD
    chars = re.findall(r"\\[pPx]\{[^}]*\}|\\?.", inner, re.DOTALL)
    if any(
        len(one) > 2 or (len(one) == 2 and (one[1] in _SPECIAL_ESCAPES or one[1] in "nb")) for one in chars
    ):
        return _WILD
    exact = frozenset(fold(one[-1]) for one in chars)
    return _exactly(exact) if len(exact) <= _MOST_OF_A_SET else _WILD


def _repeated(one: _Sought, quantifier: re.Match[str]) -> _Sought:
    mark = quantifier[0][0]
    if one.exact == frozenset({" "}) and mark == "+":
        return one  # folded text has single spaces
    least = int(quantifier["least"]) if quantifier["least"] else int(mark == "+")
    if least == 0:
        if one.exact is not None and mark == "?" and len(one.exact) < _MOST_TEXTS:
            return _exactly(one.exact | _EMPTY)
        return _WILD
    return _Sought(None, one.head, one.needs, one.breaks)


def _alternation(sides: Sequence[_Sought]) -> _Sought:
    if len(sides) == 1:
        return sides[0]
    breaks = any(one.breaks for one in sides)
    exacts = [one.exact for one in sides if one.exact is not None]
    if len(exacts) == len(sides):
        union = frozenset().union(*exacts)
        if len(union) <= _MOST_TEXTS:
            return _exactly(union)
        if "" in union:
            return _WILD
        short = _beginnings(union)
        return _Sought(None, short, (short,))
    heads = [one.exact if one.exact is not None else one.head for one in sides]
    head = None if any(one is None or "" in one for one in heads) else frozenset().union(*filter(None, heads))
    best = [_best(one) for one in sides]
    needs = [] if any(one is None for one in best) else [frozenset().union(*filter(None, best))]
    needs += [
        one for one in sides[0].needs if all(one in other.needs for other in sides) and one not in needs
    ]
    return _Sought(None, head, tuple(needs), breaks)


def _best(one: _Sought) -> frozenset[str] | None:
    sets = [one.exact] if one.exact is not None else list(one.needs)
    sets = [texts for texts in sets if texts and "" not in texts]
    return max(sets, key=telling, default=None)


def _concatenation(parts: Sequence[_Sought]) -> _Sought:
    """Exact texts are multiplied out as far as they stay few; each stretch of them is one need."""
    run: frozenset[str] = _EMPTY
    head: frozenset[str] | None = None
    needs: list[frozenset[str]] = []
    started = False  # whether something was read after which the beginning is over
    torn = False  # whether the stretch goes on with a word that was begun in the one before

    def finish(texts: frozenset[str]) -> None:
        nonlocal head, started
        if texts and "" not in texts and not (torn and any(map(is_word, texts))):
            needs.append(texts)
        if not started:
            head = texts if texts and "" not in texts else None
        started = True

    for one in parts:
        enough = run != _EMPTY and telling(run) >= _ENOUGH_TO_STOP
        if one.exact is not None:
            if not enough and len(run) * len(one.exact) <= max(_MOST_TEXTS, len(run), len(one.exact)):
                run = _product(run, one.exact)
            elif one.exact != _EMPTY:
                finish(run)
                torn = any(text[-1:].isalpha() for text in run)
                run = one.exact
            continue
        if (
            not enough
            and one.head is not None
            and len(run) * len(one.head) <= max(_MOST_TEXTS, len(one.head))
        ):
            finish(_product(run, one.head))
        else:
            lone = max(map(len, run)) == 1 and any(map(str.isalpha, run))  # "k" of "k[a-z]+" is no word
            finish(_EMPTY if lone else run)
        run, torn = _EMPTY, False
        needs += one.needs
        if one.breaks:
            return _Sought(None, head, tuple(needs), breaks=True)
    if not started:
        return _exactly(run)
    finish(run)
    return _Sought(None, head, tuple(needs))


def _product(left: frozenset[str], right: frozenset[str]) -> frozenset[str]:
    if right == _EMPTY:
        return left
    return frozenset([a + b for a in left for b in right]) if left != _EMPTY else right


def _beginnings(texts: frozenset[str]) -> frozenset[str]:
    """The same, short, and without those that begin with another."""
    kept: list[str] = []
    for text in sorted(map(_short, texts)):
        if not kept or not text.startswith(kept[-1]) or is_word(kept[-1]):
            kept.append(text)
    return frozenset(kept)


def _short(text: str) -> str:
    """The beginning of a text that narrows enough."""
    end = min(len(text), ENOUGH)
    while end < len(text) and weight(text[:end]) < ENOUGH:
        end += 1
    return text[:end]
