"""Whether two names mean one publisher: by folded name, or by registrable domain."""

from __future__ import annotations

import re
import unicodedata

from ingest import urls

_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[^\W\d_]{2,})(?:[/?#:]\S*)?", re.I)
_FEED_SUFFIX = re.compile(r"\s*(?:[»|›·:–—-]\s*)?(?:RSS(?:\s+feeds?)?|Atom feed|Feed)\s*$", re.I)
_NOT_WORD = re.compile(r"[\W_]+")


def domain_in(name: str) -> str | None:
    """The registrable domain when all of `name` is a host or URL: "www.latimes.com" → "latimes.com"."""
    found = _DOMAIN.fullmatch(name.strip().rstrip("/."))
    return urls.registrable_domain(found[1]) if found else None


def key(name: str) -> str:
    """A folded form in which "The Los Angeles Times", "los angeles times" and "LosAngelesTimes.com" are one."""
    domain = domain_in(name)
    text = domain.split(".")[0] if domain else unicodedata.normalize("NFKC", name)
    text = re.sub(r"^the\s+", "", text.strip().casefold())
    return _NOT_WORD.sub("", text) or name.casefold()


def same(name: str | None, url: str | None, other_name: str | None, other_url: str | None) -> bool:
    """One publisher when the names fold alike, or both sides name the same registrable domain."""
    if name and other_name and key(name) == key(other_name):
        return True
    ours, theirs = _domain(name, url), _domain(other_name, other_url)
    return ours is not None and ours == theirs


def host_name(url: str) -> str | None:
    """The host as a name, without "www.": what we call a publisher of whom we know only an address."""
    found = urls.host(url)
    return found.removeprefix("www.") if found else None


def of_feed(title: str) -> str:
    """A feed's title as a publisher's name: without "RSS feed" and the like."""
    return _FEED_SUFFIX.sub("", title).strip() or title.strip()


def _domain(name: str | None, url: str | None) -> str | None:
    if url:
        return urls.registrable_domain(url)
    return domain_in(name) if name else None
