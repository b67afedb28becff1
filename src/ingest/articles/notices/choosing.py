"""Which of a document's candidates are its notices: surer and longer ones first, none over another.

Three kinds of candidates claim more than their own words tell, and hold only where the rest is notices too: half a
sentence; a sentence that is taken for the rest of a bio, of terms or an appeal because it shares their line; and the
sentences that the longest run of a rule adds to the shortest. A footer is often glued to the story's last paragraph.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import replace

from ingest.articles.notices.evidence import ON_KIN, Setting
from ingest.articles.notices.matching import extended
from ingest.articles.notices.outranked import Candidate
from ingest.articles.notices.sentences import Segment, pieces
from ingest.records import NoticeKind

RECORDED_FROM = 0.25  # less sure than this is not worth recording
MERGING = frozenset(
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
"""Kinds of which neighbours in one line are one notice."""

_ROUNDS = 4  # those that give way make room for others, which may have to give way as well


def select(found: Iterable[Candidate], setting: Setting, threshold: float) -> list[Candidate]:
    """The best set that does not overlap, in order."""
    usable = [one for one in found if not one.refusal and one.confidence >= RECORDED_FROM]
    usable.sort(key=lambda c: (c.confidence < threshold, -c.score, c.start, c.rule.id))
    chosen = _apart(usable)
    for _ in range(_ROUNDS):
        out = _untenable(chosen, usable, setting, threshold)
        if not out:
            break
        usable = [one for one in usable if id(one) not in out]
        chosen = _apart(usable)
    else:
        out = _untenable(chosen, usable, setting, threshold)
        chosen = [one for one in chosen if id(one) not in out]
    chosen = _merged(chosen)
    taken = {line for one in chosen for line in lines_of(one)}
    chosen = [extended(one, setting, taken) for one in chosen]
    chosen.sort(key=lambda c: c.start)
    return chosen


def lines_of(one: Candidate) -> range:
    last = one.match.last_line or one.match.line
    return range(one.match.line.index, last.index + 1)


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


def _untenable(
    chosen: Iterable[Candidate], usable: Iterable[Candidate], setting: Setting, threshold: float
) -> set[int]:
    """The identities of those that do not hold beside what was chosen."""
    lines: defaultdict[int, list[Candidate]] = defaultdict(list)
    for one in chosen:
        if one.match.last_line is None:
            lines[one.match.line.index].append(one)
    out: set[int] = set()
    behind: set[tuple[str, int]] = set()  # rule and start of runs behind which the story goes on
    before: set[tuple[str, int]] = set()  # rule and end of those before which it stands
    for index, here in lines.items():
        line = setting.lines[index]
        here.sort(key=lambda one: one.match.start)
        sure = [one for one in here if one.confidence >= threshold]
        opening, closing = _edges(line, sure)
        out.update(map(id, _half_sentences(line, here, sure)))
        out.update(map(id, _rests_of_nothing(line, sure, opening, closing)))
        for one in sure[: len(sure) - closing]:
            if one.gives_way_behind:
                behind.add((one.rule.id, one.start))
        before.update((one.rule.id, one.end) for one in sure[opening:] if one.loose)
    return out.union(
        _longer(behind, usable, lambda one: one.start), _longer(before, usable, lambda one: one.end)
    )


def _edges(line: Segment, sure: Sequence[Candidate]) -> tuple[int, int]:
    """With how many notices a line begins and ends: none of its words stand before, between or behind these."""
    ends = (0, *[one.match.end for one in sure])
    starts = (*[one.match.start for one in sure], len(line.text))
    parted = [_has_words(line.text[end:start]) for end, start in zip(ends, starts, strict=True)]
    if True not in parted:
        return len(sure), len(sure)
    return parted.index(True), parted[::-1].index(True)


def _half_sentences(
    line: Segment, here: Iterable[Candidate], sure: Sequence[Candidate]
) -> Iterator[Candidate]:
    """Those that end at a clause mark, unless notices cover the whole of that sentence."""
    soft = [one for one in here if one.soft]
    if not soft:
        return
    last = max(one.match.end for one in soft)
    broken = [
        (start, end) for start, end in _hard_sentences(line, last) if not _covered(line, start, end, sure)
    ]
    for one in soft:
        if any(one.match.start < end and one.match.end > start for start, end in broken):
            yield one


def _rests_of_nothing(
    line: Segment, sure: Sequence[Candidate], opening: int, closing: int
) -> Iterator[Candidate]:
    """What was taken for more of a notice in its line, where the line goes on with the story.

    It holds behind such a notice, up to the line's end; before it only as the one sentence that opens the line.
    """
    last = len(sure) - closing  # from here on the line is notices
    firm = next((place for place in range(last, len(sure)) if not _is_rest(sure[place])), len(sure))
    if firm == last + 1 and last < opening:
        said = list(_hard_sentences(line, sure[last].match.end - 1))
        firm = last if len(said) == 1 else firm
    yield from filter(_is_rest, sure[:firm])


def _is_rest(one: Candidate) -> bool:
    """A mark alone ("…" before a pointer) takes nothing of the story."""
    match = one.match
    return not ON_KIN.isdisjoint(one.rule.when) and _has_words(match.line.text[match.start : match.end])


def _longer(
    runs: Set[tuple[str, int]], usable: Iterable[Candidate], place: Callable[[Candidate], int]
) -> set[int]:
    """Of the candidates of a rule that share a `place`, all but the shortest."""
    if not runs:
        return set()
    same: defaultdict[tuple[str, int], list[Candidate]] = defaultdict(list)
    for one in usable:
        if (key := (one.rule.id, place(one))) in runs:
            same[key].append(one)
    out: set[int] = set()
    for some in same.values():
        shortest = min(one.end - one.start for one in some)
        out.update(id(one) for one in some if one.end - one.start > shortest)
    return out


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


def _covered(line: Segment, start: int, end: int, sure: Iterable[Candidate]) -> bool:
    at = start
    for one in sure:
        if one.match.end <= at or one.match.start >= end:
            continue
        if _has_words(line.text[at : one.match.start]):
            return False
        at = one.match.end
    return not _has_words(line.text[at:end])


def _has_words(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _merged(chosen: Iterable[Candidate]) -> list[Candidate]:
    """One notice of neighbouring sentences, or halves of one, that do one thing: a bio, an appeal, a correction."""
    merged: list[Candidate] = []
    for one in sorted(chosen, key=lambda c: c.start):
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.rule.kind is one.rule.kind
            and one.rule.kind in MERGING
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
