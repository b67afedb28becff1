"""Names as feeds write them: RSS address fields, Dublin Core names, Atom person constructs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ingest.feeds import markup
from ingest.records import Person

_EMAIL = re.compile(
    r"(?:mailto:)?([^\s<>()\[\]@,;:\"]{1,64}@[^\s<>()\[\]@,;:\"/]{1,255}\.[^\s<>()\[\]@,;:\"/.]{2,24})", re.I
)
_LEFT_OVER = re.compile(r"<\s*>|\(\s*\)|\[\s*\]")
_IN_BRACKETS = re.compile(r"\((.*)\)|<(.*)>", re.S)


def person(value: str, role: str = "author") -> Person | None:
    """One author field: `mail (Name)` (RSS 2.0), `Name <mail>`, `Name (mail)`, `mail`, `Name`. None when empty."""
    value = markup.folded(value)
    email = None
    if found := _EMAIL.search(value):
        email = found[1]
        value = _LEFT_OVER.sub("", value[: found.start()] + value[found.end() :]).strip()
        if whole := _IN_BRACKETS.fullmatch(value):
            value = whole[1] or whole[2] or ""
    name = markup.label(value).strip(" ,;")
    if not name and not email:
        return None
    return Person(name=name or email or "", email=email, role=role)


def construct(
    name: str | None, email: str | None, url: str | None, role: str = "author", base: str = ""
) -> Person | None:
    """An Atom person construct (RFC 4287 §3.2) or a JSON Feed author. A nameless one is named by its address."""
    read = person(name, role) if name else None
    mail = markup.folded(email) if email else None
    address = markup.web_address(url, base)
    if read is None and not mail and not address:
        return None
    if read is None:
        return Person(name=mail or address or "", email=mail, url=address, role=role)
    return replace(read, email=mail or read.email, url=address)


def distinct(people: Iterable[Person | None]) -> tuple[Person, ...]:
    """Without repeats: one name in one role stands once, with the address and link that any of its copies gave."""
    kept: dict[tuple[str, str], Person] = {}
    for one in people:
        if one is None:
            continue
        key = (one.name.casefold(), one.role)
        seen = kept.get(key)
        if seen is None:
            kept[key] = one
        else:
            kept[key] = replace(seen, email=seen.email or one.email, url=seen.url or one.url)
    return tuple(kept.values())
