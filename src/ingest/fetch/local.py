"""`file:` addresses, for feeds that the operator's own configuration names. Blocks: called on a thread."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from ingest.records import Failure, FailureKind, Fetched, NotModified, Request


def read(request: Request, max_bytes: int) -> Fetched | NotModified | Failure:
    """The file as if a server had sent it, with validators from its time and size.

    `file:///absolute/path` (RFC 8089), or `file:path` relative to the working directory.
    """
    path = _path(request.url)
    if isinstance(path, Failure):
        return path
    try:
        # Opening a named pipe would wait for somebody to write to it.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            return _read(file, request, path, max_bytes)
    except OSError as error:
        return Failure(FailureKind.ADDRESS, f"cannot read {path}: {(error.strerror or str(error)).lower()}")


def _read(file: BinaryIO, request: Request, path: Path, max_bytes: int) -> Fetched | NotModified | Failure:
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        return Failure(FailureKind.ADDRESS, f"cannot read {path}: not a regular file")
    if status.st_size > max_bytes:
        return Failure(
            FailureKind.TOO_BIG,
            f"{path} has {status.st_size} bytes, of which fetch.max_bytes allows {max_bytes}",
        )
    headers = {
        "etag": f'"{status.st_mtime_ns:x}-{status.st_size:x}"',
        "last-modified": format_datetime(datetime.fromtimestamp(int(status.st_mtime), UTC), usegmt=True),
    }
    if request.etag == headers["etag"]:
        return NotModified(request.url, headers)
    body = file.read(max_bytes)  # it may grow while it is read
    if not body.strip():
        return Failure(FailureKind.EMPTY, f"{path} is empty")
    return Fetched(request.url, 200, headers, body, wire_bytes=len(body))


def _path(url: str) -> Path | Failure:
    try:
        parts = urlsplit(url)
        path = unquote(parts.path)
    except ValueError:
        return Failure(FailureKind.ADDRESS, "not a file address")
    if parts.netloc not in ("", "localhost"):
        return Failure(FailureKind.ADDRESS, f"{url}: files of other hosts are not read; write file:///path")
    if not path or "\0" in path:
        return Failure(FailureKind.ADDRESS, f"{url!r} names no file; write file:///path")
    return Path(path)
