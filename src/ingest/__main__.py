"""`ingest` and `python -m ingest`."""

from __future__ import annotations

import sys

from ingest.cli.root import root


def main() -> None:
    # Feeds speak every language; a terminal or pipe of an older encoding must not stop a run.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    root(prog_name="ingest")


if __name__ == "__main__":
    main()
