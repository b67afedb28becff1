"""Names written in capitals, shown as names are written. What was written stays in the evidence."""

from __future__ import annotations

import re

_KEPT = frozenset("II III IV VI VII VIII MD PHD MBE OBE CBE MEP RN JD ESQ".split())
_PARTICLES = frozenset(
    "DE DA DO DOS DAS DEL DELLA DER DEN DI DU LA LE VAN VON BIN BINT IBN AL EL Y E TER TEN ZU AF AV".split()
)
_SHORTEST = 4  # letters; shorter words in capitals among others are initials ("JP Ann Poe")
_TURKISH = re.compile("[ĞŞİ]")
_PART = re.compile(r"[^\W\d_]+")


def shown(name: str) -> str:
    """ "ERIC TUCKER" as "Eric Tucker", "Jean DUPONT" as "Jean Dupont"; "J.D. VANCE" keeps its initials.

    A name of one word stays: it may be an acronym.
    """
    words = name.split()
    capitals = [word for word in words if _in_capitals(word)]
    if not capitals or len(words) < 2:
        return name
    every = all(_in_capitals(word) or not any(map(str.isalpha, word)) for word in words)
    turkish = _TURKISH.search(name) is not None
    told = []
    for place, word in enumerate(words):
        letters = sum(map(str.isalpha, word))
        if word not in capitals or word.strip(".,").upper() in _KEPT or _initials(word):
            told.append(word)
        elif every and 0 < place < len(words) - 1 and word in _PARTICLES:
            told.append(word.lower())
        elif every or letters >= _SHORTEST:
            told.append(_title(word, turkish=turkish))
        else:
            told.append(word)
    return " ".join(told)


def _in_capitals(word: str) -> bool:
    return any(char.isupper() for char in word) and not any(char.islower() for char in word)


def _initials(word: str) -> bool:
    """ "J.", "J.D.", "J-P.", and two letters without a vowel: "JT"."""
    letters = [char for char in word if char.isalpha()]
    if "." in word and len(letters) <= 3:
        return word.strip(".").upper() not in ("JR", "SR", "DR", "ST", "MR", "MS")
    return len(letters) == 1 or (
        len(letters) == 2 and "-" not in word and not set(letters) & set("AEIOUYÄÖÜ")
    )


def _title(word: str, *, turkish: bool) -> str:
    return _PART.sub(lambda part: _one(part.group(), turkish=turkish), _apostrophes(word, turkish=turkish))


def _apostrophes(word: str, *, turkish: bool) -> str:
    """ "O'BRIEN" and "D'ANGELO" have a capital behind the mark, "HALE'S" has not."""
    head, mark, tail = word.partition("'") if "'" in word else word.partition("’")
    if mark and len(tail) == 1:
        return _one(head, turkish=turkish) + mark + tail.lower()
    return word


def _one(part: str, *, turkish: bool) -> str:
    if not part.isupper():
        return part
    if part.startswith("MC") and len(part) > 4:
        return "Mc" + part[2] + part[3:].lower()
    rest = part[1:].replace("I", "ı").replace("İ", "i") if turkish else part[1:]
    lowered = (part[0] + rest).lower() if turkish else part.lower()
    return part[0] + lowered[1:].replace("i̇", "i") if not turkish else part[0] + rest.lower()
