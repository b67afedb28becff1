"""The publishers of the world as far as we know them: which names and addresses mean one of them.

The table is data, `*.toml` beside this file, and a deployment adds a file of its own (setting `publishers_file`):

    [US.newspaper]                  # country (ISO 3166, or web, world) and kind
    "latimes.com" = { name = "Los Angeles Times", also = ["LA Times"], domains = ["lat.ms"] }
    "freep.com" = "Detroit Free Press"

A publisher is known by its main domain. `also` are further names of it. `shared` are names that others bear, too:
beside an address they mean whose address it is, and nobody we know where it is a stranger's. `credit` is how bylines
call an agency.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from ingest import urls
from ingest.articles import kept
from ingest.articles.publishers.folding import domain_in, key
from ingest.errors import CatalogueError

KINDS = tuple("agency wire newspaper broadcaster magazine site nonprofit aggregator platform".split())
_FOLDER = Path(__file__).parent
_KEPT = _FOLDER / "__pycache__" / "publishers.msgpack"
_CODE = ("table.py", "folding.py")  # what the kept table depends on
_MOST_LABELS = 5  # of a host: deeper ones are nobody's main domain


class Publisher(msgspec.Struct, frozen=True, array_like=True):
    """One outlet, agency or site. `domain` identifies it."""

    domain: str
    name: str
    country: str
    kind: str
    credit: str | None = None
    also: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    @property
    def credited(self) -> str:
        """What a credit line calls it: "AP" for Associated Press."""
        return self.credit or self.name

    @property
    def hosts_others(self) -> bool:
        """Whether its domain says nothing of who published there."""
        return self.kind in ("platform", "aggregator")


class _Data(msgspec.Struct, array_like=True):
    """The table as it is kept: publishers, and by folded name or domain their numbers."""

    stamp: str
    publishers: list[msgspec.Raw]
    names: dict[str, int]
    shared: dict[str, tuple[int, ...]]
    domains: dict[str, int]


class Table:
    """Which publisher a name and an address mean."""

    def __init__(self, data: _Data) -> None:
        self._data = data
        self._read: dict[int, Publisher] = {}
        # An entry asks of the same ones often.
        self.resolve = functools.lru_cache(maxsize=4096)(self._resolve)
        self.at = functools.lru_cache(maxsize=4096)(self._at)

    def __len__(self) -> int:
        return len(self._data.publishers)

    def __iter__(self) -> Iterator[Publisher]:
        return map(self._publisher, range(len(self)))

    def _publisher(self, number: int) -> Publisher:
        known = self._read.get(number)
        if known is None:
            known = self._read[number] = _decoded(self._data, number)
        return known

    def _resolve(self, name: str | None, url: str | None = None) -> Publisher | None:
        """The publisher meant, or None when the table does not know it or cannot tell.

        A name is believed before an address, for who republishes links to himself; an address decides between
        those who bear one name, and says who it is where the name is unknown, unless many publish there.
        """
        here = self.at(url) if url else None
        if name and domain_in(name):
            return self.at(name.strip()) or self._owner(here)
        if not name:
            return here if here and here.kind != "platform" else None
        folded = key(name)
        number, others = self._data.names.get(folded), self._data.shared.get(folded, ())
        bearers = [self._publisher(one) for one in ((number, *others) if number is not None else others)]
        if here in bearers:
            return here
        if others and url and not (here and here.hosts_others):
            return self._owner(here)  # one of many of that name, and not one of those we know
        return self._owner(here) if number is None else self._publisher(number)

    @staticmethod
    def _owner(here: Publisher | None) -> Publisher | None:
        return None if here is None or here.hosts_others else here

    def _at(self, url_or_host: str) -> Publisher | None:
        """Whose an address is, by its host and the domains above it."""
        host = urls.host(url_or_host if "://" in url_or_host else f"http://{url_or_host}/")
        labels = host.split(".") if host else []
        for start in range(max(0, len(labels) - _MOST_LABELS), len(labels) - 1):
            number = self._data.domains.get(".".join(labels[start:]))
            if number is not None:
                return self._publisher(number)
        return None


def load(own: Path | None = None) -> Table:
    """The table shipped, and beside it the publishers of `own`, which win where both know one.

    Raises CatalogueError for what is wrong in a file.
    """
    return _shipped() if own is None else _with(own, own.read_bytes())


@functools.lru_cache(maxsize=2)
def _with(own: Path, text: bytes) -> Table:
    return Table(compose(_read(own, text), beside=_data()))


@functools.cache
def _shipped() -> Table:
    return Table(_data())


def _data() -> _Data:
    files = {path: path.read_bytes() for path in sorted(_FOLDER.glob("*.toml"))}
    stamp = _stamp(files)
    data = kept.recall(_KEPT, _Data)
    if data is None or data.stamp != stamp:
        data = compose(one for path, text in files.items() for one in _read(path, text))
        data.stamp = stamp
        kept.keep(_KEPT, data)
    return data


# ------------------------------------------------------------------------------------------ composing


def compose(publishers: Iterable[Publisher], *, beside: _Data | None = None) -> _Data:
    """The table of these publishers and those of `beside`, which it takes over.

    Of two that claim one name or domain, the later is meant. One of a main domain that is known already is the same
    publisher, told better: it keeps the names and domains it had.
    """
    data = beside or _Data("", [], {}, {}, {})
    for one in publishers:
        number = data.domains.get(one.domain)
        known = _decoded(data, number) if number is not None else None
        if number is None or known is None or known.domain != one.domain:
            number = len(data.publishers)
            data.publishers.append(msgspec.Raw())
        else:
            one = _told_better(known, one)
        data.publishers[number] = msgspec.Raw(msgspec.msgpack.encode(one))
        for name in (one.name, one.credited, *one.also):
            if domain_in(name) is None:
                data.names[key(name)] = number
        for name in one.shared:
            bearers = data.shared.get(key(name), ())
            data.shared[key(name)] = tuple(dict.fromkeys((*bearers, number)))
        data.domains |= dict.fromkeys((one.domain, *one.domains), number)
    return data


def _told_better(known: Publisher, one: Publisher) -> Publisher:
    return Publisher(
        one.domain,
        one.name,
        one.country,
        one.kind,
        one.credit or known.credit,
        tuple(dict.fromkeys((*one.also, known.name, *known.also))),
        tuple(dict.fromkeys((*one.shared, *known.shared))),
        tuple(dict.fromkeys((*one.domains, *known.domains))),
    )


def _decoded(data: _Data, number: int) -> Publisher:
    return msgspec.msgpack.decode(data.publishers[number], type=Publisher)


def _read(path: Path, text: bytes) -> Iterable[Publisher]:
    try:
        told = tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path}: no TOML: {error}") from error
    for country, kinds in told.items():
        if not isinstance(kinds, dict):
            raise CatalogueError(f"{path}: {country!r} stands in no section: write [US.newspaper] above it")
        for kind, entries in kinds.items():
            if kind not in KINDS or not isinstance(entries, dict):
                raise CatalogueError(
                    f"{path}: [{country}.{kind}] should be a country and one of {', '.join(KINDS)}"
                )
            for domain, entry in entries.items():
                yield _publisher(path, country, kind, domain, entry)


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    credit: str | None = None
    also: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


def _publisher(path: Path, country: str, kind: str, domain: str, entry: Any) -> Publisher:
    try:
        one = msgspec.convert({"name": entry} if isinstance(entry, str) else entry, _Entry)
    except msgspec.ValidationError as error:
        raise CatalogueError(f'{path}: "{domain}": {error}') from error
    for host in (domain, *one.domains):
        if urls.host(f"http://{host}/") != host or "." not in host:
            raise CatalogueError(
                f'{path}: "{domain}": {host!r} is no host name in small letters, without "www."'
            )
    return Publisher(domain, one.name, country, kind, one.credit, one.also, one.shared, one.domains)


# ------------------------------------------------------------------------------------------ kept


def _stamp(files: Mapping[Path, bytes]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for text in (*files.values(), *((_FOLDER / name).read_bytes() for name in _CODE)):
        digest.update(hashlib.blake2b(text, digest_size=8).digest())
    return digest.hexdigest()
