"""Lines for operators that mention what was taken down: a takedown reaches them, and none is stored after it.

A line begins with what it speaks of, an address or a title ("ADDRESS and 3 more: …"), and may name hosts and further
addresses anywhere. Such lines are the warnings of polls and the reasons why pages are awaited.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import Connection, String, cast, delete, select

from ingest import urls
from ingest.records import Withheld
from ingest.store.bulk import chunks, table_of, update_all
from ingest.store.models import Article, ArticleVersion, AwaitedPage, Poll
from ingest.store.withholding import withheld
from ingest.text import digest

_ADDRESS = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
_HOST = re.compile(r"(?<![\w@./%-])\w[\w-]*(?:\.[\w-]+)+")

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Names:
    """What lines may not mention. `hosts` stand for all below them, too."""

    things: frozenset[str]  # addresses as given, and titles
    addresses: frozenset[str]  # normalised
    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, given: Iterable[str], titles: Iterable[str] = (), hosts: Iterable[str] = ()) -> Names:
        """Of these addresses, as given and as lines print them."""
        printed = {form for url in given for form in (url, urls.without_secrets(url))}
        web = frozenset(urls.normalise(url) for url in printed if urls.is_web(url))
        return cls(frozenset((*printed, *titles)) - {""}, web, frozenset(hosts))

    def are_in(self, line: str) -> bool:
        """Whether the line mentions any of them."""
        return (
            not self.things.isdisjoint(_subjects(line))
            or not self.addresses.isdisjoint(map(urls.normalise, _addresses(line)))
            or _is_at(line, self.hosts)
        )


def names_of(connection: Connection, ids: Sequence[int]) -> tuple[set[str], set[str]]:
    """The addresses of these articles, and every title that they had."""
    articles, versions = table_of(Article), table_of(ArticleVersion)
    given: set[str] = set()
    titles: set[str] = set()
    for chunk in chunks(ids):
        read = select(articles.c.url, versions.c.title).where(
            articles.c.id.in_(chunk), versions.c.article_id == articles.c.id
        )
        for url, title in connection.execute(read):
            given.add(url or "")
            titles.add(title or "")
    return given, titles


def forget(connection: Connection, names: Names, *, feed_id: int | None = None) -> None:
    """Drop the lines that mention any of these names, and all lines of the feed whose number is given."""
    polls, pages = table_of(Poll), table_of(AwaitedPage)
    with_lines = select(polls.c.id, polls.c.feed_id, polls.c.warnings).where(
        cast(polls.c.warnings, String) != "[]"
    )
    changed = []
    for row in connection.execute(with_lines, execution_options={"yield_per": _BATCH}):
        kept = [] if row.feed_id == feed_id else [line for line in row.warnings if not names.are_in(line)]
        if len(kept) < len(row.warnings):
            changed.append({"id": row.id, "warnings": kept})
    update_all(connection, Poll, changed)
    reasons = connection.execute(select(pages.c.article_id, pages.c.why)).all()
    for chunk in chunks([row.article_id for row in reasons if names.are_in(row.why)]):
        connection.execute(delete(pages).where(pages.c.article_id.in_(chunk)))


def allowed(connection: Connection, feed_id: int, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Of the warnings of a poll those that mention nothing a takedown withholds: one may have come since it began.

    Call `wait_for_takedowns` first.
    """
    stated = {line: [digest(urls.normalise(url)) for url in _addresses(line)] for line in lines}
    if not any(keys or _HOST.search(line) for line, keys in stated.items()):
        return lines
    held = withheld(connection, feed_id, (), {key for keys in stated.values() for key in keys})
    if held.whole_feed:
        return ()
    free = (line for line, keys in stated.items() if held.keys.isdisjoint(keys))
    return tuple(line for line in free if not _is_at(line, held.hosts))


def _subjects(line: str) -> Iterator[str]:
    """What the line may be speaking of: a title may have a colon in it, too."""
    return accumulate(line.split(": "), lambda before, more: f"{before}: {more}")


def _addresses(line: str) -> list[str]:
    return [found.rstrip(".,:;)") for found in _ADDRESS.findall(line)]


def _is_at(line: str, hosts: Collection[str]) -> bool:
    """Whether the line names one of the hosts, or one below it, inside an address or alone."""
    if not hosts:
        return False
    at = Withheld(hosts=frozenset(hosts))
    return any(map(at.hosts_at, _addresses(line))) or any(
        at.hosts_at(f"https://{name}/") for name in _HOST.findall(line)
    )
