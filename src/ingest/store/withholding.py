"""What takedowns keep out: asked before entries are read, and once more in the transaction that would store them.

An entry is known again by its guid (in its feed), by its link and its text (anywhere), by its title and path (in its
feed), and by the site it stands at.
Once it was read, also by the original it names, and by its passages: a copy with another footer, another headline or
a shortened end is the same text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, bindparam, func, null, or_, select, union_all

from ingest import urls
from ingest.records import Draft, EntryKeys, Withheld
from ingest.store.bulk import chunks, dialect_of, rows_of, table_of
from ingest.store.models import Article, ArticleVersion, HopRow, Takedown, WithheldKey
from ingest.store.models_articles import KEYS, key_column
from ingest.store.types import TakedownScope
from ingest.text import digest

SHORTEST_PASSAGE = 60
"""Bytes of UTF-8 below which a sentence proves nothing: two articles may well share "He declined to comment."."""

MOST_PASSAGES = 200  # of one text

_SAME_TEXT = 0.5
"""Share of a text's passages, by length, that make it a copy of what was taken down, if they are as long as _ENOUGH."""
_ENOUGH = 120

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")

_WHOLE_FEED = ""  # in the place of a host

_ANY = select(table_of(Takedown).c.id).where(table_of(Takedown).c.lifted_at.is_(None)).limit(1)

_LOCK = 5_094_410_117_300_913_270  # of our own; PostgreSQL's advisory locks are numbers


def withheld(
    connection: Connection, feed_id: int, keys: Iterable[EntryKeys], more: Collection[bytes] = ()
) -> Withheld:
    """What the takedowns in force say of entries of this feed with these keys, and of the digests `more`."""
    if not _are_any(connection):
        return Withheld()
    each = (key for one in keys for key in one.telling)
    asked = {key for key in each if key is not None}
    found: set[bytes] = set()
    hosts: set[str] = set()
    for values in list(chunks(sorted(asked.union(more)))) or [()]:
        for digest_, host in connection.execute(_in_force(), {"feed": feed_id, "asked": values}):
            if digest_ is not None:
                found.add(bytes(digest_))
            else:
                hosts.add(host)
    return Withheld(frozenset(found), frozenset(hosts - {_WHOLE_FEED}), _WHOLE_FEED in hosts)


def _are_any(connection: Connection) -> bool:
    return bool(rows_of(connection, _ANY, {}))


def allowed(connection: Connection, drafts: Sequence[tuple[int, Sequence[Draft]]]) -> list[Sequence[Draft]]:
    """Of each feed's drafts those that no takedown names, by all that is known of them now that they were read.

    Call `wait_for_takedowns` first.
    """
    each = [some for _, some in drafts]
    if not any(each) or not _are_any(connection):  # as in most stores: then no text need be looked at
        return each
    return [_allowed(connection, feed_id, some) for feed_id, some in drafts]


def _allowed(connection: Connection, feed_id: int, drafts: Sequence[Draft]) -> Sequence[Draft]:
    hands = {id(draft): list(_hands(draft)) for draft in drafts}
    texts = {id(draft): passages(draft.extraction.text) for draft in drafts if _is_new(draft)}
    more = {key for found in hands.values() for key in _digests(found)}
    more.update(key for found in texts.values() for key in found)
    held = withheld(connection, feed_id, [draft.change.keys for draft in drafts], more)
    if not held:
        return drafts
    had = _had(connection, [number for draft in drafts if (number := draft.change.article_id) is not None])

    def is_held(draft: Draft) -> bool:
        change, named = draft.change, hands[id(draft)]
        before = had.get(change.article_id or 0, set())
        return (
            held.names(change.keys, change.entry.url, *named, had=before)
            or not (held.keys - before).isdisjoint(_digests(named))
            or _is_copy(texts.get(id(draft), {}), held.keys)
        )

    return [draft for draft in drafts if not is_held(draft)]


def _had(connection: Connection, ids: Sequence[int]) -> Mapping[int, set[bytes]]:
    """Keys that articles which stand have now, and those of the addresses they name: with these they were left."""
    article, version, hop = table_of(Article), table_of(ArticleVersion), table_of(HopRow)
    keys = [article.c[key_column(name)] for name in KEYS]
    named = [version.c.original_url, version.c.original_publisher_url, version.c.publisher_url, hop.c.url]
    standing = (
        select(article.c.id, *named, *keys)
        .join(version, version.c.id == article.c.current_version_id)
        .outerjoin(hop, hop.c.version_id == version.c.id)
    )
    found: dict[int, set[bytes]] = defaultdict(set)
    for chunk in chunks(ids):
        for article_id, *values in connection.execute(standing.where(article.c.id.in_(chunk))):
            found[article_id].update(bytes(key) for key in values[len(named) :] if key)
            found[article_id].update(_digests(url for url in values[: len(named)] if url))
    return found


def _digests(addresses: Iterable[str]) -> Iterator[bytes]:
    return (digest(urls.normalise(url)) for url in addresses)


def wait_for_takedowns(connection: Connection, *, to_make_one: bool = False) -> None:
    """Until the transaction ends, no takedown is carried out or lifted; or, `to_make_one`, no article stored.

    Otherwise an entry that was let through before a takedown began might be stored after it had looked. It is the first
    lock that a transaction takes (docs/architecture.md has their order). SQLite has one writing transaction at a time,
    so there is nothing to wait for.
    """
    if dialect_of(connection) == "postgresql":
        lock = func.pg_advisory_xact_lock if to_make_one else func.pg_advisory_xact_lock_shared
        connection.execute(select(lock(_LOCK)))


def passages(text: str) -> dict[bytes, int]:
    """Digest of each long sentence of a clean text → its length; case and white space do not count.

    Sentences rather than lines: a feed that gives a summary runs the paragraphs together and cuts the last.
    """
    found: dict[bytes, int] = {}
    for sentence in _SENTENCE_END.split(text):
        folded = " ".join(sentence.split()).casefold()
        if (length := len(folded.encode())) >= SHORTEST_PASSAGE:
            found[digest(folded)] = length
            if len(found) == MOST_PASSAGES:
                break
    return found


def is_page(url: str | None) -> bool:
    """Whether an address is more specific than a site's home page."""
    return bool(url and urls.is_web(url) and not urls.is_home_page(url))


def _hands(draft: Draft) -> Iterator[str]:
    """The addresses of all through whose hands it came; for who is known by name, that of their site."""
    stated = draft.extraction.attribution
    named = (stated.original_url, stated.original_publisher_url, stated.publisher_url)
    yield from (url for url in (*named, *(hop.url for hop in stated.hops)) if url)
    known = (stated.original_publisher_domain, stated.publisher_domain, *(hop.domain for hop in stated.hops))
    yield from (f"https://{domain}/" for domain in known if domain)


def _is_new(draft: Draft) -> bool:
    """An edit of an article that stands is no copy that comes in: that one was left standing on purpose."""
    return draft.change.article_id is None


def _is_copy(passages_: dict[bytes, int], held: Collection[bytes]) -> bool:
    shared = sum(length for key, length in passages_.items() if key in held)
    return shared >= max(_ENOUGH, _SAME_TEXT * sum(passages_.values()))


@cache
def _in_force() -> CompoundSelect[Any]:
    """Of the digests asked for, those withheld in the feed; the hosts of which nothing is kept; one row of neither
    when nothing of the feed itself is."""
    key, down = table_of(WithheldKey), table_of(Takedown)
    return union_all(
        select(key.c.digest, null().label("host")).where(
            key.c.digest.in_(bindparam("asked", expanding=True)),
            or_(key.c.feed_id.is_(None), key.c.feed_id == bindparam("feed")),
        ),
        select(null(), down.c.target).where(down.c.scope == TakedownScope.HOST, down.c.lifted_at.is_(None)),
        select(null(), bindparam("whole", _WHOLE_FEED)).where(
            down.c.scope == TakedownScope.FEED,
            down.c.feed_id == bindparam("feed"),
            down.c.lifted_at.is_(None),
        ),
    )
