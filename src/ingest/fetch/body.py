"""A response body, decoded as it arrives and bounded on both sides of the decoder. Pure."""

from __future__ import annotations

import hashlib
import zlib

from ingest.fetch.guard import Refused
from ingest.records import FailureKind

_GZIP = 16 + zlib.MAX_WBITS  # zlib's way to say: a gzip header, not a zlib one
_GZIP_MAGIC = b"\x1f\x8b"
_MAX_MEMBERS = 1000
_NO_CODINGS = frozenset(("", "identity", "none", "utf-8", "utf8", "binary", "8bit", "aws-chunked"))
"""Names in the place of a content coding that code nothing: the first two by rule, the others by mistake."""


class Body:
    """Takes the bytes of the wire, holds the bytes of the document.

    Only identity and gzip (RFC 1952, several members allowed, whatever follows them ignored) are read, because only
    gzip is asked for. `first` reads no more than so many bytes of a document and calls it truncated then. `known` is
    the `sent_digest` of a document we have: sent again, it is not decoded, which would cost more than all the rest of
    the visit. Until that can be told, the bytes of the wire are held.
    """

    def __init__(
        self,
        encoding: str,
        *,
        max_bytes: int,
        max_wire: int,
        first: int | None = None,
        known: bytes | None = None,
    ) -> None:
        codings = [name for one in encoding.lower().split(",") if (name := one.strip()) not in _NO_CODINGS]
        if codings not in ([], ["gzip"], ["x-gzip"]):
            told = ", ".join(codings)[:40]
            raise Refused(FailureKind.ENCODING, f"content-encoding {told!r}, which we did not ask for")
        self._gzip = _Gunzip() if codings else None
        self._limit = min(max_bytes, first) if first else max_bytes
        self._stops_at_limit = first is not None and first <= max_bytes
        self._max_wire = max_wire
        self._document = bytearray()
        self.wire_bytes = 0
        self.full = False  # `first` bytes are there: no more need be fed
        self._sent = hashlib.blake2b(digest_size=16)
        self._known = known
        self._held = bytearray()

    def feed(self, raw: bytes) -> None:
        """Take some bytes off the wire. Raises Refused beyond a limit or when they do not decode."""
        self.wire_bytes += len(raw)
        self._sent.update(raw)
        if not self._known:
            self._decode(raw)
        elif self.wire_bytes > self._max_wire:
            raise self._too_much_sent()
        else:
            self._held += raw

    def _decode(self, raw: bytes | bytearray) -> None:
        room = self._limit + 1 - len(self._document)
        self._document += self._gzip.inflate(raw, room) if self._gzip else raw[:room]
        if len(self._document) > self._limit:
            if not self._stops_at_limit:
                raise Refused(FailureKind.TOO_BIG, f"more than {_size(self._limit)} of document")
            del self._document[self._limit :]
            self.full = True
        elif self.wire_bytes > self._max_wire:
            raise self._too_much_sent()

    def _too_much_sent(self) -> Refused:
        return Refused(FailureKind.TOO_BIG, f"more than {_size(self._max_wire)} over the wire")

    def finish(self, *, cut: bool) -> bytes:
        """The document; nothing when it `is_known`. Raises Refused.

        `cut`: the connection ended early. Half a gzip cannot be told from a broken one.
        """
        if self.is_known:
            return b""
        if self._held:
            self._decode(self._held)
        if self._gzip and self.wire_bytes and not self.full and (cut or not self._gzip.complete):
            raise Refused(FailureKind.PROTOCOL, "the gzip body ends early")
        return bytes(self._document)

    @property
    def sent_digest(self) -> bytes:
        """Of all that was fed."""
        return self._sent.digest()

    @property
    def is_known(self) -> bool:
        """Whether what was fed is all of the document that was called known."""
        return self.sent_digest == self._known

    def __len__(self) -> int:
        return len(self._document)


class _Gunzip:
    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._members = 1
        self._head = b""  # the first byte of what follows a member, while the second has not come

    @property
    def complete(self) -> bool:
        return self._member.eof

    def inflate(self, raw: bytes | bytearray, room: int) -> bytes:
        """At most `room` bytes out of `raw`. What a full room leaves behind is dropped: nobody will read it."""
        out = bytearray()
        raw = self._head + raw
        self._head = b""
        try:
            while raw and len(out) < room:
                if self._member.eof:
                    if len(raw) == 1:
                        self._head = raw
                        break
                    if not raw.startswith(_GZIP_MAGIC):
                        break  # padding after the last member, as gzip(1) allows
                    self._next_member()
                out += self._member.decompress(raw, room - len(out))
                raw = self._member.unused_data
        except zlib.error as error:
            raise Refused(FailureKind.ENCODING, f"the gzip body does not decode: {_reason(error)}") from error
        return bytes(out)

    def _next_member(self) -> None:
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise Refused(FailureKind.ENCODING, f"a gzip body of more than {_MAX_MEMBERS} members")
        self._member = zlib.decompressobj(_GZIP)


def _reason(error: zlib.error) -> str:
    """`Error -3 while decompressing data: incorrect header check` without its beginning."""
    return str(error).rpartition(": ")[2]


def _size(limit: int) -> str:
    if limit >= 1024**2:
        return f"{limit / 1024**2:g} MiB"
    return f"{limit / 1024:g} KiB" if limit >= 1024 else f"{limit} bytes"
