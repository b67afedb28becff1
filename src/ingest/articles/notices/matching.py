"""From a document to candidates: every place where a rule's words stand, with what became of it.

One RE2 set over a line says which rules could match it at all; only for those is the line split into sentences
and the rule's own expression tried on runs of whole sentences. Refused candidates are kept with the reason, so
that `find.explain` can show near misses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ingest.articles.notices import fields, names
from ingest.articles.notices.catalogue import HEAD_WINDOW, OPENING_MARKS, Catalogue, Compiled, Hits, Rule
from ingest.articles.notices.evidence import (
    FOREIGN_PENALTY,
    Match,
    Setting,
    holds,
    is_foreign,
    possible,
    unmet,
)
from ingest.articles.notices.sentences import Piece, Segment, inside_quotes, pieces
from ingest.records import BlockKind, FieldValue

LINE_LIMIT = HEAD_WINDOW  # characters of a line that a whole-line rule may cover
TAIL_WINDOW = 400  # characters at a line's end in which a `tail` rule looks
LEAD_WINDOW = 400
SENTENCES_TRIED = 48  # at each end of a line; footers stand at its ends, hostile text has no end
PIECES_TRIED = 16  # sentences and clauses in one run
QUOTED_PENALTY = 0.5  # inside <blockquote>: most likely somebody's words
_CLOSING_MARKS = " .*_|~-。।>»，、；،,;"
_BEFORE_TAIL = ".!?…\"')]}»”’。！？」』）।:;>"


@dataclass(slots=True)
class Candidate:
    """A match of one rule, with document offsets, and why it is no notice (`refusal`, empty when it is one)."""

    rule: Rule
    start: int
    end: int
    match: Match
    confidence: float = 0.0
    fields: dict[str, FieldValue] = field(default_factory=dict)
    refusal: str = ""
    void: bool = False  # refused whatever stands around it
    soft: bool = False  # an edge is a clause mark: holds only if the whole sentence is notices

    @property
    def score(self) -> float:
        """For choosing between overlapping ones: sureness first, then how much is explained."""
        return self.confidence + min(self.end - self.start, 400) / 4000 + len(self.fields) / 500


def candidates(setting: Setting, catalogue: Catalogue) -> list[Candidate]:
    """All candidates of a document, refused ones included, in no particular order."""
    found: list[Candidate] = []
    for line in setting.lines:
        if len(line.text) < 2:
            continue
        sentences = _near_ends(pieces(line.text))
        hits = catalogue.hits(line.text, [piece.start for piece in sentences])
        for number, which in catalogue.structural if line.links else ():
            hits.setdefault(number, {})[which] = None
        for number in sorted(hits):
            rule = catalogue.rules[number]
            if setting.near_misses or possible(rule.when, line, setting):
                for which, starts in sorted(hits[number].items()):
                    found.extend(_places(line, sentences, starts, number, which, setting, catalogue))
    return found


def hits(line: Segment, catalogue: Catalogue) -> Hits:
    """Which patterns may match in `line` at all; the cheap half of finding."""
    return catalogue.hits(line.text, [piece.start for piece in _near_ends(pieces(line.text))])


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
    if match.line.block.quoted or match.line.block.kind is BlockKind.QUOTE:
        confidence -= QUOTED_PENALTY
    if is_foreign(rule.id, setting):
        confidence -= FOREIGN_PENALTY
    candidate.confidence, candidate.refusal = round(max(0.0, min(0.99, confidence)), 3), ""


def _places(
    line: Segment,
    sentences: list[Piece],
    starts: list[int] | None,
    number: int,
    which: int,
    setting: Setting,
    catalogue: Catalogue,
) -> Iterator[Candidate]:
    scope = catalogue.rules[number].scope
    if scope == "sentences":
        return _sentence_runs(line, sentences, starts, number, which, setting, catalogue)
    if scope == "block":
        return _whole_line(line, number, which, setting, catalogue)
    if scope == "blocks":
        return _line_runs(line, number, which, setting, catalogue)
    if scope == "lead":
        return _lead(line, number, which, setting, catalogue)
    return _tail(line, number, which, setting, catalogue)


def _near_ends(found: list[Piece]) -> list[Piece]:
    if len(found) <= 2 * SENTENCES_TRIED:
        return found
    return found[:SENTENCES_TRIED] + found[-SENTENCES_TRIED:]


def _sentence_runs(
    line: Segment,
    sentences: list[Piece],
    starts: list[int] | None,
    number: int,
    which: int,
    setting: Setting,
    catalogue: Catalogue,
) -> Iterator[Candidate]:
    """Runs that begin at one of `starts` (None: at any sentence), the shortest that matches or the longest."""
    compiled = catalogue.compiled(number, which)
    span, longest = catalogue.rules[number].span, catalogue.rules[number].longest
    text = line.text
    best: Candidate | None = None
    free = 0  # sentences before this one are taken
    for at in range(len(sentences)) if starts is None else starts:
        if at < free:
            continue
        first = sentences[at]
        taken = 1
        if not (first.start and inside_quotes(text, first.start)):
            whole = 0
            for last in range(at, min(at + PIECES_TRIED, len(sentences))):
                run = sentences[last]
                if whole == span or run.end - first.start > LINE_LIMIT:
                    break
                whole += not run.soft_end
                found = _try(compiled, line, first.start, run.end, number, setting, catalogue)
                if found is None:
                    continue
                found.soft = first.soft_start or run.soft_end
                if best is None or not found.refusal:
                    best, taken = found, 1 if found.refusal else last - at + 1
                if not (found.refusal or longest):
                    break
        if best is not None:
            yield best
            best = None
        free = at + taken


def _whole_line(
    line: Segment, number: int, which: int, setting: Setting, catalogue: Catalogue
) -> Iterator[Candidate]:
    if len(line.text) <= LINE_LIMIT:
        compiled = catalogue.compiled(number, which)
        found = _try(compiled, line, 0, len(line.text), number, setting, catalogue)
        if found is not None:
            yield found


def _try(
    compiled: Compiled,
    line: Segment,
    start: int,
    end: int,
    number: int,
    setting: Setting,
    catalogue: Catalogue,
) -> Candidate | None:
    """The rule on text[start:end] without what wraps it, or None where its words do not stand there."""
    known = line.runs.get((start, end))
    if known is None:
        inner_start, inner_end, wrapper = unwrap(line.text, start, end)
        raw = line.text[inner_start:inner_end].encode()
        line.runs[start, end] = (inner_start, inner_end, wrapper, raw)
    else:
        inner_start, inner_end, wrapper, raw = known
    matched = compiled.regex.fullmatch(raw)
    if matched is None:
        return None
    links = tuple(
        link for link in line.links if link.end > line.start + start and link.start < line.start + end
    )
    original = line.original[inner_start:inner_end]
    match = Match(line, start, end, wrapper, links, _captured(compiled, matched, raw, original))
    return _made(match, line.start + start, line.start + end, raw, number, setting, catalogue)


def _made(
    match: Match, start: int, end: int, raw: bytes, number: int, setting: Setting, catalogue: Catalogue
) -> Candidate:
    rule = catalogue.rules[number]
    candidate = Candidate(rule, start, end, match)
    if rule.when and not setting.near_misses and unmet(rule.when, match, setting):
        candidate.refusal, candidate.void = "its conditions do not hold", True  # no need to read its fields
        return candidate
    if catalogue.forbids(number, raw):
        candidate.refusal, candidate.void = "it holds words that the rule's `unless` forbids", True
        return candidate
    stated = fields.state(rule, match, setting)
    if stated is None:
        candidate.refusal = f"what it captured cannot be that: {_told(match.captured)}"
        candidate.void = True
        return candidate
    candidate.fields = stated
    judge(candidate, setting)
    return candidate


def _told(captured: Mapping[str, str]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in captured.items())


def _captured(compiled: Compiled, matched: object, raw: bytes, original: str) -> dict[str, str]:
    """What the groups captured, as written: `original` is the text of which `raw` is the canonical form."""
    values: dict[str, str] = {}
    for group, name in compiled.groups:
        if name == "notice":
            continue
        start, end = matched.span(group)  # type: ignore[attr-defined]
        if start < 0:
            continue
        at = len(raw[:start].decode())
        value = original[at : at + len(raw[start:end].decode())]
        if name not in values:
            values[name] = value
        elif name == "authors":
            values[name] += f", {value}"
    return values


def _line_runs(
    line: Segment, number: int, which: int, setting: Setting, catalogue: Catalogue
) -> Iterator[Candidate]:
    """A rule over several lines, tried on runs that begin with this one, shortest first."""
    compiled = catalogue.compiled(number, which)
    lines = setting.lines
    best: Candidate | None = None
    for last in range(line.index + 1, min(line.index + catalogue.rules[number].span, len(lines) - 1) + 1):
        if lines[last].end - line.start > LINE_LIMIT:
            break
        raw = "\n".join(one.text for one in lines[line.index : last + 1]).encode()
        matched = compiled.regex.fullmatch(raw)
        if matched is not None:
            run = lines[line.index : last + 1]
            links = tuple(link for one in run for link in one.links)
            original = "\n".join(one.original for one in run)
            captured = _captured(compiled, matched, raw, original)
            match = Match(line, 0, len(line.text), "", links, captured, last_line=lines[last])
            found = _made(match, line.start, lines[last].end, raw, number, setting, catalogue)
            if found.refusal or catalogue.rules[number].longest:
                best = found if best is None or not found.refusal else best
                continue
            yield found
            return
    if best is not None:
        yield best


def _lead(
    line: Segment, number: int, which: int, setting: Setting, catalogue: Catalogue
) -> Iterator[Candidate]:
    compiled = catalogue.compiled(number, which)
    raw = line.text[:LEAD_WINDOW].encode()
    matched = compiled.regex.match(raw)
    if matched is not None:
        end = len(raw[: matched.end()].decode().rstrip())
        links = tuple(link for link in line.links if link.start < line.start + end)
        match = Match(line, 0, end, "", links, _captured(compiled, matched, raw, line.original[:LEAD_WINDOW]))
        yield _made(match, line.start, line.start + end, raw[: matched.end()], number, setting, catalogue)


def _tail(
    line: Segment, number: int, which: int, setting: Setting, catalogue: Catalogue
) -> Iterator[Candidate]:
    compiled = catalogue.compiled(number, which)
    offset = max(0, len(line.text) - TAIL_WINDOW)
    raw = line.text[offset:].encode()
    matched = compiled.regex.search(raw)
    if matched is None:
        return
    start = offset + len(raw[: matched.start()].decode())
    before = line.text[:start].rstrip()
    opens = line.text[start] in "([{…*."
    if not (opens or not before or before[-1] in _BEFORE_TAIL):
        return
    links = tuple(link for link in line.links if link.end > line.start + start)
    captured = _captured(compiled, matched, raw, line.original[offset:])
    match = Match(line, start, len(line.text), "(" if opens else "", links, captured)
    yield _made(match, line.start + start, line.end, raw[matched.start() :], number, setting, catalogue)


def unwrap(text: str, start: int, end: int) -> tuple[int, int, str]:
    """Offsets of what brackets, bullets, emphasis marks and the full stop leave, and the bracket if there was one."""
    wrapper, whole = "", (start, end)
    while start < end:
        first, last = text[start], text[end - 1]
        if first in OPENING_MARKS and first not in "([{":
            start += 1
        elif last in _CLOSING_MARKS and not (last == "»" and "«" in text[start:end]):
            end -= 1
        elif first in "([{" and (
            last in ")]}" or text.count(first, start, end) > text.count(_pair(first), start, end)
        ):
            wrapper = first
            start += 1
            if last in ")]}":
                end -= 1
        elif last in ")]" and text.count(last, start, end) > text.count(_pair(last), start, end):
            end -= 1
        else:
            break
    return (start, end, wrapper) if start < end else (*whole, "")


def _pair(bracket: str) -> str:
    return {"(": ")", "[": "]", "{": "}", ")": "(", "]": "[", "}": "{"}[bracket]


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
