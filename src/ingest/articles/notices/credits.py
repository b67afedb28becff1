"""Credit lines taken apart: who is a person, who an agency, who merely licenses the picture.

"Dana Roe/AFP via Getty Images" names a photographer, an agency and a holder of rights.
"""

from __future__ import annotations

import re

from ingest.articles.notices import names
from ingest.records import FieldValue

# Picture libraries: they license the image; agencies (Reuters, dpa …) supplied it.
_LIBRARY = re.compile(
    r"getty images|istock\w*|shutterstock|alamy|adobe stock|depositphotos|dreamstime|123rf|fotolia|pixabay|pexels|"
    r"unsplash|flickr|wikimedia(?: commons)?|creative commons|freepik|envato|bigstock|thinkstock|corbis",
    re.IGNORECASE,
)
_LIBRARY_TAIL = re.compile(
    rf"(?:(?<=[/(| ])(?:AFP|NurPhoto|Bloomberg|WireImage|Anadolu)/)?(?:{_LIBRARY.pattern})"
    rf"(?: ?/ ?(?:{_LIBRARY.pattern}|\w+))*\)?$",
    re.IGNORECASE,
)
_LONGEST = 600  # characters of a credit; longer ones are no credits
_SPLIT = re.compile(
    r" ?[/|;·•] ?|, | - | \(|\(|\)|"
    r"(?: |^)(?:via|for|für|pour|per|por|of|from|von|through|courtesy of|und|and|et|y|e) ",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"^(?:(?:photo|image|picture|file|stock|foto|video|pool|archiv\w*|handout|hide caption|toggle caption|by|via|"
    r"ap photo|photograph(?:er)?|staff|contributed)\b[ :./]*)+",
    re.IGNORECASE,
)
_AP_PHOTO = re.compile(r"\b(?:ap|reuters|afp) (?:photo|file)s?\b", re.IGNORECASE)
_DATE_TAIL = re.compile(
    r"(?:,? (?:file|archive?|archivbild|archivfoto|handout))+$|,? (?:19|20)\d\d$", re.IGNORECASE
)


def of_image(value: str) -> dict[str, FieldValue]:
    """Fields of an image's credit: authors, agency, copyright_holder. Empty when nothing in it is a name."""
    if len(value) > _LONGEST:
        return {}
    authors: list[str] = []
    agency, holder = "", ""
    ap = _AP_PHOTO.search(value)
    if library := _library_tail(value):
        holder, value = library, value[: value.rindex(library)]
    parts = [_DATE_TAIL.sub("", names.tidy(part)) for part in _SPLIT.split(_AP_PHOTO.sub("", value))]
    for part in (_NOISE.sub("", part).strip() for part in parts):
        if not part or not any(char.isalpha() for char in part):
            continue
        first = not authors or names.is_known_person(part)  # "Ann Poe, Pier Novosti": a second is the agency
        if (names.is_person(part) and first) or names.is_handle(part):
            authors.append(part)
        elif part.lower() in names.AGENCIES:
            agency = part
        elif _LIBRARY.fullmatch(part):
            holder = holder or part
        elif (
            not authors
            and not agency
            and holder
            and len(part.split()) <= 2
            and not names.is_organisation(part)
        ):
            authors.append(part)  # the user name of a library's contributor
        elif names.is_publication(part, lower_case=len(parts) == 1 and len(part) <= 12) and not agency:
            agency = part
    if ap:
        agency = ap.group().split()[0]
    if holder and not (authors or agency):
        agency, holder = holder, ""  # alone, it is all the credit there is
    stated: dict[str, FieldValue] = {}
    if authors:
        stated["authors"] = tuple(dict.fromkeys(authors))
    if agency:
        stated["agency"] = agency
    if holder:
        stated["copyright_holder"] = holder
    return stated


def _library_tail(value: str) -> str:
    """The libraries at the end of a credit, with an agency they resell: "AFP/Getty Images", "Getty Images/iStock"."""
    match = _LIBRARY_TAIL.search(value.strip())
    return match.group().rstrip(")") if match else ""


def of_text(value: str) -> dict[str, FieldValue]:
    """Fields of a text credit ("With files from The Coast Wire and Ann Poe"): people and the agencies."""
    if len(value) > 2 * _LONGEST:
        return {}
    authors: list[str] = []
    agencies: list[str] = []
    for part in (names.tidy(_PLACE_AFTER_NAME.sub("", names.tidy(one))) for one in _AND.split(value)):
        agency, person = _employer_and_person(part)
        if person:
            authors.append(person)
        if agency and agency.lower() not in names.GENERIC_AGENCIES:
            agencies.append(agency)
    stated: dict[str, FieldValue] = {}
    if authors:
        stated["authors"] = tuple(dict.fromkeys(authors))
    if agencies:
        stated["agency"] = agencies[0] if len(agencies) == 1 else tuple(dict.fromkeys(agencies))
    return stated


def _employer_and_person(part: str) -> tuple[str, str]:
    """ "Coast News' Ann Poe" and "Coast Press writer Ann Poe" name both; either may be alone."""
    person = _PROFESSION.sub("", part).strip()
    if names.is_person(person) or names.is_handle(person):
        employer = part[: len(part) - len(person)].strip()
        return (
            _JOB_TAIL.sub("", employer) if names.is_organisation(_JOB_TAIL.sub("", employer)) else ""
        ), person
    words = part.split()
    for cut in range(1, len(words) - 1):
        employer = _JOB_TAIL.sub("", " ".join(words[:cut])).rstrip("'’ ")
        if names.is_organisation(employer) and names.is_person(" ".join(words[cut:])):
            return employer, " ".join(words[cut:])
    known = names.is_organisation(part) or (part.lower() in names.AGENCIES)
    return (part if known and names.is_publication(part, lower_case=len(part) <= 6) else ""), ""


def names_in(value: str) -> list[str]:
    """The persons in "Ann Lee in Rome, Bo Ek and Cy Roe": places and professions left out."""
    value = re.sub(r"\([^()]{0,80}\)", "", value)
    found: list[str] = []
    for part in _AND.split(value):
        part = _PLACE_AFTER_NAME.sub("", names.tidy(part))
        part = _PROFESSION.sub("", part).strip()
        if part and (names.is_person(part) or names.is_handle(part)):
            found.append(part)
    return list(dict.fromkeys(found))


def of_byline(value: str) -> tuple[str, ...]:
    """The authors a byline names; one bare word passes as a name where nothing else does."""
    if names.is_handle(value):
        return (value,)
    if found := names_in(value):
        return tuple(found)
    single = _PROFESSION.sub("", names.tidy(value))
    one_word = len(single.split()) == 1 and single[:1].isupper() and single.replace("-", "").isalpha()
    return (single,) if one_word and len(single) <= 30 else ()


_JOB_TAIL = re.compile(
    r"(?:['’]s?)? ?(?:(?:staff|senior|sports|special|video) )*"
    r"(?:writer|reporter|correspondent|journalist|producer|editor|staff)?s?$",
    re.IGNORECASE,
)
_AND = re.compile(
    r",? (?:and|und|et|y|e|og|och|en|i|и|ve|with|mit|avec|con) |[,;/] ?| - |、|，|·|\||＆| ?& |\n",
    re.IGNORECASE,
)
_PLACE_AFTER_NAME = re.compile(
    r" (?:in|aus|à|en|from|at|w|в|of|for|of the|at the|from the) (?:[A-ZÀ-ÞА-Я]).*$"
)
_PROFESSION = re.compile(
    r"^(?:(?:and|by|associated press|ap|reuters|afp|staff|senior|special|political|business|chief|"
    r"contributing|news|our|the|"
    r"additional reporting (?:by|from))[ -]+)*"
    r"(?:(?:writers?|reporters?|correspondents?|editors?|journalists?|redakteurin|redakteur|autorin|autor|"
    r"journalista?|photographers?|columnists?|reporting by)[: ]+)?",
    re.IGNORECASE,
)
