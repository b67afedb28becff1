"""Two rules of a deployment's own, and where to put them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PENNED = """
[[rule]]
id = "penned"
kind = "byline"
pattern = 'penned in the harbour by <authors>'
when = ["!heading"]
boost = { opening = -0.8 }
examples = [{ text = "Ships wait.\\nPenned in the harbour by Ann Poe.", fields = { authors = ["Ann Poe"] } }]
never = ["A letter penned in the harbour by Ann Poe was found."]
# a note on the next rule
[[rule]]
id = "carried"
kind = "courtesy_of"
pattern = 'carried over from <publisher>'
unless = 'storm'
examples = [{ text = "Ships wait.\\nCarried over from Pier Notes.", fields = { publisher = "Pier Notes" } }]
"""
STORY = "Ships wait.\nPenned in the harbour by Ann Poe."


def write(text: str, name: str = "harbour.toml") -> str:
    """A rule file that is not installed."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")
    return name


def install(text: str = PENNED) -> str:
    return write(text, "config/rules/harbour.toml")


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]
