"""How fast notices are found: one core, process time, own texts; beside two extractors on the same entries.

    python bench/notices_speed.py [--rounds N] [--hostile]

The peers do another job (an article out of a page); they say what a reader of entries is used to pay.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Mapping

from ingest.articles import blocks
from ingest.articles.notices import catalogue, find
from ingest.records import Source

ADDRESS = "https://coast.example/crane"
PARAGRAPH = (
    "<p>The harbour board met on Tuesday and decided, after four hours, that the old crane should stay where it"
    " is, at least until the winter is over and the barges have gone. “We have waited nine years,” said the"
    " chair, Ines Albrecht, “and we can wait another.” Nobody asked the <a href='https://x.example/y'>ferry"
    " masters</a>, whose boats lie under it.</p>"
)
FOOTER = (
    f'<p>The post <a href="{ADDRESS}">Crane stays</a> appeared first on'
    ' <a href="https://coast.example">Coast Times</a>.</p>'
)
NOTICES = (
    "<p>By Ann Poe</p><p>HARBOUR CITY, Maine (AP) — The crane stays.</p><p>Photo: Ann Poe/Reuters</p>"
    "<p>This story originally appeared on Coast Times.</p><p>© 2021 Coast Media Ltd. All rights reserved. This"
    " material may not be published, broadcast or rewritten.</p><p>Read more: Ferry masters unheard</p>"
    "<p>Additional reporting by Bo Ek.</p><p>Sign up for our newsletter.</p>"
)
ENTRIES: Mapping[str, str] = {
    "a body and a footer": PARAGRAPH * 13 + FOOTER,
    "no notice": PARAGRAPH * 13,
    "dense with notices": NOTICES * 7,
}
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
    print(f"{len(rules.rules)} rules loaded in {(time.process_time() - began) * 1e3:.0f} ms")
    gc.collect()
    gc.freeze()  # as a worker does: what lives as long as the process is not gone through again and again
    for name, html in ENTRIES.items():
        print(f"{name}, {len(html) / 1000:.1f} kB of HTML:")
        for engine, run in (("notices", _reader(html, rules)), *_peers(html)):
            each = _seconds(run, asked.rounds, at_least=0.3)
            print(f"  {engine:<12} {1 / each:7.0f} entries/s  {each * 1e3:7.2f} ms")
    article = "<p>" + PARAGRAPH * (SIZE // len(PARAGRAPH))
    print(f"an article of 100 kB: {_seconds(_reader(article, rules), asked.rounds) * 1e3:.1f} ms")
    if asked.hostile:
        _hostile(rules)


def _reader(html: str, rules: catalogue.Catalogue) -> Callable[[], object]:
    source = Source(html, title="Crane stays", url=ADDRESS)
    return lambda: find.find(blocks.from_html(html, ADDRESS), source, rules)


def _peers(html: str) -> tuple[tuple[str, Callable[[], object]], ...]:
    import justext
    import trafilatura

    page = f"<html><body><article>{html}</article></body></html>"
    stop_words = justext.get_stoplist("English")
    return (
        ("trafilatura", lambda: trafilatura.extract(page)),
        ("jusText", lambda: justext.justext(page, stop_words)),
    )


def _seconds(run: Callable[[], object], rounds: int, at_least: float = 0.0) -> float:
    """Process time of one run, the best of `rounds` of as many runs as take `at_least` so many seconds."""
    run()  # compiles what it needs
    began = time.process_time()
    run()
    times = max(1, int(at_least / max(time.process_time() - began, 1e-6)))
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(times):
            run()
        best = min(best, (time.process_time() - began) / times)
    return best


def _hostile(rules: catalogue.Catalogue) -> None:
    """Every rule on every attack: twice the text may take twice the time, not more."""
    print(f"{'attack':<36} {'100 kB':>9} {'200 kB':>9}  ratio")
    worst = 0.0
    for attack in ATTACKS:
        text = attack * (2 * SIZE // len(attack))
        half, whole = (_seconds(_plain(part, rules), 3) for part in (text[:SIZE], text))
        worst = max(worst, whole / half)
        print(f"{attack!r:<36} {half * 1e3:6.1f} ms {whole * 1e3:6.1f} ms  {whole / half:.2f}")
    print(f"worst ratio {worst:.2f}")


def _plain(text: str, rules: catalogue.Catalogue) -> Callable[[], object]:
    document, source = blocks.from_text(text), Source(text, is_html=False)
    return lambda: find.find(document, source, rules)


if __name__ == "__main__":
    main()
