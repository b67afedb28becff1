"""`ingest` itself: which verbs there are, and how an error reaches the person.

A verb's module is imported when the verb is called or the help lists it; no cli module imports anything heavy at
module level, so `ingest --help` answers at once.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from ingest import __version__
from ingest.cli.face import Face
from ingest.errors import IngestError

# In the order of the work; each verb with its module.
VERBS = {
    "Feeds": {"add": "feeds", "import": "feeds", "feeds": "feeds"},
    "Polling": {"poll": "polling", "run": "polling", "backfill": "backfilling"},
    "Articles": {
        "list": "reading",
        "show": "reading",
        "story": "stories",
        "query": "querying",
        "export": "exporting",
        "takedown": "takedowns",
    },
    "Text": {"extract": "extracting", "rules": "rules", "publishers": "publishers"},
    "Service": {"reprocess": "reprocessing", "doctor": "doctor", "db": "database"},
}
_MODULES = {verb: module for section in VERBS.values() for verb, module in section.items()}


class Told(click.ClickException):
    """An error told as one line, with its own exit status."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click means it to be set

    def show(self, file: Any = None) -> None:
        from ingest.cli.output import safe

        click.echo(f"ingest: {safe(self.message)}", file=file or sys.stderr)


class Root(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _MODULES.get(cmd_name)
        if module is None:
            return None
        commands: dict[str, click.Command] = import_module(f"ingest.cli.{module}").COMMANDS
        return commands[cmd_name]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], _MODULES, n=1)
            advice = f"Did you mean 'ingest {near[0]}'?" if near else "'ingest --help' lists the verbs."
            raise click.UsageError(f"{error.message} {advice}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section, verbs in VERBS.items():
            with formatter.section(section):
                commands = [(verb, self.get_command(ctx, verb)) for verb in verbs]
                formatter.write_dl(
                    [(verb, c.get_short_help_str(limit=65)) for verb, c in commands if c], col_max=12
                )

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except IngestError as error:
            raise Told(str(error), error.exit_status) from error
        except KeyboardInterrupt:
            raise Told("interrupted; what was finished is stored", 130) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if cannot_write(error):
                raise Told(cannot_write(error), 1) from error
            if isinstance(ctx.obj, Face) and ctx.obj.verbose:
                raise
            raise Told(
                f"internal error: {_described(error)}. -v shows the traceback; please report it.", 1
            ) from error


def cannot_write(error: Exception) -> str:
    """What to tell when the disk or device that takes the output is full or broken; nothing for other errors."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
        return f"cannot write: {error.strerror}. Free some space, or write somewhere else."
    return ""


def _described(error: Exception) -> str:
    """Type, first line and place of an error nobody foresaw."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}{place}"


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings file. Default: $INGEST_CONFIG, else config/ingest.toml.",
)
@click.option("-v", "--verbose", count=True, help="Tell more on standard error; -vv tells everything.")
@click.version_option(__version__, prog_name="ingest", message="%(prog)s %(version)s")
@click.pass_context
def root(ctx: click.Context, config: Path | None, verbose: int) -> None:
    """Poll RSS, Atom and JSON feeds; keep clean article text and evidenced attribution.

    \b
    First steps:
      ingest add https://example.org/feed.xml
      ingest poll
      ingest list
      ingest show 1
    """
    ctx.obj = Face(config, verbose, os.environ)
