"""What the story tells of a notice is no notice."""

from __future__ import annotations

import pytest

from ingest.articles.blocks import from_text
from ingest.articles.notices import catalogue, find, reported
from ingest.articles.notices.find import Explanation
from ingest.records import Source

# A notice, and the clause behind it with which a story tells it.
TOLD = [
    ("Reproduction prohibited", ", read the sign by the fresco."),
    ("No part of this article may be reproduced without permission", ", the caretaker told the children."),
    ("Nachdruck verboten", ", stand auf dem vergilbten Blatt."),
    ("Jede Verwendung der Texte ist ohne Genehmigung untersagt", ", so der Wirt am Pier."),
    ("Prohibida la reproducción", ", rezaba el letrero de la iglesia."),
    ("Prohibida su reproducción total o parcial", ": así empezaba la pintada del muelle."),
    ("Prohibida la reproducció", ", deia el rètol del museu."),
    ("Proibida a reprodução", ", dizia a placa na porta do museu."),
    ("Toute reproduction est interdite", ", répétait le gardien aux écoliers."),
    ("Riproduzione vietata", ", diceva il cartello davanti all'affresco."),
    ("Kopiowanie zabronione", ", głosiła tabliczka przy obrazie."),
    ("Kopírování zakázáno", ", hlásala cedule u obrazu."),
    ("Копирование запрещено", ", гласила табличка у входа."),
    ("Kopiering förbjuden", ", stod det på skylten."),
    ("Kopiering forbudt", ", stod der på skiltet."),
]


def explained(text: str) -> list[Explanation]:
    source = Source(body=text, is_html=False)
    return list(find.explain(from_text(text), source, catalogue.load()))


@pytest.mark.parametrize(("notice", "clause"), TOLD)
def test_a_notice_of_which_a_clause_says_who_says_it_stays(notice: str, clause: str) -> None:
    alone = [one.verdict for one in explained(f"It rains.\n{notice}.")]
    assert "cut" in alone
    told = explained(f"It rains.\n{notice}{clause}")
    assert "cut" not in [one.verdict for one in told]


def test_explain_tells_what_that_took_from_the_confidence() -> None:
    (near_miss,) = explained("Reproduction prohibited, read the sign by the fresco.")
    assert near_miss.weights["told"] == -0.5


@pytest.mark.parametrize(
    "words",
    [
        "Subscribe to the Pier Letter, read more stories and share them.",
        "Puede reproducir este texto, recuerda citar la fuente.",
        "The reprint desk, open on weekdays, grants permission.",
        "© 2021 Pier Notes, der Verlag, so weit nicht anders angegeben.",
    ],
)
def test_what_a_notice_asks_of_its_reader_is_not_told(words: str) -> None:
    assert not reported.is_told(words)
