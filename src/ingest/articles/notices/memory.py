"""What is remembered of a feed so that its footers can be told from its stories: small, bounded, packable.

Nothing of an article's text is kept but hashes of words; only of a line that has recurred in enough stories are
the words it always has spelt out (`Recurring.shown`).
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from itertools import groupby

import msgspec

from ingest.articles.notices.masking import FIRST_WORD, TELLING, Slot
from ingest.records import LearnedTemplate, NoticeKind

WINDOW = 32
"""Stories that the frequency of a line is counted over: one bit each."""

FORGOTTEN_AFTER = 20
"""Stories in a row without it after which a template is dropped."""

ONCE_SEEN_KEPT = 6
"""The same for a line seen in one story only: most are body."""

NEWCOMER = 10
"""Stories over which a line that is new to an old feed has to prove itself."""

FEWEST_STORIES = 3
"""That any line needs to count as a template."""

MAX_LINES = 120
_LASTING_CAP = 7
_MOST_FILLED, _MOST_NAMES = 2, 1  # stretches of a footer's sentence
_LONG_PROSE = 24  # words, of which a background paragraph has more and a footer's sentence rarely so many


class Recurring(msgspec.Struct, frozen=True, array_like=True):
    """One masked line and the stories that carried it.

    `tokens` are those of its last witness, `lasting` the number of witnesses in a row that had each of them: a
    place that is filled anew each time stays at 1, a word that drifted in grows. `stories` counts witnesses, `seen`
    says which of the last stories they are (bit 0 the latest), `age` the stories since the first, `before` those
    the feed had shown without it until then. `at_edge` counts those in which nothing but notices and other recurring
    lines stood between it and an end of the text.
    """

    digest: int
    tokens: tuple[int, ...]
    named: tuple[bool, ...]
    lasting: tuple[int, ...]
    zone: str  # head, tail or middle
    first_seen_at: datetime
    last_seen_at: datetime
    stories: int = 1
    seen: int = 1
    age: int = 1
    before: int = 0  # at most NEWCOMER
    at_edge: int = 0
    telling: int = 0  # witnesses with marks of furniture
    own: int = 0  # witnesses that speak of their own entry
    prose: bool = False  # some witness reads as a sentence
    label: bool = False  # all witnesses might be sub-heads
    numbers: int = 0
    numbers_vary: bool = False
    abridged: bool = False
    kinds: tuple[tuple[NoticeKind, int], ...] = ()  # what rules said of it, how often
    shown: str = ""

    def fixed(self) -> list[int]:
        """Places of the tokens that the last witnesses had in common."""
        enough = min(3, self.stories)
        return [place for place, times in enumerate(self.lasting) if times >= enough]

    @property
    def share(self) -> float:
        """Of the stories since it was first seen, as far as the window reaches, and of some before.

        What an affair is told with for some days is new to an old feed, too, and in all of its stories then.
        """
        return self.seen.bit_count() / min(max(self.age, min(self.age + self.before, NEWCOMER)), WINDOW)

    @property
    def kind(self) -> NoticeKind:
        """What rules said of most of its witnesses they spoke of; template when they never did."""
        if not self.kinds:
            return NoticeKind.TEMPLATE
        kind, times = max(self.kinds, key=lambda one: one[1])
        return kind if times * 3 >= self.stories else NoticeKind.TEMPLATE

    @property
    def is_learned(self) -> bool:
        """Whether the evidence is enough to cut it; see `_needs`."""
        if self.stories < FEWEST_STORIES:
            return False  # most lines: they are body
        stories, share = _needs(self)
        if not stories or self.stories < stories or self.share < share:
            return False
        return self.at_edge * 2 >= self.stories - 1 or self.stands_alone

    @property
    def stands_alone(self) -> bool:
        """Whether its own marks speak for it where body follows: long enough, marked, in most stories."""
        fixed = sum(self.tokens[place] >= FIRST_WORD for place in self.fixed())
        middle = self.zone == "middle"
        return (
            not self.label
            and fixed >= 5
            and self.mostly(self.telling)
            and self.stories >= (8 if middle else 4)
            and self.share >= (0.8 if self.prose and not self.mostly(self.own) else 0.6)
        )

    def mostly(self, times: int) -> bool:
        return 5 * times >= 4 * self.stories

    @property
    def confidence(self) -> float:
        return round(min(0.95, 0.55 + 0.04 * self.stories + (0.08 if self.mostly(self.telling) else 0)), 2)


def _needs(line: Recurring) -> tuple[int, float]:
    """Stories and share of stories that a line needs to count as a template; (0, 0) when nothing would do.

    The less a line looks like furniture the more it needs: a paragraph of background may end several stories of
    one affair, a recipe end with the hours it takes, a market report be the same sentence with new figures.
    """
    fixed = [line.tokens[place] for place in line.fixed()]
    words = sum(code >= FIRST_WORD for code in fixed)
    slots = len(TELLING.intersection(fixed)) + (Slot.DATE in fixed)
    by_line_alone = not words and Slot.AUTHOR in fixed
    if words + slots < 2 and not by_line_alone:
        return 0, 0
    if line.kind is not NoticeKind.TEMPLATE:
        return FEWEST_STORIES, 0.2
    if line.prose and _tells_news(line, fixed):
        return 0, 0
    if line.mostly(line.own) or (line.mostly(line.telling) and not line.prose):
        return FEWEST_STORIES, 0.25
    if line.zone != "tail" and not line.mostly(line.telling):
        return 0, 0
    if line.numbers_vary and not line.mostly(line.telling) and (words < 8 or fixed.count(Slot.NUMBER) > 1):
        return 0, 0
    if line.prose or line.numbers_vary:
        return (8 if words >= _LONG_PROSE else 4), 0.8
    return 4, 0.6


def _tells_news(line: Recurring, fixed: Collection[int]) -> bool:
    """Whether a sentence that recurs says something else each time: a gauge's figures, whom a court sentenced to what.

    What a footer fills in is little, and speaks of its entry or of somebody in the newsroom.
    """
    if Slot.TITLE in fixed or Slot.URL in fixed:
        return False
    filled = _filled_anew(line)
    if line.numbers_vary or len(filled) > _MOST_FILLED:
        return True
    if filled and (Slot.AUTHOR in fixed or line.zone == "head"):
        return True
    names = sum(2 * sum(line.named[place] for place in one) >= len(one) for one in filled)
    return not line.mostly(line.telling) and (names > _MOST_NAMES or Slot.DATE in fixed)


def _filled_anew(line: Recurring) -> list[list[int]]:
    """Its stretches that the last witnesses did not have in common, as places of tokens."""
    fixed = set(line.fixed())
    stretches = groupby(range(len(line.tokens)), key=lambda place: place not in fixed)
    return [list(places) for is_filled, places in stretches if is_filled]


class Telling(msgspec.Struct, frozen=True, array_like=True):
    """A story, told from others: who it is, and samples of its hashed word runs."""

    key: int
    title: tuple[int, ...] = ()
    title_numbers: int = 0
    body: tuple[int, ...] = ()  # without its last and first lines, where footers stand
    whole: tuple[int, ...] = ()
    plain: tuple[int, ...] = ()  # of the lines without marks of a footer
    plain_words: int = 0


# `dict`: room for what is worked out once.
class Memory(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """All that is remembered of one feed."""

    lines: tuple[Recurring, ...] = ()
    stories: tuple[Telling, ...] = ()  # the latest first
    keys: tuple[int, ...] = ()  # of more stories, the latest first
    version: int = 1

    @functools.cached_property
    def templates(self) -> tuple[Recurring, ...]:
        return tuple(line for line in self.lines if line.is_learned)

    def learned(self) -> tuple[LearnedTemplate, ...]:
        """What a person is shown, the surest first."""
        found = sorted(self.templates, key=lambda line: (-line.stories, line.digest))
        return tuple(
            LearnedTemplate(
                signature=line.digest.to_bytes(8, "big"),
                masked=line.shown,
                kind=line.kind,
                stories=line.stories,
                confidence=line.confidence,
                first_seen_at=line.first_seen_at,
                last_seen_at=line.last_seen_at,
            )
            for line in found
        )


def pack(memory: Memory) -> bytes:
    return msgspec.msgpack.encode(memory)


def unpack(packed: bytes | None) -> Memory:
    """The memory again. One that another version of the program wrote is forgotten: it is learned anew."""
    if not packed:
        return Memory()
    try:
        memory = msgspec.msgpack.decode(packed, type=Memory)
    except msgspec.DecodeError:
        return Memory()
    return memory if memory.version == Memory().version else Memory()


def aged(line: Recurring, stories: int) -> Recurring:
    """The line so many stories later."""
    if not stories:
        return line
    seen = (line.seen << stories) & ((1 << WINDOW) - 1)
    return msgspec.structs.replace(line, seen=seen, age=min(line.age + stories, 2 * WINDOW))


def last_seen(line: Recurring) -> int:
    """How many stories ago it stood in one; 1: in the last."""
    return (line.seen & -line.seen).bit_length()


def patience(line: Recurring) -> int:
    """Stories without it after which it is forgotten."""
    return ONCE_SEEN_KEPT if line.stories == 1 else FORGOTTEN_AFTER


def lasted(before: int | None) -> int:
    """How many witnesses in a row now have a token that had `before` (None: it is new)."""
    return 1 if before is None else min(_LASTING_CAP, before + 1)


def counted(
    kinds: tuple[tuple[NoticeKind, int], ...], kind: NoticeKind | None
) -> tuple[tuple[NoticeKind, int], ...]:
    if kind is None:
        return kinds
    counts = Counter(dict(kinds))
    counts[kind] += 1
    return tuple(counts.items())
