"""`ingest` and `python -m ingest`."""

from __future__ import annotations

import gc
import sys

from ingest.cli.root import root


def main() -> None:
    _collect_after_the_start()
    # Feeds speak every language; a terminal or pipe of an older encoding must not stop a run.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    root(prog_name="ingest")


_START_MAKES = 250_000  # objects; 150,000 when only our modules are imported


def _collect_after_the_start() -> None:
    """Nearly all that importing and defining tables makes stays until the end: no garbage is looked for meanwhile (a
    sixth of the start), nor among that ever again."""

    def settle(phase: str, _: object) -> None:
        if phase == "stop":
            gc.callbacks.remove(settle)
            gc.freeze()
            gc.set_threshold(50_000, 20, 20)

    gc.callbacks.append(settle)
    gc.set_threshold(_START_MAKES)


if __name__ == "__main__":
    main()
