"""What was made of data files of the package, kept as Python keeps compiled code: beside them, where that can be.

Whoever keeps something stamps it with all that it was made from, and makes it anew where the stamp is another.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")
_log = logging.getLogger(__name__)


def recall(place: Path, type_: type[T]) -> T | None:
    """What is kept there, or None when nothing is, or nothing of this type."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.msgpack.decode(place.read_bytes(), type=type_)
    return None


def keep(place: Path, made: object) -> None:
    """Keep it there for all who run the package; it costs nothing but time when that cannot be."""
    try:
        place.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, prefix=place.name, delete=False) as file:
            file.write(msgspec.msgpack.encode(made))
        Path(file.name).chmod(0o644)
        Path(file.name).replace(place)  # another process may do the same at this moment
    except OSError as error:
        _log.debug("%s is not kept: %s", place.name, error)
