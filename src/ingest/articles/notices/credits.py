"""Credit lines taken apart: who is a person, who an agency, who merely licenses the picture.

"Dana Roe/AFP via Getty Images" names a photographer, an agency and a holder of rights.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.articles.notices import licences, names, suppliers
from ingest.records import FieldValue

# Picture libraries, which license an image that agencies (Reuters, dpa …) supplied: at the end of a credit.
_LIBRARY = (
    r"(?:getty images(?: plus)?|istock\w*|shutterstock|alamy|adobe stock|stock\.adobe\.com|depositphotos|dreamstime|"
    r"123rf|fotolia|pixabay|pexels|unsplash|flickr|wikimedia(?: commons)?|creative commons|freepik|envato|bigstock|"
    r"thinkstock|corbis)"
)
# Getty's collections go with its name; after another library's stands who uploaded it: "Shutterstock/New Africa".
_LIBRARY_TAIL = re.compile(
    r"(?:(?<=[/(| ])(?:AFP|NurPhoto|Bloomberg|WireImage|Anadolu)/)?"
    rf"(?:getty images(?: plus)?(?: ?/ ?(?:{_LIBRARY}|\w+))*|{_LIBRARY}(?: ?/ ?{_LIBRARY})*)\)?$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[^\W\dA-Z]{3}[.!?] (?=[^\W\da-z])")  # what stands before it is news
_LONGEST = 600  # characters of a credit; longer ones are no credits
_PROSE = 6  # words that are no name: a sentence, and what follows it signs a text

# Within a transliterated name ("安娜·贝尔", "ジョン・スミス") a middle dot separates nothing, between names it does.
_HAN = r"\u3400-\u9fff"
_KANA = r"\u30a1-\u30fa\u30fc"
_DOT = rf"(?<![{_HAN}{_KANA}])[·・•]|[·・•](?![{_HAN}{_KANA}])|(?<=[{_HAN}])・(?=[{_HAN}])"
_AND_WORDS = r"and|und|et|y|e|og|och|en|i|и|і|та|oraz|ve|και|ja|és|și|con|with|mit|avec|com|met|med"
_SPLIT = re.compile(
    rf" ?[/|;／｜；&＆] ?|[、，]|, | [-–—] | ?[()（）]|{_DOT}|"
    rf"(?: |^)(?:via|through|courtesy of|(?P<and>{_AND_WORDS})) ",
    re.IGNORECASE,
)
_JOINED = re.compile(rf"(?: ?&| (?:{_AND_WORDS})) ", re.IGNORECASE)
_OF = re.compile(r" (?:of|for|from|für|von|pour|per|por|para|для|voor|för|for) (?:the )?")
_NOISE = re.compile(
    r"^(?:(?:photo|image|picture|file|stock|foto|video|pool|archiv\w*|handout|hide caption|toggle caption|by|via|"
    r"of|from|von|par|por|ap photo|photograph(?:er)?|staff|contributed|(?-i:the))\b[ :./]*)+",
    re.IGNORECASE,
)
_AP_PHOTO = re.compile(r"\b(?:ap|reuters|afp) (?:photo|file)s?\b", re.IGNORECASE)
# A space agency with the laboratories that made the picture is one credit: "NASA/JPL-Caltech/MSSS", "ESA/Hubble".
_SPACE_AGENCIES = re.compile(r"(?:NASA|ESA|ESO)(?:/(?:Hubble|Webb|[A-Z]{3,}[A-Za-z-]*))+")
_DATE_TAIL = re.compile(
    r"(?:,? (?:file|archive?|archivbild|archivfoto|handout))+$|,? (?:19|20)\d\d$", re.IGNORECASE
)


def of_image(value: str) -> dict[str, FieldValue] | None:
    """Fields of an image's credit: authors, agency, copyright_holder.

    Empty when it says only that nobody is named ("Foto: privat"), None when nothing in it is a name.
    """
    if len(value) > _LONGEST:
        return None
    if _SPACE_AGENCIES.fullmatch(value):
        return _stated([], value)
    ap = _AP_PHOTO.search(value)
    holder = _library_tail(value)
    lenders = value[: value.rindex(holder)].removesuffix(" on ") if holder else value  # "Ann Poe on Unsplash"
    authors: list[str] = []
    agency, known, nobody = "", False, False
    parts = list(_parts_of_credit(_AP_PHOTO.sub("", lenders)))
    supplied = bool(ap or holder) or any(suppliers.is_agency(part) for part, _ in parts)
    for part, before in parts:
        if suppliers.is_nobody(part) or licences.is_code(part):
            nobody = True
        elif suppliers.is_agency(part):
            if not known or (suppliers.is_news_agency(part) and not suppliers.is_news_agency(agency)):
                agency, known = part, True  # "picture alliance/dpa" is dpa's
        elif suppliers.is_library(part):
            holder = holder or part
        elif names.is_handle(part):
            authors.append(part)
        elif people := _people(part):
            # "Ann Poe, Pier Novosti": a second one is the agency, unless surely a person, or joined by an "and", or by
            # a comma when there is an agency; "ANN POE/ANN PO" is one that was cut off
            joined = before == "and" or (before == "," and supplied)
            if not authors or joined or names.is_known_person(part):
                authors += [one for one in people if not any(name.startswith(one) for name in authors)]
            else:
                agency = agency or part
        elif (
            not (authors or agency) and holder and len(part.split()) <= 2 and not names.is_organisation(part)
        ):
            authors.append(part)  # the user name of a library's contributor
        elif not agency and names.is_publication(part, lower_case=len(parts) == 1 and len(part) <= 12):
            agency = part
        elif len(part.split()) >= _PROSE or names.is_prose(part):
            return None
    if ap:
        agency = ap.group().split()[0]
    if holder and not (authors or agency):
        agency, holder = holder, ""  # alone, it is all the credit there is
    stated = _stated(authors, agency, holder)
    return stated if stated or nobody else None


def _parts_of_credit(value: str) -> Iterator[tuple[str, str]]:
    """The parts that may be names, each with what stands before it: "and" (in any language), ",", or another mark."""
    at, before = 0, ""
    for mark in (*_SPLIT.finditer(value), None):
        raw = value[at : mark.start() if mark else len(value)]
        part = _DATE_TAIL.sub("", names.tidy(raw))
        part = part if suppliers.is_supplier(part) else _NOISE.sub("", part).strip()
        person, *employer = _OF.split(part, maxsplit=1)  # "Ann Poe for The Guardian", not "House of Lords"
        for one in (person, *employer) if employer and names.is_person(person) else (part,):
            if any(map(str.isalpha, one)):
                yield one, before
        if mark:
            at, before = mark.end(), "and" if mark["and"] else mark.group().strip()


def _stated(authors: list[str], agency: str | tuple[str, ...], holder: str = "") -> dict[str, FieldValue]:
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


def of_text(value: str) -> dict[str, FieldValue] | None:
    """Fields of a text credit ("With files from The Coast Wire and Ann Poe"): people and the agencies.

    Empty when it names nobody, None when it begins with a sentence of the story.
    """
    if _SENTENCE_END.search(value):
        return None
    if len(value) > 2 * _LONGEST:
        return {}
    authors: list[str] = []
    agencies: list[str] = []
    for part in (names.tidy(_PLACE_AFTER_NAME.sub("", one)) for one in _parts_of_text(value)):
        agency, person = _employer_and_person(part)
        if person:
            authors += _people(person) or [person]
        if agency and agency.lower() not in names.GENERIC_AGENCIES and not suppliers.is_nobody(agency):
            agencies.append(agency)
    several = tuple(dict.fromkeys(agencies))
    return _stated(authors, several[0] if len(several) == 1 else several)


def _employer_and_person(part: str) -> tuple[str, str]:
    """ "Coast News' Ann Poe" and "Coast Press writer Ann Poe" name both; either may be alone."""
    part = part.removeprefix("the ")
    if suppliers.is_agency(part):
        return part, ""
    person = _PROFESSION.sub("", part).strip()
    if names.is_person(person) or names.is_handle(person):
        employer = _JOB_TAIL.sub("", part[: len(part) - len(person)].strip())
        return employer if names.is_organisation(employer) else "", person
    words = part.split()
    for cut in range(1, len(words) - 1):
        employer = _JOB_TAIL.sub("", " ".join(words[:cut])).rstrip("'’ ")
        person = " ".join(words[cut:])
        owned = cut > 1 and words[cut - 1].endswith(("'s", "’s"))  # "Coast Public's Ann Poe", not "Lima's"
        if owned:
            employer = employer.removesuffix("'s").removesuffix("’s")
        named = names.is_publication(employer) and (owned or names.is_organisation(employer))
        if (named or suppliers.is_agency(employer)) and names.is_person(person):
            return employer, person
    named = names.is_organisation(part) and names.is_publication(part, lower_case=len(part) <= 6)
    return part if named else "", ""


def of_byline(value: str) -> dict[str, FieldValue]:
    """Fields of a byline: its authors, and the agency they write for where a known one is named.

    One bare word passes as a name where nothing else does. Empty when nobody is named.
    """
    if names.is_handle(value):
        return {"authors": (value,)}
    authors = names_in(value)
    if not authors:
        single = _PROFESSION.sub("", names.tidy(value))
        if suppliers.is_agency(single):
            return {"agency": single}
        one_word = len(single.split()) == 1 and single[:1].isupper() and single.replace("-", "").isalpha()
        return {"authors": (single,)} if one_word and len(single) <= 30 else {}
    return _stated(authors, agency_in(value))


def agencies_in(value: str) -> str | tuple[str, ...]:
    """ "AFP et Reuters" taken apart, both being agencies; "APA/dpa", "TT, Reuters", "Pier and Sons" as they stand."""
    parts = tuple(_JOINED.split(value))
    return parts if len(parts) > 1 and all(map(suppliers.is_agency, parts)) else value


def agency_in(value: str) -> str:
    """The first news agency that "Ann Poe, Associated Press" or "Ann Poe AFP" names, or nothing."""
    for part in _parts_of_text(value):
        if agency := part if suppliers.is_news_agency(part) else _agency_after_name(part):
            return agency
    return ""


def _agency_after_name(part: str) -> str:
    words = part.split()
    tails = (" ".join(words[-count:]) for count in range(3, 0, -1) if len(words) >= count + 2)
    return next(filter(suppliers.is_news_agency, tails), "")


def names_in(value: str) -> list[str]:
    """The persons in "Ann Lee in Rome, Bo Ek and Cy Roe": places, professions and addresses left out."""
    found: list[str] = []
    handles: list[str] = []
    for part in _parts_of_text(re.sub(r"\([^()]{0,80}\)", "", value)):
        part = _PLACE_AFTER_NAME.sub("", part)
        if names.is_handle(part):
            handles.append(part)
        elif not suppliers.is_agency(part):
            found += _people(part)
    return list(dict.fromkeys(found or handles))


def _parts_of_text(value: str) -> list[str]:
    """What stands between commas and words for "and", with "Ortega y Gasset" left whole."""
    parts: list[str] = []
    at, word = 0, ""
    for mark in (*_AND.finditer(value), None):
        part = names.tidy(value[at : mark.start() if mark else len(value)])
        whole = f"{parts[-1]} {word} {part}" if word in ("y", "e") and parts else ""
        if whole and " " not in part and names.is_person(whole):
            parts[-1] = whole
        else:
            parts.append(part)
        if mark:
            at, word = mark.end(), mark.group().strip()
    return [part for part in parts if part]


def _people(part: str) -> list[str]:
    """The persons that `part` of a list names: one, none, or several parted by a space in Han or Hangul."""
    part = _ADDRESS.sub("", part.removesuffix(_agency_after_name(part))).strip()
    part = _ROLE_BEFORE.sub("", _ROLE_AFTER.sub("", part)).strip()
    bare = _PROFESSION.sub("", part).strip()
    for name in (bare, part, _UP_TO_ROLE.sub("", part)):
        if names.is_person(name):
            return names.apart(name)
    return []


_JOB_TAIL = re.compile(
    r"(?:['’]s?)? ?(?:(?:staff|senior|sports|special|video) )*"
    r"(?:writer|reporter|correspondent|journalist|producer|editor|staff)?s?$",
    re.IGNORECASE,
)
_AND = re.compile(
    rf",? (?:{_AND_WORDS}) |[,;/／；] ?| [-–—] |、|，|{_DOT}|\||｜|＆| ?& |\n",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r" *(?:<?[\w.+-]{1,64}@[\w.-]{1,64}>?|@\w{2,30})$")
_PLACE_AFTER_NAME = re.compile(
    r" (?:in|aus|à|en|from|at|w|в|of|for|of the|at the|from the|für|pour|para) (?:[A-ZÀ-ÞА-Я]).*$"
)
_PROFESSION = re.compile(
    r"^(?:(?:and|by|par|por|von|door|associated press|ap|reuters|afp|staff|senior|special|political|business|chief|"
    r"contributing|news|our|the|"
    r"additional reporting (?:by|from))[ -]+)*"
    r"(?:(?:writers?|reporters?|correspondents?|editors?|journalists?|redakteurin|redakteur|autorin|autor|"
    r"journalista?|photographers?|columnists?|reporting by)[: ]+)?",
    re.IGNORECASE,
)
_UP_TO_ROLE = re.compile(  # "Stateline reporter Ann Poe"
    r"^.{2,60}\b(?:reporter|writer|editor|correspondent|columnist|journalist|photographer|chief) (?=[A-ZÀ-Þ])"
)
_ROLE_BEFORE = re.compile(
    r"^(?:本报|本報|本网|新华社)?(?:实习|實習|见习)?(?:记者|記者|通讯员|通訊員)[ :：/／]?|"
    r"^(?:作者|文|图|摄影|攝影|撮影|编辑|編輯)[:：/／｜| ] ?"
)
_ROLE_AFTER = re.compile(
    r" ?(?:(?:선임|수습|인턴|객원|전문)?기자|특파원|논설위원|앵커|记者|記者|通讯员|特派員|特派员|カメラマン|さん)$"
)
