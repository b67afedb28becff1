"""Copies of one story: how two texts compare, what links two articles, what a copy tells of the others."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime

from ingest.records.articles import Attribution


class CopyRelation(enum.StrEnum):
    """What links an article to another of its story."""

    EXCERPT_OF = "excerpt_of"  # its text is a part of the other's
    COPY_OF = "copy_of"  # the texts are the same but for a few words
    EDITED_FROM = "edited_from"  # much of the text is the same
    SAME_STORY = "same_story"  # a person says so
    APART = "apart"  # a person says that they are not of one story


class LinkedBy(enum.StrEnum):
    """Who linked two articles. What a person said holds against what the texts say."""

    FINGERPRINT = "fingerprint"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Containment:
    """Two texts compared: the shingles they share, and how many each has; those of common boilerplate left out."""

    shared: int  # of the lesser text in the greater
    one: int
    other: int
    spread: float = 0.0  # share of the lesser text's parts in which something is shared, 0 to 1

    @property
    def of_one(self) -> float:
        """Share of the first text that stands in the second, 0 to 1."""
        return min(1.0, self.shared / self.one) if self.one else 0.0

    @property
    def of_other(self) -> float:
        return min(1.0, self.shared / self.other) if self.other else 0.0

    def turned(self) -> Containment:
        """The same, told from the other text."""
        return replace(self, one=self.other, other=self.one)


@dataclass(frozen=True, slots=True)
class StoryLink:
    """`article_id` is a copy of, an excerpt of, … `of_article_id`. `found` is told from the article: None where a
    person linked them."""

    article_id: int
    of_article_id: int
    relation: CopyRelation
    by: LinkedBy
    found: Containment | None = None


@dataclass(frozen=True, slots=True)
class StoryCopy:
    """One article of a story as the others see it: what it says itself, when, and how much it says."""

    article_id: int
    attribution: Attribution  # its own claims alone
    url: str | None = None
    published: datetime | None = None
    first_seen: datetime | None = None
    is_excerpt: bool = False  # its text is a part of another's in the story
    is_original: bool | None = None
