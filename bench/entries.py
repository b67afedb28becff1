"""Entries made up for bench/notices_speed.py: no two share a paragraph, those of one feed share what feeds repeat.

The same feed and number give the same HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

_SENTENCES = (
    "The {thing} by the {place} was {done} on {day}, at least until the {event} is over and the {people} have gone.",
    "“We have waited {count} years for the {thing},” said {person}, who speaks for the {people}, “and we can wait on.”",
    "Nobody had asked the <a href='https://{domain}/{count}'>{people}</a>, whose boats lie under the {thing}.",
    "After {count} hours in the {place}, the {body} {decided} that the {thing} should stay where it is.",
    "It cost {count} thousand crowns, twice what the {body} had set aside for the {event}, {person} told us.",
    "What the {people} want is simple: a {thing} that works, a {place} that is dry, and somebody who answers letters.",
    "In {year} the {place} had {count} of them; today it has {few}, and the {event} may well take those.",
    "The {body} will meet again on {day}, when the report of {person} on the {thing} is to be read aloud.",
    "Critics such as {person} point out that the {place} floods every {count} weeks, which no {thing} can mend.",
    "{person} remembers how the {thing} came up the river on {day}, with half the town along the {place}.",
)
_WORDS: Mapping[str, tuple[str, ...]] = {
    "thing": (
        "old crane",
        "swing bridge",
        "clock",
        "tide mill",
        "night ferry",
        "lift",
        "pump house",
        "archive",
    ),
    "place": ("harbour", "lower market", "northern quay", "station square", "dry dock", "fish hall", "canal"),
    "done": ("shut", "repaired", "measured again", "painted", "put under guard", "sold", "photographed"),
    "day": ("Monday", "Tuesday", "a wet Friday", "3 May", "the last Sunday of June", "Thursday night"),
    "event": ("winter", "regatta", "election", "spring flood", "inquiry", "strike", "fair"),
    "people": ("ferry masters", "dockers", "market women", "pilots", "teachers", "tenants", "night porters"),
    "person": (
        "Ines Albrecht",
        "Bo Ek",
        "Carla Nunes",
        "Dina Osei",
        "Emil Novák",
        "Farah Idris",
        "Hugo Marsh",
    ),
    "body": ("harbour board", "council", "court of audit", "port authority", "parish", "trade union"),
    "decided": ("decided", "agreed", "let it be known", "wrote", "insisted", "found"),
    "few": ("two", "three", "hardly any", "none"),
}
_TITLES = (
    "Crane",
    "Bridge",
    "Ferry",
    "Clock",
    "Market",
    "Mill",
    "Quay",
    "Lock",
    "Tram",
    "Pier",
    "Dock",
    "Lamp",
)
_PARAGRAPHS = 13


@dataclass(frozen=True, slots=True)
class Entry:
    html: str
    title: str
    url: str


def entry(kind: str, feed: int, number: int) -> Entry:
    """Entry `number` of a feed. Kinds: `body`, `footer` (a body and a feed's three closing lines), `dense`."""
    dice = Random(f"{kind}/{feed}/{number}")
    title = f"{dice.choice(_TITLES)} {dice.choice(_TITLES).lower()} {feed}-{number} stays"
    site = f"https://coast{feed}.example"
    url = f"{site}/{number}/{dice.randrange(10**6)}"
    if kind == "dense":
        return Entry(_dense(dice), title, url)
    html = "".join(f"<p>{_paragraph(dice)}</p>" for _ in range(_PARAGRAPHS))
    if kind == "footer":
        html += (
            f'<p>The post <a href="{url}">{title}</a> appeared first on <a href="{site}">Coast {feed} Times</a>.</p>'
            f"<p>Sign up for the Coast {feed} newsletter: the harbour in your inbox, every Friday.</p>"
            f"<p>© 2026 Coast {feed} Media Ltd. All rights reserved. This material may not be published,"
            " broadcast or rewritten.</p>"
        )
    return Entry(html, title, url)


def article(size: int, seed: int) -> str:
    """HTML of one long text of about `size` characters."""
    dice, html = Random(seed), ""
    while len(html) < size:
        html += f"<p>{_paragraph(dice)}</p>"
    return html


def _paragraph(dice: Random) -> str:
    return " ".join(_filled(dice, sentence) for sentence in dice.sample(_SENTENCES, 3))


def _filled(dice: Random, sentence: str) -> str:
    words = {slot: dice.choice(choices) for slot, choices in _WORDS.items()}
    count, year = dice.randint(4, 9999), dice.randint(1890, 2025)
    return sentence.format(**words, count=count, year=year, domain=f"x{dice.randrange(999)}.example")


def _dense(dice: Random) -> str:
    """Nothing but notices: seven times nine lines of them, each of other people, places and days."""
    html = ""
    for _ in range(7):
        one, two, three = dice.sample(_WORDS["person"], 3)
        story, count = dice.choice(_TITLES).lower(), dice.randint(2, 999)
        html += (
            f"<p>By {one}</p><p>HARBOUR CITY, Maine (AP) — The {story} of pier {count} stays.</p>"
            f"<p>Photo: {two}/Reuters</p><p>This story originally appeared on Coast {count} Times.</p>"
            f"<p>© {1990 + count % 30} Coast {count} Media Ltd. All rights reserved. This material may not be"
            f" published, broadcast or rewritten.</p><p>Read more: The {story} of pier {count}, unheard</p>"
            f"<p>Additional reporting by {three}.</p><p>Sign up for our newsletter.</p>"
        )
    return html
