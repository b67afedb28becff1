"""Credit lines of the world taken apart: people, agencies, libraries, and words that name nobody."""

from __future__ import annotations

import pytest

from ingest.articles.notices import credits
from ingest.records import FieldValue


@pytest.mark.parametrize(
    ("credit", "fields"),
    [
        ("Ulla Brandt/imago", {"authors": ("Ulla Brandt",), "agency": "imago"}),
        ("picture alliance / Ulla Brandt", {"authors": ("Ulla Brandt",), "agency": "picture alliance"}),
        ("Ulla Brandt on Unsplash", {"authors": ("Ulla Brandt",), "copyright_holder": "Unsplash"}),
        ("ANTARA FOTO/Ulla Brandt", {"authors": ("Ulla Brandt",), "agency": "ANTARA FOTO"}),
        ("Ulla Brandt – laif", {"authors": ("Ulla Brandt",), "agency": "laif"}),
        ("Jana Malá, ČTK", {"authors": ("Jana Malá",), "agency": "ČTK"}),
        ("Elif Demir / İHA", {"authors": ("Elif Demir",), "agency": "İHA"}),
        ("Анна Белова / РИА Новости", {"authors": ("Анна Белова",), "agency": "РИА Новости"}),
        ("Canadian Press", {"agency": "Canadian Press"}),
        ("田中健一／共同通信", {"authors": ("田中健一",), "agency": "共同通信"}),
        ("김하나 박두리/연합뉴스", {"authors": ("김하나", "박두리"), "agency": "연합뉴스"}),
        ("安娜·贝尔/路透社", {"authors": ("安娜·贝尔",), "agency": "路透社"}),
        ("the Harbour Museum", {"agency": "Harbour Museum"}),
        ("House of Lanterns", {"agency": "House of Lanterns"}),
        ("Ann Poe for The Pier", {"authors": ("Ann Poe",), "agency": "The Pier"}),
        ("Ann Poe und Mirko Sael/dpa", {"authors": ("Ann Poe", "Mirko Sael"), "agency": "dpa"}),
        ("Ann Poe, Mirko Sael/dpa", {"authors": ("Ann Poe", "Mirko Sael"), "agency": "dpa"}),
        ("Ann Poe / Lamp Publishing/Alamy", {
            "authors": ("Ann Poe",), "agency": "Lamp Publishing", "copyright_holder": "Alamy"}),
        ("Ann Poe/Pier Novosti/Alamy", {
            "authors": ("Ann Poe",), "agency": "Pier Novosti", "copyright_holder": "Alamy"}),
        ("Ann Poe, Pier Novosti", {"authors": ("Ann Poe",), "agency": "Pier Novosti"}),
        ("Ann Poe/AFP via Getty Images", {
            "authors": ("Ann Poe",), "agency": "AFP", "copyright_holder": "Getty Images"}),
        ("picture alliance/dpa | Jens Petersen", {"authors": ("Jens Petersen",), "agency": "dpa"}),
        ("stock.adobe.com/Lampert", {"authors": ("Lampert",), "copyright_holder": "stock.adobe.com"}),
        ("iStock/Getty Images", {"agency": "iStock/Getty Images"}),
        ("Ann Poe/Flickr (CC BY 2.0)", {"authors": ("Ann Poe",), "copyright_holder": "Flickr"}),
        ("NASA/JPL-Caltech/MSSS", {"agency": "NASA/JPL-Caltech/MSSS"}),
        ("NASA/Ann Poe", {"authors": ("Ann Poe",), "agency": "NASA"}),
        ("@annpoe/Instagram", {"authors": ("@annpoe",), "agency": "Instagram"}),
    ],
)  # fmt: skip
def test_a_picture_is_credited_to_people_agencies_and_libraries(
    credit: str, fields: dict[str, FieldValue] | None
) -> None:
    assert credits.of_image(credit) == fields


@pytest.mark.parametrize(
    "credit", ["DR", "D.R.", "privat", "zVg", "Divulgação", "Archivo", "Archives", "file photo", "handout", "网络",
               "CC BY 2.0", "public domain"],
)  # fmt: skip
def test_a_credit_may_name_nobody(credit: str) -> None:
    assert credits.of_image(credit) == {}


@pytest.mark.parametrize(
    "credit", ["Ann Poe/privat", "Ann Poe (DR)", "courtesy of Ann Poe", "Archiv/Ann Poe"]
)
def test_words_that_name_nobody_are_left_out_beside_a_name(credit: str) -> None:
    assert credits.of_image(credit) == {"authors": ("Ann Poe",)}


def test_a_sentence_before_an_agency_is_no_credit() -> None:
    assert credits.of_image("The ferries will sail again from Monday noon on — Reuters") is None


@pytest.mark.parametrize(
    ("byline", "fields"),
    [
        ("Ann Poe, Associated Press", {"authors": ("Ann Poe",), "agency": "Associated Press"}),
        ("Ann Poe Associated Press", {"authors": ("Ann Poe",), "agency": "Associated Press"}),
        ("Ann Poe, Staff Writer", {"authors": ("Ann Poe",)}),
        ("the AP", {"agency": "AP"}),
        ("Ann Poe, Political Correspondent", {"authors": ("Ann Poe",)}),
        ("Ulla Brandt, Herausgeberin", {"authors": ("Ulla Brandt",)}),
        ("Ann Poe @annpoe, apoe@pier.example", {"authors": ("Ann Poe",)}),
        ("Ann Poe, Bo Ek & Cy Roe", {"authors": ("Ann Poe", "Bo Ek", "Cy Roe")}),
        ("Par Claire Moreau", {"authors": ("Claire Moreau",)}),
        ("José Ortega y Gasset, Lucía Torres y Pablo Castillo", {
            "authors": ("José Ortega y Gasset", "Lucía Torres", "Pablo Castillo")}),
        ("Anna Lis oraz Piotr Wilk", {"authors": ("Anna Lis", "Piotr Wilk")}),
        ("Олена Коваль і Тарас Бондар", {"authors": ("Олена Коваль", "Тарас Бондар")}),
        ("Άννα Λέκκα και Νίκος Ρήγας", {"authors": ("Άννα Λέκκα", "Νίκος Ρήγας")}),
        ("Aino Laine ja Pekka Salo", {"authors": ("Aino Laine", "Pekka Salo")}),
        ("Elif Demir ve Can Kaya", {"authors": ("Elif Demir", "Can Kaya")}),
        ("王小明 李华", {"authors": ("王小明", "李华")}),
        ("记者 王小明", {"authors": ("王小明",)}),
        ("田中 健一", {"authors": ("田中 健一",)}),
        ("김하나·박두리 기자", {"authors": ("김하나", "박두리")}),
        ("ジョン・スミス", {"authors": ("ジョン・スミス",)}),
    ],
)  # fmt: skip
def test_a_byline_names_its_authors_and_the_agency_after_them(
    byline: str, fields: dict[str, FieldValue]
) -> None:
    assert credits.of_byline(byline) == fields


def test_a_text_credit_tells_agencies_from_people() -> None:
    said = credits.of_text("Ann Poe, Reuters and Canadian Press")
    assert said == {"authors": ("Ann Poe",), "agency": ("Reuters", "Canadian Press")}
