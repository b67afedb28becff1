"""Who is named in an author's place: persons apart from agencies, roles, addresses and the words of a page. Pure.

Feeds and pages fill an author field with whole bylines: "By ERIC TUCKER, Associated Press", "desk@paper.example (Ann
Poe)", "王小明 记者", "Redaktion". `read` takes one such text apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ingest.articles.notices import names, suppliers
from ingest.articles.notices.first_names import FIRST_NAMES
from ingest.articles.people import capitals, words

_LONGEST = 300  # characters: longer texts are no list of names
_LONGEST_NAME = 80
_SHORTEST_IN_CAPITALS = 3  # letters of the longest word: fewer may be initials
_MOST_WORDS = 7  # of a name, particles and titles included


@dataclass(frozen=True, slots=True)
class Named:
    """What an author field names, each in the order given and once."""

    people: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()  # desks, companies, the outlet itself


@lru_cache(maxsize=4096)  # a feed names the same few people again and again
def read(text: str) -> Named:
    """The names in `text`. Empty for addresses, whole sentences and words that stand for nobody ("admin")."""
    if len(text) > _LONGEST:
        return Named()
    value = words.SPACE.sub(" ", text).strip()
    if words.ONLY_ADDRESS.fullmatch(value) or words.NOBODY.fullmatch(value):
        return Named()
    if words.HANDLE.fullmatch(value):
        return Named(people=(value,))
    found = _Found()
    for part in _parts(_without_frame(_bare(value))):
        found.take(part)
    return Named(_once(found.people), _once(found.agencies), _once(found.organisations))


def _once(values: list[str]) -> tuple[str, ...]:
    return tuple({value.casefold(): value for value in reversed(values)}.values())[::-1]


class _Found:
    """The names of a field as its parts are read one after the other."""

    def __init__(self) -> None:
        self.people: list[str] = []
        self.agencies: list[str] = []
        self.organisations: list[str] = []

    def take(self, part: str) -> None:
        part = self._without_asides(_without_frame(part))
        if not part or words.NOBODY.fullmatch(part):
            return
        if self.people and words.SUFFIX.fullmatch(part):
            if words.GENERATION.fullmatch(part):
                self.people[-1] += f" {part}." if part.lower() in ("jr", "sr") else f" {part}"
            return
        if suppliers.is_news_agency(part):
            self._supply(part)
            return
        agency, rest = _agency_beside(part)
        if agency:
            self._supply(agency)
            if not rest:
                return
            part = rest
        person, employer = _person_in_capitals(part) or _person_and_employer(part)
        if employer and suppliers.is_news_agency(employer):
            self._supply(employer)
        elif employer:
            self.organisations.append(words.THE.sub("", employer))
        if person:
            self._name(person)

    def _without_asides(self, part: str) -> str:
        """Without what stands in brackets or behind a dash: a place, an office, an outlet, an agency."""
        for aside in (*words.IN_BRACKETS.finditer(part), *words.AFTER_DASH.finditer(part)):
            said = aside.group().strip("()[]（）【】 -–—|")
            if suppliers.is_news_agency(said):
                self._supply(said)
            elif " " in said and names.is_organisation(said):
                self.organisations.append(said)
        part = words.IN_BRACKETS.sub(" ", part)
        return _trimmed(words.SPACE.sub(" ", words.AFTER_DASH.sub("", part)))

    def _supply(self, agency: str) -> None:
        self.agencies.append(words.THE.sub("", agency))

    def _name(self, value: str) -> None:
        if words.ROLE_ONLY.fullmatch(value) or (
            words.NO_NAME.search(value) and not words.USER.fullmatch(value)
        ):
            return
        value = _trimmed(words.ROLE_TAIL.sub("", words.ROLE_HEAD.sub("", value)))
        if not value or words.NOBODY.fullmatch(value) or words.ROLE_ONLY.fullmatch(value):
            return
        if words.DESK.search(value) or (" " not in value and names.is_organisation(value)):
            self.organisations.append(value)
        elif _is_name(value):
            for one in names.apart(value):
                self.people.append(capitals.shown(one))
        elif names.is_publication(value) and len(value) <= _LONGEST_NAME:
            self.organisations.append(value)


def _bare(value: str) -> str:
    """Without addresses, handles and what a page writes around a name."""
    value = words.EMAIL.sub(" ", words.URL.sub(" ", value))
    value = words.HANDLES.sub(" ", value)
    value = words.PAGE_WORDS.sub(" ", value)
    value = _trimmed(words.EMPTY_BRACKETS.sub(" ", value))
    if whole := words.BRACKETED.fullmatch(value):
        value = whole[1] or whole[2] or whole[3]
    return _trimmed(words.SPACE.sub(" ", value))


def _trimmed(value: str) -> str:
    """Without the marks around it; the stop of "Jr." and of an initial stays."""
    bare = value.strip(words.EDGES)
    stopped = value.lstrip(words.EDGES).startswith(f"{bare}.") and words.STOPPED.search(bare)
    return f"{bare}." if stopped else bare


def _without_frame(part: str) -> str:
    """Without "By", places, brackets and titles of office around a name."""
    part = _trimmed(part)
    while True:
        bare = _trimmed(words.BY.sub("", part, count=1))
        if bare == part or not bare:
            break
        part = bare
    if (loose := words.LOOSE_BY.match(part)) and len(part[loose.end() :].split()) >= 2:
        rest = part[loose.end() :]
        if rest[:1].isupper():
            part = rest
    return _trimmed(words.SPACE.sub(" ", part))


def _parts(value: str) -> list[str]:
    """The parts of a list of names, in any language of the notices."""
    if surname := words.SURNAME_FIRST.fullmatch(value):
        last, first = surname.groups()
        if first.split()[0].lower() in FIRST_NAMES and last.lower() not in FIRST_NAMES:
            return [f"{first} {last}"]
    parts = []
    for piece in words.SEPARATOR.split(value):
        parts += _at_conjunctions(piece.strip())
    return [part for part in parts if part]


def _at_conjunctions(piece: str) -> list[str]:
    """Split at words for "and", unless that would break one name: "Ortega y Gasset", "Marks and Spencer"."""
    piece = words.AND_FIRST.sub("", piece)
    at, parts = 0, []
    for mark in words.AND.finditer(piece):
        # "is a reporter" is no list of names
        if len(mark.group().strip()) > 2 or not piece[mark.end()].islower():
            parts.append(piece[at : mark.start()])
            at = mark.end()
    parts = [part.strip() for part in (*parts, piece[at:]) if part.strip()]
    if len(parts) < 2:
        return _at_joined_and(piece)
    if len(parts) == 2 and words.ONE_WORD.fullmatch(parts[0]):
        first, second = parts[0], parts[1].split()
        if first.lower() in FIRST_NAMES and len(second) >= 2 and second[0].lower() in FIRST_NAMES:
            return [f"{first} {' '.join(second[1:])}", parts[1]]  # "Ann and Bob Poe"
    if all(_stands_alone(part) for part in parts):
        return [one for part in parts for one in _at_joined_and(part)]
    return [piece]


def _stands_alone(part: str) -> bool:
    part = words.BY.sub("", part)
    several = len(part.split()) >= 2 or not names.is_cased(part)
    return several or suppliers.is_news_agency(part) or words.NOBODY.fullmatch(part) is not None


def _at_joined_and(piece: str) -> list[str]:
    """Conjunctions written together with the word behind them (Arabic, Hebrew), or between characters (と, 和)."""
    if names.is_cased(piece):
        return [piece]
    parts = [part for part in words.JOINED_AND.split(piece) if part]
    if len(parts) > 1 and all(len(part.split()) >= 2 for part in parts):
        return parts
    for mark in ("と", "和", "与", "與", "及"):
        sides = piece.split(mark)
        if len(sides) == 2 and all(words.SHORT_HAN.fullmatch(side.strip()) for side in sides):
            sure = mark == "と" or all(names.is_whole_name(side.strip()) for side in sides)
            if sure:
                return [side.strip() for side in sides]
    return [piece]


def _agency_beside(part: str) -> tuple[str, str]:
    """A news agency before or behind a name, and the rest: "Ann Poe Associated Press", "新华社记者王小明"."""
    if han := words.HAN_AGENCY.match(part):
        return han.group(1), part[han.end() :].strip()
    bare = words.ROLE_TAIL.sub("", part)
    if suppliers.is_news_agency(bare):
        return bare, ""
    tokens = bare.split()
    for count in range(min(4, len(tokens) - 1), 0, -1):
        tail, head = " ".join(tokens[-count:]), " ".join(tokens[:count])
        if suppliers.is_news_agency(tail.strip("()[]")) and _may_be_agency(tail, len(tokens)):
            rest = words.JOINT.sub("", " ".join(tokens[:-count])).strip(words.EDGES)
            return tail.strip("()[]"), rest
        if suppliers.is_news_agency(head.strip("()[]")) and _may_be_agency(head, len(tokens)):
            return head.strip("()[]"), " ".join(tokens[count:]).strip(words.EDGES)
    return "", part


def _may_be_agency(words_of_it: str, among: int) -> bool:
    """A short name that people bear, too ("Ani", "Sid", "Andina"), is an agency's only in capitals of its own."""
    one = words_of_it.strip("()[]")
    return " " in one or not one.istitle() or not one.isascii() or one.lower() in words.AGENCY_TITLES


def _person_and_employer(part: str) -> tuple[str, str]:
    """ "Ann Poe of the Gull Ledger", "Ann Poe for KFF Health News", "Ann Poe in Rome"."""
    part = words.IS_A.sub("", part)
    found = words.EMPLOYED.search(part)
    if found and len(part[: found.start()].split()) >= 2:
        employer = part[found.end() :].strip(words.EDGES)
        place = found.group().strip().lower() in words.PLACE_WORDS and not suppliers.is_news_agency(employer)
        return part[: found.start()], "" if place else employer
    return part, ""


def _person_in_capitals(part: str) -> tuple[str, str] | None:
    """ "JONAS FIELD Harbour Post" as printed papers set it: the writer in capitals, then the paper as it is written."""
    tokens = part.split()
    count = next((place for place, token in enumerate(tokens) if not token.isupper()), len(tokens))
    person, employer = " ".join(tokens[:count]), words.ROLE_TAIL.sub("", " ".join(tokens[count:]))
    if count < 2 or max(map(len, tokens[:count])) < _SHORTEST_IN_CAPITALS or not employer[:1].isupper():
        return None
    is_paper = names.is_organisation(employer) and not names.is_organisation(person) and _is_name(person)
    return (person, employer) if is_paper else None


def _is_name(value: str) -> bool:
    """Whether a part that nothing else explains is a person's name."""
    if len(value) > _LONGEST_NAME or not any(map(str.isalpha, value)):
        return False
    if not names.is_cased(value):
        return names.is_person(value)
    tokens = value.split()
    if len(tokens) > _MOST_WORDS:
        return False
    if len(tokens) == 1:
        return not suppliers.is_nobody(value)  # a user name, a pen name
    if names.is_organisation(value):
        return len(tokens) == 2 and tokens[0].lower() in FIRST_NAMES  # "Frank Church", "Emily Post"
    small = [token for token in tokens if token[0].islower() and token.lower() not in words.PARTICLES]
    return not small or all(token[0].islower() for token in tokens)
