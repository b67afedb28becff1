"""Names of publishers in a form in which different spellings are one."""

from __future__ import annotations

import functools
import re
import unicodedata

from ingest import urls

_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[^\W\d_]{2,})(?:[/?#:]\S*)?", re.I)
_NOT_WORD = re.compile(r"[\W_]+")
_ARTICLE = re.compile(r"^the\s+")


@functools.lru_cache(maxsize=4096)
def domain_in(name: str) -> str | None:
    """The registrable domain when all of `name` is a host or URL: "www.latimes.com" → "latimes.com"."""
    found = _DOMAIN.fullmatch(name.strip().rstrip("/."))
    return urls.registrable_domain(found[1]) if found else None


@functools.lru_cache(maxsize=4096)
def key(name: str) -> str:
    """A folded form in which "The Los Angeles Times", "los angeles times" and "LosAngelesTimes.com" are one."""
    domain = domain_in(name)
    text = domain.split(".")[0] if domain else unicodedata.normalize("NFKC", name)
    text = _ARTICLE.sub("", text.strip().casefold())
    return _NOT_WORD.sub("", text) or name.casefold()
