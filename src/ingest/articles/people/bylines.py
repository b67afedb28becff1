"""The byline of a page, read: "By ANA LIMA and Bo Ek, AP Sports Writers | 2 min read" → two people and an agency.

author_fields.py tells the names apart; here the line is cut where the furniture of a page begins, and a name is doubted
that only markup could show to be one.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

from ingest.articles.notices import names, suppliers
from ingest.articles.people import author_fields as people
from ingest.articles.publishers.folding import key

MAX_CHARS = 400
MAX_PEOPLE = 20

_CUT = re.compile(  # from here on it is a date, a time or a control of the page
    r"\s[|•·–—-]?\s*(?:on\s+)?(?:(?:last\s+)?(?:updated|published|posted)\b|\d{1,2}:\d\d|\d+\s+(?:min|minutes?|hours?|days?)\b|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s+\d|\d{1,2}\.?\s*(?:jan|feb|mar|apr|may|jun|"
    r"jul|aug|sep|oct|nov|dec)|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|follow\b|print this\b|share\b|read more\b)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=\w\w)\.\s+(?=[A-Z])")  # "Ana Lima. Harbour News", not "Ana T. Lima"


@dataclass(frozen=True, slots=True)
class Byline:
    """Who a byline names. `agency`: the news agency the people write for, or that stands as the author itself."""

    people: tuple[str, ...] = ()
    agency: str | None = None
    outlets: tuple[str, ...] = ()  # other organisations: the paper a writer is of


def read(text: str, *, is_name: bool = False, own: str | None = None, spelled: Container[str] = ()) -> Byline:
    """The names in a byline of up to 400 characters; an empty one for anything longer.

    `is_name`: the page's markup says that this is a person's name, so one word may be one, and a strange one.
    `own`: the name of the page's site, which is nobody. `spelled`: what the hosts spell at which the article stands,
    folded; behind a person's name it is the paper: "Ana Lima, Harbour Current" at harbourcurrent.com.
    """
    line = " ".join(text.split())
    if len(line) > MAX_CHARS:
        return Byline()
    cut = _CUT.search(line)
    named = people.read(_SENTENCE.sub(", ", line[: cut.start()] if cut else line))
    persons: list[str] = []
    outlets = list(named.organisations)
    alone = len(named.people) + len(named.agencies) == 1
    for name in named.people:
        if (own and _begins_alike(suppliers.folded(name), suppliers.folded(own))) or (
            persons and key(name) in spelled
        ):
            outlets.append(name)
        elif names.is_cased(name) and " " not in name and not alone:
            outlets.append(name)  # "Ana Lima, Harbourist"
        elif is_name or names.is_person(name):
            persons.append(name)
    agency = named.agencies[0] if named.agencies else None
    return Byline(tuple(persons)[:MAX_PEOPLE], agency, tuple(outlets))


def _begins_alike(name: str, own: str) -> bool:
    """The site itself, a desk of it, or the house whose edition it is: "Harbour", "Harbour Sport", "Harbour UK"."""
    shorter, longer = sorted((name, own), key=len)
    return len(shorter) >= 3 and f"{longer} ".startswith(f"{shorter} ")
