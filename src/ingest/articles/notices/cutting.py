"""Which notices are cut from the clean text; the others are recorded and stay in it."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.records import NoticeKind


@dataclass(frozen=True, slots=True)
class Cutting:
    threshold: float = 0.5  # confidence
    kinds: frozenset[NoticeKind] = frozenset(NoticeKind)

    def is_sure(self, confidence: float) -> bool:
        """Whether a notice is one, whatever its kind: what is found and to stay is nobody else's either."""
        return confidence >= self.threshold

    def cuts(self, kind: NoticeKind, confidence: float) -> bool:
        return self.is_sure(confidence) and kind in self.kinds


USUAL = Cutting()
