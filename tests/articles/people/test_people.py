"""Author fields as feeds and pages write them: who is a person, an agency, a desk, nobody."""

from __future__ import annotations

import pytest

# What the field says -> the persons; in brackets behind them, agencies as "AP!", desks and outlets as "Desk?".
from ingest.articles.people import author_fields as people
from ingest.articles.people import capitals

# What the field says -> the persons; in brackets behind them, agencies as "AP!", desks and outlets as "Desk?".
CASES = """
Ann Poe -> Ann Poe
  Ann   Poe  -> Ann Poe
By Ann Poe -> Ann Poe
by ann poe -> ann poe
BY ANN POE -> Ann Poe
By: Ann Poe -> Ann Poe
Written by Ann Poe -> Ann Poe
Story by Ann Poe and photos by Bo Ek -> Ann Poe; Bo Ek
Posted by Ann Poe -> Ann Poe
Words by Ann Poe -> Ann Poe
Guest post by Ann Poe -> Ann Poe
Author: Ann Poe -> Ann Poe
Ann Poe, Bo Ek and Cy Roe -> Ann Poe; Bo Ek; Cy Roe
Ann Poe, Bo Ek, and Cy Roe -> Ann Poe; Bo Ek; Cy Roe
Ann Poe; Bo Ek -> Ann Poe; Bo Ek
Ann Poe / Bo Ek -> Ann Poe; Bo Ek
Ann Poe | Bo Ek -> Ann Poe; Bo Ek
Ann Poe & Bo Ek -> Ann Poe; Bo Ek
Ann Poe &amp; Bo Ek -> Ann Poe; Bo Ek
Ann Poe with Bo Ek -> Ann Poe; Bo Ek
Ann Poe • Bo Ek -> Ann Poe; Bo Ek
Ann and Robert Poe -> Ann Poe; Robert Poe
Ann Poe, Ann Poe -> Ann Poe
Marks and Spencer -> Marks and Spencer?
ann@paper.example (Ann Poe) -> Ann Poe
Ann Poe <ann@paper.example> -> Ann Poe
Ann Poe (ann@paper.example) -> Ann Poe
"Ann Poe" <ann@paper.example> -> Ann Poe
mailto:ann@paper.example (Ann Poe) -> Ann Poe
Ann Poe ann@paper.example -> Ann Poe
ann@paper.example -> -
noreply@blogger.example (Unknown) -> -
noreply@blogger.example (Ann Poe) -> Ann Poe
desk@paper.example (The Paper Newsroom) -> The Paper Newsroom?
admin -> -
Administrator -> -
webmaster -> -
Staff -> -
staff writer -> -
Editor -> -
Editorial Team -> -
The Editors -> -
News Desk -> -
Web Desk -> -
Newsroom -> -
Contributor -> -
Guest Author -> -
Anonymous -> -
Unknown -> -
N/A -> -
null -> -
Press Release -> -
Sponsored Content -> -
Multiple Authors -> -
Super User -> -
Gull Point Ledger Staff -> Gull Point Ledger Staff?
Harbour News Desk -> Harbour News Desk?
The Gull Point Ledger -> The Gull Point Ledger?
Gull Media GmbH -> Gull Media GmbH?
ledger.example -> ledger.example?
Associated Press -> Associated Press!
The Associated Press -> Associated Press!
Reuters -> Reuters!
AFP -> AFP!
Reuters Staff -> Reuters!
ERIC TUCKER Associated Press -> Eric Tucker; Associated Press!
By ANN POE, Associated Press -> Ann Poe; Associated Press!
By ANN POE Harbour Post -> Ann Poe; Harbour Post?
ANN POE The Gull Point Ledger Staff Writer -> Ann Poe; Gull Point Ledger?
GULL MEDIA Harbour Post -> GULL MEDIA Harbour Post?
By ANN POE and BO EK, Associated Press -> Ann Poe; Bo Ek; Associated Press!
By Ann Poe, AP Business Writer -> Ann Poe; AP!
By Ann Poe Associated Press Writer -> Ann Poe; Associated Press!
Ann Poe (AP) -> Ann Poe; AP!
Ann Poe - AP -> Ann Poe; AP!
Ann Poe/AFP -> Ann Poe; AFP!
Ann Poe for The Associated Press -> Ann Poe; Associated Press!
Ann Poe of the Associated Press -> Ann Poe; Associated Press!
Ann Poe, dpa -> Ann Poe; dpa!
Von Ann Poe, dpa -> Ann Poe; dpa!
Associated Press reporter Ann Poe -> Ann Poe; Associated Press!
AP writer Ann Poe -> Ann Poe; AP!
PTI -> PTI!
Ann Poe, CNN -> Ann Poe; CNN?
Ann Poe, The Gull Gazette -> Ann Poe; The Gull Gazette?
Ann Poe of the Gull Gazette -> Ann Poe; Gull Gazette?
Ann Poe for KFF Health News -> Ann Poe; KFF Health News?
Ann Poe | Gull Gazette -> Ann Poe; Gull Gazette?
Ann Poe, Staff Writer -> Ann Poe
Ann Poe Staff Writer -> Ann Poe
Ann Poe, senior political correspondent -> Ann Poe
Staff Writer Ann Poe -> Ann Poe
Ann Poe, Editor-in-Chief -> Ann Poe
Ann Poe, White House Correspondent -> Ann Poe
Ann Poe is a reporter at the Ledger -> Ann Poe
Ann Poe in Rome -> Ann Poe
Ann Poe in Rome and Bo Ek in Oslo -> Ann Poe; Bo Ek
Ann Poe, PhD -> Ann Poe
Ann Poe, Ph.D., and Bo Ek, M.D. -> Ann Poe; Bo Ek
Dr. Ann Poe -> Dr. Ann Poe
John Poe, Jr. -> John Poe Jr.
John Poe III -> John Poe III
Poe, Ann -> Ann Poe
Poe, Ann M. -> Ann M. Poe
Ann Poe @annpoe -> Ann Poe
Ann Poe (@annpoe) -> Ann Poe
@annpoe -> @annpoe
/u/kestrel -> /u/kestrel
kestrel_77 -> kestrel_77
Kestrel2849 -> Kestrel2849
Technical Editor -> -
Primary Author -> -
Assistant Editor Ann Poe -> Ann Poe
Kestrel -> Kestrel
Follow Ann Poe -> Ann Poe
Ann Poe Follow on Twitter -> Ann Poe
View all posts by Ann Poe -> Ann Poe
Ann Poe, May 4, 2021 -> Ann Poe
Ann Poe 5 min read -> Ann Poe
Ann Poe | Published 2021-05-04 -> Ann Poe
About the author Ann Poe -> Ann Poe
https://www.facebook.com/annpoe -> -
www.paper.example/ann -> -
Click here to subscribe to our newsletter -> -
Emily Post -> Emily Post
Frank Church -> Frank Church
Gabriel García Márquez -> Gabriel García Márquez
José Ortega y Gasset -> José Ortega y Gasset
Ludwig van Beethoven -> Ludwig van Beethoven
Ursula von der Leyen -> Ursula von der Leyen
Von der Leyen -> Von der Leyen
Mary-Jane O'Neill -> Mary-Jane O'Neill
Rym Momtaz, Ann Poe -> Rym Momtaz; Ann Poe
Von Ann Pohl -> Ann Pohl
Von Ann Pohl und Bernd Eck -> Ann Pohl; Bernd Eck
Ann Pohl, Bernd Eck und Cem Rot -> Ann Pohl; Bernd Eck; Cem Rot
Ein Gastbeitrag von Ann Pohl -> Ann Pohl
Autorin: Ann Pohl -> Ann Pohl
Ann Pohl, Redakteurin -> Ann Pohl
Redaktion -> -
Redaktion Küstenblatt -> Redaktion Küstenblatt?
Ann Pohl (Text) und Bernd Eck (Foto) -> Ann Pohl; Bernd Eck
Par Anne Poule -> Anne Poule
Par Anne Poule et Luc Mer -> Anne Poule; Luc Mer
Propos recueillis par Anne Poule -> Anne Poule
Anne Poule avec AFP -> Anne Poule; AFP!
Anne Poule, envoyée spéciale -> Anne Poule
La rédaction -> -
Por Ana Paz -> Ana Paz
Por Ana Paz y Luis Mar -> Ana Paz; Luis Mar
Ana Paz e Inés Mar -> Ana Paz; Inés Mar
Texto de Ana Paz -> Ana Paz
Ana Paz, corresponsal en Roma -> Ana Paz
Redacción -> -
EFE -> EFE!
Ana Paz | EFE -> Ana Paz; EFE!
Por Ana Paz, da Folhapress -> Ana Paz; Folhapress!
Ana Paz e João Mar -> Ana Paz; João Mar
Da Redação -> -
Redação -> -
di Anna Pozzo -> Anna Pozzo
di Anna Pozzo e Luca Mare -> Anna Pozzo; Luca Mare
Di Marco -> Di Marco
a cura di Anna Pozzo -> Anna Pozzo
Redazione ANSA -> ANSA!
Redazione -> -
Door Anna Pool -> Anna Pool
Door Anna Pool en Bas Meer -> Anna Pool; Bas Meer
Door onze redactie -> -
ANP -> ANP!
Av Anna Pål -> Anna Pål
Anna Pål och Bo Ek -> Anna Pål; Bo Ek
Af Anna Pål og Bo Ek -> Anna Pål; Bo Ek
Anna Palo ja Eero Meri -> Anna Palo; Eero Meri
Autor: Anna Pola -> Anna Pola
Anna Pola i Jan Morski -> Anna Pola; Jan Morski
Anna Pola, Jan Morski, PAP -> Anna Pola; Jan Morski; PAP!
Redakcja -> -
Anna Polová a Jan Mořský -> Anna Polová; Jan Mořský
Автор: Анна Поле -> Анна Поле
Анна Поле и Иван Море -> Анна Поле; Иван Море
Анна ПОЛЕ, Иван МОРЕ -> Анна Поле; Иван Море
Редакция -> -
ТАСС -> ТАСС!
Анна Поле, корреспондент -> Анна Поле
Анна Поле та Іван Море -> Анна Поле; Іван Море
Yazan: Ayşe Deniz -> Ayşe Deniz
Ayşe Deniz ve Can Kaya -> Ayşe Deniz; Can Kaya
AYŞE IŞIK -> Ayşe Işık
Haber Merkezi -> -
Anadolu Ajansı -> Anadolu Ajansı!
Άννα Πόλου και Γιάννης Μώρος -> Άννα Πόλου; Γιάννης Μώρος
作者：王小明 -> 王小明
记者 王小明 -> 王小明
王小明 李华 -> 王小明; 李华
王小明、李华 -> 王小明; 李华
王小明和李华 -> 王小明; 李华
新华社记者王小明 -> 王小明; 新华社!
本报记者王小明 -> 王小明
新华社 -> 新华社!
安娜·贝尔 -> 安娜·贝尔
编辑部 -> -
文・田中健一 -> 田中健一
田中健一 -> 田中健一
田中 健一 -> 田中 健一
田中健一、山本花子 -> 田中健一; 山本花子
田中健一と山本花子 -> 田中健一; 山本花子
田中健一（編集委員） -> 田中健一
ジョン・スミス -> ジョン・スミス
共同通信 -> 共同通信!
編集部 -> -
김하나 기자 -> 김하나
김하나·박두리 기자 -> 김하나; 박두리
김하나 기자 hana@paper.example -> 김하나
연합뉴스 -> 연합뉴스!
글 김하나 -> 김하나
온라인뉴스팀 -> -
بقلم: أحمد علي -> أحمد علي
كتب: أحمد علي -> أحمد علي
أحمد علي ومحمد حسن -> أحمد علي; محمد حسن
أحمد علي، محمد حسن -> أحمد علي; محمد حسن
أحمد وليد -> أحمد وليد
هيئة التحرير -> -
रवि कुमार -> रवि कुमार
रवि कुमार और अनिल शर्मा -> रवि कुमार; अनिल शर्मा
लेखक: रवि कुमार -> रवि कुमार
वेब डेस्क -> -
पीटीआई -> पीटीआई!
דנה כהן ויוסי לוי -> דנה כהן; יוסי לוי
Oleh Budi Santoso -> Budi Santoso
Budi Santoso dan Siti Aminah -> Budi Santoso; Siti Aminah
Nguyễn Văn An và Trần Thị Bình -> Nguyễn Văn An; Trần Thị Bình
"""


def told(field: str) -> str:
    named = people.read(field)
    parts = (
        *named.people,
        *(f"{name}!" for name in named.agencies),
        *(f"{name}?" for name in named.organisations),
    )
    return "; ".join(parts) or "-"


@pytest.mark.parametrize("case", CASES.strip("\n").splitlines(), ids=lambda case: case.strip())
def test_an_author_field_is_told_apart(case: str) -> None:
    field, _, expected = case.rpartition(" -> ")
    assert told(field) == expected


def test_a_field_that_is_read_reads_the_same_again() -> None:
    for case in CASES.strip("\n").splitlines():
        for name in people.read(case.rpartition(" -> ")[0]).people:
            assert people.read(name).people == (name,), name


@pytest.mark.parametrize(
    "long",
    ["Ann Poe, " * 100, "x" * 5000, "((((" * 70, "a/" * 140, "and " * 70, "By " * 90, "staff writer " * 23],
)
def test_a_field_without_end_names_nobody_it_should_not(long: str) -> None:
    assert len(people.read(long).people) <= 35


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("ERIC TUCKER", "Eric Tucker"),
        ("JEAN-PIERRE O'BRIEN", "Jean-Pierre O'Brien"),
        ("SEAN MCDONALD", "Sean McDonald"),
        ("JAN VAN DER BERG", "Jan van der Berg"),
        ("MARIA DE LA CRUZ", "Maria de la Cruz"),
        ("J.D. VANCE", "J.D. Vance"),
        ("JOHN POE III", "John Poe III"),
        ("JOHN POE JR.", "John Poe Jr."),
        ("Jean DUPONT", "Jean Dupont"),
        ("JP Ann Poe", "JP Ann Poe"),
        ("AYŞE IŞIK", "Ayşe Işık"),
        ("İBRAHİM YILMAZ", "İbrahim Yılmaz"),
        ("ΓΙΩΡΓΟΣ ΠΑΠΑΣ", "Γιωργος Παπας"),
        ("ИВАН ПЕТРОВ", "Иван Петров"),
        ("ÖZGE ÇELİK", "Özge Çelik"),
        ("NASA", "NASA"),
        ("Ann Poe", "Ann Poe"),
        ("ann poe", "ann poe"),
        ("王小明", "王小明"),
    ],
)
def test_capitals_are_shown_as_names_are_written(written: str, shown: str) -> None:
    assert capitals.shown(written) == shown
