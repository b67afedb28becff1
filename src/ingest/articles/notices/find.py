"""Notices in a document: found by the catalogue's rules, cut from the text, put back into it.

`find` is pure and takes linear time. Its notices do not overlap, stand in order, and quote the source text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ingest.articles.notices import meanings
from ingest.articles.notices.catalogue import Catalogue
from ingest.articles.notices.choosing import MERGING, RECORDED_FROM, lines_of, select
from ingest.articles.notices.cutting import USUAL, Cutting
from ingest.articles.notices.evidence import Setting, foreign, holds
from ingest.articles.notices.matching import (
    QUOTED_PENALTY,
    TOLD_PENALTY,
    candidates,
    is_cited,
    is_told,
    judge,
    rest,
    waited,
)
from ingest.articles.notices.outranked import Candidate
from ingest.articles.notices.sentences import segments
from ingest.articles.notices.whitespace import clean, rebuild, with_white_space
from ingest.records import Document, FieldValue, Notice, NoticeKind, Source

__all__ = ["Explanation", "clean", "explain", "find", "rebuild"]


def find(
    document: Document,
    source: Source,
    catalogue: Catalogue,
    cutting: Cutting = USUAL,
) -> tuple[Notice, ...]:
    """The notices of `document`, in order; those that `cutting` leaves in the text are recorded with `cut=False`."""
    setting = Setting(segments(document), source)
    chosen = select(_weighed(setting, catalogue, cutting.threshold), setting, cutting.threshold)
    notices = [
        Notice(
            kind=one.rule.kind,
            start=one.start,
            end=one.end,
            quote=document.text[one.start : one.end],
            rule=one.rule.id,
            confidence=one.confidence,
            fields=one.fields,
            cut=cutting.cuts(one.rule.kind, one.confidence),
        )
        for one in chosen
    ]
    return with_white_space(document.text, notices)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one rule made of one place.

    verdict: `cut` (a notice, cut from the text), `recorded` (a notice, left in the text), `joined` (part of the
    notice before it), `overruled` (another rule explains these words better), `unsure` (too little speaks for
    it), `incomplete` (only part of a sentence, or of a line that goes on with the story), `refused` (the rule's
    own conditions do not hold).
    `why` is the verdict's reason in words; `weights` what made up the confidence: the rule's own, then what its
    boosts added; none for a refused one.
    """

    line: int
    start: int
    end: int
    quote: str
    rule: str
    kind: NoticeKind
    confidence: float
    verdict: str
    why: str = ""
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_notice(self) -> bool:
        """Whether `find` gives this one."""
        return self.verdict in ("cut", "recorded")


def explain(
    document: Document,
    source: Source,
    catalogue: Catalogue,
    cutting: Cutting = USUAL,
) -> Iterator[Explanation]:
    """Every rule whose words stand somewhere, in text order, and why it did or did not cut."""
    setting = Setting(segments(document), source, near_misses=True)
    found = _weighed(setting, catalogue, cutting.threshold)
    chosen = select(found, setting, cutting.threshold)
    # Choosing makes new candidates of old ones, but what a match captured stays the very same mapping.
    became = {id(one.match.captured): one for one in chosen}
    told: set[tuple[str, int, int]] = set()
    for one in sorted(found, key=lambda c: (c.start, id(c.match.captured) not in became, -c.score)):
        notice = became.get(id(one.match.captured))
        result = notice or one
        place = (result.rule.id, result.start, result.end)
        if place in told:
            continue  # another wording of the same rule, in the same place
        told.add(place)
        if notice:
            verdict, why = _as_notice(notice, cutting)
        elif any(_is_within(one, longer) for longer in found):
            continue  # the same told of fewer sentences
        else:
            verdict, why = _as_near_miss(one, chosen, setting)
        yield Explanation(
            line=result.match.line.index,
            start=result.start,
            end=result.end,
            quote=document.text[result.start : result.end],
            rule=result.rule.id,
            kind=result.rule.kind,
            confidence=result.confidence,
            verdict=verdict,
            why=why,
            fields=result.fields,
            weights={} if one.refusal else _weights(one, setting),
        )


def _is_within(one: Candidate, longer: Candidate) -> bool:
    """Whether `longer` is a match of the same rule that begins in the same place and says more."""
    return longer.rule is one.rule and longer.start == one.start and longer.end > one.end


def _as_notice(one: Candidate, cutting: Cutting) -> tuple[str, str]:
    limit = f"{cutting.threshold:.2f}, from which notices are cut"
    if cutting.cuts(one.rule.kind, one.confidence):
        return "cut", f"at least as sure as {limit}"
    if one.confidence < cutting.threshold:
        return "recorded", f"less sure than {limit}: left in the text"
    return "recorded", f"the setting extract.cut_kinds leaves the kind {one.rule.kind} in the text"


_INCOMPLETE = {
    True: "it ends at a comma or dash, and the rest of the sentence is no notice",
    False: "it takes the rest of its line for granted, and not all of that is notices",
}


def _as_near_miss(one: Candidate, chosen: Iterable[Candidate], setting: Setting) -> tuple[str, str]:
    """Verdict and reason of a candidate that is no notice."""
    if one.refusal:
        unmet = () if one.void else (c for c in one.rule.when if not holds(c, one.match, setting))
        return "refused", next((f"needs `{c}`: {meanings.of_condition(c)}" for c in unmet), one.refusal)
    if one.confidence < RECORDED_FROM:
        return "unsure", f"too little speaks for it: notices are recorded from {RECORDED_FROM:.2f} on"
    better = next((c for c in chosen if c.start < one.end and one.start < c.end), None)
    if better is None:
        return "incomplete", _INCOMPLETE[one.soft]
    if better.rule.kind is one.rule.kind in MERGING and better.start < one.start and one.end <= better.end:
        return "joined", f"part of one notice with the words before it, found by {better.rule.id}"
    told = f"{better.rule.id} ({better.confidence:.2f})"
    return "overruled", f"{told} explains these words better: it is surer, or covers more"


def _weights(one: Candidate, setting: Setting) -> dict[str, float]:
    """What made up the confidence of a candidate."""
    weights = {"rule": one.rule.confidence}
    weights |= {name: weight for name, weight in one.rule.boost.items() if holds(name, one.match, setting)}
    if is_cited(one.match.line):
        weights["quoted"] = -QUOTED_PENALTY
    if is_told(one):
        weights["told"] = -TOLD_PENALTY
    if penalty := foreign(one.rule.id, one.match, setting):
        weights["foreign"] = -penalty
    return weights


def _weighed(setting: Setting, catalogue: Catalogue, threshold: float) -> list[Candidate]:
    """All candidates, those that depend on their neighbours judged again once the sure ones are known."""
    index = catalogue.index(latin=setting.latin)
    found, waiting = candidates(setting, index)
    if not (found or waiting):
        return found
    sure = [one for one in select(found, setting, threshold) if one.confidence >= threshold]
    setting.beside = _in_and_beside(sure)
    kinds: defaultdict[int, set[NoticeKind]] = defaultdict(set)
    for one in sure:
        for line in lines_of(one):
            kinds[line].add(one.rule.kind)
    setting.kinds = kinds
    for one in found:
        if one.waits:
            judge(one, setting)
    found += waited(waiting)
    found += rest(setting, index)
    return found


def _in_and_beside(notices: Iterable[Candidate]) -> frozenset[int]:
    return frozenset(near for one in notices for line in lines_of(one) for near in (line - 1, line, line + 1))
