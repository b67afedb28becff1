"""`ingest rules list`, `show` and `test`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.articles.notices import catalogue
from ingest.articles.notices.rule import Rule
from ingest.cli import rules
from tests.cli.kinds import Ingest
from tests.cli.rule_samples import PENNED, install, objects, write

pytestmark = pytest.mark.usefixtures("few_rules")

# ------------------------------------------------------------------------------------------ list


def test_list_names_built_in_rules_and_those_of_the_deployment(ingest: Ingest) -> None:
    install()
    result = ingest("rules", "list")
    assert result.exit_code == 0
    rows = {row[0]: row[1:] for row in (line.split(maxsplit=6) for line in result.output.splitlines())}
    assert rows["harbour.penned"] == ["byline", "sentences", "0.90", "1", "1", "config/rules/harbour.toml"]
    assert rows["fi.wordpress-footer"][-1] == "fi.toml (built-in)"


def test_list_narrows_to_a_file_and_a_kind(ingest: Ingest) -> None:
    install()
    (rule,) = objects(ingest("rules", "list", "--lang", "harbour", "--kind", "courtesy_of", "--json").output)
    assert rule == {
        "id": "harbour.carried",
        "kind": "courtesy_of",
        "scope": "sentences",
        "confidence": 0.9,
        "examples": 1,
        "never": 0,
        "file": "config/rules/harbour.toml",
        "built_in": False,
    }


def test_a_list_that_is_empty_says_where_there_are_rules(ingest: Ingest) -> None:
    result = ingest("rules", "list", "--lang", "tlh", "--kind", "byline")
    assert result.exit_code == 0
    assert re.fullmatch(r"No rule fits\. There are some in: any, fi\.\n", result.output)


def test_an_unknown_kind_is_told_the_right_one(ingest: Ingest) -> None:
    result = ingest("rules", "list", "--kind", "licence")
    assert (result.exit_code, "Did you mean license?" in result.stderr) == (2, True)


# ------------------------------------------------------------------------------------------ show


def test_show_gives_the_rule_as_written_and_what_comes_of_it(ingest: Ingest) -> None:
    install()
    told = ingest("rules", "show", "harbour.penned").output
    first, second = PENNED.split("# a note on the next rule")
    assert first.strip() in told
    assert "note on the next" not in told
    assert "carried" not in told
    assert "config/rules/harbour.toml, line 2" in told
    assert "needs !heading: not: its block is a heading" in told
    assert "-0.80 when opening: " in told
    assert "authors: captured" in told
    assert "pattern 1: penned[ ]+in[ ]+the[ ]+harbour[ ]+by[ ]+(?P<authors>(?:.+?))" in told
    assert second.strip() in ingest("rules", "show", "harbour.carried").output


def test_show_lists_the_pieces_of_ones_own_shared_file(ingest: Ingest) -> None:
    write("[pieces]\nquay = '(?:quay|pier)'", "config/rules/any.toml")
    install("[[rule]]\nid = 'penned'\nkind = 'byline'\npattern = 'penned at the {quay} by <authors>'")
    (rule,) = objects(ingest("rules", "show", "harbour.penned", "--json").output)
    assert rule["pieces"] == {"quay": "(?:quay|pier)"}


def test_show_resolves_the_pieces_a_built_in_rule_names(ingest: Ingest, all_rules: tuple[Rule, ...]) -> None:
    (rule,) = objects(ingest("rules", "show", "en.originally-published", "--json").output)
    assert rule["pieces"]["released"].startswith("(?:appeared|")
    assert not re.search(r"\{[a-z_]", rule["patterns"][0])
    assert rule["written"].startswith('[[rule]]\nid = "originally-published"')
    assert rule["file"] == "en.toml"
    assert (catalogue.RULES / "en.toml").read_text("utf-8").split("\n")[rule["line"] - 1] == "[[rule]]"
    assert rule["examples"][0]["text"]
    assert rule["never"]


def test_show_takes_the_bare_id_where_one_file_has_it(ingest: Ingest) -> None:
    install()
    write(PENNED, "config/rules/pier.toml")
    assert ingest("rules", "show", "source-label").output.startswith("fi.source-label  wire_credit\n")
    several = ingest("rules", "show", "penned")
    assert several.exit_code == 2
    assert "2 rules are called so: harbour.penned, pier.penned" in several.stderr
    near = ingest("rules", "show", "harbour.pened")
    assert near.exit_code == 2
    assert "Did you mean harbour.penned" in near.stderr


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("rule = [{ id = 'r', kind = 'byline', pattern = 'by <authors>' }]", None),
        ("[pieces]\na = '''\n[[rule]]\n'''\n[[rule]]\nid = 'r'\nkind = 'byline'\npattern = 'x <authors>'", 5),
    ],
)
def test_show_copes_with_unusual_toml(ingest: Ingest, text: str, line: int | None) -> None:
    install(text)
    result = ingest("rules", "show", "harbour.r", "--json")
    (rule,) = objects(result.output)
    assert rule["kind"] == "byline"
    assert bool(rule["written"]) == bool(line)
    assert rule["line"] == (line or 1)


# ------------------------------------------------------------------------------------------ test


def test_all_rules_hold_with_those_of_the_deployment_among_them(
    ingest: Ingest, all_rules: tuple[Rule, ...]
) -> None:
    install()
    result = ingest("rules", "test")
    assert result.exit_code == 0, result.output
    told = re.fullmatch(r"(\d+) rules, (\d+) examples, all right\.\n", result.output)
    assert told
    assert int(told[1]) == len(all_rules) + 2
    assert int(told[2]) == sum(len(rule.examples) + len(rule.never) for rule in all_rules) + 3


def test_a_file_is_tested_before_it_is_installed(ingest: Ingest) -> None:
    result = ingest("rules", "test", write(PENNED))
    assert (result.exit_code, result.output) == (0, "2 rules, 3 examples, all right.\n")


@pytest.mark.parametrize(
    ("old", "new", "expected", "got"),
    [
        ('["Ann Poe"]', '["Bo Ek"]', "authors = ['Bo Ek']", "authors = ['Ann Poe']"),
        ('authors = ["Ann Poe"]', "", "no authors", "authors = ['Ann Poe']"),
        (
            "penned in the harbour by <",
            "penned at sea by <",
            "a notice of kind byline",
            "nothing; harbour.penned: its words stand nowhere in this text",
        ),
        (
            "\\nPenned",
            " It was penned",
            "a notice of kind byline",
            "pattern 1 matches 'penned in the harbour by A', but scope = 'sentences' wants a run of whole sentences",
        ),
        (
            "when = ",
            "hint = 'gale'\nwhen = ",
            "a notice of kind byline",
            "pattern 1 matches 'Penned in the harbour by A', but not its `hint`",
        ),
        (
            '"!heading"',
            '"heading"',
            "a notice of kind byline",
            "refused, needs `heading`: its block is a heading",
        ),
        (
            "A letter penned",
            "A letter. Penned",
            "all of it stays",
            "harbour.penned cuts 'Penned in the harbour by Ann Poe was found.'",
        ),
        ('fields = { a', "quote = 'by Ann', fields = { a", "'by Ann' is cut", "'Penned in the harbour by Ann Poe.' is"),
    ],
)  # fmt: skip
def test_a_failure_says_where_and_what_was_expected_and_got(
    ingest: Ingest, old: str, new: str, expected: str, got: str
) -> None:
    wrong = PENNED.replace(old, new, 1).replace("by <authors>'", "by <authors>(?: was found)?'")
    file = write(wrong)
    result = ingest("rules", "test", file)
    assert result.exit_code == 1
    assert "harbour.toml:2: rule harbour.penned" in result.output
    assert f"expected  {expected}" in result.output
    assert got in result.output.partition("got ")[2]
    assert result.stderr.endswith("2 rules, 3 examples, 1 failure.\n")
    (problem,) = objects(ingest("rules", "test", "--json", file).stdout)
    assert (problem["rule"], problem["file"], problem["line"]) == ("harbour.penned", file, 2)


def test_a_rule_that_fits_everything_fills_a_screen_and_no_more(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "_FAILURES_SHOWN", 1)
    install()
    greedy = "[[rule]]\nid = 'greedy'\nkind = 'tracking'\npattern = '.+'\nnever = ['Rain.']\nexamples = ['A']"
    result = ingest("rules", "test", write(greedy, "pier.toml"))
    assert result.stdout.count("  example ") == 1
    assert result.stdout.startswith("pier.toml:1: rule pier.greedy")
    assert "Only the first 1 failures are shown: --json gives all." in result.stderr
    assert len(objects(ingest("rules", "test", "--json", "pier.toml").stdout)) > 1


def test_a_rule_that_spoils_others_is_told_which(ingest: Ingest) -> None:
    install()
    greedy = (
        "[[rule]]\nid = 'greedy'\nkind = 'tracking'\npattern = 'a letter.+'\nexamples = ['A letter came.']"
    )
    result = ingest("rules", "test", write(greedy, "pier.toml"))
    assert result.exit_code == 1
    assert result.output.count("rule ") == 1
    assert "config/rules/harbour.toml:2: rule harbour.penned" in result.output
    assert "pier.greedy cuts 'A letter penned in the harbour by Ann Poe was found.'" in result.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule", "not TOML"),
        (PENNED.replace("[[rule]]", "[rule]", 1).partition("# a note")[0], "in two brackets"),
        (PENNED.replace("by <authors>", "[by"), "pattern 1 does not compile: missing ]"),
        (PENNED.replace("by <authors>", "by(e{3,2})?"), "pattern 1 does not compile: invalid repetition"),
        (PENNED.replace('["!heading"]', '"!heading"'), "rule penned: `when` must be a list of texts"),
        (PENNED + "confidence = 95", "rule carried: `confidence` must be a number from 0 to 1"),
        (PENNED + "span = true", "`span` must be a whole number"),
        (PENNED + "boost = { last = 'much' }", "`boost` must be a table of numbers"),
        (PENNED + "fields = { via = 3 }", "`fields` must be a table of texts"),
        (PENNED.replace("{ text = ", "{ text = 3, quote = "), "`examples` must be a list of texts, or of"),
        (PENNED.replace("{ text", "{ kind = 'poem', text"), "the kind of an example is 'poem'; known:"),
        ("[pieces]\na = 3", "[pieces] holds names with a pattern each"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_one_line_and_exit_2(ingest: Ingest, text: str, said: str) -> None:
    result = ingest("rules", "test", write(text))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("ingest: harbour.toml: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_files_that_are_not_there_are_exit_2(ingest: Ingest) -> None:
    Path("empty").mkdir()
    for file, said in {"missing.toml": "cannot be read", "empty": "no rule file (*.toml) in it"}.items():
        result = ingest("rules", "test", file)
        assert result.exit_code == 2
        assert f"ingest: {file}: {said}" in result.stderr


def test_a_new_version_of_an_installed_file_is_tested_in_its_place(ingest: Ingest) -> None:
    install()
    for file in (write(PENNED), "config/rules/harbour.toml", "./config/rules"):
        assert ingest("rules", "test", file).output == "2 rules, 3 examples, all right.\n"


def test_a_built_in_file_is_tested_alone(ingest: Ingest) -> None:
    result = ingest("rules", "test", str(catalogue.RULES / "fi.toml"))
    assert result.exit_code == 0, result.output
    wanted = (catalogue.RULES / "fi.toml").read_text("utf-8").count("[[rule]]")
    assert result.output.startswith(f"{wanted} rules, ")


def test_a_rule_without_examples_is_noted(ingest: Ingest) -> None:
    result = ingest("rules", "test", write("[[rule]]\nid = 'x'\nkind = 'tracking'\npattern = 'beep boop'"))
    assert result.exit_code == 0
    assert "rule harbour.x has no examples" in result.stderr
    assert result.stdout == "1 rule, 0 examples, all right.\n"


@pytest.mark.parametrize("command", [("show",), ("explain", "It rained.", "--rule")])
def test_what_a_feed_taught_is_told_apart_from_a_rule(ingest: Ingest, command: tuple[str, ...]) -> None:
    result = ingest("rules", *command, "learned:57524d0000000000")
    assert result.exit_code == 2
    assert "`ingest rules learned FEED` shows what a feed taught." in result.stderr
