"""Types of the fixtures in conftest.py."""

from __future__ import annotations

from collections.abc import Callable

from click.testing import Result

Ingest = Callable[..., Result]
