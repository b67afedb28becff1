"""Which notices are cut from the clean text; the others are recorded and stay in it."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.records import NoticeKind


@dataclass(frozen=True, slots=True)
class Cutting:
    threshold: float = 0.5  # confidence
    kinds: frozenset[NoticeKind] = frozenset(NoticeKind)

    def cuts(self, kind: NoticeKind, confidence: float) -> bool:
        return confidence >= self.threshold and kind in self.kinds


USUAL = Cutting()
