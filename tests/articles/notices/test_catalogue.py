"""The catalogue: every rule's own examples, and the errors a rule writer meets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ingest.articles import blocks
from ingest.articles.notices import catalogue, check, composing, find, kept
from ingest.articles.notices.rule import Rule
from ingest.errors import CatalogueError
from ingest.records import Source

GOOD = """
[[rule]]
id = "x"
kind = "byline"
pattern = 'penned by <authors>'
examples = [{ text = "Penned by Ann Poe", fields = { authors = ["Ann Poe"] } }]
"""


def test_every_example_and_counter_example_of_every_rule_holds() -> None:
    problems = check.check(catalogue.load())
    assert not problems, "\n".join(map(str, problems))


def test_every_rule_file_is_about_acts_of_known_kinds_and_ids_are_unique() -> None:
    rules = catalogue.load().rules
    assert len({rule.id for rule in rules}) == len(rules)
    assert {rule.kind for rule in rules} >= {"appeared_first", "copyright", "license", "removal_contact"}


def with_rule(tmp_path: Path, text: str) -> catalogue.Catalogue:
    (tmp_path / "acme.toml").write_text(text, encoding="utf-8")
    return catalogue.from_files([catalogue.RULES / "any.toml", tmp_path / "acme.toml"])


def test_a_deployments_own_rule_is_loaded_and_its_examples_are_checked(tmp_path: Path) -> None:
    rules = with_rule(tmp_path, GOOD)
    assert "acme.x" in {rule.id for rule in rules.rules}
    assert check.check(rules) == []


def test_an_example_that_does_not_hold_is_reported_with_its_rule(tmp_path: Path) -> None:
    wrong = GOOD.replace('authors = ["Ann Poe"]', 'authors = ["Bo Ek"]')
    (problem,) = check.check(with_rule(tmp_path, wrong))
    assert problem.rule == "acme.x"
    assert "Ann Poe" in problem.cause


def test_the_version_changes_with_any_rule(tmp_path: Path) -> None:
    before = with_rule(tmp_path, GOOD).version
    assert with_rule(tmp_path, GOOD.replace("penned", "written")).version != before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule", "not TOML"),
        ("[rules]\nx = 1", "unknown table"),
        (GOOD.replace("byline", "bylines"), "kind = 'bylines'"),
        (GOOD.replace("<authors>", "<writers>"), "unknown field <writers>"),
        (GOOD.replace("<authors>", "{nobody}"), "unknown piece {nobody}"),
        (GOOD.replace("penned by", "penned (by"), "a bracket is never closed"),
        (GOOD + GOOD, "the id stands already"),
        (GOOD.replace("pattern", "patern"), "no `pattern`"),
        (GOOD + 'when = ["full moon"]', "unknown condition 'full moon'"),
        (GOOD + "colour = 1", "unknown key `colour`"),
        ("[pieces]\na = '{b}'\nb = '{a}'", "contains itself"),
        (GOOD + 'fields = { original_url = "@frist.href" }', "there are @first.href"),
        (GOOD + 'fields = { publisher = "=titel" }', "no field is called 'titel'"),
    ],
)
def test_a_wrong_rule_is_an_error_that_names_file_cause_and_next_step(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        with_rule(tmp_path, text)
    message = str(caught.value)
    assert "acme.toml" in message
    assert said in message
    assert "mend" in message or "a file holds" in message


@pytest.mark.parametrize("name", ["harbour.v2.toml", "two words.toml"])
def test_a_file_whose_name_cannot_begin_an_id_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(GOOD)
    with pytest.raises(CatalogueError, match=r"before \.toml; rename it"):
        catalogue.load(tmp_path)


def test_what_an_editor_leaves_beside_a_file_is_no_rule_file(tmp_path: Path) -> None:
    (tmp_path / ".#acme.toml").symlink_to("root@host.1234:99")
    assert "acme.x" in {rule.id for rule in with_rule(tmp_path, GOOD).rules}


def test_a_rule_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").mkdir()
    with pytest.raises(CatalogueError, match=r"acme\.toml: cannot be read: Is a directory; mend"):
        catalogue.load(tmp_path)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("Բոլոր իրավունքները պաշտպանված են", "Բոլոր իրավունքները պաշտպանված են։"),  # Armenian
        ("መብቱ በሕግ የተጠበቀ ነው", "መብቱ በሕግ የተጠበቀ ነው።"),  # Amharic
        ("မူပိုင်ခွင့် ရယူထားသည်", "မူပိုင်ခွင့် ရယူထားသည်။"),  # Burmese
        ("წყარო: <publisher>", "წყარო: ნეტგაზეთი"),  # Georgian
    ],
)
def test_scripts_without_rules_of_ours_can_have_some(tmp_path: Path, pattern: str, text: str) -> None:
    kind = "original_source" if "<" in pattern else "copyright"
    fields = ', fields = { publisher = "ნეტგაზეთი" }' if "<" in pattern else ""
    rule = f"[[rule]]\nid = 'x'\nkind = '{kind}'\npattern = '{pattern}'\nexamples = [{{ text = '{text}'{fields} }}]"
    assert check.check(with_rule(tmp_path, rule), {str(tmp_path / "acme.toml")}) == []


def test_ones_own_pieces_change_no_rule_that_is_shipped(tmp_path: Path) -> None:
    (tmp_path / "any.toml").write_text("[pieces]\ndate = '(?:today|tomorrow)'\n")
    (tmp_path / "acme.toml").write_text(GOOD.replace("penned by", "penned {date} by"))
    shipped = catalogue.load().rules
    for rules in (catalogue.load(tmp_path).rules, catalogue.with_files(tmp_path.iterdir()).rules):
        assert {rule.id: rule.patterns for rule in rules} == {
            **{rule.id: rule.patterns for rule in shipped},
            "acme.x": next(rule.patterns for rule in rules if rule.id == "acme.x"),
        }
        assert "today|tomorrow" in str(next(rule.patterns for rule in rules if rule.id == "acme.x"))


def test_a_hint_may_name_pieces(tmp_path: Path) -> None:
    hinted = "[pieces]\npen = '(?:penned|written)'\n" + GOOD + "hint = '{pen} by'"
    assert check.check(with_rule(tmp_path, hinted)) == []


def test_a_missing_directory_of_rules_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no such directory"):
        catalogue.load(tmp_path / "nowhere")


def test_the_catalogue_loads_fast_enough_for_a_command_line() -> None:
    code = (
        "import time\nfrom ingest.articles.notices import catalogue\n"
        "began = time.process_time(); catalogue.load(); print(time.process_time() - began)"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert float(told.stdout) < 4  # a third of a second where nothing else runs


def test_rules_of_other_scripts_are_loaded_with_the_first_text_that_has_other_letters() -> None:
    shipped = catalogue.load().rules
    latin = [rule for rule in shipped if rule.id.startswith("en.")]
    japanese = [rule for rule in shipped if rule.id.startswith("ja.")]
    asked = []

    def others() -> list[Rule]:
        asked.append("others")
        return japanese

    rules = catalogue.Catalogue(latin, "1", others)
    for text, cut in (
        ("© 2026 Pier Notes", ""),
        ("写真：共同通信社", "others"),
        ("写真：時事通信社", "others"),
    ):
        find.find(blocks.from_text(text), Source(text, is_html=False), rules)
        assert "".join(asked) == cut, "once, and not before"
    (one,) = find.find(blocks.from_text("写真：共同通信社"), Source("", is_html=False), rules)
    assert one.rule.startswith("ja.")


OWN = """
[[rule]]
id = "{name}"
kind = "byline"
pattern = '{pattern}'
confidence = 0.9
"""


def test_own_rules_for_latin_letters_do_not_open_those_of_other_scripts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acme.toml").write_text(OWN.format(name="x", pattern="penned by <authors>"), "utf-8")
    asked = []
    recall = kept.recall

    def told(version: str, *, others: bool) -> tuple[Rule, ...] | None:
        asked.append(others)
        return recall(version, others=others)

    monkeypatch.setattr(kept, "recall", told)
    rules = catalogue.load(tmp_path)
    assert asked == [False]
    for text, rule in (("Penned by Ann Poe", "acme.x"), ("写真：共同通信社", "ja.photo")):
        (one,) = find.find(blocks.from_text(text), Source(text, is_html=False), rules)
        assert one.rule.startswith(rule)
    assert asked == [False, True]


@pytest.mark.parametrize(
    ("name", "pattern", "said"),
    [("x", "筆者(?=x)", "does not compile"), ("photo", "筆者", "ja.photo")],
)
def test_own_rules_of_other_scripts_are_checked_against_all(
    tmp_path: Path, name: str, pattern: str, said: str
) -> None:
    (tmp_path / "ja.toml").write_text(OWN.format(name=name, pattern=pattern), "utf-8")
    with pytest.raises(CatalogueError, match=said):
        catalogue.load(tmp_path)


def test_where_nothing_can_be_kept_rules_are_composed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setattr(kept, "_PLACE", tmp_path / "cache")
    compose, times = composing.compose, []

    def counted(*args: object, **named: object) -> object:
        times.append(1)
        return compose(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(composing, "compose", counted)
    rules = catalogue.load.__wrapped__()
    assert rules.whole.rules == catalogue.load().rules
    assert len(times) == 1


@pytest.mark.parametrize(
    "pattern", [r"signé \b(?:à|du) <authors>", r"signé\b à <authors>", r"\bsigné (?:à|du)\b <authors>"]
)
def test_a_word_boundary_beside_a_space_is_the_space(tmp_path: Path, pattern: str) -> None:
    """Beyond ASCII a boundary takes the sign beside the word: with the space taken twice such a rule found nothing."""
    (tmp_path / "acme.toml").write_text(OWN.format(name="x", pattern=pattern), "utf-8")
    rules = catalogue.load(tmp_path)
    (one,) = find.find(blocks.from_text("Signé à Ann Poe"), Source("", is_html=False), rules)
    assert one.rule == "acme.x"
