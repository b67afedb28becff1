"""Where a line of text may be cut: canonical characters, lines, sentence ends.

Rules see *canonical* text: one character for one character, so every offset stays good, but with one kind of
space, of apostrophe, of double quote and of dash. A rule writer types `'` and `-` and is understood.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
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
    r"""|(?<=[。！？；।॥])["')\]」』》]{0,2}\s*"""  # scripts that write no space after it
    r"""|(?<=[a-z]\.)(?=[A-Z][a-z]+ )"""  # two sentences run together
    r"""|(?<=[؟۔։])[ \n]+"""
    r"""|(?<=[|·•▶►※●■◆▲])[ ]*"""  # bullets between items of a footer
    r"""|(?<=[，、،])[ ]*|(?<=,)[ ]+(?=[가-힣])|(?<=[ ]-)[ ]+)"""  # clause marks: soft ends
)
_ASCII_END = re.compile(  # what is left of it where all is ASCII
    r"""[.!?|-](?:(?<=[.!?])["')\]]{0,2}[ \n]+|(?<=[a-z]\.)(?=[A-Z][a-z]+ )|(?<=\|)[ ]*|(?<=[ ]-)[ ]+)"""
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
        fot rys oprac red г гг ул им т.е т.д т.п руб млн млрд стр см тов
        """.split()
)
_MONTHS = tuple(  # written large, after a day and its stop: "3. Mai 2022"
    """
        Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember Jan. Feb. Aug. Sept.
        Okt. Nov. Dez.
    """.split()
)
_COMPANY = frozenset(
    ["inc", "corp", "ltd", "co", "llc", "bros", "cos", "plc", "s.a", "s.p.a", "l.p", "gmbh", "m.b.h"]
)


# Where notices begin without a mark before them. Each is looked for only in lines that hold what stands in `_openings`.
_SIGN = re.compile(r"(?<=[ \u3040-\u9fff가-힣])(?:[©ⓒ](?= ?\w)|\([cC]\)(?= ?(?:19|20)\d\d))")
_NO_COPYING = re.compile(r"(?<= )(?:無断|無斷|无断|禁無断|무단 ?(?:전재|복제|배포|사용))")
_AFTER_YEAR = re.compile(  # "© Pier Notes 2024 Read our terms"; not "© Pier Notes 2024 GmbH"
    r"(?:[©ⓒ]|\([cC]\)|[Cc]opyright) ?[^\W\d_][^.:;|,]{1,60}? (?:19|20)\d\d (?=[^\W\d_a-z][^\W\d_]+ ?[^\W\d_])"
)
_AFTER_RIGHTS = re.compile(r"\b[Aa]ll [Rr]ights [Rr]eserved (?=[A-Z][a-z]+ [a-z])")
_LEFT_OUT = re.compile(r"(?<=[.!?\"')»])(\[(?:…|\.\.\.)\])(?=[^\W\d_a-z])")
_OF_A_POINTER = 80  # characters, with the mark before it
# Where a summary was cut, before the few words that point to the rest: "in March […] Read more".
_CUT_OFF = re.compile(r"(?<=\w) ?(\[(?:…|\.\.\.|&hellip;)\]|(?:…|\.\.\.)(?= )) ?(?=[^\W\d_a-z][^.]{3,60}$)")
# A line of credits, one label after the other, is read as if each stood on its own: "文：… 图：…", "Text: …, Foto: …".
_CREDIT = (
    r"(?:(?:来源|來源|稿源|作者|记者|記者|文字?|图片?|圖片?|摄影|攝影|撮影|写真|取材(?:・文)?|構成|"
    r"イラスト)(?:来源|來源)? ?[:=＝]|(?:글|사진|영상|편집|취재|촬영|그림) ?[=:]|"
    r"(?:foto|photo|фото|fot|bild|text|tekst|texte|texto|testo|текст|words|story|by|video|grafik|illustration|"
    r"zdjęci|autor|auteur|автор|author|source|quelle|fuente|fonte|źródło|zdroj|kilde|källa|источник|kaynak|haber|"
    r"fotoğraf)[\w()]{0,4} ?:|fot\. ?\w)"
)
_CREDITS = re.compile(rf"{_CREDIT} ?\S.{{0,300}}", re.IGNORECASE)
_NEXT_CREDIT = re.compile(rf"(?:[,;|.]| [/-]|(?<=[\u3040-\u9fff가-힣])) +(?={_CREDIT})", re.IGNORECASE)
_LONGEST_LINE = 8000  # characters; where more stand in a line, nobody signed it
_OF_A_CREDIT = 200  # characters before a sign that may belong to the same credit
# A sign belongs to such a word before it, or is only spoken of.
_BEFORE_SIGN = frozenset(
    """
        copyright copyrights photo photos photographs photography foto fotos bild bilder image images text texts content
        contents all picture pictures grafik video fotografie fotografía crédit credit credits
        crédito 저작권자 版权所有 版權所有 著作権
        the das der le la el il a an sign symbol zeichen signe signo and und et y or oder by with from to of фото
    """.split()
)
_NO_NEW_SENTENCE = frozenset(  # after a year: what is said of the same right, or the rest of the name
    """
        all alle tous todos tutti wszelkie все усі всі tüm her všechna všetky alla kaikki minden toate sva vse με tots
        gmbh ag ltd inc llc plc kg se sa bv ab oy reserved rights used licensed published powered and und et y e by
    """.split()
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
    """The non-blank lines of all blocks, in order, each with its links; several credits of a line are as many."""
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
            for credit in _credits_of(stripped):
                said = credit.rstrip(" |/-") if len(credit) < len(stripped) else credit
                end = start + len(said)
                links: tuple[LinkSpan, ...] = ()
                if link_starts:
                    low, high = bisect_left(link_starts, start), bisect_left(link_starts, end)
                    links = document.links[low:high]
                line = document.text[start:end]
                lines.append(Segment(len(lines), start, end, said, line, block, links))
                start += len(credit)
    return lines


def _credits_of(line: str) -> Iterable[str]:
    """The credits of a line that is nothing but credits, each with the marks after it; any other line whole."""
    label = line[:24]
    if not (":" in label or "=" in label or "＝" in label) or _CREDITS.fullmatch(line) is None:
        return (line,)
    ends = [mark.end() for mark in _NEXT_CREDIT.finditer(line)]
    return [line[start:end] for start, end in pairwise((0, *ends, len(line)))]


def pieces_at_ends(text: str, most: int) -> list[Piece]:
    """The same, of a line of very many only the first and the last `most`."""
    found = pieces(text)
    first = list(islice(found, most))
    return first + list(deque(found, maxlen=most)) if len(first) == most else first


def pieces(text: str) -> Iterator[Piece]:
    """The sentences of one line, in order, covering it up to the white space between them."""
    found = _between_marks(text)
    if len(text) <= _LONGEST_LINE and (
        "©" in text
        or "ⓒ" in text
        or "(c)" in text
        or "(C)" in text
        or "eserved " in text
        or "]" in text
        or "…" in text
        or "..." in text
    ):
        return _cut(text, found, iter(sorted(_openings(text))))
    return found


def _openings(text: str) -> Iterator[int]:
    """Where a notice may begin without a mark before it."""
    if "©" in text or "ⓒ" in text or "(c)" in text or "(C)" in text:
        yield from (m.start() for m in _SIGN.finditer(text) if _opens_copyright(text, m.start(), m.end()))
        yield from (m.start() for m in _NO_COPYING.finditer(text))
        for year in _AFTER_YEAR.finditer(text):
            if text[year.end() : year.end() + 16].split(" ", 1)[0].lower() not in _NO_NEW_SENTENCE:
                yield year.end()
    if "eserved " in text:
        yield from (m.end() for m in _AFTER_RIGHTS.finditer(text))
    if "]" in text:
        yield from (at for m in _LEFT_OUT.finditer(text) for at in m.span())
    if mark := _CUT_OFF.search(text, max(0, len(text) - _OF_A_POINTER)):
        yield from (mark.start(1), mark.end())


def _opens_copyright(text: str, at: int, end: int) -> bool:
    before, name = text[max(0, at - 24) : at].rstrip(), text[end : end + 2].lstrip()
    if not before or before[-1] in "(<[{:|/-,;&\"'" or name[0].islower():
        return False
    if ":" in text[max(0, at - _OF_A_CREDIT) : at].rpartition(". ")[2]:
        return False  # "Photo: the quay © Ann Poe" is one credit
    return before.rpartition(" ")[2].lower() not in _BEFORE_SIGN


def _cut(text: str, found: Iterable[Piece], openings: Iterator[int]) -> Iterator[Piece]:
    """The pieces, cut at those openings that lie within them. Both come in order."""
    at = next(openings, len(text))
    for piece in found:
        start, soft = piece.start, piece.soft_start
        while at < piece.end:
            if at > start:
                yield Piece(start, len(text[start:at].rstrip()) + start, soft)
                start, soft = at, False
            at = next(openings, len(text))
        yield Piece(start, piece.end, soft, piece.soft_end)


def _between_marks(text: str) -> Iterator[Piece]:
    start, soft, any_yet = 0, False, False
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
            yield Piece(start, end, soft, mark in _SOFT)
            any_yet = True
            soft = mark in _SOFT
        elif not any_yet:
            soft = mark in _SOFT
        start = following
    if start < len(text):
        yield Piece(start, len(text), soft, False)


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
        return not after.isdigit() and not text.startswith(("KG", "OHG", "Ltd", "LLC"), following)
    if word in _ABBREVIATIONS:
        return False
    if word.isdigit() and len(word) <= 2 and text.startswith(_MONTHS, following):
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
    return bool(
        text.count('"', 0, at) % 2
        or (text.count("«", 0, at) + text.count("»", 0, at)) % 2
        or text.count("「", 0, at) > text.count("」", 0, at)
        or text.count("『", 0, at) > text.count("』", 0, at)
    )
