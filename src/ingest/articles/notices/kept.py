"""The shipped rules as they were composed, kept beside their files: composing takes a second, reading a fraction.

What is kept holds as long as neither the files nor the code that composed them changed. Where nothing can be
written (a read-only image), rules are composed each time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec
from msgspec.structs import replace

from ingest.articles import kept
from ingest.articles.notices.atoms import Atoms
from ingest.articles.notices.rule import Rule

_PLACE = Path(__file__).with_name("__pycache__")
# Those of other scripts are read when they are wanted.
_NAMES = ("rules-latin.msgpack", "rules-others.msgpack")
_CODE = ("atoms.py", "composing.py", "evidence.py", "languages.py", "patterns.py", "rarity.py", "rule.py")
# what composed rules depend on


class _Numbers(msgspec.Struct, array_like=True):
    """The atoms of a pattern, each set by its number."""

    texts: int
    heads: int
    others: tuple[int, ...]
    common: tuple[int, ...]


class _Kept(msgspec.Struct, array_like=True):
    """Rules, and apart from them their atoms: patterns share half of the sets, and sets half of the texts.

    Read as they stand in the rules they would take 11 MB more of every process.
    """

    stamp: str
    texts: tuple[str, ...]
    sets: tuple[tuple[int, ...], ...]  # numbers of texts
    atoms: tuple[tuple[_Numbers | None, ...], ...]  # of each rule, of each of its patterns
    bodies: tuple[str, ...]  # of pieces, most of which stand in all files
    pieces: dict[str, dict[str, int]]  # of each file, by name the number of the body
    rules: tuple[Rule, ...]  # without their atoms and pieces


def recall(version: str, *, others: bool) -> tuple[Rule, ...] | None:
    """The rules of the files whose digest is `version`, or None when they were not kept."""
    found = kept.recall(_PLACE / _NAMES[others], _Kept)
    if found is None or found.stamp != _stamp(version):
        return None
    sets = [frozenset([found.texts[number] for number in one]) for one in found.sets]

    @cache
    def in_order(number: int) -> tuple[str, ...]:
        return tuple(sorted(sets[number]))

    def named(of: _Numbers | None) -> Atoms | None:
        if of is None:
            return None
        return Atoms(
            sets[of.texts],
            sets[of.heads],
            tuple([sets[number] for number in of.others]),
            tuple(map(in_order, of.common)),
        )

    pieces = {
        file: {name: found.bodies[number] for name, number in its.items()}
        for file, its in found.pieces.items()
    }
    return tuple(
        replace(rule, atoms=tuple(map(named, atoms)), pieces=pieces[rule.file])
        for rule, atoms in zip(found.rules, found.atoms, strict=True)
    )


def can_keep() -> bool:
    """Whether it is worth trying, as far as can be told without writing."""
    folder = _PLACE if _PLACE.exists() else _PLACE.parent
    return folder.is_dir() and os.access(folder, os.W_OK)


def keep(version: str, rules: tuple[Rule, ...], *, others: bool) -> None:
    texts: dict[str, int] = {}
    sets: dict[frozenset[str], int] = {}

    def number(one: Iterable[str]) -> int:
        return sets.setdefault(frozenset(one), len(sets))

    def numbered(atoms: Atoms | None) -> _Numbers | None:
        if atoms is None:
            return None
        return _Numbers(
            number(atoms.texts),
            number(atoms.heads),
            tuple(map(number, atoms.others)),
            tuple(map(number, atoms.common)),
        )

    by_number = tuple(tuple(map(numbered, rule.atoms)) for rule in rules)
    of_texts = tuple(tuple([texts.setdefault(text, len(texts)) for text in sorted(one)]) for one in sets)
    bodies: dict[str, int] = {}
    pieces = {
        file: {name: bodies.setdefault(body, len(bodies)) for name, body in its.items()}
        for file, its in {rule.file: rule.pieces for rule in rules}.items()
    }
    bare = tuple(replace(rule, atoms=(), pieces={}) for rule in rules)
    made = _Kept(_stamp(version), tuple(texts), of_texts, by_number, tuple(bodies), pieces, bare)
    kept.keep(_PLACE / _NAMES[others], made)


def _stamp(version: str) -> str:
    digest = hashlib.blake2b(f"{version} {_PLACE}".encode(), digest_size=8)
    for name in _CODE:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()
