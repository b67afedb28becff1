"""Whether the story tells the words of a notice: "Reproduction prohibited, read the sign by the fresco."

It does where a clause behind them names who says so: a comma and a verb of saying ("…, decía el cartel", "…, stod det
på skylten"), in English with its subject before it as well. Notices speak for themselves.
"""

from __future__ import annotations

import re

from ingest.records import NoticeKind

SAYABLE = frozenset({
    NoticeKind.CONTRIBUTORS, NoticeKind.COPYRIGHT, NoticeKind.DONATION_APPEAL, NoticeKind.LICENSE,
    NoticeKind.REMOVAL_CONTACT, NoticeKind.SUBSCRIBE_PROMO, NoticeKind.USAGE_TERMS,
})  # fmt: skip
"""Kinds of which no notice has such a clause; corrections and bios do report what somebody said."""

# Right behind the comma, "_" for a space. Present forms that are imperatives, too, are left out: "…, recuerda citar".
_VERBS = """
    reads?_(?:the|an?|one)_(?:[\\w-]+_){0,2}(?:sign|notice|plaque|banner|label|poster|slogan|inscription|caption|leaflet)
    said says recalls recalled insists insisted jokes joked warns warned repeated explained

    sagt sagte hieß_es heißt_es lautet lautete stand_(?:auf|an|in|über|unter|da) steht_(?:auf|an|in|über|unter)
    erklärt erklärte erinnert erinnerte meint meinte scherzte warnte behauptete verteidigte teilte erzählt erzählte
    betont betonte schrieb wiederholte so_(?:der|die|das|ein|eine|er|sie|ihr|sein|hatte)

    rezaba decía dice dijo repetía insistía advertía advirtió recordaba contaba bromeaba explicaba explicó avisaba avisó
    deia repetia advertia recordava bromejava explicava
    dizia diz disse repetia insistia avisava avisou advertiu contava contou brincava explicou
    disait dit lisait-on lit-on répétait insistait prévenait rappelait racontait plaisantait expliquait affirmait plaida
    diceva disse recitava ripeteva insisteva avvertiva ricordava raccontava scherzava spiegava c'era_scritto si_leggeva

    zei zegt stond_(?:er|op|in|boven) staat_(?:er|op|in|boven) luidde grapte waarschuwde herinnert vertelde vertelt
    herhaalde aldus

    głosi głosiła głosił głosiło mówi mówił mówiła opowiada opowiadał opowiadała wspomina wspominał wspominała żartował
    żartowała tłumaczył tłumaczyła powtarzał powtarzała ostrzegał ostrzegała przekonywał
    stálo_na hlásala hlásal hlásalo říkal říkala vzpomíná vtipkoval opakoval opakovala vysvětloval varoval hovoril

    гласит гласила гласил гласило говорит говорил говорила вспоминает вспоминал вспоминала шутил шутила повторял
    повторяла рассказывает рассказывал рассказывала объяснял объясняла предупреждал уверял згадує жартував

    stod_det stod_der står_det står_der säger sade skämtade mindes upprepade varnade
    sagde siger spøgte gentog advarede sier husket spøkte fortalte forteller luki sanoi muistelee vitsaili
    diye yazıyordu yazıyor derdi diyordu anlatıyor
"""
_ENGLISH = (
    r"(?:the|my|his|her|their|our|he|she|they|an?) (?:[\w-]+ ){0,3}?"
    "(?:said|says|told|would say|recalls|recalled|repeated|joked|insisted|warned|explained|replied|announced)"
)
_THUS = (
    "so (?:begann|hieß|lautete|stand)|así (?:decía|empezaba|rezaba)|assim (?:começava|dizia)"
    "|ainsi (?:commençait|disait)|così (?:cominciava|diceva|recitava)"
)
_TOLD = re.compile(
    rf", (?:{_ENGLISH}|{'|'.join(_VERBS.split()).replace('_', ' ')})\b|[,:] (?:{_THUS})\b", re.IGNORECASE
)


def is_told(words: str) -> bool:
    """Whether a clause of `words` names who says the rest of them."""
    return _TOLD.search(words) is not None
