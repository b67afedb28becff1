"""An article as schema.org NewsArticle in JSON-LD, from the object that `ingest show --json` prints. Pure.

Only what is stated becomes a property, and only where schema.org has a place for it:

- `publisher` is who delivered this copy. What it was copied from is `isBasedOn`, and what that was copied from
  stands inside, so that the chain of hands reads inwards, each work with its own publisher. What a site publishes
  itself is based on nothing, whatever its own footers name as the origin.
- `author` are those who wrote the text. Names that belong to a hand in between stand at that hand's work; names with
  another part in it are wrapped in a Role (schema.org/Role).
- `sourceOrganization` is the agency on whose behalf it was written; `creditText` the credit as worded.
- `license` is the address of the licence, `usageInfo` the terms as worded, `copyrightNotice` the copyright line.
- `correction` are corrections, `comment` the other editorial notes that were cut from the text.
- `subjectOf` are the words the values were read from: Claims, each `about` a property and its value, with the place
  where it appears.
- `sdPublisher` is whoever made this markup (schema.org: often not whoever published the article): ingest, reached at
  the contact of the settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ingest import urls
from ingest.articles.publishers import sites
from ingest.records import Completeness, EvidenceKind, HopRole, NoticeKind

Object = Mapping[str, Any]
Node = dict[str, Any]

_PROPERTIES = {
    "publisher": "publisher",
    "original_publisher": "isBasedOn",
    "original_url": "isBasedOn",
    "agency": "sourceOrganization",
    "copyright_holder": "copyrightHolder",
    "copyright_year": "copyrightYear",
    "license": "license",
    "license_url": "license",
    "usage_terms": "usageInfo",
    "credit_text": "creditText",
    "removal_contact": "contactPoint",
    "completeness": "creativeWorkStatus",
}
"""Field of the attribution → property it becomes, which its evidence is about."""

_OF_ITS_OWN = {"original_publisher": "publisher", "original_url": "url"}
"""What becomes of the origin when it is who delivered the article."""

_PLAIN_ROLES = ("contributor", "editor")  # properties of their own; any other part is named by a Role
_ITS_OWN = (EvidenceKind.NOTICE, EvidenceKind.PAGE)
"""Evidence that stands at the article's own address; the feed and other copies have theirs."""

_EMAIL = re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+\.[^\W\d_]{2,}")
_CORRECTION = re.compile(
    r"""\b(?:correct(?:ion|ed)|clarif|errat|rectifi|rettific|updated?\b|(?:earlier|previous)\ version|misstat
    |korrektur|korrigier|berichtig|klarstell|frühere[nr]?\ (?:fassung|version)|gecorrigeerd|rättelse|rettelse|oikaisu
    |correcci|correg|corrig|aclara|versi[óo]n\ anterior|fe\ de\ errat|correzion|precisazion|version\ précéd|correç
    |rectific|sprostow|popraw|исправл|поправк|уточн|виправл|düzelt|διόρθωσ)|訂正|更正|정정|تصحيح|תיקון|सुधार""",
    re.IGNORECASE | re.VERBOSE,
)
_NOTE_HEAD = 120
"""Characters in which a correction says that it is one."""


def news_article(found: Object, *, contact: str | None = None) -> Node:
    """The JSON-LD object. `contact`: address or e-mail of whoever runs this ingest (fetch.contact).

    Times may be aware datetimes or ISO 8601 text. Properties without a value are left out.
    """
    told: Object = found["attribution"]
    people = _People(told)
    url = found.get("url")
    return _filled(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "@id": url,
            "url": url,
            "headline": found.get("title"),
            "articleBody": found.get("text"),
            "creativeWorkStatus": "Incomplete" if told["completeness"] == Completeness.EXCERPT else None,
            "inLanguage": found.get("language"),
            "datePublished": _time(found.get("published_at")),
            "dateModified": _time(found.get("updated_at")),
            "isPartOf": _feed(found),
            "author": [people.node(one["name"]) for one in told["authors"]],
            **people.parts(one for one in people.bylines if one["hop"] not in people.before),
            "publisher": _deliverer(told),
            "sourceOrganization": _organization(told.get("agency")),
            "copyrightHolder": people.owner(told.get("copyright_holder")),
            "copyrightYear": told.get("copyright_year"),
            "copyrightNotice": _copyright_notice(found),
            "license": _license(told),
            "usageInfo": _filled({"@type": "CreativeWork", "text": told.get("usage_terms")}),
            "creditText": told.get("credit_text"),
            "isBasedOn": _original(told, people),
            "correction": [_note("CorrectionComment", text) for text in _notes(found, corrections=True)],
            "comment": [_note("Comment", text) for text in _notes(found, corrections=False)],
            "subjectOf": _claims(found),
            "sdPublisher": _organization("ingest", **_reached(contact)),
        }
    )


def embeddable(line: str) -> str:
    """JSON that may also stand inside an HTML script element: nothing in it can end the element."""
    return line.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


# ------------------------------------------------------------------------------------------ people and houses


class _People:
    """The names of an attribution: which are organizations, and what part each had."""

    def __init__(self, told: Object) -> None:
        hops: Sequence[Object] = told.get("hops") or ()
        houses = [
            told.get("agency"),
            told.get("publisher"),
            (told.get("original_publisher") or {}).get("name"),
        ]
        self.houses = {
            str(name).casefold() for name in (*houses, *(hop["publisher"] for hop in hops)) if name
        }
        self.bylines: Sequence[Object] = told.get("bylines") or ()
        self.authors = {one["name"] for one in told["authors"]}
        self.before = {hop["position"] for hop in _hands_before(told)}

    def node(self, name: str) -> Node:
        return {"@type": "Organization" if name.casefold() in self.houses else "Person", "name": name}

    def owner(self, name: str | None) -> Node | None:
        """A rights holder is an organization unless it is one of the authors."""
        if not name:
            return None
        if urls.is_web(name):
            return _organization(urls.host(name), url=name)
        return self.node(name) if name in self.authors else _organization(name)

    def parts(self, bylines: Iterable[Object]) -> dict[str, list[Node]]:
        """The properties that hold these bylines, the authors of the text left out."""
        found: dict[str, list[Node]] = {}
        for one in bylines:
            role, writes = one["role"], one["role"] == "author"
            if writes and one["name"] in self.authors:
                continue
            node = self.node(one["name"])
            if role == "editor" and node["@type"] != "Person":  # schema.org: an editor is a person
                role = "contributor"
            if not writes and role not in _PLAIN_ROLES:
                role, node = "contributor", {"@type": "Role", "roleName": role, "contributor": node}
            found.setdefault(role, []).append(node)
        return found


def _organization(name: str | None, **more: Any) -> Node:
    return _filled({"@type": "Organization", "name": name, **more})


def _reached(contact: str | None) -> dict[str, str]:
    """E-mail or address, whichever the text holds; else the text itself, as a description."""
    if not contact:
        return {}
    if urls.is_web(contact):
        return {"url": contact}
    mail = _EMAIL.search(contact)
    return {"email": mail[0]} if mail else {"description": contact}


def _deliverer(told: Object) -> Node:
    """Who delivered it, and whom to ask there for removal."""
    hop = _delivery(told)
    contact = _reached(told.get("removal_contact"))
    point = {"@type": "ContactPoint", "contactType": "removal requests", **contact} if contact else None
    return _organization(told.get("publisher"), url=hop.get("url") if hop else None, contactPoint=point)


# ------------------------------------------------------------------------------------------ the chain


def _original(told: Object, people: _People) -> Node:
    """What this copy was made from: the hand before the last, what that had it from standing inside."""
    work: Node = {}
    before = _hands_before(told)
    page = told.get("original_url")
    if any(hop.get("url") == page for hop in before):
        page = None  # it stands at the hand whose address it is
    for hop in before:
        there = people.parts(one for one in people.bylines if one["hop"] == hop["position"])
        work = _work(hop["publisher"], page, hop.get("url"), isBasedOn=work, **there)
        page = None  # the original's, not that of a hand after it
    if not before and not _is_own(told):
        original = told.get("original_publisher") or {}
        work = _work(original.get("name"), page, original.get("url"))
    return work


def _hands_before(told: Object) -> list[Object]:
    """The hands that had the article before whoever delivered it, origin first; agencies publish nothing."""
    delivery = _delivery(told)
    return [hop for hop in told.get("hops") or () if hop["role"] != HopRole.AGENCY and hop is not delivery]


def _delivery(told: Object) -> Object | None:
    """The last hand: it delivered, and is the origin as well of what it publishes itself."""
    hops = told.get("hops")
    return hops[-1] if hops and told.get("publisher") else None


def _is_own(told: Object) -> bool:
    """Whether nobody but who delivered the article is said to have published it first."""
    delivery = _delivery(told)
    if delivery is None or _hands_before(told):
        return False
    first = (told.get("original_publisher") or {}).get("name")
    page, home = told.get("original_url"), delivery.get("url")
    return first in (None, told["publisher"]) and not (page and home and not sites.one_publisher(page, home))


def _work(name: str | None, page: str | None, url: str | None, **more: Any) -> Node:
    """A copy at a publisher. `url` is the article's address there, or the publisher's own."""
    home = url if url and urls.is_home_page(url) else None
    page = page or (url if home is None else None)
    return _filled({"@type": "NewsArticle", "url": page, "publisher": _organization(name, url=home), **more})


# ------------------------------------------------------------------------------------------ rights, notes, evidence


def _license(told: Object) -> str | Node:
    url, name = told.get("license_url"), told.get("license")
    return str(url) if url else _filled({"@type": "CreativeWork", "name": name})


def _copyright_notice(found: Object) -> str | None:
    """The words of the notice, or of the feed's or page's element, that says whose it is."""
    evidence: Mapping[str, Sequence[Object]] = found["attribution"].get("evidence") or {}
    quotes = [notice["quote"] for notice in found["notices"] if notice["kind"] == NoticeKind.COPYRIGHT]
    for field in ("copyright_holder", "copyright_year"):
        quotes += [proof["quote"] for proof in evidence.get(field) or ()]
    return next((quote for quote in quotes if re.search(r"©|copyright|\(c\)", quote, re.IGNORECASE)), None)


def _notes(found: Object, *, corrections: bool) -> Iterator[str]:
    for notice in found["notices"]:
        is_correction = _CORRECTION.search(notice["quote"][:_NOTE_HEAD]) is not None
        if notice["kind"] == NoticeKind.EDITORIAL_NOTE and is_correction is corrections:
            yield notice["quote"]


def _note(kind: str, text: str) -> Node:
    return {"@type": kind, "text": text}


def _claims(found: Object) -> list[Node]:
    """The words that values were read from, each once, with all that they say."""
    said: dict[tuple[str, str, str], list[Node]] = {}
    for name, value, proof in _evidence(found["attribution"]):
        about = _filled(
            {"@type": "PropertyValue", "propertyID": f"https://schema.org/{name}", "value": value}
        )
        known = said.setdefault((proof["kind"], proof["place"], proof["quote"]), [])
        if about not in known:
            known.append(about)
    return [
        {"@type": "Claim", "text": quote, "about": about, "appearance": _place(kind, place, found.get("url"))}
        for (kind, place, quote), about in said.items()
    ]


def _evidence(told: Object) -> Iterator[tuple[str, Any, Object]]:
    """Property, value and proof of everything that is stated."""
    evidence: Mapping[str, Sequence[Object]] = told.get("evidence") or {}
    properties = {**_PROPERTIES, **_OF_ITS_OWN} if _is_own(told) else _PROPERTIES
    for field, name in properties.items():
        value = told.get(field)
        if field == "original_publisher":
            value = (value or {}).get("name") or (value or {}).get("url")
        yield from ((name, value, proof) for proof in evidence.get(field) or ())
    for one in told.get("bylines") or ():
        name = one["role"] if one["role"] in ("author", *_PLAIN_ROLES) else "contributor"
        yield from ((name, one["name"], proof) for proof in one["evidence"])
    for hop in _hands_before(told):
        yield from (("isBasedOn", hop["publisher"] or hop["url"], proof) for proof in hop["evidence"])


def _place(kind: str, place: str, url: str | None) -> Node:
    name = place if kind == EvidenceKind.NOTICE else f"{kind}:{place}"
    return _filled({"@type": "CreativeWork", "name": name, "url": url if kind in _ITS_OWN else None})


# ------------------------------------------------------------------------------------------ small things


def _feed(found: Object) -> Node:
    """The feed it was read in, without the secrets that an address may carry."""
    url = str(found.get("feed_url") or "")
    return _filled(
        {
            "@type": "DataFeed",
            "name": found.get("feed_title"),
            "url": urls.without_secrets(url) if urls.is_web(url) else None,
        }
    )


def _time(value: datetime | str | None) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _filled(node: Node) -> Node:
    """Without properties that have no value; empty where nothing but the type is left."""
    filled = {name: value for name, value in node.items() if value not in (None, "", [], {})}
    return filled if filled.keys() - {"@type"} else {}
