"""The notice rules against the labelled corpus: score.py's figures of what `ingest extract --jsonl` prints.

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
from typing import Any


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

    began = time.perf_counter()
    with tempfile.NamedTemporaryFile("w+", suffix=".jsonl", encoding="utf-8") as said:
        command = [sys.executable, "-m", "ingest", "extract", "--jsonl", str(asked.corpus)]
        subprocess.run(command, stdout=said, check=True)
        print(f"read in {time.perf_counter() - began:.1f} s")
        if asked.rules:
            items = asked.corpus.read_text(encoding="utf-8").splitlines()
            for item, answer in zip(
                items, Path(said.name).read_text(encoding="utf-8").splitlines(), strict=True
            ):
                _show_wrong(json.loads(item), json.loads(answer)["notices"])
        more = [*(("--by", asked.by) if asked.by else ()), "--misses", str(asked.misses)]
        score = asked.corpus.with_name("score.py")
        subprocess.run([sys.executable, str(score), str(asked.corpus), said.name, *more], check=True)


def _show_wrong(item: dict[str, Any], notices: list[dict[str, Any]]) -> None:
    quotes = {(span["quote"], span["kind"]) for span in item["spans"]}
    for one in notices:
        if (one["quote"], one["kind"]) not in quotes:
            print("TOOK", item["id"], one["rule"], one["confidence"], repr(one["quote"][:160]), one["fields"])


if __name__ == "__main__":
    main()
