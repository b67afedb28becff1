"""Notices in a document: found by the catalogue's rules, cut from the text, put back into it.

`find` is pure and takes linear time. Its notices do not overlap, stand in order, and quote the source text.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest.articles.notices import meanings
from ingest.articles.notices.catalogue import Catalogue
from ingest.articles.notices.evidence import Setting, foreign, holds
from ingest.articles.notices.matching import (
    QUOTED_PENALTY,
    candidates,
    extended,
    is_cited,
    judge,
    rest,
    waited,
)
from ingest.articles.notices.outranked import Candidate
from ingest.articles.notices.sentences import Segment, pieces, segments
from ingest.articles.notices.whitespace import clean, rebuild, with_white_space
from ingest.records import Document, FieldValue, Notice, NoticeKind, Source

__all__ = ["ALL_KINDS", "THRESHOLD", "Explanation", "clean", "explain", "find", "rebuild"]

THRESHOLD = 0.5
RECORDED_FROM = 0.25  # less sure than this is not worth recording
ALL_KINDS = frozenset(NoticeKind)


def find(
    document: Document,
    source: Source,
    catalogue: Catalogue,
    *,
    threshold: float = THRESHOLD,
    cut_kinds: frozenset[NoticeKind] = ALL_KINDS,
) -> tuple[Notice, ...]:
    """The notices of `document`, in order.

    Those at least as sure as `threshold` and of a kind in `cut_kinds` are cut from the clean text; others are
    recorded with `cut=False`.
    """
    setting = Setting(segments(document), source)
    chosen = _choose(setting, catalogue, threshold)
    notices = [
        Notice(
            kind=one.rule.kind,
            start=one.start,
            end=one.end,
            quote=document.text[one.start : one.end],
            rule=one.rule.id,
            confidence=one.confidence,
            fields=one.fields,
            cut=one.confidence >= threshold and one.rule.kind in cut_kinds,
        )
        for one in chosen
    ]
    return with_white_space(document.text, notices)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one rule made of one place.

    verdict: `cut` (a notice, cut from the text), `recorded` (a notice, left in the text), `joined` (part of the
    notice before it), `overruled` (another rule explains these words better), `unsure` (too little speaks for
    it), `incomplete` (only part of a sentence), `refused` (the rule's own conditions do not hold).
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
    *,
    threshold: float = THRESHOLD,
    cut_kinds: frozenset[NoticeKind] = ALL_KINDS,
) -> Iterator[Explanation]:
    """Every rule whose words stand somewhere, in text order, and why it did or did not cut."""
    setting = Setting(segments(document), source, near_misses=True)
    found = _weighed(setting, catalogue, threshold)
    chosen = _select(found, setting, threshold)
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
            verdict, why = _as_notice(notice, threshold, cut_kinds)
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


def _as_notice(one: Candidate, threshold: float, cut_kinds: frozenset[NoticeKind]) -> tuple[str, str]:
    if one.confidence < threshold:
        return "recorded", f"less sure than {threshold:.2f}, from which notices are cut: left in the text"
    if one.rule.kind not in cut_kinds:
        return "recorded", f"the setting extract.cut_kinds leaves the kind {one.rule.kind} in the text"
    return "cut", f"at least as sure as {threshold:.2f}, from which notices are cut"


def _as_near_miss(one: Candidate, chosen: Iterable[Candidate], setting: Setting) -> tuple[str, str]:
    """Verdict and reason of a candidate that is no notice."""
    if one.refusal:
        unmet = () if one.void else (c for c in one.rule.when if not holds(c, one.match, setting))
        return "refused", next((f"needs `{c}`: {meanings.of_condition(c)}" for c in unmet), one.refusal)
    if one.confidence < RECORDED_FROM:
        return "unsure", f"too little speaks for it: notices are recorded from {RECORDED_FROM:.2f} on"
    better = next((c for c in chosen if c.start < one.end and one.start < c.end), None)
    if better is None:
        return "incomplete", "it ends at a comma or dash, and the rest of the sentence is no notice"
    if better.rule.kind is one.rule.kind in _MERGING and better.start < one.start and one.end <= better.end:
        return "joined", f"part of one notice with the words before it, found by {better.rule.id}"
    told = f"{better.rule.id} ({better.confidence:.2f})"
    return "overruled", f"{told} explains these words better: it is surer, or covers more"


def _weights(one: Candidate, setting: Setting) -> dict[str, float]:
    """What made up the confidence of a candidate."""
    weights = {"rule": one.rule.confidence}
    weights |= {name: weight for name, weight in one.rule.boost.items() if holds(name, one.match, setting)}
    if is_cited(one.match.line):
        weights["quoted"] = -QUOTED_PENALTY
    if penalty := foreign(one.rule.id, one.match, setting):
        weights["foreign"] = -penalty
    return weights


def _choose(setting: Setting, catalogue: Catalogue, threshold: float) -> list[Candidate]:
    return _select(_weighed(setting, catalogue, threshold), setting, threshold)


def _weighed(setting: Setting, catalogue: Catalogue, threshold: float) -> list[Candidate]:
    """All candidates, those that depend on their neighbours judged again once the sure ones are known."""
    index = catalogue.index(latin=setting.latin)
    found, waiting = candidates(setting, index)
    if not (found or waiting):
        return found
    sure = [one for one in _select(found, setting, threshold) if one.confidence >= threshold]
    setting.beside = _in_and_beside(sure)
    kinds: defaultdict[int, set[NoticeKind]] = defaultdict(set)
    for one in sure:
        for line in _lines_of(one):
            kinds[line].add(one.rule.kind)
    setting.kinds = kinds
    for one in found:
        if one.waits:
            judge(one, setting)
    found += waited(waiting)
    found += rest(setting, index)
    return found


def _in_and_beside(notices: Iterable[Candidate]) -> frozenset[int]:
    return frozenset(
        near for one in notices for line in _lines_of(one) for near in (line - 1, line, line + 1)
    )


def _lines_of(one: Candidate) -> range:
    last = one.match.last_line or one.match.line
    return range(one.match.line.index, last.index + 1)


def _select(found: Iterable[Candidate], setting: Setting, threshold: float) -> list[Candidate]:
    """The best set that does not overlap, in order: surer and longer ones first."""
    usable = [one for one in found if not one.refusal and one.confidence >= RECORDED_FROM]
    usable.sort(key=lambda c: (c.confidence < threshold, -c.score, c.start, c.rule.id))
    chosen = _apart(usable)
    kept = _without_half_sentences(chosen, setting, threshold)
    if len(kept) < len(chosen):  # those that the dropped ones beat get their chance
        dropped = {id(one) for one in chosen} - {id(one) for one in kept}
        chosen = _apart([one for one in usable if id(one) not in dropped])
        kept = _without_half_sentences(chosen, setting, threshold)
    chosen = _merged(kept, setting)
    taken = {line for one in chosen for line in _lines_of(one)}
    chosen = [extended(one, setting, taken) for one in chosen]
    chosen.sort(key=lambda c: c.start)
    return chosen


def _apart(usable: Iterable[Candidate]) -> list[Candidate]:
    """Those that overlap none before them."""
    chosen: list[Candidate] = []
    spans: list[tuple[int, int]] = []  # of the chosen, sorted
    for one in usable:
        place = bisect(spans, (one.start, one.end))
        clear_before = place == 0 or spans[place - 1][1] <= one.start
        if clear_before and (place == len(spans) or one.end <= spans[place][0]):
            spans.insert(place, (one.start, one.end))
            chosen.append(one)
    return chosen


_MERGING = frozenset(
    {
        NoticeKind.SUBSCRIBE_PROMO,
        NoticeKind.DONATION_APPEAL,
        NoticeKind.EDITORIAL_NOTE,
        NoticeKind.AUTHOR_BIO,
        NoticeKind.AGGREGATOR_FURNITURE,
        NoticeKind.COPYRIGHT,
        NoticeKind.CONTRIBUTORS,
    }
)


def _merged(chosen: Iterable[Candidate], setting: Setting) -> list[Candidate]:
    """One notice of neighbouring sentences, or halves of one, that do one thing: a bio, an appeal, a correction."""
    merged: list[Candidate] = []
    for one in sorted(chosen, key=lambda c: c.start):
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.rule.kind is one.rule.kind
            and one.rule.kind in _MERGING
            and last.match.line is one.match.line
            and not one.match.line.text[last.match.end : one.match.start].strip(" -")
        ):
            match = replace(last.match, end=one.match.end)
            fields = {**one.fields, **last.fields}
            sure = max(last.confidence, one.confidence)
            merged[-1] = replace(last, end=one.end, match=match, fields=fields, confidence=sure)
        else:
            merged.append(one)
    return merged


def _without_half_sentences(
    chosen: Sequence[Candidate], setting: Setting, threshold: float
) -> list[Candidate]:
    """Drop those that end at a clause mark unless notices cover the whole of that sentence."""
    soft_lines = {one.match.line.index for one in chosen if one.soft}
    if not soft_lines:
        return list(chosen)
    kept: list[Candidate] = [one for one in chosen if not one.soft]
    for index in soft_lines:
        line = setting.lines[index]
        here = [one for one in chosen if one.match.line is line and one.confidence >= threshold]
        soft = [one for one in chosen if one.soft and one.match.line is line]
        last = max(one.match.end for one in soft)
        broken = [
            (start, end) for start, end in _hard_sentences(line, last) if not _covered(line, start, end, here)
        ]
        for one in soft:
            if not any(one.match.start < end and one.match.end > start for start, end in broken):
                kept.append(one)
    return kept


def _hard_sentences(line: Segment, until: int) -> Iterator[tuple[int, int]]:
    """Those that begin before `until`."""
    start: int | None = None
    for piece in pieces(line.text):
        if start is None and piece.start >= until:
            return
        start = piece.start if start is None else start
        if not piece.soft_end:
            yield start, piece.end
            start = None
    if start is not None:
        yield start, len(line.text)


def _covered(line: Segment, start: int, end: int, chosen: Iterable[Candidate]) -> bool:
    spans = sorted((one.match.start, one.match.end) for one in chosen)
    at = start
    for span_start, span_end in spans:
        if span_end <= at or span_start >= end:
            continue
        if any(char.isalnum() for char in line.text[at:span_start]):
            return False
        at = span_end
    return not any(char.isalnum() for char in line.text[at:end])
