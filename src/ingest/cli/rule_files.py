"""Which rule files count, and where in them a rule stands written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.cli.face import Face
from ingest.errors import UsageError

if TYPE_CHECKING:
    from ingest.articles.notices.catalogue import Catalogue
    from ingest.articles.notices.rule import Rule


@dataclass(frozen=True)
class Rulebook:
    """The rules as they would work with the given files installed; `given` names those files, as rules do."""

    catalogue: Catalogue
    given: frozenset[str]


def read_rules(face: Face, given: Sequence[Path] = ()) -> Rulebook:
    """The built-in rules, the deployment's own, and `given` files or directories of files beside them.

    A given file takes the place of an installed one of the same name, as if it were copied over it. Raises
    UsageError for one that cannot be read, CatalogueError for one that is wrong.
    """
    from ingest.articles.notices import catalogue

    built_in = catalogue.files_in(catalogue.RULES)
    known = {path.resolve(): path for path in built_in}
    wanted = [known.get(path.resolve(), path) for one in given for path in _expanded(one)]
    new = [path for path in dict.fromkeys(wanted) if path not in built_in]
    replaced = {path.name for path in new}
    own = [path for path in catalogue.files_in(face.settings.rules_dir) if path.name not in replaced]
    try:
        rules = catalogue.with_files([*own, *new])
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be read: {error.strerror}.") from error
    return Rulebook(rules, frozenset(map(str, wanted)))


def _expanded(path: Path) -> list[Path]:
    from ingest.articles.notices.catalogue import files_in

    if not path.is_dir():
        return [path]
    found = files_in(path)
    if not found:
        raise UsageError(f"{path}: no rule file (*.toml) in it.")
    return found


def is_built_in(rule: Rule) -> bool:
    from ingest.articles.notices.catalogue import RULES

    return Path(rule.file).parent == RULES


def shown_file(rule: Rule) -> str:
    """The rule's file as a person knows it: its path, or the bare name of a built-in one."""
    return f"{Path(rule.file).name} (built-in)" if is_built_in(rule) else rule.file


def find_rule(rules: Catalogue, wanted: str) -> Rule:
    """The rule of this id, or of this id in the one file that has it; UsageError names what is near."""
    from difflib import get_close_matches

    from ingest.records import LEARNED

    if wanted.startswith(LEARNED):
        raise UsageError(
            f"{wanted}: no rule, but a line that a feed taught by repeating it. "
            "`ingest rules learned FEED` shows what a feed taught."
        )
    by_id = {rule.id: rule for rule in rules.rules}
    if wanted in by_id:
        return by_id[wanted]
    same = [id for id in by_id if id.partition(".")[2] == wanted]
    if len(same) == 1:
        return by_id[same[0]]
    if same:
        raise UsageError(f"{wanted}: {len(same)} rules are called so: {', '.join(same[:5])}…")
    near = get_close_matches(wanted, by_id, n=5)
    advice = f"Did you mean {', '.join(near)}?" if near else "`ingest rules list` lists them."
    raise UsageError(f"{wanted}: no such rule. {advice}")


# ------------------------------------------------------------------------------------------ as written


@dataclass(frozen=True)
class Written:
    """A rule as its author wrote it. `text` is empty where no [[rule]] begins it; `line` is where it begins."""

    table: dict[str, Any]
    text: str = ""
    line: int = 1


_TABLE_START = re.compile(r"^[ \t]*(?:\[\[[ \t]*rule[ \t]*\]\]|\[[ \t]*pieces[ \t]*\])", re.M)


def written(rule: Rule) -> Written:
    """The rule's own part of its file."""
    text = Path(rule.file).read_text("utf-8")
    id = rule.id.partition(".")[2]
    table = next(one for one in tomllib.loads(text)["rule"] if one["id"] == id)
    starts = [found.start() for found in _TABLE_START.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        try:
            here = tomllib.loads(text[start:end])
        except tomllib.TOMLDecodeError:
            continue  # a text of several lines that happens to look like the start of a rule
        if here.get("rule") == [table]:
            return Written(table, _without_tail(text[start:end]), text.count("\n", 0, start) + 1)
    return Written(table)


def _without_tail(text: str) -> str:
    """Without the comments and blank lines at the end, which lead to the next rule."""
    lines = text.rstrip().split("\n")
    while lines[-1].lstrip().startswith("#") or not lines[-1].strip():
        lines.pop()
    return "\n".join(lines)


def pieces_of(rule: Rule) -> dict[str, str]:
    """The named pieces that the rule's patterns refer to directly, as written: the file's own, else any.toml's."""
    names = _REFERENCE.findall("\n".join([*rule.sources, written(rule).table.get("unless", "")]))
    return {name: rule.pieces[name] for name in dict.fromkeys(names) if name in rule.pieces}


_REFERENCE = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
