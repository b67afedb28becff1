"""An article's trail as a person would tell it, with the evidence under every line.

Takes the object that `ingest extract --json` and `ingest show --json` print, so that what is found in a file and what
is stored read the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import click

from ingest.cli.output import heading, quote, safe, safe_text, wrapped
from ingest.records import EXCLUSIVE, Completeness, EvidenceKind, HopRole, NoticeKind

Object = Mapping[str, Any]

_DID = {
    HopRole.ORIGIN: "published it first",
    HopRole.AGENCY: "supplied the text",
    HopRole.UPSTREAM: "had it before, perhaps not first",
    HopRole.REPUBLISHER: "passed it on",
    HopRole.DELIVERY: "delivered it to us",
}
_WHOLE = {
    Completeness.FULL: "the whole article",
    Completeness.EXCERPT: "an excerpt",
    Completeness.UNKNOWN: "not known whether this is all of it",
}
_PLACES = {
    EvidenceKind.FEED: "the feed, {}",
    EvidenceKind.PAGE: "its page, {}",
    EvidenceKind.NOTICE: "its text, {}",
    EvidenceKind.REQUEST: "what was asked for, {}",
    EvidenceKind.CLUSTER: "another copy, {}",
}
_WORDS = ((0.9, "sure"), (0.75, "likely"), (0.5, "perhaps"), (0.0, "doubtful"))
_ROLES = {
    "author": "Also written by",
    "contributor": "Contributor",
    "poster": "Put online by",
    "editor": "Edited by",
}


def print_article(found: Object) -> None:
    """Headline, clean text, corrections, the trail, and every notice with the rule that found it."""
    if found.get("title"):
        heading(wrapped(safe(found["title"])))
        click.echo()
    click.echo(_running(found["text"]) if found["text"] else "(no text)")
    click.echo()
    _print_editorial_notes(found["notices"])
    told = _Trail(found["attribution"])
    told.print()
    if found.get("own"):
        told.print_own(found["own"])
    others = list(disagreements(found))
    if others:
        click.echo()
        heading("Said otherwise")
    for name, value, proofs in others:
        told.line(_LABELS[name], value, proofs)
    click.echo()
    _print_notices([*found["notices"], *found["unsure"]], told.quoted)


def _running(text: str) -> str:
    return "\n".join(wrapped(line) for line in safe_text(text).split("\n"))


def _print_editorial_notes(notices: Sequence[Object]) -> None:
    """Corrections and disclosures: cut from the text, and never out of its reader's sight."""
    notes = [one for one in notices if one["kind"] == NoticeKind.EDITORIAL_NOTE and one.get("cut", True)]
    if notes:
        heading("Editorial notes")
        for note in notes:
            click.echo(wrapped(safe(note["quote"]), "  "))
        click.echo()


def _print_notices(notices: Sequence[Object], quoted: Collection[str]) -> None:
    """Every notice with its rule; its words and fields where the trail has not quoted it."""
    heading(f"Notices ({len(notices)})")
    if not notices:
        click.echo("  None found.")
    for notice in notices:
        kept = "" if notice.get("cut", True) else ", left in the text"
        rule = f"rule {safe(notice['rule'])}, confidence {notice['confidence']:.2f}{kept}"
        click.echo(wrapped(f"{notice['kind']} {notice['start']}–{notice['end']}, {rule}", "  ", "      "))
        if notice["quote"] not in quoted and notice["kind"] != NoticeKind.EDITORIAL_NOTE:
            click.echo(wrapped(f"“{safe(notice['quote'])}”", "      "))
            for name, value in notice["fields"].items():
                click.echo(wrapped(f"{safe(name)}: {safe(value)}", "      ", "        "))


# ------------------------------------------------------------------------------------------ the trail


class _Trail:
    """Tells an attribution line by line. `quoted` are the words shown as evidence so far: nothing is quoted twice."""

    def __init__(self, told: Object) -> None:
        self.told = told
        self.evidence: Mapping[str, Sequence[Object]] = told.get("evidence") or {}
        self.quoted: set[str] = set()
        self.missing: list[str] = []

    def print(self) -> None:
        heading("The trail")
        told = self.told
        self.people()
        self.say("First appeared", _first(told), "original_publisher", "original_url",
                 absent="where it first appeared")  # fmt: skip
        self.say("Supplied by", told.get("agency"), "agency")
        self.hands()
        self.say("Owned by", _owner(told), "copyright_holder", "copyright_year", absent="who owns it")
        self.say("Licence", _joined(told.get("license"), told.get("license_url")), "license", "license_url")
        self.say("Terms", told.get("usage_terms"), "usage_terms")
        if not any(told.get(name) for name in ("license", "license_url", "usage_terms")):
            self.missing.append("on what terms")
        self.say("Credit", told.get("credit_text"), "credit_text")
        self.say("For removal ask", told.get("removal_contact"), "removal_contact",
                 absent="whom to ask for removal")  # fmt: skip
        self.say("Complete", _WHOLE.get(told.get("completeness") or Completeness.UNKNOWN), "completeness")
        if self.missing:
            self.line("Not stated", ", ".join(self.missing))

    def print_own(self, own: Object) -> None:
        """What the article says by itself, where its copies know more."""
        click.echo()
        heading("By itself it says")
        evidence = own["evidence"]
        first = _once(
            proof for name in ("original_publisher", "original_url") for proof in evidence.get(name) or ()
        )
        self.line("First appeared", _first(own) or "(nothing)", first)
        names = " → ".join(str(hop["publisher"] or hop["url"] or "?") for hop in own["hops"])
        self.line(
            "Came through", names or "(nobody)", _once(p for hop in own["hops"] for p in hop["evidence"])
        )

    def people(self) -> None:
        """Who wrote it, and who else is named: each with what they did, and at whose hand."""
        told = self.told
        hands = {hop["position"]: hop["publisher"] or hop["url"] for hop in told.get("hops") or ()}
        authors = [one["name"] for one in told.get("authors") or ()]
        bylines = told.get("bylines") or ()
        writers = [one for one in bylines if one["role"] == "author" and one["name"] in authors]
        if not writers:
            self.missing.append("who wrote it")
        for one in writers:
            self.line("Written by", one["name"], one["evidence"])
        for one in bylines:
            if one not in writers:
                at = hands.get(one["hop"])
                who = one["name"] + (f", at {at}" if at else "")
                self.line(_ROLES.get(one["role"], str(one["role"]).capitalize()), who, one["evidence"])

    def hands(self) -> None:
        hops = self.told.get("hops") or ()
        if not hops:
            self.say("Delivered by", self.told.get("publisher"), "publisher")
            return
        names = [str(hop["publisher"] or hop["url"] or "?") for hop in hops]
        self.line("Came through", " → ".join(names))
        for hop, name in zip(hops, names, strict=True):
            where = hop["url"] if hop.get("publisher") else None
            did = _joined(f"{name} {_DID.get(hop['role'], hop['role'])}", where)
            self.line(f"  {hop['position'] + 1}.", did or "", hop["evidence"])

    def say(self, label: str, value: str | None, *fields: str, absent: str = "") -> None:
        """A line with the evidence of these fields; what is not stated is told at the end."""
        if value:
            self.line(
                label, value, _once(proof for name in fields for proof in self.evidence.get(name) or ())
            )
        elif absent:
            self.missing.append(absent)

    def line(self, label: str, value: str, evidence: Iterable[Object] = ()) -> None:
        click.echo(wrapped(safe(value), f"  {label:16} "))
        again: list[str] = []
        for proof in evidence:
            where = _place(proof)
            if proof["quote"] in self.quoted:
                again.append(where)
                continue
            self.quoted.add(proof["quote"])
            quote(
                wrapped(f"“{safe(proof['quote'])}” — {where}, {_sure(proof['confidence'])}", " " * 6, " " * 8)
            )
        if again:
            quote(wrapped(f"as quoted above: {'; '.join(again)}", " " * 6, " " * 8))


def _first(told: Object) -> str | None:
    original = told.get("original_publisher") or {}
    where = told.get("original_url") or original.get("url")
    name = original.get("name")
    return _joined(f"in {name}" if name else None, where)


def _owner(told: Object) -> str | None:
    holder, year = told.get("copyright_holder"), told.get("copyright_year")
    return " ".join(str(part) for part in ("©", year, holder) if part) if holder or year else None


def _joined(*parts: str | None) -> str | None:
    return ", ".join(dict.fromkeys(part for part in parts if part)) or None


def _once(evidence: Iterable[Object]) -> Iterable[Object]:
    """Where the same words state two fields of one line they are shown once, as sure as the surest."""
    best: dict[tuple[str, str], Object] = {}
    for proof in evidence:
        key = (proof["place"], proof["quote"])
        if key not in best or best[key]["confidence"] < proof["confidence"]:
            best[key] = proof
    return best.values()


def _place(proof: Object) -> str:
    place = re.sub(r"\bnotice:(\d+)-(\d+)$", r"\1–\2", str(proof["place"]))
    place = re.sub(r"^article:(\d+) ", r"article \1, ", place)
    return safe(_PLACES.get(proof["kind"], f"{proof['kind']}, {{}}").format(place))


def _sure(confidence: float) -> str:
    word = next(word for least, word in _WORDS if confidence >= least)
    return f"{word} ({confidence:.2f})"


# ------------------------------------------------------------------------------------------ disagreements

_LABELS = {
    "original_publisher": "First appeared in",
    "original_url": "First appeared at",
    "publisher": "Delivered by",
    "copyright_holder": "Owned by",
    "copyright_year": "Copyright year",
    "license": "Licence",
    "completeness": "Complete",
}
"""Of each property that has one true value."""


def disagreements(found: Object) -> Iterator[tuple[str, str, Sequence[Object]]]:
    """Property, value and evidence of what is claimed otherwise than the article's own value, each value once."""
    others: dict[tuple[str, str], list[Object]] = {}
    for claim in found["attribution"].get("claims") or ():
        if not claim["chosen"] and claim["property"] in EXCLUSIVE:
            others.setdefault((claim["property"], claim["value"]), []).append(claim["evidence"])
    yield from ((name, value, proofs) for (name, value), proofs in others.items())
