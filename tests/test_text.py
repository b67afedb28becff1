from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import encoded, internal_error, moment, one_line, storable, unescaped


def test_plain_text_comes_back_as_the_same_object():
    text = "Zeile eins\nZeile zwei\tmit Tab, émoji 😀 und 日本語"
    assert storable(text) is text


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("a\x00b", "ab"),
        ("a\x08b\x1bc\x7fd", "abcd"),
        ("a\x80b\x9fc", "abc"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("page one\x0cpage two", "page one\npage two"),
        ("line\x85next", "line\nnext"),
        ("keep\ttab\nand newline", "keep\ttab\nand newline"),
    ],
)
def test_controls_go_and_line_ends_become_newlines(given_text, expected):
    assert storable(given_text) == expected


def test_a_surrogate_pair_in_halves_becomes_its_character_and_a_lone_half_is_replaced():
    assert storable("smile \ud83d\ude00!") == "smile 😀!"
    assert storable("half \ud83d!") == "half \ufffd!"


@pytest.mark.parametrize("given_text", ["plain", "a\x00b", "NEL\x85", "half \ud83d", "smile \ud83d\ude00"])
def test_the_encoded_form_is_that_of_the_storable_text(given_text):
    assert encoded(given_text) == (storable(given_text), storable(given_text).encode())


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_whatever_comes_out_is_storable_and_stays_as_it_is(text):
    out = storable(text)
    out.encode("utf-8")
    assert not any((ord(c) < 32 and c not in "\t\n") or 127 <= ord(c) < 160 for c in out)
    assert storable(out) == out


def test_a_reference_of_too_many_digits_is_no_character():
    assert unescaped(f"AT&amp;T &#{'1' * 5000}; &#x{'1' * 5000}; &#233;") == "AT&T \ufffd \ufffd é"


def test_one_line_folds_white_space_and_marks_a_cut():
    assert one_line("  a\n\n b\u2028c\t d\x00 ") == "a b c d"
    assert one_line("abcdefgh", 5) == "abcd…"
    assert one_line("abcde", 5) == "abcde"
    assert one_line("", 5) == ""


def test_one_line_of_a_huge_text_is_quick_and_says_that_it_was_cut():
    text = "x" + " " * 50_000_000 + "y"
    started = time.process_time()
    assert one_line(text, 100) == "x…"
    assert time.process_time() - started < 0.5


@given(st.text(max_size=300), st.integers(min_value=2, max_value=30))
def test_one_line_never_exceeds_its_limit(text, limit):
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("Fri, 02 Jan 2026 03:04:05 GMT", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05+02:00", datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)),
    ],
)
def test_a_date_becomes_utc(text: str, named: datetime) -> None:
    assert moment(text) == named


@pytest.mark.parametrize("text", ["soon", "31/12/99", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"RFC 822|outside the years"):
        moment(text)


def test_a_fault_of_ours_is_told_on_one_line() -> None:
    assert (
        internal_error(ValueError("no such key:\n  'fog'\n"))
        == "internal error: ValueError: no such key: 'fog'"
    )
