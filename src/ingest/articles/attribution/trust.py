"""The one order of trust: how far each place is believed about each property of an article.

`attribute.py` takes the most trusted claim; docs/attribution.md shows this table to users. What a rule found counts
its confidence times the weight here. A number says "more than the next one", not how often it is right.
"""

from __future__ import annotations

from typing import NamedTuple

from ingest.records import NoticeKind


class Trust(NamedTuple):
    weight: float  # 0 to 1
    place: str  # what says it, in a user's words


FIRST_PUBLISHER: dict[str, Trust] = {
    "originally_published": Trust(0.95, "a person: “originally published in …”"),
    "license": Trust(0.9, "a licence line that names whose text it is"),
    "press_release_source": Trust(0.9, "“SOURCE …” of a press release"),
    "republished_by_permission": Trust(0.88, "“republished with permission of …”"),
    "via_chain": Trust(0.85, "“authored by … via …”"),
    # Such a link was a real republication on 26 of 36 pages.
    "canonical_url": Trust(0.85, "a canonical link to another publisher's site"),
    "courtesy_of": Trust(0.8, "“courtesy of …”"),
    "original_url": Trust(0.8, "dc:source, isBasedOn, original-source: an address"),
    "original_publisher": Trust(0.8, "sourceOrganization: a name"),
    "original_source": Trust(0.75, "“view original source”"),
    "distributed": Trust(0.72, "“© …. Distributed by …”: whose text a syndicate sends out"),
    "provider": Trust(0.7, "a provider's badge on the page: who lent the article, perhaps not who wrote it"),
    "between": Trust(0.7, "“via …”: a hand between the first and this one"),
    "source": Trust(0.65, "`<source>` of the feed it was taken from"),
    "appeared_first": Trust(0.6, "the automatic “… appeared first on …”: B may itself be a copier"),
    "via_url": Trust(0.6, "a link with rel=via: a hand between"),
}
RIGHTS: dict[str, Trust] = {
    "text": Trust(1.0, "a notice in the article's own text"),
    "aside": Trust(0.9, "the holder named in a licence, courtesy or terms line of the text"),
    "entry": Trust(0.7, "an element of the entry, the markup of the page"),
    "feed": Trust(0.5, "an element of the feed, which speaks for all its entries"),
}
NAMES: dict[str, Trust] = {
    "text": Trust(1.0, "a byline or credit in the article's own text"),
    "page": Trust(0.9, "the markup of the page"),
    "feed": Trust(0.8, "the author elements of the entry"),
    "request": Trust(0.7, "who asked for the extraction"),
}
PUBLISHER: dict[str, Trust] = {
    "entry": Trust(0.95, "a publisher element of the entry, the markup of the page"),
    "feed": Trust(0.9, "a publisher element of the feed"),
    "title": Trust(0.8, "the feed's title"),
    "address": Trust(0.6, "the address it was read from"),
    "contact": Trust(0.4, "who takes requests to remove it"),
}
AGENCY: dict[str, Trust] = {
    "supplier": Trust(
        0.8, "a credit, a dateline, an agency in the markup of the page: who supplied the text"
    ),
    "writer": Trust(
        0.5, "a supplier that wrote it, of the above; an outlet beside the writer's name, if the first"
    ),
}
COMPLETENESS: dict[str, Trust] = {
    "mark": Trust(1.0, "a mark that something was left out"),
}
CREDIT_LINE = 0.95
"""What a credit line outside the article's body is worth, of what it would be within."""
LESS = 0.01
"""By so much a name that is matched to an address counts less than the address."""

ORIGIN_TRUST = {kind: FIRST_PUBLISHER[kind].weight for kind in NoticeKind if kind in FIRST_PUBLISHER}
"""What notices of a kind are worth when they name the first publisher."""
