"""The shipped rules as they were composed, kept beside their files: composing takes a second, reading a fraction.

What is kept holds as long as neither the files nor the code that composed them changed. Where nothing can be
written (a read-only image), rules are composed each time.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from ingest.articles import kept
from ingest.articles.notices.rule import Rule

_PLACE = Path(__file__).with_name("__pycache__")
_NAMES = (
    "rules-latin.msgpack",
    "rules-others.msgpack",
)  # those of other scripts are read when they are wanted
_CODE = ("atoms.py", "composing.py", "evidence.py", "languages.py", "patterns.py", "rarity.py", "rule.py")
# what composed rules depend on


class _Kept(msgspec.Struct, array_like=True):
    stamp: str
    rules: tuple[Rule, ...]


def recall(version: str, *, others: bool) -> tuple[Rule, ...] | None:
    """The rules of the files whose digest is `version`, or None when they were not kept."""
    found = kept.recall(_PLACE / _NAMES[others], _Kept)
    return found.rules if found and found.stamp == _stamp(version) else None


def keep(version: str, rules: tuple[Rule, ...], *, others: bool) -> None:
    kept.keep(_PLACE / _NAMES[others], _Kept(_stamp(version), rules))


def _stamp(version: str) -> str:
    digest = hashlib.blake2b(f"{version} {_PLACE}".encode(), digest_size=8)
    for name in _CODE:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()
