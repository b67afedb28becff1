"""From a clean document to one that is well-formed and within the limits, and where its items are.

Well-formed documents pass through. The others are mended step by step, each step tried only while the document is
still broken, so that a publisher's one stray `&` costs one character and a broken entry costs itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ingest.feeds import repair, slices
from ingest.feeds.limits import ITEMS, Limits, Scan, scan
from ingest.records import Failure

_LOOSE_BYTES = 1024 * 1024  # what feedparser's own tolerant parser may be given


@dataclass(frozen=True, slots=True)
class Mended:
    """`spans` are the items' byte spans in `document`, empty where the document cannot be sliced."""

    document: bytes
    spans: tuple[tuple[int, int], ...] = ()
    root: str = ""
    item_name: str = ""
    items: int = 0
    items_lost: bool = False  # there were items, none survived
    oversized: bool = False
    truncated: bool = False
    fault: str | None = None
    warnings: list[str] = field(default_factory=list)


def mend(document: bytes, limits: Limits) -> Mended | Failure:
    """Scan and, where needed, mend a clean UTF-8 document. Failure REFUSED when it breaks a limit."""
    found = scan(document, limits)
    if isinstance(found, Failure):
        return found
    warnings: list[str] = []
    if repair.has_doctype(document) or not found.well_formed:
        expanded = repair.expand(document, found.entities)
        again = scan(expanded, limits)
        if isinstance(again, Failure):
            return again
        if again.well_formed:
            if found.fault:
                warnings.append(f"not well-formed, HTML entities resolved: {found.fault}")
            document, found = expanded, again
    if not found.well_formed:
        return _broken(document, found, limits)
    if found.unbound:
        document = repair.bind(document, found.root, found.unbound)
        warnings.append("prefixes used without a namespace: " + ", ".join(sorted(found.unbound))[:100])
    return _sliced(document, found, warnings)


def _sliced(document: bytes, found: Scan, warnings: list[str]) -> Mended:
    spans: tuple[tuple[int, int], ...] = ()
    if found.item_name and not found.entities:
        cut = slices.find(document, found.item_name)
        if cut.open_at is None and len(cut.spans) == found.items:
            spans = cut.spans
    return Mended(
        document,
        spans,
        root=found.root,
        item_name=found.item_name,
        items=found.items,
        oversized=found.oversized,
        warnings=warnings,
    )


# --------------------------------------------------------------------------- documents that are not well-formed


def _broken(document: bytes, found: Scan, limits: Limits) -> Mended | Failure:
    """A document with a fault: cut off, followed by junk, or broken inside."""
    fault = found.fault or ""
    warnings = [f"not well-formed: {fault}"]
    document = repair.end_at_root(repair.expand(document, found.entities), found.root)
    document = repair.escape_loose(document)
    truncated = f"</{found.root}".encode() not in document[-4096:]
    name = found.item_name or item_name(document, found.root)
    parents = found.parents or _usual_parents(found.root)
    cut = slices.find(document, name, flat=True)
    spans = cut.spans
    if truncated:
        document, told = _whole_items(document, cut, parents, found.root)
        warnings.append(told)
    elif cut.open_at is not None:
        end = document.rfind(f"</{parents[-1]}".encode())
        if end > cut.open_at:
            spans = (*spans, (cut.open_at, end))
    pieced = _items_mended(document, spans, limits, warnings)
    again = scan(pieced, limits)
    if isinstance(again, Failure):
        return again
    if again.well_formed and again.unbound:
        pieced = repair.bind(pieced, again.root, again.unbound)
    if not again.well_formed:
        pieced, again = _last_resort(pieced, again, limits)
    if isinstance(again, Failure):
        return again
    mended = _sliced(pieced, again, warnings)
    lost = not again.items and bool(spans)
    return replace(mended, truncated=truncated, fault=fault, items_lost=lost)


def _whole_items(
    document: bytes, cut: slices.Slices, parents: tuple[str, ...], root: str
) -> tuple[bytes, str]:
    """A document that ends early, without its half entry."""
    if cut.spans:
        document = document[: cut.spans[-1][1]]
    elif cut.open_at is not None:
        document = document[: cut.open_at]
    else:
        # It stops in the channel's own elements: they are read from what libxml2 recovers.
        return repair.recovered(document) or document, "the document ends before its first entry"
    told = "the document ends early: " + (
        "the half entry is left out" if cut.open_at is not None else "cut after an entry"
    )
    return repair.close(document, parents or (root,)), told


def _items_mended(
    document: bytes, spans: tuple[tuple[int, int], ...], limits: Limits, warnings: list[str]
) -> bytes:
    """Each item that is not well-formed by itself replaced by what libxml2 recovers of it, or left out."""
    pieces: list[bytes] = []
    at = 0
    for index, (start, end) in enumerate(spans):
        item = document[start:end]
        alone = scan(item, limits)
        if isinstance(alone, Scan) and not alone.well_formed:
            pieces.append(document[at:start])
            at = end
            mended = repair.recovered(item)
            usable = mended is not None and isinstance(scan(mended, limits), Scan)
            warnings.append(f"entry {index + 1} is not well-formed: {'mended' if usable else 'left out'}")
            if mended is not None and usable:
                pieces.append(mended.partition(b"?>")[2].strip())
    pieces.append(document[at:])
    return b"".join(pieces)


def _last_resort(document: bytes, found: Scan, limits: Limits) -> tuple[bytes, Scan | Failure]:
    """The whole document through libxml2's recovery; feedparser's tolerant parser gets what that cannot read."""
    recovered = repair.recovered(document)
    if recovered is not None:
        again = scan(recovered, limits)
        if isinstance(again, Failure):
            return recovered, again
        if again.well_formed and (again.items or not found.items):
            if again.unbound:
                recovered = repair.bind(recovered, again.root, again.unbound)
            return recovered, again
    return document[:_LOOSE_BYTES], found


def item_name(document: bytes, root: str) -> str:
    """What an item is called in a document with this root, as far as one can tell without looking for the first."""
    prefix = root.rpartition(":")[0]
    local = "entry" if root.lower().endswith("feed") else "item"
    if prefix and prefix.lower() != "rdf":
        return f"{prefix}:{local}"
    for name in (local, *(f"{p}:{i}" for p in ("rss", "atom") for i in sorted(ITEMS))):
        if f"<{name}".encode() in document:
            return name
    return local


def _usual_parents(root: str) -> tuple[str, ...]:
    return (root, "channel") if root.lower() == "rss" else (root,)
