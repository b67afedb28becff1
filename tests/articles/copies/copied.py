"""Generated collections of articles, some of them copies of others: for tests, for fixing thresholds, for the bench.

What makes it hard: articles of one affair share words, quotations of twenty to forty words, and a paragraph of
background; sites leave their own boilerplate in the text. Only a copy shares the story itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from random import Random

SYLLABLES = "ba de fi go hu ka le mi no pu ra se ti vo wu ya zen lor mar tin das kel bri sto pla gre".split()
WORDS, WORDS_OF_TOPIC = 20_000, 150


@dataclass(frozen=True, slots=True)
class Made:
    """`story` is the same for an article and its copies; `kind` says how a copy was made, empty for what is none."""

    story: int
    kind: str
    text: str


class Newsroom:
    """Writes articles. Another seed, or another number of topics, is another collection."""

    def __init__(self, seed: int, topics: int = 250) -> None:
        self.dice = Random(seed)
        self._words = [self._word() for _ in range(WORDS)]
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(WORDS)))
        self._topics = [self._topic() for _ in range(topics)]
        self._boilerplate = [self.sentences(self.dice.randint(20, 70)) for _ in range(30)]

    def _word(self) -> str:
        return "".join(self.dice.choices(SYLLABLES, k=self.dice.randint(1, 4)))

    def _topic(self) -> tuple[list[str], list[str], str]:
        """Words, quotations and a paragraph of background that its articles share."""
        own = self.dice.sample(self._words, WORDS_OF_TOPIC)
        quotes = [f"“{self.sentences(self.dice.randint(20, 40), own)}”" for _ in range(4)]
        return own, quotes, self.sentences(self.dice.randint(40, 60), own)

    def sentences(self, words: int, of_topic: list[str] | None = None) -> str:
        found = self.dice.choices(self._words, cum_weights=self._weights, k=words)
        if of_topic:
            found = [self.dice.choice(of_topic) if self.dice.random() < 0.3 else word for word in found]
        for end in range(self.dice.randint(8, 25), words, self.dice.randint(9, 25)):
            found[end - 1] += "."
        return " ".join(found) + "."

    def paragraphs(self) -> list[str]:
        """An article: story of its own, and what others have as well."""
        own, quotes, background = self.dice.choice(self._topics)
        told = [
            self.sentences(self.dice.randint(25, 80), own) for _ in range(self.dice.choice((3, 5, 6, 8, 12)))
        ]
        for quote in self.dice.sample(quotes, self.dice.choice((0, 1, 1, 2))):
            told.insert(self.dice.randrange(1, len(told) + 1), quote)
        if self.dice.random() < 0.3:
            told.append(background)
        return told

    def boilerplate(self) -> list[str]:
        return [self.dice.choice(self._boilerplate)] if self.dice.random() < 0.5 else []

    def article(self) -> list[str]:
        return self.paragraphs() + self.boilerplate()

    def collection(self, others: int, copies_of_each: int) -> list[Made]:
        """So many articles, some of which have a copy of each kind, in no order."""
        stories = [self.article() for _ in range(others)]
        made = [Made(number, "", "\n".join(told)) for number, told in enumerate(stories)]
        for kind, copy in KINDS.items():
            for number in self.dice.sample(range(others), copies_of_each):
                made.append(Made(number, kind, "\n".join(copy(self, stories[number]))))
        self.dice.shuffle(made)
        return made


def _full(_: Newsroom, told: list[str]) -> list[str]:
    return told


def _excerpt(room: Newsroom, told: list[str]) -> list[str]:
    """Two fifths of the words, from the beginning, and at least sixty."""
    words = " ".join(told).split()
    return [" ".join(words[: max(60, len(words) * 2 // 5)]) + " […]"]


def _light_edit(room: Newsroom, told: list[str]) -> list[str]:
    """A word in twenty-five replaced, a paragraph dropped from longer ones, two put together."""
    edited = [
        " ".join(room._word() if room.dice.random() < 0.04 else word for word in paragraph.split())
        for paragraph in told
    ]
    if len(edited) > 4:
        del edited[room.dice.randrange(1, len(edited))]
    return [f"{edited[0]} {edited[1]}", *edited[2:]]


def _new_headline(room: Newsroom, told: list[str]) -> list[str]:
    return [room.sentences(room.dice.randint(6, 12)), *told]


def _footers(room: Newsroom, told: list[str]) -> list[str]:
    """Footers that no rule and no other article knows, and a site's own."""
    return [*told, room.sentences(room.dice.randint(20, 60)), room.dice.choice(room._boilerplate)]


def _footed_excerpt(room: Newsroom, told: list[str]) -> list[str]:
    return _footers(room, _excerpt(room, told))


KINDS: Mapping[str, Callable[[Newsroom, list[str]], list[str]]] = {
    "full copy": _full,
    "40 % excerpt": _excerpt,
    "light edit": _light_edit,
    "new headline": _new_headline,
    "added footers": _footers,
    "excerpt with footers": _footed_excerpt,
}


def endless(room: Newsroom) -> Iterator[str]:
    """Articles none of which is a copy."""
    while True:
        yield "\n".join(room.article())
