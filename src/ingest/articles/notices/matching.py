"""From a document to candidates: every place where a rule's words stand, with what became of it.

The catalogue's sieve says which patterns could match in a line, and with which of its sentences they would begin;
only those are tried, on runs of whole sentences or whatever their scope wants. Refused candidates are kept with the
reason, so that `find.explain` can show near misses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from ingest.articles.notices import facts, fields, names, reported
from ingest.articles.notices.evidence import (
    ON_NEIGHBOURS,
    Match,
    Setting,
    bounded,
    foreign,
    holds,
    unmet,
)
from ingest.articles.notices.index import (
    ANYWHERE,
    AT_START,
    WHOLE,
    Compiled,
    Hits,
    Index,
    Spans,
)
from ingest.articles.notices.outranked import Candidate, FoundSoFar
from ingest.articles.notices.readings import LINE_LIMIT, WINDOW, Reading, Run, reading
from ingest.articles.notices.sentences import Segment
from ingest.records import BlockKind, LinkSpan, NoticeKind

FEW_STARTS = 6  # with which a match may begin, as far as its first words tell: few enough to try each
QUOTED_PENALTY = 0.5  # inside <blockquote> or <pre>: most likely somebody's words, or code
TOLD_PENALTY = 0.5  # a clause behind the words names who says them
_SHOWN = frozenset({BlockKind.QUOTE, BlockKind.PREFORMATTED})
_POINTING = "»›→…>"
_BEFORE_TAIL = ".!?…\"')]}»”’。！？」』）।:;>"


class Waiting(NamedTuple):
    """A pattern to be tried on a line once it is known what stands beside it."""

    reader: _Reader
    key: tuple[int, int]
    starts: Sequence[int] | None


def candidates(setting: Setting, index: Index) -> tuple[list[Candidate], list[Waiting]]:
    """All candidates of a document, refused ones included, in no particular order, and what waits for the sure ones."""
    found: list[Candidate] = []
    waiting: list[Waiting] = []
    ceilings = index.ceilings(english=setting.english, latin=setting.latin)
    for line in setting.lines:
        if len(line.text) < 2:
            continue
        words = reading(line.text, index)
        hits = words.hits(facts.missing(line, setting))
        if line.links and (about := dict.fromkeys(_about_links(line, setting, index))):
            hits = hits | about
        if not hits:
            continue
        reader = _Reader(line, words, setting, index)
        so_far = FoundSoFar(line, words.sentences, ceilings)
        for _, key in sorted([(-ceilings[key[0]], key) for key in hits]):
            rule, starts = index.rules[key[0]], hits[key]
            if not setting.near_misses:
                starts = so_far.left(key[0], rule, starts)
                if starts is not None and not starts:
                    continue
                if rule.when and not ON_NEIGHBOURS.isdisjoint(rule.when):
                    waiting.append(Waiting(reader, key, starts))
                    so_far.await_(key[0])
                    continue
            here = reader.read(*key, starts)
            if here:
                so_far.add(key[0], here)
                found += here
    return found, waiting


def _about_links(line: Segment, setting: Setting, index: Index) -> Iterator[tuple[int, int]]:
    """The patterns about links alone: their conditions are all there is to try."""
    whole = Match(line, 0, len(line.text), links=line.links)
    for key in index.structural:
        if setting.near_misses or unmet(index.rules[key[0]].when, whole, setting) is None:
            yield key


def waited(waiting: Iterable[Waiting]) -> Iterator[Candidate]:
    """The candidates of what waited, now that the setting knows where the sure ones are."""
    for reader, key, starts in waiting:
        if facts.beside(reader.index.rules[key[0]], reader.line, reader.setting):
            yield from reader.read(*key, starts)


def rest(setting: Setting, index: Index) -> Iterator[Candidate]:
    """The candidates of rules about what else is said in the line of a notice, where the setting knows of one."""
    for line in setting.lines:
        if line.index not in setting.kinds:
            continue
        reader = _Reader(line, reading(line.text, index), setting, index)
        lacking = facts.missing(line, setting)
        for number, which in index.resting:
            if not index.needs[number] & lacking and facts.beside(index.rules[number], line, setting):
                yield from reader.read(number, which, None)


def hits(line: str, index: Index) -> Hits:
    """Which patterns may match in `line` at all; the cheap half of finding."""
    return dict(reading(line, index).hits(0))


def is_cited(line: Segment) -> bool:
    """Whether the words of `line` are shown, not said: a quotation, or code."""
    return line.block.quoted or line.block.kind in _SHOWN


def is_told(candidate: Candidate) -> bool:
    """Whether the story tells the words of a notice, of a kind that is never so told."""
    match = candidate.match
    return candidate.rule.kind in reported.SAYABLE and reported.is_told(
        match.line.text[match.start : match.end]
    )


def judge(candidate: Candidate, setting: Setting) -> None:
    """Weigh the conditions of a candidate: set its confidence, or the condition that refuses it."""
    rule, match = candidate.rule, candidate.match
    for condition in rule.when:
        if not holds(condition, match, setting):
            candidate.refusal = f"needs {condition}"
            return
    confidence = rule.confidence
    for condition, weight in rule.boost.items():
        if holds(condition, match, setting):
            confidence += weight
    if is_cited(match.line):
        confidence -= QUOTED_PENALTY
    if is_told(candidate):
        confidence -= TOLD_PENALTY
    confidence -= foreign(rule.id, match, setting)
    candidate.confidence, candidate.refusal = bounded(confidence), ""


class _Reader:
    """One line of a document, on which patterns are tried: from what its words say to candidates."""

    def __init__(self, line: Segment, words: Reading, setting: Setting, index: Index) -> None:
        self.line, self.words = line, words
        self.setting, self.index = setting, index

    def read(self, number: int, which: int, starts: Sequence[int] | None) -> list[Candidate]:
        """What one pattern of a rule finds. `starts`: the sentences that it may begin with; None: any."""
        # A hint is a few words: it is looked for once a line and spares the patterns of its rule, which are long.
        return self._read(number, which, starts) if self.words.is_hinted(number) else []

    def _read(self, number: int, which: int, starts: Sequence[int] | None) -> list[Candidate]:
        scope = self.index.rules[number].scope
        if scope == "sentences":
            every = range(len(self.words.sentences))
            return self._sentences(number, which, every if starts is None else starts)
        if scope == "block":
            return self._block(number, which)
        if scope == "blocks":
            return self._blocks(number, which)
        return self._leading(number, which) if scope == "lead" else self._trailing(number, which)

    def _sentences(self, number: int, which: int, starts: Sequence[int]) -> list[Candidate]:
        """Runs that begin at one of `starts`: the shortest that matches, or the longest and those within it.

        A shorter one stands where a surer notice, or the story, takes the rest of the longest.
        """
        rule, words = self.index.rules[number], self.words
        begins = self.index.compiled(number, which).begins
        few = FEW_STARTS if begins else 1
        if len(starts) > few and not words.stands(number, which, words.raw):
            return []  # where it does not stand in the line, it stands in no run
        found: list[Candidate] = []
        free = 0  # sentences before this one are taken
        for at in starts:
            if at < free:
                continue
            here: list[Candidate] = []
            for run in words.runs_from(at, rule.span):
                spans = words.match(number, which, WHOLE, run.raw)
                if spans is None:
                    continue
                one = self._of_run(number, which, run, spans)
                if not here or not one.refusal:
                    here = [one, *(shorter for shorter in here if not shorter.refusal)]
                    if not (one.refusal or begins):
                        one.loose = True
                        here += self._later(number, which, at, run)
                    free = at + 1 if one.refusal else run.following
                if not (one.refusal or rule.longest):
                    break
            found += here
        return found

    def _later(self, number: int, which: int, at: int, run: Run) -> list[Candidate]:
        """The shortest that ends with `run` and begins later, if any: for a pattern that may begin with any words.

        What stands before it is a sentence of the story as likely as one of the notice: see `choosing`.
        """
        for later in range(run.following - 1, at, -1):
            for one in self.words.runs_from(later, self.index.rules[number].span):
                if one.soft or one.end != run.end:
                    continue
                spans = self.words.match(number, which, WHOLE, one.raw)
                if spans is not None:
                    found = self._of_run(number, which, one, spans)
                    if not found.refusal:
                        return [found]
        return []

    def _block(self, number: int, which: int) -> list[Candidate]:
        if len(self.line.text) > LINE_LIMIT:
            return []
        run = self.words.whole
        spans = self.words.match(number, which, WHOLE, run.raw)
        return [self._of_run(number, which, run, spans)] if spans is not None else []

    def _of_run(self, number: int, which: int, run: Run, spans: Spans) -> Candidate:
        line = self.line
        start, end = line.start + run.start, line.start + run.end
        links = tuple([link for link in line.links if link.end > start and link.start < end])
        captured = self._captured(
            number, which, spans, run.raw, line.original[run.inner_start : run.inner_end]
        )
        match = Match(line, run.start, run.end, run.wrapper, links, captured)
        found = self._made(match, start, end, run.raw, number)
        found.soft = run.soft
        return found

    def _blocks(self, number: int, which: int) -> list[Candidate]:
        """A rule over several lines, tried on runs that begin with this one, shortest first."""
        rule, line, lines = self.index.rules[number], self.line, self.setting.lines
        best: Candidate | None = None
        for last in range(line.index + 1, min(line.index + rule.span, len(lines) - 1) + 1):
            if lines[last].end - line.start > LINE_LIMIT:
                break
            run = lines[line.index : last + 1]
            raw = "\n".join([one.text for one in run]).encode()
            spans = self.index.compiled(number, which).match(WHOLE, raw)
            if spans is None:
                continue
            links = tuple([link for one in run for link in one.links])
            captured = self._captured(number, which, spans, raw, "\n".join([one.original for one in run]))
            match = Match(line, 0, len(line.text), "", links, captured, last_line=lines[last])
            found = self._made(match, line.start, lines[last].end, raw, number)
            if not (found.refusal or rule.longest):
                return [found]
            best = found if best is None or not found.refusal else best
        return [best] if best is not None else []

    def _leading(self, number: int, which: int) -> list[Candidate]:
        line, raw = self.line, self.words.head
        spans = self.words.match(number, which, AT_START, raw)
        if spans is None:
            return []
        matched = spans[0][1]
        end = len(raw[:matched].decode().rstrip())
        links = tuple([link for link in line.links if link.start < line.start + end])
        captured = self._captured(number, which, spans, raw, line.original[:WINDOW])
        match = Match(line, 0, end, "", links, captured)
        return [self._made(match, line.start, line.start + end, raw[:matched], number)]

    def _trailing(self, number: int, which: int) -> list[Candidate]:
        line, raw, at = self.line, self.words.tail, self.words.tail_at
        spans = self.words.match(number, which, ANYWHERE, raw)
        if spans is None:
            return []
        matched = spans[0][0]
        start = at + len(raw[:matched].decode())
        before = line.text[:start].rstrip()
        opens = line.text[start] in "([{…*."
        links = tuple([link for link in line.links if link.end > line.start + start])
        if not (opens or not before or before[-1] in _BEFORE_TAIL) and not self._is_glued(
            number, start, links
        ):
            return []
        captured = self._captured(number, which, spans, raw, line.original[at:])
        match = Match(line, start, len(line.text), "(" if opens else "", links, captured)
        return [self._made(match, line.start + start, line.end, raw[matched:], number)]

    def _is_glued(self, number: int, start: int, links: Sequence[LinkSpan]) -> bool:
        """Whether a pointer to the rest hangs on a summary cut within a sentence: "on Friday Continue reading →"."""
        text = self.line.text
        if self.index.rules[number].kind is not NoticeKind.READ_MORE or text[start].islower():
            return False
        return text[-1] in _POINTING or any(link.start == self.line.start + start for link in links)

    def _captured(self, number: int, which: int, spans: Spans, raw: bytes, original: str) -> dict[str, str]:
        return captured(self.index.compiled(number, which), spans, raw, original)

    def _made(self, match: Match, start: int, end: int, raw: bytes, number: int) -> Candidate:
        rule, setting = self.index.rules[number], self.setting
        candidate = Candidate(rule, start, end, match)
        if rule.when and not setting.near_misses and unmet(rule.when, match, setting):
            return candidate.refused("its conditions do not hold")  # its fields need not be read
        if self.words.is_forbidden(number, raw):
            return candidate.refused("it holds words that the rule's `unless` forbids")
        stated = fields.state(rule, match, setting)
        if stated is None:
            told = ", ".join(f"{name} = {value!r}" for name, value in match.captured.items())
            return candidate.refused(f"what it captured cannot be that: {told}")
        candidate.fields = stated
        judge(candidate, setting)
        return candidate


def captured(compiled: Compiled, spans: Spans, raw: bytes, original: str) -> dict[str, str]:
    """What the groups captured, as written: `original` is the text of which `raw` is the canonical form."""
    values: dict[str, str] = {}
    for group, name in compiled.groups:
        if name == "notice":
            continue
        start, end = spans[group]
        if start < 0:
            continue
        at = len(raw[:start].decode())
        value = original[at : at + len(raw[start:end].decode())]
        if name not in values:
            values[name] = value
        elif name == "authors":
            values[name] += f", {value}"
    return values


def extended(candidate: Candidate, setting: Setting, taken: set[int]) -> Candidate:
    """The candidate with the line before it, where its rule says such a line belongs to it and it looks like one."""
    rule, line = candidate.rule, candidate.match.line
    if not rule.extend or line.index == 0 or line.index - 1 in taken or candidate.match.start > 2:
        return candidate
    previous = setting.lines[line.index - 1]
    if rule.extend == "headline":
        if len(previous.text) > 160 or previous.text[-1] in ".:;,\"'" or previous.text[0].islower():
            return candidate
        title = names.tidy(previous.text)
        return replace(candidate, start=previous.start, fields={"title": title, **candidate.fields})
    if previous.block.kind is BlockKind.CAPTION or _repeats(previous, setting.lines):
        return replace(candidate, start=previous.start)
    return candidate


def _repeats(line: Segment, lines: list[Segment]) -> bool:
    """Whether most of the line's five-word runs stand in the text elsewhere: captions repeat the story's words."""
    words = line.text.split()
    shingles = {" ".join(words[i : i + 5]) for i in range(len(words) - 4)}
    if len(shingles) < 6:
        return False
    rest = "\n".join(one.text for one in lines if one is not line)
    return sum(shingle in rest for shingle in shingles) >= 0.6 * len(shingles)
