"""What the learner makes of generated feeds: footers cut after five entries, paragraphs lost, time.

    python -m bench.learn [--seeds N] [--rules] [--show N]

From the checkout's root. Without --rules the learner stands alone.
"""

from __future__ import annotations

import argparse
import time

from ingest.articles.notices import catalogue
from tests.articles.notices import footed, stress


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", type=int, default=2)
    arguments.add_argument("--rules", action="store_true", help="let the rules find first")
    arguments.add_argument("--show", type=int, default=0, help="examples of what went wrong")
    asked = arguments.parse_args()
    rules = catalogue.load() if asked.rules else None
    started = time.process_time()
    bodies, entries = footed.Tally(), 0
    for name, family in footed.FAMILIES.items():
        footers = footed.Tally()
        for seed in range(asked.seeds):
            for number in range(len(family)):
                for language in footed.WORDS:
                    made = footed.feed(1000 * seed + number, name, number, language)
                    footed.measure(made, footers, bodies, catalogue=rules)
                    entries += 12
        _tell(name, footers, asked.show)
    _tell("body of these", bodies, asked.show)
    for name, feed in stress.STRESS.items():
        lost = footed.Tally()
        for seed in range(2 * asked.seeds):
            for language in footed.WORDS:
                footed.measure(feed(seed, language), footed.Tally(), lost, catalogue=rules)
        _tell(f"body: {name}", lost, asked.show)
    print(f"{(time.process_time() - started) * 1e3 / entries:.1f} ms an entry, all told")


def _tell(name: str, tally: footed.Tally, show: int) -> None:
    print(f"{name:20} {tally.cut:6} of {tally.lines:6} lines cut  {tally.share:8.2%}")
    for example in tally.examples[:show]:
        print("      ", example)


if __name__ == "__main__":
    main()
