"""Where a line of text may be cut: canonical characters, lines, sentence ends.

Rules see *canonical* text: one character for one character, so every offset stays good, but with one kind of
space, of apostrophe, of double quote and of dash. A rule writer types `'` and `-` and is understood.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from ingest.records import Block, Document, LinkSpan

_CANONICAL = (
    ("\u00a0", " "), ("\u202f", " "), ("\u2009", " "), ("\u200a", " "), ("\u3000", " "), ("\t", " "),
    ("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("„", '"'),
    ("–", "-"), ("—", "-"), ("―", "-"), ("‐", "-"), ("‑", "-"), ("−", "-"),
    ("：", ":"), ("（", "("), ("）", ")"), ("［", "["), ("］", "]"), ("＆", "&"),
)  # fmt: skip

# Bounded repetition only: this is the one pattern that runs over whole texts under `re`, and it cannot backtrack.
_END = re.compile(
    r"""[.!?…]["')\]»]{0,2}[ \n]+"""  # a terminator, what closes, white space
    r"""|[。！？；।॥]["')\]」』》]{0,2}\s?"""  # scripts that write no space after it
    r"""|(?<=[a-z])[.](?=[A-Z][a-z]+ )"""  # two sentences run together
    r"""|[؟۔።։][ \n]"""
    r"""|[ ]?[|·•▶►※●■◆▲][ ]?"""  # bullets between items of a footer
    r"""|[，、；،][ ]?|,[ ](?=[가-힣])|[ ]-[ ]"""  # clause marks: soft ends
)
_SOFT = frozenset("，、；،,-")

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
    runs: dict[tuple[int, int], tuple[int, int, str, bytes]] = field(
        default_factory=dict
    )  # what was unwrapped

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Piece:
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
    ends: list[tuple[int, int, bool]] = []  # end of one, start of the next, soft
    for match in _END.finditer(text):
        mark = text[match.start()] if text[match.start()] != " " else text[match.start() + 1]
        if _ends_sentence(text, match.start(), match.end()):
            bullet = mark in "-" or mark in "|·•▶►※●■◆▲"
            end = match.start() if bullet else match.start() + len(match.group().rstrip())
            start = match.start() + match.group().index(mark) if bullet and mark in "▶►※●■◆▲" else match.end()
            ends.append((end, start, mark in _SOFT))
    found: list[Piece] = []
    start, soft = 0, False
    for end, following, soft_end in ends:
        if end > start:
            found.append(Piece(start, end, soft, soft_end))
        elif found and end <= start:
            soft_end = soft
        start, soft = following, soft_end
    if start < len(text):
        found.append(Piece(start, len(text), soft, False))
    return found


def _ends_sentence(text: str, at: int, following: int) -> bool:
    mark = text[at]
    if mark not in ".!?…":
        return True
    if following >= len(text):
        return False
    after = text[following]
    if after.islower():
        return False
    if mark != ".":
        return True
    low = max(0, at - 24)
    word_start = max(text.rfind(mark, low, at) for mark in " (-\"'") + 1
    word = text[max(word_start, low) : at].lower()
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
