"""Where a line may be cut: after sentences, and where notices begin without a mark before them."""

from __future__ import annotations

import pytest

from ingest.articles.blocks import from_text
from ingest.articles.notices.sentences import canonical, inside_quotes, pieces, segments


def cut(text: str) -> list[str]:
    line = canonical(text)
    return [text[piece.start : piece.end] for piece in pieces(line)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Rain is expected", "© Pier Notes"],
        ["부두 소식", "ⓒ부두신문", "무단 전재 및 재배포 금지"],
        ["She left in May", "(c) 2020 Pier Notes"],
        ["© 2024 港新聞社", "無断転載を禁じます。"],
        ["© Pier Notes 2024", "Mehr zum Thema"],
        ["All Rights Reserved", "No part of it may be copied"],
    ],
)
def test_a_notice_begins_without_a_mark_before_it(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


@pytest.mark.parametrize("mark", ["-", "|", "·", "●", ".", "。", "，", "、", "۔"])
def test_a_sentence_begins_behind_all_the_white_space_before_it(mark: str) -> None:
    last = cut(f"It rained {mark}   The quay flooded.")[-1]
    assert last.strip(" ●") == "The quay flooded."
    assert not last.startswith(" ")


def test_a_mark_of_words_left_out_is_a_sentence_though_no_space_parts_it() -> None:
    assert cut("It rained.[…]The quay flooded.") == ["It rained.", "[…]", "The quay flooded."]


@pytest.mark.parametrize("mark", ["[…]", "[...]", "… ", "..."])
def test_a_summary_that_was_cut_ends_where_the_pointer_to_the_rest_begins(mark: str) -> None:
    before, pointer = "The council met to discuss the", "Read more"
    assert cut(f"{before} {mark.strip()} {pointer}") == [before, mark.strip(), pointer]


@pytest.mark.parametrize(
    "text",
    [
        "Copyright © Pier Notes",
        "Der Text erschien am 3. Mai 2021 im Hafenblatt",
        "All photographs © Pier Notes",
        "Foto: der Kai am Morgen © Ann Poe",
        "The sign © is older than the web",
        "First (a) Ann, then (b) Bo, then (c) Cy went home",
        "© Pier Notes 2024 Alle Rechte vorbehalten",
        "© Pier Notes 2024 GmbH",
        "They met […]and talked",
        "Nordkai GmbH & Co. KG und Partner",
        "© 2024 Rufpost Sp. z o.o. Wszelkie prawa zastrzeżone",
    ],
)
def test_what_belongs_together_is_one_sentence(text: str) -> None:
    assert cut(text) == [text]


def test_a_line_of_credits_is_as_many_lines() -> None:
    text = (
        "来源：新华社　作者：王小明\nText: Anna Lis, Foto: Jan Wilk/dpa | Video: Bo Ek\nShe said: photo: no."
    )
    assert [line.original for line in segments(from_text(text))] == [
        "来源：新华社",
        "作者：王小明",
        "Text: Anna Lis,",
        "Foto: Jan Wilk/dpa",
        "Video: Bo Ek",
        "She said: photo: no.",
    ]


@pytest.mark.parametrize("opened", ['He said: "', "Sie sagt: „", "Dice: «", "彼は「", "題は『"])
def test_speech_is_open_until_its_mark_closes_it(opened: str) -> None:
    text = canonical(opened + "x")
    assert inside_quotes(text, len(text))


@pytest.mark.parametrize("closed", ['He said: "x"', "Sie sagt: „x“", "Dice: «x»", "彼は「x」", "題は『x』"])
def test_speech_ends_at_its_closing_mark(closed: str) -> None:
    assert not inside_quotes(canonical(closed), len(closed))
