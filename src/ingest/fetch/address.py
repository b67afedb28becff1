"""An address as HTTP sends it: scheme, host and port to go to, the target of the request line. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, urljoin

from ingest import urls

_PORTS = {"http": 80, "https": 443}
# What RFC 3986 has no place for in a path, or in a query. A percent sign that encodes nothing is one of them.
_NOT_IN_PATH = re.compile(r"%(?![0-9A-Fa-f]{2})|[^\x21-\x7e]|[\"#<>?`{}]")
_NOT_IN_QUERY = re.compile(r"%(?![0-9A-Fa-f]{2})|[^\x21-\x7e]|[\"#<>]")


class Address(NamedTuple):
    """`host` is ASCII and lower case, an IPv6 address without brackets; `userinfo` is as it stood in the address."""

    scheme: str  # http | https
    host: str
    port: int
    target: str  # path and query, percent-encoded
    userinfo: str | None = None

    @classmethod
    def read(cls, url: str) -> Address | None:
        """The address; None when it is not one of the web. A fragment is left out."""
        parts = urls.take_apart(url)
        if parts is None:
            return None
        path = urls.without_dot_segments(parts.path) if "/." in parts.path else parts.path
        target = _NOT_IN_PATH.sub(_encoded, path) or "/"
        if parts.query is not None:
            target += "?" + _NOT_IN_QUERY.sub(_encoded, parts.query)
        port = int(parts.port) if parts.port else _PORTS[parts.scheme]
        return cls(parts.scheme, parts.host.strip("[]"), port, target, parts.userinfo)

    def follow(self, location: str) -> Address | None:
        """Where a Location header points, without user; None when that is not an address of the web."""
        try:
            joined = urljoin(str(self), location.strip())
        except ValueError:
            return None
        target = Address.read(joined) if urls.is_web(joined) else None
        return target._replace(userinfo=None) if target else None

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them: without the port that goes without saying."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def origin(self) -> str:
        """RFC 6454."""
        return f"{self.scheme}://{self.authority}"

    def __str__(self) -> str:
        """The address without its user."""
        return self.origin + self.target

    def has_owner_of(self, other: Address) -> bool:
        """Same origin, or one step from http to https on the usual ports of one host."""
        upgrade = (
            other.host == self.host
            and (other.scheme, other.port) == ("http", 80)
            and (self.scheme, self.port) == ("https", 443)
        )
        return self.origin == other.origin or upgrade


def _encoded(found: re.Match[str]) -> str:
    return quote(found[0], safe="", errors="replace")
