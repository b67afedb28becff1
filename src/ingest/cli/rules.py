"""`ingest rules`: which notice rules there are, and whether each does what its examples say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.explaining import explain
from ingest.cli.face import Face, pass_face
from ingest.cli.learned import learned
from ingest.cli.output import heading, note, print_json, safe, safe_text
from ingest.cli.rule_files import find_rule, is_built_in, pieces_of, read_rules, shown_file, written
from ingest.cli.tables import print_table
from ingest.errors import UsageError

if TYPE_CHECKING:
    from ingest.articles.notices.catalogue import Catalogue
    from ingest.articles.notices.check import Problem
    from ingest.articles.notices.rule import Example, Rule
    from ingest.cli.rule_files import Rulebook


_FAILURES_SHOWN = 20


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def rules() -> None:
    """Look at the notice rules, test them, and see what they make of a text.

    \b
    Examples:
      ingest rules list --lang en --kind copyright
      ingest rules test my-rules.toml
      ingest rules explain "This story first appeared in The Harbour Gazette."
    """


rules.add_command(explain)
rules.add_command(learned)
COMMANDS = {"rules": rules}


# ------------------------------------------------------------------------------------------ list


@rules.command("list")
@click.option("--lang", metavar="TAG", help="Only rules of the files of this name: en, de, any, or your own.")
@click.option("--kind", metavar="KIND", help="Only rules for this kind of notice.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a rule.")
@pass_face
def list_rules(face: Face, lang: str | None, kind: str | None, as_json: bool) -> None:
    """List the rules: the built-in ones and your own.

    \b
    Examples:
      ingest rules list --lang de
      ingest rules list --kind license --json
    """
    if kind:
        _check_kind(kind)
    every = read_rules(face).catalogue.rules
    found = [rule for rule in every if kind in (None, rule.kind) and lang in (None, _language(rule))]
    if as_json:
        for rule in found:
            print_json(_summary(rule))
    elif found:
        _print_rules(found)
    else:
        languages = dict.fromkeys(_language(rule) for rule in every if kind in (None, rule.kind))
        click.echo(f"No rule fits. There are some in: {', '.join(languages) or 'no file'}.")


def _language(rule: Rule) -> str:
    return rule.id.partition(".")[0]


def _check_kind(kind: str) -> None:
    from difflib import get_close_matches

    from ingest.records import NoticeKind

    known = [one.value for one in NoticeKind]
    if kind not in known:
        near = get_close_matches(kind, known, n=1)
        advice = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
        raise UsageError(f"--kind: no such kind of notice: {kind}. {advice}")


def _print_rules(found: Iterable[Rule]) -> None:
    print_table(
        ("id", "kind", "scope", "confidence", "examples", "never", "file"),
        [
            (
                rule.id,
                rule.kind,
                rule.scope,
                f"{rule.confidence:.2f}",
                len(rule.examples),
                len(rule.never),
                shown_file(rule),
            )
            for rule in found
        ],
        right=("confidence", "examples", "never"),
        spare=("never", "examples", "scope"),
    )


def _summary(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "kind": rule.kind,
        "scope": rule.scope,
        "confidence": rule.confidence,
        "examples": len(rule.examples),
        "never": len(rule.never),
        "file": Path(rule.file).name if is_built_in(rule) else rule.file,
        "built_in": is_built_in(rule),
    }


# ------------------------------------------------------------------------------------------ show


@rules.command()
@click.argument("id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_face
def show(face: Face, id: str, as_json: bool) -> None:
    """Show a rule as it is written, and what comes of it.

    ID is what `ingest rules list` shows; the part after the full stop is enough where one file alone has it.

    \b
    Examples:
      ingest rules show en.wordpress-footer
      ingest rules show medium-footer --json
    """
    rule = find_rule(read_rules(face).catalogue, id)
    if as_json:
        print_json(_full(rule))
    else:
        _print_rule(rule)


def _full(rule: Rule) -> dict[str, Any]:
    source = written(rule)
    return _summary(rule) | {
        "about": source.table.get("about"),
        "when": rule.when,
        "boost": rule.boost,
        "unless": rule.unless,
        "fields": rule.fields,
        "span": rule.span,
        "longest": rule.longest,
        "extend": rule.extend,
        "examples": [_example(one) for one in rule.examples],
        "never": rule.never,
        "line": source.line,
        "written": source.text,
        "pieces": pieces_of(rule),
        "patterns": rule.patterns,
    }


def _example(one: Example) -> dict[str, Any]:
    told = {
        "html" if one.html else "text": one.text,
        "fields": one.fields,
        "quote": one.quote,
        "kind": one.kind,
    }
    return {key: value for key, value in told.items() if value}


def _print_rule(rule: Rule) -> None:
    from ingest.articles.notices import meanings

    source = written(rule)
    heading(f"{rule.id}  {rule.kind}")
    click.echo(f"  {safe(shown_file(rule))}, line {source.line}")
    if source.text:
        click.echo()
        click.echo(safe_text(source.text))
    conditions = {f"needs {name}": name for name in rule.when}
    conditions |= {f"{weight:+.2f} when {name}": name for name, weight in rule.boost.items()}
    _print_block("Conditions", {told: meanings.of_condition(name) for told, name in conditions.items()})
    _print_block("Fields", _fields(rule))
    _print_block("Pieces", pieces_of(rule))
    _print_examples(rule)
    composed = {f"pattern {place}": source for place, source in enumerate(rule.patterns, 1)}
    _print_block("Composed for RE2", composed | ({"unless": rule.unless} if rule.unless else {}))


def _fields(rule: Rule) -> Mapping[str, str]:
    """What the rule states: captured by its patterns, or constant."""
    import re

    groups = dict.fromkeys(re.findall(r"\(\?P<([a-z_]+?)(?:__\d+)?>", " ".join(rule.patterns)))
    captured = dict.fromkeys(groups, "captured")
    return captured | {name: f"always {value}" for name, value in rule.fields.items()}


def _print_block(title: str, lines: Mapping[str, str]) -> None:
    if lines:
        click.echo()
        heading(title)
        for name, told in lines.items():
            click.echo(f"  {safe(name)}: {safe(told)}")


def _print_examples(rule: Rule) -> None:
    for title, texts in (
        (f"Examples ({len(rule.examples)})", [(one.text, one.fields) for one in rule.examples]),
        (f"Must stay in the text ({len(rule.never)})", [(text, {}) for text in rule.never]),
    ):
        click.echo()
        heading(title)
        for text, fields in texts:
            click.echo(f"  “{safe(text)}”")
            for name, value in fields.items():
                click.echo(f"      {name}: {safe(value)}")
        if not texts:
            click.echo("  None.")


# ------------------------------------------------------------------------------------------ test


@rules.command("test")
@click.argument("files", metavar="[FILE…]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a failure.")
@pass_face
def test_rules(face: Face, files: tuple[Path, ...], as_json: bool) -> None:
    """Run the examples and counter-examples of the rules.

    Without FILE those of the built-in rules and of your own. With FILE (or a directory of them) only what these
    rules have to do with, as if they were installed: their own examples, and those of others that they spoil.
    Exit status 1 when an example fails, 2 when a file cannot be loaded.

    \b
    Examples:
      ingest rules test
      ingest rules test my-rules.toml
    """
    from ingest.articles.notices.check import check

    book = read_rules(face, files)
    problems = check(book.catalogue, book.given if files else None)
    if as_json:
        for problem in problems:
            print_json(_problem(problem, book.catalogue))
    else:
        _print_problems(problems, book)
    tested = [rule for rule in book.catalogue.rules if not files or rule.file in book.given]
    _note_untested(tested)
    counted = f"{_count(len(tested), 'rule')}, {_count(sum(map(_examples, tested)), 'example')}"
    if problems:
        note(f"{counted}, {_count(len(problems), 'failure')}.")
        click.get_current_context().exit(1)
    if not as_json:
        click.echo(f"{counted}, all right.")


def _examples(rule: Rule) -> int:
    return len(rule.examples) + len(rule.never)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _note_untested(tested: Iterable[Rule]) -> None:
    """Tell of a deployment's rules that nothing tests; those shipped have a corpus of their own besides."""
    for rule in tested:
        if not is_built_in(rule) and not rule.examples:
            note(f"{safe(rule.file)}: rule {safe(rule.id)} has no examples: nothing shows that it works.")


def _place(problem: Problem, rules: Catalogue) -> tuple[str, int]:
    rule = next(one for one in rules.rules if one.id == problem.rule)
    return Path(rule.file).name if is_built_in(rule) else rule.file, written(rule).line


def _problem(problem: Problem, rules: Catalogue) -> dict[str, Any]:
    file, line = _place(problem, rules)
    return {
        "rule": problem.rule,
        "file": file,
        "line": line,
        "example": problem.example,
        "expected": problem.expected,
        "got": problem.got,
    }


def _print_problems(problems: Sequence[Problem], book: Rulebook) -> None:
    """A screenful, those of a person's own rules first: a pattern that fits everything fails thousands of examples."""
    own = {rule.id for rule in book.catalogue.rules if rule.file in book.given}
    for problem in sorted(problems, key=lambda problem: problem.rule not in own)[:_FAILURES_SHOWN]:
        _print_problem(problem, book.catalogue)
    if len(problems) > _FAILURES_SHOWN:
        note(f"Only the first {_FAILURES_SHOWN} failures are shown: --json gives all.")


def _print_problem(problem: Problem, rules: Catalogue) -> None:
    file, line = _place(problem, rules)
    heading(f"{safe(file)}:{line}: rule {safe(problem.rule)}")
    click.echo(f"  example   “{safe(problem.example)}”")
    click.echo(f"  expected  {safe(problem.expected)}")
    click.echo(f"  got       {safe(problem.got)}")
    click.echo()
