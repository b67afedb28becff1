"""What a page asks of machines: robots directives beside robots.txt, TDMRep, RSL; as statements, in its own words.

Where it asks us not to do what we would, it is obeyed (`forbids_keeping`): a page that says `noarchive`, or reserves
text and data mining, is read for whom it names (that is what its markup is for), and its text is not kept.

- robots meta and X-Robots-Tag: noai, noimageai, noarchive and kin. Only what is said to all agents, or to us.
- TDMRep (W3C Community Group report): tdm-reservation and tdm-policy as header, meta and /.well-known/tdmrep.json.
- RSL 1.0: a link to a licence of type application/rsl+xml, in the page, in a Link header, in robots.txt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from ingest.articles.markup import absolute_url
from ingest.articles.pages.said import Said, place_of
from ingest.records import Statement

AGENT = "ingest"
"""Our product token, where the operator has set no other user agent."""

RSL_TYPE = "application/rsl+xml"

_RECORDED = frozenset(("noai", "noimageai", "noarchive", "nocache", "nosnippet"))
_NOT_KEPT = frozenset(("robots: noarchive", "robots: nocache", "tdm-reservation: 1"))
_FOR_AN_AGENT = re.compile(r"\s*([\w.*-]+)\s*:\s*(.*)", re.DOTALL)
_WITH_A_VALUE = re.compile(r"\s*(?:unavailable_after|max-[a-z-]+)\s*:", re.IGNORECASE)
_LINK = re.compile(r"<([^<>]{1,2000})>([^<]{0,500})")


def in_headers(headers: Mapping[str, str], base: str | None, agent: str = AGENT) -> Iterator[Statement]:
    """The terms in an answer's headers (lower-case names), for all agents and for `agent`."""
    tag = headers.get("x-robots-tag", "")
    addressed = "*"
    for part in tag.split(","):
        named = None if _WITH_A_VALUE.match(part) else _FOR_AN_AGENT.match(part)
        addressed, directive = (named[1].lower(), named[2]) if named else (addressed, part)
        if addressed in ("*", agent.lower()):
            yield from _directives(directive, Said(tag, "header/X-Robots-Tag"))
    for name in ("tdm-reservation", "tdm-policy"):
        if value := headers.get(name, "").strip():
            yield from _tdm(name, Said(value, f"header/{name}"), base)
    for href, parameters in _LINK.findall(headers.get("link", "")):
        if RSL_TYPE in parameters.lower() and "license" in parameters.lower():
            yield from rsl_licence(Said(href, "header/Link[rel=license]"), base)


def in_markup(
    metas: Mapping[str, list[Said]],
    links: Iterable[etree._Element],
    base: str | None,
    agent: str = AGENT,
) -> Iterator[Statement]:
    """The terms in a page's head: its meta elements by lower-case name, its link elements."""
    for name in ("robots", agent.lower()):
        for said in metas.get(name, ()):
            yield from _directives(said.text, said)
    for name in ("tdm-reservation", "tdm-policy"):
        for said in metas.get(name, ())[:1]:
            yield from _tdm(name, said, base)
    for link in links:
        if is_rsl(link) and "license" in (link.get("rel") or "").lower().split():
            yield from rsl_licence(Said(link.get("href") or "", place_of(link)), base)


def is_rsl(link: etree._Element) -> bool:
    return (link.get("type") or "").strip().lower() == RSL_TYPE


def rsl_licence(said: Said, base: str | None) -> Iterator[Statement]:
    """A link to an RSL document: terms that a person has to read, not a licence that is granted."""
    if address := absolute_url(said.text, base):
        yield Statement("usage_terms", f"RSL licence: {address}", said.place, said.text)


def reservation(reserved: bool, policy: str | None, said: Said) -> Iterator[Statement]:
    """A rule of /.well-known/tdmrep.json that holds for the page."""
    if reserved:
        yield Statement("usage_prohibits", "tdm-reservation: 1", said.place, said.text)
    if policy:
        yield Statement("usage_terms", f"TDM policy: {policy}", said.place, said.text)


def forbids_keeping(statements: Iterable[Statement]) -> Statement | None:
    """The statement because of which the page's text may not be kept; None when there is none."""
    return next((said for said in statements if said.value in _NOT_KEPT), None)


def _directives(text: str, said: Said) -> Iterator[Statement]:
    for word in re.split(r"[,\s]+", text.lower()):
        if word in _RECORDED:
            yield Statement("usage_prohibits", f"robots: {word}", said.place, said.text)


def _tdm(name: str, said: Said, base: str | None) -> Iterator[Statement]:
    text = said.text.strip()
    if name == "tdm-reservation":
        yield from reservation(text == "1", None, said)
    elif address := absolute_url(text, base):
        yield from reservation(False, address, said)
