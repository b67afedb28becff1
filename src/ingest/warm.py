"""Imported by the fork server before it makes its first worker: what all of them share is loaded once.

The fork server imports modules by name and takes no arguments, so the catalogue's own directory comes by environment.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path

from ingest import allocator, stages

RULES_VARIABLE = "INGEST_WORKER_RULES"

if __name__ == "ingest.warm" and RULES_VARIABLE in os.environ:
    rules = os.environ[RULES_VARIABLE]
    gc.disable()  # what is loaded stays, and makes no garbage to speak of
    stages.warm(Path(rules) if rules else None)
    gc.freeze()  # a collection in a worker would write to every object, and so copy what is shared
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
    allocator.give_back()  # what loading left free would be copied into every worker: 17 MB
