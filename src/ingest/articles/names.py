"""Who is meant by a publisher's name and address: an entry of the table, else the name and its registrable domain."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from ingest import urls
from ingest.articles.publishers.folding import domain_in, key
from ingest.articles.publishers.table import Table

__all__ = ["Identity", "domain_in", "host_name", "identity", "key", "of_feed", "same"]

_FEED_SUFFIX = re.compile(r"\s*(?:[»|›·:–—-]\s*)?(?:RSS(?:\s+feeds?)?|Atom feed|Feed)\s*$", re.I)


class Identity(NamedTuple):
    """How a publisher is shown, and the domain that identifies it, where one is known."""

    name: str | None
    domain: str | None


@functools.lru_cache(maxsize=4096)
def identity(name: str | None, url: str | None, table: Table) -> Identity:
    """The one identity of a publisher: the table's, else its name with the domain it has for itself.

    At a host of many (blogs, archives) that is the whole host, for the registrable domain says nothing there.
    """
    if known := table.resolve(name, url):
        return Identity(known.name, known.domain)
    return Identity(name or (host_name(url) if url else None), _domain(name, url, table))


def same(
    name: str | None, url: str | None, other_name: str | None, other_url: str | None, table: Table
) -> bool:
    """One publisher when the table says so, when the names fold alike, or when both have one domain."""
    if name and other_name and key(name).removeprefix("the") == key(other_name).removeprefix("the"):
        return True  # "TheHill" is "The Hill"
    ours, theirs = identity(name, url, table).domain, identity(other_name, other_url, table).domain
    return ours is not None and ours == theirs


def host_name(url: str) -> str | None:
    """The host as a name, without "www.": what we call a publisher of whom we know only an address."""
    found = urls.host(url)
    return found.removeprefix("www.") if found else None


def of_feed(title: str) -> str:
    """A feed's title as a publisher's name: without "RSS feed" and the like."""
    return _FEED_SUFFIX.sub("", title).strip() or title.strip()


def _domain(name: str | None, url: str | None, table: Table) -> str | None:
    if url:
        owner = table.at(url)
        return host_name(url) if owner and owner.hosts_others else urls.registrable_domain(url)
    return domain_in(name) if name else None
