"""Where a line of text may be cut: canonical characters, lines, sentence ends.

Rules see *canonical* text: one character for one character, so every offset stays good, but with one kind of
space, of apostrophe, of double quote and of dash. A rule writer types `'` and `-` and is understood.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

from ingest.records import Block, Document, LinkSpan

_CANONICAL = (
    ("\u00a0", " "), ("\u202f", " "), ("\u2009", " "), ("\u200a", " "), ("\u3000", " "), ("\t", " "),
    ("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("„", '"'),
    ("–", "-"), ("—", "-"), ("―", "-"), ("‐", "-"), ("‑", "-"), ("−", "-"),
    ("：", ":"), ("（", "("), ("）", ")"), ("［", "["), ("］", "]"), ("＆", "&"),
)  # fmt: skip

_FULL_STOPS = frozenset(".!?…")
_SOFT = frozenset("，、；،,-")
_STAYING_BULLETS = frozenset("▶►※●■◆▲")  # they open what follows them
_BULLETS = _STAYING_BULLETS | frozenset("|·•-")  # a space before them is theirs

# Each begins with the one mark that it is about, so that `re` skips what is no mark; the space before a bullet is
# looked at afterwards. Bounded repetition only: these run over whole texts under `re`, and cannot backtrack.
_END = re.compile(
    r"""[.!?…。！？；।॥؟۔։|·•▶►※●■◆▲，、،,-](?:"""
    r"""(?<=[.!?…])["')\]»]{0,2}[ \n]+"""  # a terminator, what closes, white space
    r"""|(?<=[。！？；।॥])["')\]」』》]{0,2}\s?"""  # scripts that write no space after it
    r"""|(?<=[a-z]\.)(?=[A-Z][a-z]+ )"""  # two sentences run together
    r"""|(?<=[؟۔։])[ \n]"""
    r"""|(?<=[|·•▶►※●■◆▲])[ ]?"""  # bullets between items of a footer
    r"""|(?<=[，、،])[ ]?|(?<=,)[ ](?=[가-힣])|(?<=[ ]-)[ ])"""  # clause marks: soft ends
)
_ASCII_END = re.compile(  # what is left of it where all is ASCII
    r"""[.!?|-](?:(?<=[.!?])["')\]]{0,2}[ \n]+|(?<=[a-z]\.)(?=[A-Z][a-z]+ )|(?<=\|)[ ]?|(?<=[ ]-)[ ])"""
)

# Words before a full stop that do not end a sentence. Lower case, without the stop.
_ABBREVIATIONS = frozenset(
    """
        mr mrs ms mx dr prof rev hon gov sen rep gen col lt sgt capt cmdr adm maj pvt pres supt det
        fr sr jr st ste mt ft ave blvd rd no nos vol vols pp ed eds est dept univ assn bros vs v al
        approx fig figs cf ca ad e.g i.e u.s u.k u.n e.u l.a d.c n.y a.m p.m ph.d m.d b.a m.a inc.v
        a.k.a jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri
        sat sun ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo
        mont neb nev okla ore pa tenn tex vt va wash wis wyo ont que alta sask man n.h n.j n.m n.c
        n.d r.i s.c s.d w.va bzw z.b d.h u.a o.ä ggf evtl usw hr fr nr tel str bspw sog vgl hl sr
        sra srta dr dra ud uds pág págs núm art etc ee.uu m mme mlle mm me sig dott avv ing arch on
        г гг ул им т.е т.д т.п руб млн млрд стр см тов
        """.split()
)
_COMPANY = frozenset(
    ["inc", "corp", "ltd", "co", "llc", "bros", "cos", "plc", "s.a", "s.p.a", "gmbh", "m.b.h"]
)


def canonical(text: str) -> str:
    """`text` with spaces, quotes and dashes of one kind each; same length, same offsets."""
    for old, new in _CANONICAL:
        if old in text:
            text = text.replace(old, new)
    return text


@dataclass(slots=True)
class Segment:
    """One line of a block. Offsets index the document; `text` is canonical and stripped, `original` as written."""

    index: int
    start: int
    end: int
    text: str
    original: str
    block: Block
    links: tuple[LinkSpan, ...] = ()

    @property
    def length(self) -> int:
        return self.end - self.start


class Piece(NamedTuple):
    """A sentence (or clause) of a segment, offsets within the segment.

    `soft` ends are clause marks: a notice may end there only when notices cover the whole sentence.
    """

    start: int
    end: int
    soft_start: bool = False
    soft_end: bool = False


def segments(document: Document) -> list[Segment]:
    """The non-blank lines of all blocks, in order, each with its links."""
    text = canonical(document.text)
    link_starts = [link.start for link in document.links]
    lines: list[Segment] = []
    for block in document.blocks:
        at = block.start
        for part in text[block.start : block.end].split("\n"):
            start = at + len(part) - len(part.lstrip())
            stripped = part.strip()
            at += len(part) + 1
            if not stripped:
                continue
            end = start + len(stripped)
            links: tuple[LinkSpan, ...] = ()
            if link_starts:
                low, high = bisect_left(link_starts, start), bisect_left(link_starts, end)
                links = document.links[low:high]
            lines.append(Segment(len(lines), start, end, stripped, document.text[start:end], block, links))
    return lines


def pieces(text: str) -> list[Piece]:
    """The sentences of one line, in order, covering it up to the white space between them."""
    found: list[Piece] = []
    start, soft = 0, False
    seen = 0  # where the last mark, and the white space that goes with it, ended
    for match in (_ASCII_END if text.isascii() else _END).finditer(text):
        at, following = match.span()
        mark = text[at]
        if mark in _BULLETS:
            spaced = at > seen and text[at - 1] == " "
            if mark == "-" and not spaced:
                continue
            end = at - spaced
            seen = following
            if mark in _STAYING_BULLETS:
                following = at
        else:
            seen = following
            if mark in _FULL_STOPS and not _ends_sentence(text, at, following):
                continue
            end = at + len(match.group().rstrip())
        if end > start:
            found.append(Piece(start, end, soft, mark in _SOFT))
            soft = mark in _SOFT
        elif not found:
            soft = mark in _SOFT
        start = following
    if start < len(text):
        found.append(Piece(start, len(text), soft, False))
    return found


def _ends_sentence(text: str, at: int, following: int) -> bool:
    """Whether a full stop, or its like, at `at` ends a sentence, when something `following` stands after it."""
    if following >= len(text):
        return False
    after = text[following]
    if after.islower():
        return False
    if text[at] != ".":
        return True
    word = text[max(0, at - 24) : at].lower().rpartition(" ")[2]
    for mark in "(-\"'":
        if mark in word:
            word = word.rpartition(mark)[2]
    if word in _COMPANY:
        return not after.isdigit()
    if word in _ABBREVIATIONS:
        return False
    if len(word) == 1 and word.isalpha():
        return False  # an initial
    # "U.N.", "p.a.": letters with stops between them
    return not (
        word[:1].isalpha()
        and len(word) <= 5
        and "." in word
        and all(len(part) <= 1 for part in word.split("."))
    )


def inside_quotes(text: str, at: int) -> bool:
    """Whether an odd number of quotation marks stands before `at`: what follows is somebody's speech."""
    return bool(text.count('"', 0, at) % 2 or (text.count("«", 0, at) + text.count("»", 0, at)) % 2)
