"""Memory that documents took is given back when they are gone."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
from ingest import allocator

def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096

allocator.settle()
before = resident()
documents = [b"x" * 100_000 for _ in range(300)]  # 30 MB
held = resident()
del documents[:-1]  # what is left lies behind all the others
print(held - before, resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other allocators are left alone")
def test_documents_that_are_gone_leave_no_room_behind() -> None:
    told = subprocess.run([sys.executable, "-c", SCRIPT], check=True, capture_output=True, text=True).stdout
    held, left = map(int, told.split())
    assert held > 25_000_000
    assert left < 3_000_000
