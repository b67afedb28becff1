"""Which texts are found to be copies, and by what."""

from __future__ import annotations

from random import Random

import pytest

from ingest.articles.copies import fingerprints
from ingest.articles.copies.fingerprints import (
    MOST_KEPT,
    SHORTEST,
    WINDOW,
    compare,
    kept,
    relate,
    shingles,
    winnow,
    words,
)
from ingest.records import Containment, CopyRelation
from tests.articles.copies.copied import KINDS, Newsroom


def related(one: str, other: str) -> CopyRelation | None:
    return relate(compare(shingles(one), shingles(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The “river’s” banks – at 9 a.m.!", "the river's banks, at 9 A.M."),
        ("ﬁsh & chips\u00a0now", "fish chips now"),
        ("co\u00adop Straße", "coop STRASSE"),
        ("cafe\u0301", "café"),
    ],
    ids=["quotes and dashes", "ligatures and spaces", "soft hyphens and case", "composed accents"],
)
def test_words_are_the_same_however_two_sites_write_them(one: str, other: str) -> None:
    assert words(one) == words(other)


def test_vowel_signs_are_parts_of_words() -> None:
    assert words("हिन्दी में, خبَر שָׁלוֹם") == ["हिन्दी", "में", "خبَر", "שָׁלוֹם"]


def test_a_script_without_spaces_is_read_by_its_characters_whatever_punctuation_stands_between() -> None:
    assert words("東京で今日、発売") == words("東京で今日発売") == ["東京で今日発", "京で今日発売"]
    assert words("iPhoneは東京") == ["iphone", "は東京"]


@pytest.mark.parametrize(
    "script", ["一二三四五六七八九十百千万円時分秒年月日", "กขคงจฉชซญดตถทธนบปผพฟภมยรลวสหอ"]
)
def test_an_excerpt_is_found_in_a_script_without_spaces(script: str) -> None:
    dice = Random(script)
    told = "".join(dice.choices(script, k=900))
    assert set(fingerprints.fingerprints(told)) >= set(fingerprints.fingerprints(told[200:400]))
    assert related(told[200:400], told) is CopyRelation.EXCERPT_OF
    assert related("".join(dice.choices(script, k=400)), told) is None


@pytest.mark.parametrize("spread", [5, 10**9], ids=["many alike", "none alike"])
def test_winnowing_keeps_the_least_of_every_window(spread: int) -> None:
    dice = Random(spread)
    for length in range(1, 5 * WINDOW):
        hashes = [dice.randint(-spread, spread) for _ in range(length)]
        starts = range(max(1, length - WINDOW + 1))
        assert winnow(hashes) == {min(hashes[start : start + WINDOW]) for start in starts}
    assert winnow([]) == set()


def test_any_run_of_shared_words_leaves_a_fingerprint_that_both_texts_have() -> None:
    room = Newsroom(1)
    for _ in range(40):
        run = room.sentences(WINDOW + 4)
        texts = [f"{room.sentences(90)} {run} {room.sentences(70)}" for _ in range(2)]
        one, other = (set(fingerprints.fingerprints(text)) for text in texts)
        assert one & other


def test_sixty_words_of_a_long_story_are_found_in_it() -> None:
    room = Newsroom(2)
    for _ in range(20):
        told = " ".join(room.article()).split()
        start = room.dice.randrange(0, len(told) - 60)
        excerpt = " ".join(told[start : start + 60])
        assert set(fingerprints.fingerprints(excerpt)) <= set(fingerprints.fingerprints(" ".join(told)))
        assert compare(shingles(excerpt), shingles(" ".join(told))).of_one == 1.0


def test_the_number_kept_is_bounded_and_a_copy_keeps_the_same() -> None:
    room = Newsroom(3)
    told = room.sentences(12_000)
    ours = fingerprints.fingerprints(told)
    assert len(ours) == MOST_KEPT
    theirs = fingerprints.fingerprints(f"{room.sentences(40)} {told}")
    assert len(set(ours) & set(theirs)) > 0.98 * MOST_KEPT


def test_a_text_too_short_to_tell_has_none() -> None:
    words_ = [f"w{n}" for n in range(SHORTEST)]
    assert fingerprints.fingerprints(" ".join(words_[1:])) == ()
    assert len(fingerprints.fingerprints(" ".join(words_))) == 1


def test_hashes_fit_the_stores_column_and_know_the_order_of_words() -> None:
    told = " ".join(f"w{n}" for n in range(200))
    found = shingles(told)
    assert all(-(2**63) <= value < 2**63 for value in found)
    assert set(found).isdisjoint(shingles(" ".join(reversed(told.split()))))
    assert kept(found) == fingerprints.fingerprints(told)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "excerpt with footers"])
def test_a_copy_of_each_kind_is_one_and_another_report_of_the_affair_is_none(kind: str) -> None:
    room = Newsroom(len(kind), topics=3)
    told = [room.article() for _ in range(30)]
    for number, story in enumerate(told):
        copy = "\n".join(KINDS[kind](room, story))
        assert related("\n".join(story), copy) is not None
        assert related("\n".join(told[number - 1]), copy) is None


def test_what_the_lesser_text_is_to_the_greater() -> None:
    assert relate(Containment(95, 100, 400)) is CopyRelation.EXCERPT_OF
    assert relate(Containment(95, 400, 100)) is CopyRelation.EXCERPT_OF
    assert relate(Containment(380, 400, 410)) is CopyRelation.COPY_OF
    assert relate(Containment(260, 400, 410)) is CopyRelation.EDITED_FROM
    assert relate(Containment(180, 400, 410, spread=0.9)) is CopyRelation.EDITED_FROM
    assert relate(Containment(180, 400, 410, spread=0.5)) is None, "quotations stand in a few places"
    assert relate(Containment(30, 50, 800)) is None, "most of a brief may be a quotation"
    assert relate(Containment(12, 12, 800)) is None


def test_boilerplate_that_many_stories_have_makes_no_copy_and_hides_none() -> None:
    room = Newsroom(4)
    ours, theirs, footer = room.sentences(90), room.sentences(90), room.sentences(160)
    common = set(fingerprints.fingerprints(footer))
    one, other = shingles(f"{ours} {footer}"), shingles(f"{theirs} {footer}")
    assert relate(compare(one, other)) is not None
    assert relate(compare(one, other, common)) is None
    alone = compare(one, shingles(ours), common)
    assert relate(alone) is CopyRelation.COPY_OF
    assert alone.of_one > 0.8
