"""Small readings of strings that a feed may have marked up: plain text of a title, an absolute web address."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from ingest import text, urls

_MARKUP = re.compile(
    r"</[A-Za-z][^<>]{0,40}>|<(?:br|hr|img|p)\b[^<>]{0,400}>|&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|\w{2,31});", re.I
)
_UNREAD = re.compile(r"<(script|style|title)\b[^>]*>.*?</\1\s*>", re.S | re.I)
_BREAK = re.compile(r"<(?:/?(?:p|div|li|tr|h[1-6])|[bh]r)\b[^<>]*>", re.I)
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.S)
_SPACES = re.compile(r"\s+")
_DROPPED_IN_URLS = re.compile(r"[\t\r\n]")  # as browsers do


def looks_marked_up(value: str) -> bool:
    """Whether a string that ought to be plain carries HTML: an end tag, a void tag or a character reference.
    A lone `<div>` is left alone, as titles about HTML name elements."""
    return _MARKUP.search(value) is not None


def plain(markup: str) -> str:
    """The text of a short piece of HTML: no tags, references decoded once, white space folded."""
    if "<" in markup:
        if markup.count("<") < 2_000:  # the pairs below are searched from each opening
            markup = _UNREAD.sub("", markup)
        markup = _TAG.sub("", _BREAK.sub(" ", markup))
    return folded(text.unescaped(markup))


def folded(value: str) -> str:
    """On one line, storable."""
    return _SPACES.sub(" ", text.storable(value)).strip()


def label(value: str) -> str:
    """A name or label: plain text, de-tagged only where it is marked up."""
    return plain(value) if looks_marked_up(value) else folded(value)


def web_address(href: str | None, base: str) -> str | None:
    """`href` resolved against `base`, or None when that is no http(s) address.

    Surrounding white space and line breaks inside are dropped, other white space is percent-encoded.
    """
    if not href or len(href) > 4 * urls.MAX_LENGTH:
        return None
    try:
        address = urljoin(base, _DROPPED_IN_URLS.sub("", href.strip()))
    except ValueError:
        return None
    address = address.replace(" ", "%20")
    return address if urls.is_web(address) else None
