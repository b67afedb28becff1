"""Pages in our own words: sentences that are all different, paragraphs of two, a page around them."""

from __future__ import annotations

import random

SUBJECTS = [
    "river",
    "council",
    "harbour",
    "festival",
    "library",
    "orchard",
    "railway",
    "museum",
    "valley",
    "bakery",
]


def sentence(seed: int) -> str:
    chance = random.Random(seed)
    words = [chance.choice(SUBJECTS) for _ in range(4)]
    return (
        f"In the {words[0]} report number {seed}, officials said that the {words[1]} had changed more than the"
        f" {words[2]}, and that, after {seed * 3} weeks of talks, nobody living near the {words[3]} was surprised."
    )


def paragraphs(first: int, last: int) -> str:
    return "".join(f"<p>{sentence(n)} {sentence(n + 500)}</p>" for n in range(first, last))


def page(body: str, head: str = "<title>River news</title>") -> str:
    return f"<!doctype html><html lang='en-GB'><head>{head}</head><body>{body}</body></html>"
