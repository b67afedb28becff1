"""The shipped rules as they were composed, kept beside their files: composing takes a second, reading a fraction.

What is kept holds as long as neither the files nor the code that composed them changed. Where nothing can be
written (a read-only image), rules are composed each time.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import tempfile
from pathlib import Path

import msgspec

from ingest.articles.notices.rule import Rule

_PLACE = Path(__file__).with_name("__pycache__") / "rules.msgpack"
_CODE = ("atoms.py", "composing.py", "evidence.py", "patterns.py", "rule.py")  # what composed rules depend on
_log = logging.getLogger(__name__)


class _Kept(msgspec.Struct, array_like=True):
    stamp: str
    rules: tuple[Rule, ...]


def recall(version: str) -> tuple[Rule, ...] | None:
    """The rules of the files whose digest is `version`, or None when they were not kept."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        kept = msgspec.msgpack.decode(_PLACE.read_bytes(), type=_Kept)
        if kept.stamp == _stamp(version):
            return kept.rules
    return None


def keep(version: str, rules: tuple[Rule, ...]) -> None:
    """Keep what was composed; it costs nothing but time when that cannot be."""
    try:
        _PLACE.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=_PLACE.parent, prefix=_PLACE.name, delete=False) as file:
            file.write(msgspec.msgpack.encode(_Kept(_stamp(version), rules)))
        Path(file.name).replace(_PLACE)  # another process may do the same at this moment
    except OSError as error:
        _log.debug("composed rules are not kept: %s", error)


def _stamp(version: str) -> str:
    digest = hashlib.blake2b(f"{version} {_PLACE}".encode(), digest_size=8)
    for name in _CODE:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()
