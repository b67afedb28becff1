"""The byline of a page, read: "By ANA LIMA and Bo Ek, AP Sports Writers | 2 min read" → two people and an agency.

For the one line a page gives as its author (JSON-LD, meta, a marked element), where everything that is neither a
person nor an agency is furniture: roles, e-mails, handles, dates, reading times. Pure; tables, no guesses: a line in
which nothing looks like a name yields nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.articles.notices import names, suppliers

MAX_CHARS = 400
MAX_PEOPLE = 20

_ADDRESS = re.compile(r"\S+@\S+\.\w+|(?<!\w)@\w+|https?://\S+|www\.\S+")
_KIND = (
    r"(?:analysis|opinion|commentary|review|report(?:ed)?|story|words|text|posted|written|column|exclusive)"
)
_LEAD = re.compile(
    rf"^\W*(?:{_KIND}\s+)?(?:by|von|par|por|di|door|av|af|autore?s?|author|auteur|verfasst von|geschrieben von|"
    r"escrito por|redazione di|автор|tekst|text)\b\s*:?\s*",
    re.IGNORECASE,
)
_CUT = re.compile(  # from here on it is a date, a time or a control of the page
    r"\s[|•·–—-]?\s*(?:(?:last\s+)?(?:updated|published|posted)\b|\d{1,2}:\d\d|\d+\s+(?:min|minutes?|hours?|days?)\b|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s+\d|\d{1,2}\.?\s*(?:jan|feb|mar|apr|may|jun|"
    r"jul|aug|sep|oct|nov|dec)|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|follow\b|print this\b|share\b|read more\b)",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"\s*[,;|•·/\n、，]\s*|\s+(?:and|und|et|och|og|en|y|e|i|ve|и|та|with|for|of|und|&|＆|–|—|-)\s+|(?<=\w\w)\.\s+(?=[A-Z])",
    re.IGNORECASE,
)
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
_TITLE = re.compile(
    r"(?:Ph\.?D|M\.?D|M\.?S|R\.?D\.?N?|M\.?A|B\.?A|M\.?B\.?A|Esq|CPA|J\.?D|Dr|Prof|PE|LCSW)\.?"
)
_NOBODY = frozenset(
    """
    admin administrator editor editorial redaktion redazione redacción redação rédaction redakcja redactie редакция
    guest гость anonymous unknown author staff contributor webmaster root user newsroom moderator none null
    """.split()
)
_STAFF = re.compile(
    r"\b(?:staff|bureau|desk|newsroom|team|editors|editorial|redaktion|redazione|redacción|redação|rédaction|редакция)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Byline:
    """Who a byline names. `agency`: the news agency the people write for, or that stands as the author itself."""

    people: tuple[str, ...] = ()
    agency: str | None = None
    outlets: tuple[str, ...] = ()  # other organisations: the paper a writer is of


def read(text: str, *, is_name: bool = False, own: str | None = None) -> Byline:
    """The names in a byline of up to 400 characters; an empty one for anything longer.

    `is_name`: the page's markup says that this is a person's name, so one word may be one, and a strange one.
    `own`: the name of the page's site, which is nobody.
    """
    line = " ".join(text.split())
    if len(line) > MAX_CHARS or "://" in line[:8]:
        return Byline()
    line = _ADDRESS.sub(" ", line)
    cut = _CUT.search(line)
    line = _LEAD.sub("", line[: cut.start()] if cut else line).strip(" ,;|•·-–—()<>")
    people: list[str] = []
    outlets: list[str] = []
    agency: str | None = None
    parts = [part.strip(" .()") for part in _PARTS.split(line)]
    if len(parts) == 2 and all(part.isalpha() for part in parts) and is_name and "," in line:
        parts = [f"{parts[1]} {parts[0]}"]  # "Lima, Ana"
    for part in parts:
        if not part:
            continue
        if part.casefold() in _SUFFIXES and people:
            people[-1] += f", {part.capitalize()}." if part[0] in "jJsS" else f" {part.upper()}"
            continue
        person, supplier = _person_and_agency(part)
        agency = agency or supplier
        if person is None:
            continue
        alone = is_name and len(parts) == 1
        if _is_organisation(person, own) and not (alone and len(person) <= 3):  # initials
            outlets.append(person)
        elif _is_person(person, alone=alone):
            people.append(person)
    return Byline(tuple(dict.fromkeys(map(cased, people)))[:MAX_PEOPLE], agency, tuple(outlets))


def cased(name: str) -> str:
    """A name in capitals as names are written: "ANA O'LIMA" → "Ana O'Lima". One short word stays as it is."""
    words = name.split()
    if len(words) < 2 or not name.isupper():
        return name
    return " ".join(word if len(word.strip(".")) == 1 else _one_cased(word) for word in words)


def _one_cased(word: str) -> str:
    word = re.sub(r"[^\W\d_]+", lambda found: found[0].capitalize(), word)
    return re.sub(r"^Mc(\w)", lambda found: "Mc" + found[1].upper(), word)


def _person_and_agency(part: str) -> tuple[str | None, str | None]:
    """One part of a byline, split between person and agency: "Ana Lima Associated Press", "AP Sports Writer"."""
    words = part.split()
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            name = " ".join(words[start:end])
            if not suppliers.is_news_agency(name):
                continue
            after = words[end:]
            if after and not _is_role(after[-1]):
                continue
            before = words[:start]
            if before and before[-1].lower() in ("the", "of", "for"):
                before = before[:-1]
            if not before or names.is_person(" ".join(before)):
                return (" ".join(before) or None), name
    return part, None


def _is_role(word: str) -> bool:
    """ "Writer", "Editor-at-large", "Staff"."""
    return word.strip(".,()").lower().split("-")[0] in names.ROLE_WORDS or _STAFF.search(word) is not None


def _is_organisation(name: str, own: str | None) -> bool:
    if own and _begins_alike(suppliers.folded(name), suppliers.folded(own)):
        return True
    return (
        _STAFF.search(name) is not None
        or names.is_domain(name)
        or (not names.is_known_person(name) and names.is_organisation(name))
    )


def _begins_alike(name: str, own: str) -> bool:
    """The site itself, a desk of it, or the house whose edition it is: "Harbour", "Harbour Sport", "Harbour UK"."""
    shorter, longer = sorted((name, own), key=len)
    return len(shorter) >= 3 and f"{longer} ".startswith(f"{shorter} ")


def _is_person(name: str, *, alone: bool) -> bool:
    words = name.split()
    if name.casefold() in _NOBODY or _TITLE.fullmatch(name) or any(_is_role(word) for word in words):
        return False
    if names.is_person(name):
        return True
    # What the markup calls a person's name is one, even "kei_eno": it is how the site names its writer.
    return (
        alone
        and len(words) <= 4
        and len(name) <= 60
        and any(map(str.isalpha, name))
        and not _is_sentence(words)
    )


def _is_sentence(words: list[str]) -> bool:
    return len(words) > 2 and all(word.islower() for word in words)
