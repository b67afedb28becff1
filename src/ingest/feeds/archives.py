"""The way from a feed document to an older one of the same feed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

from ingest import urls
from ingest.records import Link

_RELATION = "http://www.iana.org/assignments/relation/"
_OLDER = ("prev-archive", "next")


def older(links: Iterable[Link], url: str) -> str | None:
    """The address of the document before the one at `url`, by its own links; None at the end of the history.

    RFC 5005: `prev-archive` of an archived feed (§4), which lasts, before `next` of a paged one (§3), whose pages shift
    as entries come. `next_url` of a JSON Feed is a `next` link by the time it gets here. Only web addresses count: a
    feed from the net must not lead into our files.
    """
    by_relation: dict[str, str] = {}
    for link in links:
        relation = link.rel.strip().lower().removeprefix(_RELATION)
        if urls.is_web(link.href):
            by_relation.setdefault(relation, link.href.partition("#")[0])
    found = next((by_relation[relation] for relation in _OLDER if relation in by_relation), None)
    if found is None:
        return None
    found = _with_its_password(found, url)
    return None if found == url.partition("#")[0] else found


def _with_its_password(found: str, url: str) -> str:
    """The user and password of the feed's own address, where the link stays on its origin and names none."""
    target, source = urlsplit(found), urlsplit(url)
    user, at, origin = source.netloc.rpartition("@")
    if at and (target.scheme, target.netloc) == (source.scheme, origin):
        return urlunsplit(target._replace(netloc=f"{user}@{origin}"))
    return found
