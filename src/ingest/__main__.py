"""`ingest` and `python -m ingest`."""

from __future__ import annotations

import gc
import sys

from ingest.cli.root import root


def main() -> None:
    # Most of what a command makes stays until its end: to look for garbage among it as often as Python does by
    # default costs a sixth of the start.
    gc.set_threshold(50_000, 20, 20)
    # Feeds speak every language; a terminal or pipe of an older encoding must not stop a run.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    root(prog_name="ingest")


if __name__ == "__main__":
    main()
