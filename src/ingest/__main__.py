"""`ingest` and `python -m ingest`."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

from ingest import garbage
from ingest.cli.root import cannot_write, root


def main() -> None:
    garbage.spare_the_start()
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115 - the caller closed it
    sys.stderr = sys.stderr or sys.stdout
    # Feeds speak every language; a terminal or pipe of an older encoding must not stop a run.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    status: object = 0
    try:
        root(prog_name="ingest")
    except SystemExit as end:
        status = end.code
    except OSError as error:  # of the help, which is printed before any verb is called
        status = 1
        print(f"ingest: {cannot_write(error) or error}", file=sys.stderr)
    status = _once_written(status)
    _leave(status)
    sys.exit(status)  # type: ignore[arg-type] # as it came from SystemExit


def _once_written(status: object) -> object:
    """The exit status, once standard output is written: a buffer may keep it until here.

    What cannot be written is dropped, or the interpreter would try again at its end and tell of it in its own words.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not status and cannot_write(error):
            print(f"ingest: {cannot_write(error)}", file=sys.stderr)
        return status or 1
    return status


def _leave(status: object) -> None:
    """End here, unless somebody is still at work: to take every module apart first is an eighth of a short run."""
    if not isinstance(status, int) or threading.active_count() > 1:
        return
    atexit._run_exitfuncs()
    with suppress(OSError):  # what is registered may print
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
