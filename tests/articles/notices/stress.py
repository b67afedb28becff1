"""Feeds whose paragraphs, labels or formulas come again and again and are body all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from random import Random

from tests.articles.notices.footed import FAMILY, Made, Writer, make, nothing, p


def updated(seed: int, language: str) -> Iterator[Made]:
    """Articles that come again, longer and mended: under their own key, and under a new one."""
    pen = Writer(Random(seed), language)
    for n in range(5):
        body, title = [pen.paragraph() for _ in range(5)], pen.title()
        for turn in range(3):
            yield make(pen, n, list(body), nothing, key=n if n % 2 else 10 * n + turn, title=title)
            body[pen.random.randrange(len(body) - 1)] = pen.paragraph()
            body.insert(pen.random.randrange(2), pen.paragraph())


def copies(seed: int, language: str) -> Iterator[Made]:
    """One story in several sections, each time under another headline, among others."""
    pen = Writer(Random(seed), language)
    story = [pen.paragraph() for _ in range(6)]
    for n in range(14):
        yield make(pen, n, story if n % 2 else pen.body(), nothing, key=1000 + n)


def subheads(seed: int, language: str) -> Iterator[Made]:
    """The same sub-heads in every story, as headings, in bold, or as bare paragraphs; the last near the end."""
    pen = Writer(Random(seed), language)
    heads = [pen.words(3), pen.words(2), pen.words(4) + ":"]
    form = pen.random.choice(("<h3>{}</h3>", "<p><strong>{}</strong></p>", "<p>{}</p>"))
    for n in range(14):
        parts = [pen.paragraph()]
        for head in heads:
            parts += [form.format(head), pen.paragraph()]
        html = "".join(part if part.startswith("<") else p(escape(part)) for part in parts)
        yield make(pen, n, [], nothing, html=html)


def recipes(seed: int, language: str) -> Iterator[Made]:
    """Labels, quantities and a closing line that says how much it makes."""
    pen = Writer(Random(seed), language)
    label = [pen.words(1), pen.words(2)]
    unit, serves = pen.words(1), pen.words(2)
    for n in range(14):
        stuff = [f"{pen.random.randint(2, 500)} {unit} {pen.words(1)}" for _ in range(5)]
        steps = [pen.sentence() for _ in range(3)]
        parts = [p(f"<b>{label[0]}</b>"), "<ul>" + "".join(f"<li>{s}</li>" for s in stuff) + "</ul>",
                 p(f"<b>{label[1]}</b>"), *map(p, steps), p(f"{serves} {pen.random.randint(2, 9)}")]  # fmt: skip
        yield make(pen, n, [], nothing, html=p(pen.sentence()) + "".join(parts))


def live(seed: int, language: str) -> Iterator[Made]:
    """A live blog: one entry that grows, posts under stamps of time, beside short ones of their own."""
    pen = Writer(Random(seed), language)
    posted = pen.words(2)
    posts: list[str] = []
    for n in range(14):
        posts[:0] = [f"{posted} {9 + n // 2}:{10 + n}", pen.paragraph()]
        yield make(pen, n, list(posts), nothing, key=7, title=pen.title() if n % 5 == 0 else "")
        yield make(
            pen,
            n,
            [f"{posted} {9 + n // 2}:{10 + n}", pen.paragraph(), pen.paragraph()],
            nothing,
            key=100 + n,
        )


def affair(seed: int, language: str) -> Iterator[Made]:
    """Stories on one affair close with the same background; every second story is on something else."""
    pen = Writer(Random(seed), language)
    background = [pen.paragraph(), pen.paragraph()]
    for n in range(14):
        yield make(pen, n, [*pen.body(), *(background if n % 2 else [])], nothing)


def burst(seed: int, language: str) -> Iterator[Made]:
    """A feed of many matters in which one affair then has all stories for a while, linked to the first of them."""
    pen = Writer(Random(seed), language)
    said = pen.paragraph()
    background = f'<p>{said} <a href="https://{pen.host}/affair">{pen.words(3)}</a>.</p>' + p(pen.paragraph())
    for n in range(30):
        body = "".join(map(p, pen.body()))
        yield make(pen, n, [], nothing, html=body + (background if 14 <= n < 20 else ""))


def column(seed: int, language: str) -> Iterator[Made]:
    """A column that opens alike each time, with questions under the same labels, and ends on a paragraph of its own."""
    pen = Writer(Random(seed), language)
    opening, labels = pen.sentence(), [pen.words(2) + ":", pen.words(6) + "?"]
    for n in range(14):
        parts = [opening, pen.paragraph(), labels[0], pen.paragraph(), labels[1], pen.paragraph()]
        yield make(pen, n, parts, nothing)


def figures(seed: int, language: str) -> Iterator[Made]:
    """Reports that are one sentence with new figures, day after day."""
    pen = Writer(Random(seed), language)
    opening, closing = pen.words(5), pen.words(6)
    for n in range(14):
        first = f"{opening} {pen.random.randint(100, 999)} {pen.words(4)} {pen.random.randint(1, 99)}."
        last = f"{closing} {pen.random.randint(10, 99)} {pen.words(3)} {pen.random.randint(10, 99)} {pen.words(1)}."
        yield make(pen, n, [first, pen.paragraph(), last], nothing)


def grown(seed: int, language: str) -> Iterator[Made]:
    """Stories told again under new headlines: new paragraphs on top, the rest as it was."""
    pen = Writer(Random(seed), language)
    for story, (new, kept) in enumerate(pen.random.sample(((1, 2), (1, 4), (2, 3), (3, 3), (5, 4)), 2)):
        rest = [f"{pen.sentence()} {pen.sentence()} {pen.sentence()}" for _ in range(kept)]
        for n in range(4 * story, 4 * story + 4):
            fresh = [f"{pen.sentence()} {pen.sentence()}" for _ in range(new)]
            yield make(pen, n, [*fresh, *rest], nothing, key=1000 + n)


def formulas(seed: int, language: str) -> Iterator[Made]:
    """Every story closes with one sentence on something else: whom a court sentenced, how high a river stood."""
    pen = Writer(Random(seed), language)
    frame = [pen.words(pen.random.randint(2, 4)) for _ in range(4)]
    sort = pen.random.randrange(5)
    for n in range(14):
        date, number = f"{n + 3} May 2026", pen.random.randint(2, 900)
        said = (
            f"{frame[0]} {pen.name()} {frame[1]} {number} {frame[2]} {pen.words(1)} {frame[3]}.",
            f"{frame[0]} {number} {frame[1]} {frame[2]}.",
            f"{frame[0]}, {pen.name()}, {frame[1]}, {pen.name()} {frame[2]} {pen.name()}.",
            f"{frame[0]} {frame[1]} {date}.",
            f"{frame[0]} {pen.name()} {frame[1]} {date} {frame[2]} {pen.words(1)}.",
        )[sort]
        yield make(pen, n, [*pen.body(), said], nothing)


def ledes(seed: int, language: str) -> Iterator[Made]:
    """Reports of one club: its page is linked in the first sentence, which tells whom it played."""
    pen = Writer(Random(seed), language)
    club, frame = pen.words(2), [pen.words(2), pen.words(5)]
    for n in range(14):
        link = f'<a href="https://club.example/">{club}</a>'
        lede = f"<p>{link} {frame[0]} {pen.random.choice(FAMILY)} {frame[1]}.</p>"
        html = lede + "".join(p(escape(pen.paragraph())) for _ in range(6))
        yield make(pen, n, [], nothing, html=html)


STRESS: dict[str, Callable[[int, str], Iterator[Made]]] = {
    "updated": updated, "copies": copies, "sub-heads": subheads, "recipes": recipes, "live": live,
    "affair": affair, "burst": burst, "column": column, "figures": figures,
    "grown": grown, "formulas": formulas, "ledes": ledes,
}  # fmt: skip
