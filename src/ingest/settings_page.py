"""Makes docs/settings.md from what can be set: `python -m ingest.settings_page`."""

from __future__ import annotations

from ingest.settings import SECTIONS, every_field
from ingest.settings_values import allowed, default_of, description

PAGE = """# Settings

Made by `python -m ingest.settings_page`; change the text there and in src/ingest/settings.py.

The settings file is the first of `--config PATH`, `$INGEST_CONFIG` and `./config/ingest.toml`; without one the
defaults hold. The environment wins over the file: `INGEST_` and the key in capitals, with two underscores for the
dot, so `fetch.timeout` is `INGEST_FETCH__TIMEOUT`; lists are separated by commas. `INGEST_DATABASE_URL_FILE` names
a file that holds the address of the store, for secrets. Relative paths are relative to the working directory.
Unknown keys are errors.

Durations are seconds or text with a unit (`"30s"`, `"15m"`, `"6h"`, `"7d"`), sizes are bytes or text (`"64 KiB"`,
`"20 MiB"`).
"""


def describe() -> str:
    """The settings as Markdown tables, one a section: what docs/settings.md is made of."""
    lines: list[str] = []
    section = None
    for key, field in every_field().items():
        part, _, _ = key.rpartition(".")
        if part != section:
            section = part
            about = SECTIONS[part].__doc__ if part else "At the top of the file, above every section."
            heading = f"`[{part}]`" if part else "Top level"
            lines += ["", f"## {heading}", "", f"{about}", "", "| key | default | allowed | what it does |"]
            lines += ["|---|---|---|---|"]
        lines.append(f"| `{key}` | {default_of(field)} | {allowed(field)} | {description(field)} |")
    return "\n".join(lines).strip() + "\n"


if __name__ == "__main__":
    print(f"{PAGE}\n{describe()}", end="")
