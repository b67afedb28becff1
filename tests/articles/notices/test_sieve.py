"""Which patterns are worth trying on a line: never too few, and seldom too many."""

from __future__ import annotations

import pytest

from ingest.articles.notices import atoms, catalogue, matching, patterns, rarity
from ingest.articles.notices.atoms import Atoms
from ingest.articles.notices.index import ANYWHERE
from ingest.articles.notices.rule import ANYTHING
from ingest.articles.notices.sieve import Sieve

PIECES = {"month": "(?:may|june)", "agency": "(?:ap|apa|reuters)", "any": ".+?", "some": "(?:[^.]{2,9})"}


def needed(pattern: str, **told: object) -> Atoms | None:
    return atoms.Reader(PIECES).atoms(pattern, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pattern", "head", "texts"),
    [
        ("penned by {any}", True, {"penned by"}),
        ("(?:penned|written) by", True, {"penned by", "written by"}),
        ("(?:the )?paper", True, {"paper", "the paper"}),
        ("{any} was penned in {month}", False, {" was penned"}),
        ("[Pp]enned", True, {"penned"}),
        ("photos?: {any}", True, {"photo: ", "photos: "}),
        ("{any}penned+", False, {"penned"}),
        ("{any}{agency}", False, {"ap", "apa", "reuters"}),
        (r"{any}\bpenned\b", False, {"penned"}),
        (r"{any}\x27\x{2019}penned", False, {"penned"}),
        (r"{any} first\npenned", False, {" first"}),
        ("ΠΗΓΗΣ {any}", True, {"πηγησ "}),
    ],
)
def test_a_pattern_needs_its_most_telling_words(pattern: str, head: bool, texts: set[str]) -> None:
    found = needed(pattern)
    assert found is not None
    assert head is not bool(found.texts)
    needs = found.heads if head else found.texts
    assert all(
        any(whole.startswith(text) for whole in texts) for text in needs
    )  # no longer than they need be
    assert len(needs) == len(texts)


@pytest.mark.parametrize(
    "pattern", [".+", "{any}", r"\d*", "[a-z]+", "(?:penned)?", "(?:penned|.*)", "[^x]", "{any} {any}"]
)
def test_a_pattern_that_may_be_anything_needs_nothing(pattern: str) -> None:
    assert needed(pattern) is None


@pytest.mark.parametrize("pattern", ["penned (by", "penned) by", "{nobody}"])
def test_what_is_no_pattern_is_an_error(pattern: str) -> None:
    with pytest.raises(patterns.PatternError):
        needed(pattern)


def test_of_several_words_the_rarest_are_sought() -> None:
    found = needed("{any} in {any} penned (?:at|by|for) {any}")
    assert found is not None
    assert found.texts == {" penned at ", " penned by ", " penned for"}
    many = needed(
        "{any}(?:" + "|".join(f"quay{letter}" for letter in "abcdefghijklmnopqrstuvwxyz") + ") {any} zebras"
    )
    assert many is not None
    assert all("zebras" in text for text in many.texts), "one word is rarer than six and twenty"


@pytest.mark.parametrize("pattern", [r"{any}, \d+", "{any}, [0-9]{2}", "{any}[0-9]+", "{any}, [0-9]"])
def test_a_digit_is_needed_whichever_it_is(pattern: str) -> None:
    found = needed(pattern)
    assert found is not None
    assert set("0123456789") in (found.texts, *found.others, *map(set, found.common))


def test_an_escaped_character_is_no_digits() -> None:
    found = needed(r"{any}\x27{any} penned")
    assert found is not None
    assert not any("27" in text for texts in (found.texts, *found.others, *found.common) for text in texts)


def test_what_all_alternatives_need_is_needed_beside_the_best_of_each() -> None:
    found = needed(r"{any} (?:january \d+|february \d+)")
    assert found is not None
    assert set("0123456789") in map(set, found.common)


def test_the_rest_of_a_word_is_no_word() -> None:
    """A long stretch is taken apart where alternatives make it too many; "ce" of "licence" stands in no text alone."""
    found = needed("{any}open government licen[cs]e")
    assert found is not None
    assert not any(
        rarity.is_word(text) for texts in (found.texts, *found.others, *found.common) for text in texts
    )


def test_of_a_hint_the_words_are_needed_too() -> None:
    found = needed("{any}, {any}", hint="newsletter")
    assert found is not None
    assert all("newsletter".startswith(text) for text in found.texts)


def sieve(*atoms: Atoms, runs: bool = True, needs: int = 0) -> Sieve:
    return Sieve(atoms, [runs] * len(atoms), [needs] * len(atoms))


def atoms_of(
    *texts: str,
    heads: tuple[str, ...] = (),
    others: tuple[tuple[str, ...], ...] = (),
    common: tuple[tuple[str, ...], ...] = (),
) -> Atoms:
    return Atoms(frozenset(texts), frozenset(heads), tuple(map(frozenset, others)), common)


def test_a_head_is_sought_where_sentences_begin_and_after_marks() -> None:
    one = sieve(atoms_of(heads=("penned by",)))
    assert one.sift("Penned by Ann. It was penned by Bo.", [0, 15]) == {0: [0]}
    assert one.sift("It is. ** Penned by Ann", [0, 7]) == {0: [1]}


def test_a_match_of_a_line_begins_with_the_line() -> None:
    one = sieve(atoms_of(heads=("penned by",)), runs=False)
    assert one.sift("Penned by Ann. It is.", [0, 15]) == {0: None}
    assert one.sift("| Penned by Ann", [2]) == {0: None}
    assert one.sift("It is. Penned by Ann.", [0, 7]) == {}


def test_where_a_beginning_is_known_atoms_alone_are_not_enough() -> None:
    one = sieve(atoms_of("penned", heads=("it was",)))
    assert one.sift("Rain. It was late. Ann penned it.", [0, 6, 19]) == {0: [1]}
    assert one.sift("Ann penned it. It was late.", [0, 15]) == {}
    assert one.sift("Ann penned it.", [0]) == {}


def test_a_match_begins_at_most_sixteen_sentences_before_its_atoms() -> None:
    one = sieve(atoms_of("penned"))
    starts = list(range(0, 90, 3))
    assert one.sift("Hm " * 29 + "penned", starts) == {0: list(range(14, 30))}


def test_a_short_atom_is_a_word_and_not_a_part_of_one() -> None:
    one = sieve(atoms_of("ap"))
    assert one.sift("The apple gap (AP) fell.", [0]) == {0: (0,)}
    assert one.sift("It fell. The apple gap (AP) fell.", [0, 9]) == {0: range(2)}
    assert one.sift("The apple gap", [0]) == {}


def test_other_atoms_must_stand_in_the_line_too() -> None:
    common = atoms_of("penned", common=(("(", "["),))
    rare = atoms_of("penned", others=(("one", "two", "three", "four", "five"),))
    assert list(sieve(common, rare).sift("Penned (by four)", [0])) == [0, 1]
    assert list(sieve(common, rare).sift("Penned by six", [0])) == []


def test_a_pattern_is_left_out_where_what_it_needs_is_missing() -> None:
    by_atom, by_head = atoms_of("penned"), atoms_of(heads=("penned",))
    for one in (
        sieve(by_atom, needs=0b101),
        sieve(by_head, needs=0b101),
        sieve(by_head, runs=False, needs=0b101),
    ):
        assert list(one.sift("Penned by Ann.", [0], 0b010)) == [0]
        assert list(one.sift("Penned by Ann.", [0], 0b100)) == []


def test_white_space_and_letter_case_do_not_matter() -> None:
    one = sieve(atoms_of("πηγησ x"))
    assert one.sift("ΠΗΓΗΣ   X", [0]) == {0: (0,)}


def test_no_example_of_any_rule_is_lost_in_the_sieve() -> None:
    """Patterns tried on every example of every third rule, and the sieve asked: two or three letters aside, no less."""
    rules = catalogue.load().whole
    lost = []
    for number, rule in list(enumerate(rules.rules))[::3]:
        for example in rule.examples:
            for line in example.text.splitlines():
                hits = matching.hits(line, rules)
                for which in range(len(rule.patterns)):
                    raw = line.encode()
                    compiled = rules.compiled(number, which)
                    spans = compiled.match(ANYWHERE, raw)
                    tried = spans is not None and spans[0] == (0, len(raw))
                    sieved = rule.patterns[which] != ANYTHING and (number, which) not in rules.resting
                    if tried and sieved and (number, which) not in hits:
                        lost.append((rule.id, which, line))
    assert lost == []
