"""What a command costs with every process it starts: CPU, wall time, peak memory. Linux.

    python -m bench.measure [--memory] COMMAND…      prints one JSON object; the command's output goes to standard error

A process whose parent ends first is handed to us (PR_SET_CHILD_SUBREAPER), so none escapes the sum.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>
_SAMPLE_EVERY = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Cost:
    cpu: float  # seconds, user and system, of the whole tree
    wall: float  # seconds, until the command itself ended
    memory: float  # peak, MB: what processes share is counted once (PSS); 0 when not asked for
    status: int  # exit status of the command


def cost_of(command: Sequence[str], environment: Mapping[str, str], *, memory: bool = False) -> Cost:
    """Run it under this module, in a process of its own, so that its children are all there is to count."""
    options = ["--memory"] if memory else []
    run = subprocess.run(
        [sys.executable, "-m", "bench.measure", *options, "--", *command],
        env=dict(environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        cost = Cost(**json.loads(run.stdout))
    except ValueError:
        raise RuntimeError(f"{command}: {run.stderr[-2000:]}") from None
    if cost.status not in (0, 1):
        raise RuntimeError(f"{command} ended with status {cost.status}: {run.stderr[-2000:]}")
    return cost


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--memory", action="store_true")
    arguments.add_argument("command", nargs="+")
    asked = arguments.parse_args()
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1)
    sampler = _Sampler() if asked.memory else None
    began = time.monotonic()
    command = subprocess.Popen(asked.command, stdout=sys.stderr, stdin=subprocess.DEVNULL)
    if sampler:
        sampler.start()
    status = command.wait()
    wall = time.monotonic() - began
    if sampler:
        sampler.stop()
    _reap_orphans()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = sampler.peak / 1e6 if sampler else 0.0
    print(json.dumps(asdict(Cost(used.ru_utime + used.ru_stime, wall, peak, status))))


def _reap_orphans() -> None:
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


class _Sampler(threading.Thread):
    """Watches the memory of all our descendants."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(_SAMPLE_EVERY):
            self.peak = max(self.peak, sum(map(_proportional_bytes, _descendants(os.getpid()))))

    def stop(self) -> None:
        self._done.set()
        self.join()


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue  # it ended
        for child in children:
            found += [child, *_descendants(child)]
    return found


def _proportional_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
