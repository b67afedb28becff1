"""How fast notices are found: one core, process time, own texts; beside two extractors on the same entries.

    python -m bench.notices_speed [--rounds N] [--hostile]

No line is read twice but those that a feed repeats: at `first sight` each entry is of a feed of its own, and a `feed
of 20` repeats its promo and copyright under every entry. The peers do another job (an article out of a page); they
say what a reader of entries is used to pay.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Mapping, Sequence

from bench.entries import Entry, article, entry
from ingest.articles import blocks
from ingest.articles.notices import catalogue, find
from ingest.records import Source

KINDS: Mapping[str, str] = {
    "footer": "a body and a footer",
    "body": "no notice",
    "dense": "dense with notices",
}
A_LOT = 20  # entries of a kind in each round
# Each is repeated: beginnings of notices, marks, brackets, quotes, sentences and clauses without end.
ATTACKS = (
    "a. ", "a, ", "a - ", "Photo: ", "© 2020 X\n", "© 2020 ", "The post ", '"', "( [ { ", "By Ann Poe and ", "来源：",
    "版权归原作者所有。", "This story originally appeared on ", "All rights reserved. ", "Read more: ", "| ", "… ",
    "https://x.example/a ", "de la ", "(AP) — ",
)  # fmt: skip
SIZE = 100_000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5, help="the best of so many is told")
    arguments.add_argument("--hostile", action="store_true", help="also texts made to be slow")
    asked = arguments.parse_args()

    began = time.process_time()
    rules = catalogue.load()
    latin = time.process_time()
    every = len(rules.rules)
    print(f"rules loaded in {(latin - began) * 1e3:.0f} ms, with those of other scripts", end=" ")
    print(f"{(time.process_time() - began) * 1e3:.0f} ms; {every} rules")
    gc.collect()
    gc.freeze()  # as a worker does: what lives as long as the process is not gone through again and again
    for kind, told in KINDS.items():
        size = len(entry(kind, 0, 0).html) / 1000
        print(f"{told}, {size:.1f} kB of HTML:")
        for name, lots in (
            ("first sight", _of_many_feeds(kind, asked.rounds)),
            ("feed of 20", _feeds(kind, asked.rounds)),
        ):
            for engine, run in (("notices", _reader(rules)), *_peers()):
                each = _best(run, lots)
                print(f"  {name:<12} {engine:<12} {1 / each:7.0f} entries/s  {each * 1e3:7.2f} ms")
    long = [
        [Entry(article(SIZE, seed), "Crane stays", "https://coast.example/")]
        for seed in range(asked.rounds + 1)
    ]
    print(f"an article of 100 kB: {_best(_reader(rules), long) * 1e3:.1f} ms")
    if asked.hostile:
        _hostile(rules)


Lot = Sequence[Entry]


def _of_many_feeds(kind: str, rounds: int) -> list[Lot]:
    """A lot a round, and one to compile by: each entry of another feed."""
    return [[entry(kind, 1000 * lot + feed, 0) for feed in range(A_LOT)] for lot in range(1, rounds + 2)]


def _feeds(kind: str, rounds: int) -> list[Lot]:
    """A feed a round, and one to compile by."""
    return [[entry(kind, 100_000 + lot, number) for number in range(A_LOT)] for lot in range(rounds + 1)]


def _reader(rules: catalogue.Catalogue) -> Callable[[Entry], object]:
    def read(one: Entry) -> object:
        return find.find(
            blocks.from_html(one.html, one.url), Source(one.html, title=one.title, url=one.url), rules
        )

    return read


def _peers() -> tuple[tuple[str, Callable[[Entry], object]], ...]:
    import justext
    import trafilatura

    stop_words = justext.get_stoplist("English")
    return (
        ("trafilatura", lambda one: trafilatura.extract(_page(one))),
        ("jusText", lambda one: justext.justext(_page(one), stop_words)),
    )


def _page(one: Entry) -> str:
    return f"<html><body><article>{one.html}</article></body></html>"


def _best(run: Callable[[Entry], object], lots: Sequence[Lot]) -> float:
    """Process time an entry, of the best lot; the first of them compiles what is needed."""
    times = []
    for lot in lots:
        began = time.process_time()
        for one in lot:
            run(one)
        times.append((time.process_time() - began) / len(lot))
    return min(times[1:])


def _hostile(rules: catalogue.Catalogue) -> None:
    """Every rule on every attack: twice the text may take twice the time, not more."""
    print(f"{'attack':<36} {'100 kB':>9} {'200 kB':>9}  ratio")
    worst = 0.0
    for attack in ATTACKS:
        text = attack * (
            SIZE // len(attack)
        )  # whole ones: where a text breaks off decides which rules read on
        half, whole = (_seconds(_plain(part, rules)) for part in (text, 2 * text))
        worst = max(worst, whole / half)
        print(f"{attack!r:<36} {half * 1e3:6.1f} ms {whole * 1e3:6.1f} ms  {whole / half:.2f}")
    print(f"worst ratio {worst:.2f}")


def _seconds(run: Callable[[], object]) -> float:
    """Process time of one run, the best of three, once all is compiled."""
    run()
    times = []
    for _ in range(3):
        began = time.process_time()
        run()
        times.append(time.process_time() - began)
    return min(times)


def _plain(text: str, rules: catalogue.Catalogue) -> Callable[[], object]:
    document, source = blocks.from_text(text), Source(text, is_html=False)
    return lambda: find.find(document, source, rules)


if __name__ == "__main__":
    main()
