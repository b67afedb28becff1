"""Column types that mean the same on SQLite and PostgreSQL, and the words that only the store uses."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, Integer, LargeBinary, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from ingest import text

# --------------------------------------------------------------------------- words with a fixed meaning


class FeedOrigin(enum.StrEnum):
    """How a feed came to be here. Only what the configuration names may be a `file:` address."""

    CONFIG = "config"
    ADDED = "added"
    IMPORTED = "imported"


class FeedStatus(enum.StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"  # a person switched it off
    RETIRED = "retired"  # the service stopped: the source said 410, or the configuration dropped it


class HostScope(enum.StrEnum):
    """How far manners reach."""

    HOST = "host"
    DOMAIN = "domain"  # every host of a registrable domain


class ArticleStatus(enum.StrEnum):
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"  # the feed itself deleted it (RFC 6721)
    TOMBSTONED = "tombstoned"  # taken down here: its text is gone, its keys keep it from coming back


class StoryChange(enum.StrEnum):
    """What was done to a story."""

    MERGED = "merged"  # another story's articles came to it
    SPLIT = "split"  # articles went from it to a story of their own
    LEFT = "left"  # an article's text changed: it is no copy any more


class TakedownScope(enum.StrEnum):
    """How far one request reaches."""

    ARTICLE = "article"  # one article
    URL = "url"  # whatever stands, or first stood, at an address
    GUID = "guid"  # one entry of a feed
    FEED = "feed"  # all that a feed delivers
    HOST = "host"  # all that a site published, or passed on


class WithheldBy(enum.StrEnum):
    """What of an article a takedown knows again."""

    GUID = "guid"
    URL = "url"  # the normalised link, of the entry or of the original it names
    PATH = "path"  # the link without its host, and the title: a site that moves keeps them
    CONTENT = "content"  # title and body, as in articles.content_digest
    PASSAGE = "passage"  # one long sentence of the clean text


# --------------------------------------------------------------------------- types


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time: `timestamptz` on PostgreSQL, sortable ISO text without offset on SQLite.

    A naive time is refused: nobody can tell what it means.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Called for every time that is written: on SQLite without the calls that SQLAlchemy would put around it."""
        return _sqlite_time if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {value!r}")
    return value.astimezone(UTC)


def _sqlite_time(value: datetime | None) -> str | None:
    return None if value is None else _in_utc(value).isoformat(" ", "microseconds")[:_WITHOUT_OFFSET]


_WITHOUT_OFFSET = len("2026-01-01 00:00:00.000000")


class StorableText(TypeDecorator[str]):
    """Text that both engines can hold. The stages clean their text; this is the net below them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return _made_storable(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """Called for every text that is written: without the two calls that SQLAlchemy would put around it."""
        return _made_storable


def _made_storable(value: str | None) -> str | None:
    if value is None or (value.isascii() and "\x00" not in value) or is_storable(value):
        return value
    return text.storable(value)


def is_storable(value: str) -> bool:
    """Whether the engines take it: no NUL (PostgreSQL refuses it), no lone surrogate (not UTF-8)."""
    if "\x00" in value:
        return False
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


class Bytes(TypeDecorator[bytes]):
    """Bytes. SQLite's driver takes them as they are."""

    impl = LargeBinary
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[bytes | None], Any] | None:
        return None if dialect.name == "sqlite" else super().bind_processor(dialect)


def to_json(value: Any) -> str:
    """JSON as people read it (no \\u escapes), without what jsonb refuses. Records become objects of their fields."""
    try:
        written = _encode(value)
        if b"\\u0000" not in written:
            return written.decode()
    except UnicodeEncodeError:  # a lone surrogate
        pass
    return _encode(_storable_values(msgspec.to_builtins(value))).decode()


_encode = msgspec.json.Encoder().encode


def _storable_values(value: Any) -> Any:
    if isinstance(value, str):
        return text.storable(value)
    if isinstance(value, Mapping):
        return {text.storable(str(key)): _storable_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable_values(item) for item in value]
    return value


Id = BigInteger().with_variant(Integer, "sqlite")
"""A row's number. SQLite gives its fast rowid only to a column that is exactly INTEGER."""


class Json(TypeDecorator[Any]):
    """JSON; `jsonb` on PostgreSQL, whose dialect is imported for it alone."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON(none_as_null=True))
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB(none_as_null=True))

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Called for every value that is written: without the calls that SQLAlchemy would put around it."""
        return super().bind_processor(dialect) if dialect.name == "postgresql" else _json_or_null


def _json_or_null(value: Any) -> str | None:
    return None if value is None else to_json(value)


def enum_of(words: type[enum.StrEnum]) -> Enum:
    """A word by its value, held to the list by a CHECK: adding one is an ordinary migration on both engines."""
    return Enum(
        words,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        name=_snake(words.__name__),
    )


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
