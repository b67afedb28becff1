"""The notice rules against the labelled corpus: score.py's figures and misses by kind.

    python bench/notices.py [--corpus FILE] [--misses N] [--by kind|lang]

The corpus is not part of the project: INGEST_SHARED, or ../shared beside the checkout, says where it is.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ingest.articles import blocks
from ingest.articles.notices import catalogue, find
from ingest.records import Source


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    shared = Path(os.environ.get("INGEST_SHARED", Path(__file__).parents[1] / "../shared"))
    arguments.add_argument("--corpus", type=Path, default=shared / "corpus" / "dev.jsonl")
    arguments.add_argument("--misses", type=int, default=0)
    arguments.add_argument("--by", choices=["kind", "lang"])
    arguments.add_argument("--rules", action="store_true", help="show which rule took each wrong span")
    asked = arguments.parse_args()
    if not asked.corpus.exists():
        sys.exit(f"{asked.corpus} is not there; set INGEST_SHARED")

    started = time.process_time()
    rules = catalogue.load()
    print(f"{len(rules.rules)} rules loaded in {(time.process_time() - started) * 1e3:.0f} ms")
    items = [json.loads(line) for line in asked.corpus.read_text(encoding="utf-8").splitlines() if line]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as said:
        for item in items:
            source = Source(body=item["text"], is_html=False)
            notices = [n for n in find.find(blocks.from_text(item["text"]), source, rules) if n.cut]
            found = [
                {"start": n.start, "end": n.end, "kind": n.kind, "fields": dict(n.fields)} for n in notices
            ]
            said.write(json.dumps({"id": item["id"], "notices": found}) + "\n")
            if asked.rules:
                _show_wrong(item, notices)
        said.flush()
        more = [*(("--by", asked.by) if asked.by else ()), "--misses", str(asked.misses)]
        score = asked.corpus.with_name("score.py")
        subprocess.run([sys.executable, str(score), str(asked.corpus), said.name, *more], check=True)


def _show_wrong(item: dict[str, object], notices: list[object]) -> None:
    quotes = {(span["quote"], span["kind"]) for span in item["spans"]}  # type: ignore[attr-defined]
    for notice in notices:
        if (notice.quote, notice.kind) not in quotes:  # type: ignore[attr-defined]
            print(
                "TOOK",
                item["id"],
                notice.rule,
                notice.confidence,
                repr(notice.quote[:160]),
                dict(notice.fields),
            )  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
