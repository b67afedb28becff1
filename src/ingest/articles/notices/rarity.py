"""How rare a text is in ordinary lines, guessed from its letters, so that the rarest words of a pattern are sought.

The unit is a letter: one more makes a text about eight times rarer. Signs and common words are weighed by how often
they stand in lines of news prose, which no letters tell.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Set as AbstractSet

ENOUGH = 9
"""Letters after which a text narrows no further."""
_RARER = 8.0  # a text with a letter more, so many times
_RARE = 1.5
_COMMON = 1.0
_COMMON_WORDS = frozenset(
    """
        a all also and are as at be been by for from had has have here his i in is it like more not of on or
        our read run that the this to under use used view was we with you your q&a
        de la le les en el et der die das und von im in di da do dos e o os y los las un une una
    """.split()
)  # of the languages that most is written in
_SIGNS = {
    " ": 0.0, ".": 0.5, ",": 0.5, "'": 2.0, "-": 2.3, '"': 2.3, "(": 3.3, ")": 3.3, ":": 3.0, "/": 4.0, "?": 3.5,
    "!": 4.0, ";": 4.0, "%": 4.0, "[": 5.5, "]": 5.5,
}  # fmt: skip
_SIGN = 6.0  # any other: ©, №, ▶
_NUMBER, _DIGIT = 1.1, 0.7  # that there is one, and each of its digits
_LONGEST_WORD = 3  # letters of what is sought as a word only
_WIDE = "\u2e80"  # from here on a character says as much as two letters


def is_rare(texts: AbstractSet[str]) -> bool:
    """Whether few lines hold one of the texts: few enough to seek them in every line."""
    return telling(texts) >= _RARE


def telling(texts: AbstractSet[str]) -> float:
    """How rare it is that one of the texts stands in a line, in letters: those of a text as rare as they all are."""
    return -math.log(sum([_RARER ** -weight(text) for text in texts]), _RARER) if texts else 0


@functools.lru_cache(maxsize=1 << 15)
def weight(text: str) -> float:
    """How rare a text is, in letters, at most ENOUGH."""
    if text.strip() in _COMMON_WORDS:
        return _COMMON
    found = 1.0 if is_word(text) else 0.0
    if any(map(str.isdigit, text)):
        found += _NUMBER
    for char in text:
        if char.isalpha():
            found += 2 if char > _WIDE else 1
        elif char.isdigit():
            found += _DIGIT
        else:
            found += _SIGNS.get(char, _SIGN)
        if found >= ENOUGH:
            return ENOUGH
    return found


def is_word(text: str) -> bool:
    """Whether an atom is so short that it is only sought as a word: or every "apple" would be tried for the AP."""
    return len(text) <= _LONGEST_WORD and text.isascii() and text.isalpha()
