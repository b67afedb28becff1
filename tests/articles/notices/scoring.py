"""What found notices are worth, held against passages labelled by hand.

Every figure is a share between 0 and 1, higher is better. A character counts when it is not white space.

- strip_precision, strip_recall: characters cut that belong to a labelled span, and the reverse
- kind_accuracy: of the labelled spans at least half cut, those whose longest overlap has the right kind
- fields_precision, fields_recall, fields_f1: (field, value) pairs of a passage, letter case and punctuation aside
- negatives_untouched: passages without a notice from which nothing was cut
- body_kept: characters outside the labelled spans, of passages that have some, that were not cut
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.records import FieldValue, Notice

_MARKS = re.compile(r"[\s\"'“”‘’«»„.,;:!?()\[\]/|–—-]+")


@dataclass(frozen=True, slots=True)
class Label:
    """A notice as a reader marked it: text[start:end] of its passage."""

    start: int
    end: int
    kind: str
    fields: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    id: str
    lang: str
    text: str
    labels: tuple[Label, ...]


def read(path: Path) -> list[Passage]:
    """The passages of a file of labelled lines; a quote that is not in its text, in order, raises ValueError."""
    lines = path.read_text("utf-8").splitlines()
    return [_passage(json.loads(line)) for line in lines if line.strip()]


def _passage(item: dict[str, Any]) -> Passage:
    text, at, labels = item["text"], 0, []
    for span in item["spans"]:
        start = text.find(span["quote"], at)
        if start < 0:
            raise ValueError(f"{item['id']}: {span['quote']!r} is not in the text, or not in this order")
        at = start + len(span["quote"])
        labels.append(Label(start, at, span["kind"], span["fields"]))
    return Passage(item["id"], item["lang"], text, tuple(labels))


def figures(scored: Iterable[tuple[Passage, Sequence[Notice]]]) -> dict[str, float]:
    n: Counter[str] = Counter()
    for passage, notices in scored:
        cut = [notice for notice in notices if notice.cut]
        n.update(_characters(passage, cut))
        n.update(_kinds(passage, cut))
        n.update(_fields(passage, cut))
    return {
        "strip_precision": _share(n["hit"], n["cut"]),
        "strip_recall": _share(n["hit"], n["labelled"]),
        "kind_accuracy": _share(n["right_kind"], n["covered"]),
        "fields_precision": _share(n["pairs_hit"], n["pairs_said"]),
        "fields_recall": _share(n["pairs_hit"], n["pairs_true"]),
        "fields_f1": _share(2 * n["pairs_hit"], n["pairs_said"] + n["pairs_true"]),
        "negatives_untouched": 1 - n["touched"] / n["negatives"] if n["negatives"] else 1.0,
        "body_kept": 1 - n["body_cut"] / n["body"] if n["body"] else 1.0,
    }


def _characters(passage: Passage, cut: Sequence[Notice]) -> dict[str, int]:
    ink = {at for at, char in enumerate(passage.text) if not char.isspace()}
    true, got = _places(passage.labels) & ink, _places(cut) & ink
    counts = {"hit": len(true & got), "cut": len(got), "labelled": len(true)}
    if passage.labels:
        return counts | {"body": len(ink - true), "body_cut": len(got - true)}
    return counts | {"negatives": 1, "touched": int(bool(got))}


def _kinds(passage: Passage, cut: Sequence[Notice]) -> dict[str, int]:
    covered = right = 0
    got = _places(cut)
    for label in passage.labels:
        ink = {at for at in range(label.start, label.end) if not passage.text[at].isspace()}
        if len(ink & got) < len(ink) / 2:
            continue
        covered += 1
        overlaps = [len(ink & _places([notice])) for notice in cut]
        right += cut[overlaps.index(max(overlaps))].kind == label.kind
    return {"covered": covered, "right_kind": right}


def _fields(passage: Passage, cut: Sequence[Notice]) -> dict[str, int]:
    true, said = _pairs(passage.labels), _pairs(cut)
    return {
        "pairs_true": true.total(),
        "pairs_said": said.total(),
        "pairs_hit": (true & said).total(),
    }


def _places(spans: Iterable[Label | Notice]) -> set[int]:
    return {at for span in spans for at in range(span.start, span.end)}


def _pairs(spans: Iterable[Label | Notice]) -> Counter[tuple[str, str]]:
    return Counter(
        (name, _plain(value))
        for span in spans
        for name, values in span.fields.items()
        for value in _several(values)
        if value
    )


def _several(values: FieldValue | Sequence[str]) -> Sequence[str]:
    return [values] if isinstance(values, str) else values


def _plain(value: str) -> str:
    value = unicodedata.normalize("NFKC", value).casefold()
    return _MARKS.sub(" ", re.sub(r"^https?://(www\.)?", "", value)).strip()


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
