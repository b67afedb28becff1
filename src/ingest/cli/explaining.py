"""`ingest rules explain`: a text with its notices marked in place, and why each rule did or did not fire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.face import Face, pass_face
from ingest.cli.output import heading, print_json, safe, safe_text
from ingest.cli.rule_files import find_rule, read_rules
from ingest.errors import IngestError, UsageError

if TYPE_CHECKING:
    from ingest.articles.notices.find import Explanation
    from ingest.records import Document, Source


@click.command()
@click.argument("what", metavar="[TEXT|FILE|URL|-]", default="-")
@click.option("--html/--text", "html", default=None, help="What the input is. Default: look.")
@click.option("--url", help="Address of the article; a footer's links are held against it.")
@click.option("--title", help="Title of the article, as the feed gives it.")
@click.option("--rule", "only", metavar="ID", help="Only what became of this rule.")
@click.option(
    "--with",
    "given",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Try a rule file that is not installed. May be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a candidate.")
@pass_face
def explain(
    face: Face,
    what: str,
    html: bool | None,
    url: str | None,
    title: str | None,
    only: str | None,
    given: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Show what the rules make of a text, and why.

    The source comes with each notice marked in place, then the rule, fields and confidence of each, then the
    near misses: rules whose words stand there and why they gave no notice. The argument is the text itself, a
    file, an http(s) address (read as a web page), or - for standard input (the default).

    \b
    Examples:
      ingest rules explain "This story first appeared in The Harbour Gazette."
      ingest rules explain story.html --rule en.originally-published
      ingest rules explain --with my-rules.toml story.txt
    """
    from ingest.articles.extract import read
    from ingest.articles.notices import check, find

    face.log()
    rules = read_rules(face, given).catalogue
    rule = find_rule(rules, only) if only else None
    document, _, source = read(
        _source(face, what, html=html, url=url, title=title), agent=face.settings.fetch.agent
    )
    told = find.explain(document, source, rules, face.cutting)
    found = [one for one in told if rule is None or one.rule == rule.id]
    if as_json:
        for one in found:
            print_json(_json(one))
        return
    _print_marked(document, found)
    if found:
        _print_found(found)
    elif rule is not None:
        click.echo(f"{safe(rule.id)}: {safe(check.why_silent(rule, document, rules))}.")
    else:
        click.echo("No rule's words stand in this text. docs/rules.md shows how to add a rule.")


# ------------------------------------------------------------------------------------------ the input


def _source(face: Face, what: str, *, html: bool | None, url: str | None, title: str | None) -> Source:
    from ingest import charset, sources
    from ingest.cli.extracting import read_all

    if what != "-" and not _is_address(what) and not _is_file(what):
        return sources.make(_as_text(what), html=html, url=url, title=title)
    ((_, got),) = read_all(face, (what,))
    if isinstance(got, str):
        raise IngestError(f"{what}: {got}")
    body, content_type, final_url = got
    source = sources.make(charset.to_text(body, content_type), html=html, url=url or final_url, title=title)
    # An address shows a page, also where its markup lacks what tells a page from a feed's fragment.
    return replace(source, is_page=source.is_html) if final_url else source


def _is_address(what: str) -> bool:
    return "://" in what and len(what.split()) == 1


def _is_file(what: str) -> bool:
    try:
        return Path(what).is_file()
    except OSError:  # too long for a name
        return False


def _as_text(what: str) -> str:
    """The argument as the text itself, unless it is most likely a file's name mistyped."""
    suffix = Path(what).suffix
    if len(what.split()) == 1 and ("/" in what or (suffix and suffix.isascii())):
        raise UsageError(
            f"{what}: no such file. An address begins with https://; one word of text comes by -."
        )
    return what


# ------------------------------------------------------------------------------------------ the output


def _json(one: Explanation) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "kind": one.kind,
        "verdict": one.verdict,
        "why": one.why,
        "start": one.start,
        "end": one.end,
        "line": one.line,
        "quote": one.quote,
        "fields": one.fields,
        "confidence": one.confidence if one.weights else None,
        "weights": one.weights,
    }


_COLOURS = {"cut": "yellow", "recorded": "cyan"}


def _print_marked(document: Document, found: Sequence[Explanation]) -> None:
    """The source text, each notice in double brackets with its number; in colour on a terminal."""
    if not document.text.strip():
        click.echo("(no text)")
    else:
        parts: list[str] = []
        at = 0
        for number, one in enumerate((one for one in found if one.is_notice), 1):
            parts.append(safe_text(document.text[at : one.start]))
            marked = f"[[{number}: {safe_text(one.quote)}]]"
            parts.append(click.style(marked, fg=_COLOURS[one.verdict]))
            at = one.end
        parts.append(safe_text(document.text[at:].rstrip()))
        click.echo("".join(parts))
    click.echo()


def _print_found(found: Sequence[Explanation]) -> None:
    notices = [one for one in found if one.is_notice]
    near = [one for one in found if not one.is_notice]
    heading(f"Notices ({len(notices)})")
    for number, one in enumerate(notices, 1):
        _print_one(one, f"{number}  {one.kind}, {one.verdict}")
        click.echo(f"      {safe(_confidence(one))}; {safe(one.why)}")
    if not notices:
        click.echo("  None.")
    if near:
        click.echo()
        heading(f"Near misses ({len(near)})")
    for one in near:
        _print_one(one, f"{one.kind}, {one.verdict}")
        if one.weights:
            click.echo(f"      {safe(_confidence(one))}")
        click.echo(f"      why: {safe(one.why)}")


def _print_one(one: Explanation, title: str) -> None:
    from ingest.text import one_line

    click.echo(f"  {title}")
    click.echo(f"      “{safe(one_line(one.quote, 300))}”")
    click.echo(f"      rule {safe(one.rule)}, characters {one.start}–{one.end}")
    for name, value in one.fields.items():
        click.echo(f"      {safe(name)}: {safe(value)}")


def _confidence(one: Explanation) -> str:
    boosts = [f"{weight:+.2f} {name}" for name, weight in one.weights.items() if name != "rule"]
    made = f" = {one.weights['rule']:.2f} of the rule, {', '.join(boosts)}" if boosts else ""
    return f"confidence {one.confidence:.2f}{made}"
