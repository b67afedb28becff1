"""Body quality and cost of articles/pages/page.py on the article-extraction benchmark, beside trafilatura alone.

    python -m bench.pages [FOLDER]      (default: ../shared/pages/benchmark)

FOLDER holds ground-truth.json ({id: {"articleBody", "url"}}) and html/ID.html.gz. Prints precision, recall and F1 of
word 4-grams, averaged over pages and then combined, and CPU milliseconds a page, all in the same run. What was tuned
was tuned on half the pages, by a hash of their names; the other half's F1 is told too.
"without credits" leaves out the dropped lines that read_page puts back for the notices to find; they are no part
of articleBody.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import lxml.html
import trafilatura

from ingest import charset, urls
from ingest.articles.pages import page, selection

ROUNDS = 2
FOLDER = Path(__file__).parents[2] / "shared" / "pages" / "benchmark"


def four_grams(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return Counter(zip(words, words[1:], words[2:], words[3:], strict=False))


def precision_recall(found: str, expected: str) -> tuple[float, float]:
    ours, theirs = four_grams(found), four_grams(expected)
    common = (ours & theirs).total()
    return common / max(1, ours.total()), common / max(1, theirs.total())


def trafilatura_alone(html: bytes, url: str) -> str:
    tree = lxml.html.fromstring(charset.to_text(html), parser=lxml.html.HTMLParser(huge_tree=True))
    return trafilatura.extract(tree, url=url, fast=True, include_comments=False) or ""


def trafilatura_default(html: bytes, url: str) -> str:
    found = trafilatura.bare_extraction(
        charset.to_text(html), url=url, with_metadata=True, include_comments=False
    )
    return getattr(found, "text", None) or ""


def ours(html: bytes, url: str) -> str:
    return page.read_page(charset.to_text(html), url).document.text


def ours_without_credits(html: bytes, url: str) -> str:
    with mock.patch.object(selection, "_credits", return_value=[]):
        return ours(html, url)


def f1(scores: list[tuple[float, float]]) -> tuple[float, float, float]:
    precision, recall = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    return precision, recall, 2 * precision * recall / (precision + recall)


def is_held_out(identity: str) -> bool:
    return hashlib.sha256(identity.encode()).digest()[0] % 2 == 1


def measure(engines: dict[str, Callable[[bytes, str], str]], folder: Path) -> None:
    """Each page through all engines in turn, so that they share the machine's moods; the best of ROUNDS times."""
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    scores: dict[str, dict[str, tuple[float, float]]] = {name: {} for name in engines}
    spent = dict.fromkeys(engines, 0.0)
    for identity, expected in truth.items():
        html = gzip.decompress((folder / "html" / f"{identity}.html.gz").read_bytes())
        best = dict.fromkeys(engines, float("inf"))
        for _ in range(ROUNDS):
            for name, extract in engines.items():
                started = time.process_time()
                text = extract(html, expected["url"])
                best[name] = min(best[name], time.process_time() - started)
                scores[name][identity] = precision_recall(text, expected["articleBody"])
        for name, seconds in best.items():
            spent[name] += seconds
    for name, found in scores.items():
        precision, recall, together = f1(list(found.values()))
        *_, held_out = f1([score for identity, score in found.items() if is_held_out(identity)])
        print(
            f"{name:24} precision {precision:.4f}  recall {recall:.4f}  F1 {together:.4f}  held out {held_out:.4f}"
            f"  {1000 * spent[name] / len(found):5.1f} ms CPU a page"
        )


def main() -> None:
    engines = {
        "trafilatura, fast": trafilatura_alone,
        "trafilatura, default": trafilatura_default,
        "read_page": ours,
        "read_page w/o credits": ours_without_credits,
    }
    for warm in engines.values():
        warm(b"<p>warm</p>", "https://a.example/")
    urls.registrable_domain("a.example")  # reads the list of suffixes, once a process
    measure(engines, Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)


if __name__ == "__main__":
    main()
