"""Notices in a document: found by the catalogue's rules, cut from the text, put back into it.

`find` is pure and takes linear time. Its notices do not overlap, stand in order, and quote the source text.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.articles.notices.catalogue import Catalogue
from ingest.articles.notices.evidence import Setting
from ingest.articles.notices.matching import Candidate, candidates, extended, judge
from ingest.articles.notices.sentences import Segment, pieces, segments
from ingest.articles.notices.whitespace import clean, rebuild, with_white_space
from ingest.records import Document, Notice, NoticeKind, Source

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
    """What one rule made of one place. `verdict`: "cut", "recorded", or why it is no notice."""

    line: int
    start: int
    end: int
    quote: str
    rule: str
    kind: NoticeKind
    confidence: float
    verdict: str


def explain(
    document: Document, source: Source, catalogue: Catalogue, *, threshold: float = THRESHOLD
) -> Iterator[Explanation]:
    """Every rule whose words stand somewhere, in text order, and why it did or did not cut."""
    setting = Setting(segments(document), source)
    found = _weighed(setting, catalogue, threshold)
    chosen = {
        (one.rule.id, one.match.line.index, one.match.start) for one in _select(found, setting, threshold)
    }
    for one in sorted(found, key=lambda c: (c.start, -c.score)):
        if one.refusal:
            verdict = one.refusal
        elif (one.rule.id, one.match.line.index, one.match.start) not in chosen:
            verdict = "too unsure" if one.confidence < RECORDED_FROM else "gave way to a surer or longer one"
        else:
            verdict = "cut" if one.confidence >= threshold else "recorded"
        quote = document.text[one.start : one.end]
        yield Explanation(
            one.match.line.index,
            one.start,
            one.end,
            quote,
            one.rule.id,
            one.rule.kind,
            one.confidence,
            verdict,
        )


def _choose(setting: Setting, catalogue: Catalogue, threshold: float) -> list[Candidate]:
    return _select(_weighed(setting, catalogue, threshold), setting, threshold)


def _weighed(setting: Setting, catalogue: Catalogue, threshold: float) -> list[Candidate]:
    """All candidates, those that depend on their neighbours judged again once the sure ones are known."""
    found = candidates(setting, catalogue)
    if not any(_depends_on_neighbours(one) for one in found):
        return found
    sure = [one for one in _select(found, setting, threshold) if one.confidence >= threshold]
    setting.beside = _in_and_beside(sure)
    setting.bios = frozenset(
        line for one in sure if one.rule.kind is NoticeKind.AUTHOR_BIO for line in _lines_of(one)
    )
    return [judge(one, setting) if _depends_on_neighbours(one) else one for one in found]


def _depends_on_neighbours(one: Candidate) -> bool:
    conditions = {*one.rule.boost, *one.rule.when}
    return not one.void and bool(conditions & {"beside", "bio_line"})


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
    chosen: list[Candidate] = []
    spans: list[tuple[int, int]] = []  # of the chosen, sorted
    for one in usable:
        place = bisect(spans, (one.start, one.end))
        clear_before = place == 0 or spans[place - 1][1] <= one.start
        if clear_before and (place == len(spans) or one.end <= spans[place][0]):
            spans.insert(place, (one.start, one.end))
            chosen.append(one)
    chosen = _without_half_sentences(chosen, setting, threshold)
    chosen = _merged(chosen, setting)
    taken = {line for one in chosen for line in _lines_of(one)}
    chosen = [extended(one, setting, taken) for one in chosen]
    chosen.sort(key=lambda c: c.start)
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
    """One notice of neighbouring sentences of a line that do the same thing: a bio, an appeal, a correction."""
    merged: list[Candidate] = []
    for one in sorted(chosen, key=lambda c: c.start):
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.rule.kind is one.rule.kind
            and one.rule.kind in _MERGING
            and last.match.line is one.match.line
            and not one.match.line.text[last.match.end : one.match.start].strip()
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
        whole = [_covered(line, start, end, here) for start, end in _hard_sentences(line)]
        for one in (one for one in chosen if one.soft and one.match.line is line):
            spans = zip(_hard_sentences(line), whole, strict=True)
            if all(ok for (start, end), ok in spans if one.match.start < end and one.match.end > start):
                kept.append(one)
    return kept


def _hard_sentences(line: Segment) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start: int | None = None
    for piece in pieces(line.text):
        start = piece.start if start is None else start
        if not piece.soft_end:
            spans.append((start, piece.end))
            start = None
    if start is not None:
        spans.append((start, len(line.text)))
    return spans


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
