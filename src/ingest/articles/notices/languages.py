"""Whether words are plainly not of the language that a rule was written for: told by small words and by the script."""

from __future__ import annotations

import functools
import re

OTHER_SCRIPTS = frozenset("ar bg bn el fa gu he hi ja ko lo ru sr ta th uk ur zh".split())
LANGUAGES = OTHER_SCRIPTS | frozenset(
    "bs ca cs da de en es fi fr fy gl hr hu id it nb nl pl pt ro sk sv tr vi".split()
)
"""Those that rules are shipped for. A file of another name is of no language, and its rules count in every text."""

_LATIN_LETTER = re.compile(r"[A-Za-z]")
_OTHER_LETTER = re.compile(r"[Ͱ-῿⺀-￯]")
_WORD = re.compile(r"[^\W\d_]+")
# Small words that are no words of the others, in the letter case of running text ("CC BY" is no English).
_ENGLISH = frozenset(
    """
        the The of and with that this This were have they you your there which who when these been his our from about
        by its She They You We
    """.split()
)
_ELSEWHERE = frozenset(
    """
        der die das dem ein eine einer und oder ist wird nicht mit von für über auf aus bei sich zum zur
        le la les une du des est sont avec pour par sur dans aux que qui cette nous vous
        el los las del con por para una su sus como não uma dos das com ao os il gli della nel che sono
        het een van voor niet zijn wordt ook och att det som ett av och til ikke
    """.split()
)
_SHARED = {"nl": frozenset({"of"})}  # English words that another language has as its own
_ENOUGH = 2


@functools.lru_cache(maxsize=2048)
def is_strange(language: str, words: str) -> bool:
    """Whether `words` are plainly of another language than `language`, a two-letter code.

    English words under a rule of another language, several words of other languages under an English rule, and
    Latin letters alone under a rule of another script. Words too few to tell are not strange.
    """
    if language in OTHER_SCRIPTS:
        return bool(_LATIN_LETTER.search(words)) and not _OTHER_LETTER.search(words)
    said = set(_WORD.findall(words))
    english, elsewhere = len(said & _ENGLISH - _SHARED.get(language, frozenset())), len(said & _ELSEWHERE)
    if language == "en":
        return elsewhere >= _ENOUGH and elsewhere > english
    return english > elsewhere


def is_latin(text: str) -> bool:
    """Whether no letter is of another script than ours."""
    return not _OTHER_LETTER.search(text)
