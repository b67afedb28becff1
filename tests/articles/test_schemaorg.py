"""Articles as schema.org NewsArticle: nothing but the vocabulary's words, each with a value it may take."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.articles.extract import extract
from ingest.articles.extraction_json import to_json
from ingest.articles.notices import catalogue
from ingest.articles.schemaorg import embeddable, news_article
from ingest.records import Source, SourceFeed

# What schema.org 28 says of the types and properties used: the type's parent, and for each property the types of
# node and of plain value it may hold.
PARENTS = {
    "NewsArticle": "Article",
    "Article": "CreativeWork",
    "DataFeed": "CreativeWork",
    "Claim": "CreativeWork",
    "Comment": "CreativeWork",
    "CorrectionComment": "Comment",
    "CreativeWork": "Thing",
    "Organization": "Thing",
    "Person": "Thing",
    "ContactPoint": "Thing",
    "PropertyValue": "Thing",
    "Role": "Thing",
}
AGENT = ("Person", "Organization")
PROPERTIES: dict[str, dict[str, tuple[Any, ...]]] = {
    "Thing": {"name": (str,), "url": ("URL",), "description": (str,), "subjectOf": ("CreativeWork",)},
    "CreativeWork": {
        "headline": (str,),
        "text": (str,),
        "about": ("Thing",),
        "author": AGENT,
        "comment": ("Comment",),
        "contributor": AGENT,
        "copyrightHolder": AGENT,
        "copyrightNotice": (str,),
        "copyrightYear": (int,),
        "correction": ("CorrectionComment",),
        "creativeWorkStatus": (str,),
        "creditText": (str,),
        "dateModified": ("Date",),
        "datePublished": ("Date",),
        "editor": ("Person",),
        "inLanguage": (str,),
        "isBasedOn": ("CreativeWork",),
        "isPartOf": ("CreativeWork",),
        "license": ("CreativeWork", "URL"),
        "publisher": AGENT,
        "sdPublisher": AGENT,
        "sourceOrganization": ("Organization",),
        "usageInfo": ("CreativeWork",),
    },
    "Article": {"articleBody": (str,)},
    "Claim": {"appearance": ("CreativeWork",)},
    "Organization": {"contactPoint": ("ContactPoint",), "email": (str,)},
    "ContactPoint": {"contactType": (str,), "email": (str,)},
    "PropertyValue": {"propertyID": ("URL",), "value": (str, int)},
    "Role": {"roleName": (str,)},
}


def lineage(kind: str) -> list[str]:
    found = [kind]
    while found[-1] in PARENTS:
        found.append(PARENTS[found[-1]])
    assert found[-1] == "Thing", f"{kind} is no type of schema.org"
    return found


def check(node: Mapping[str, Any], wrapped: str | None = None) -> None:
    """Every property is one of the node's type, with a value of a kind it may take. A Role repeats its property."""
    kinds = lineage(node["@type"])
    for name, value in node.items():
        if name in ("@type", "@id", "@context"):
            continue
        owner = (
            "CreativeWork"
            if name == wrapped
            else next((k for k in kinds if name in PROPERTIES.get(k, {})), None)
        )
        assert owner, f"{node['@type']} has no property {name}"
        for one in value if isinstance(value, list) else [value]:
            check_value(name, one, PROPERTIES[owner][name])


def check_value(name: str, value: Any, allowed: tuple[Any, ...]) -> None:
    if isinstance(value, Mapping):
        if value["@type"] == "Role":
            check(value, wrapped=name)
            return
        assert set(lineage(value["@type"])) & set(allowed), f"{name} holds a {value['@type']}"
        check(value)
    elif "Date" in allowed:
        assert datetime.fromisoformat(value).tzinfo is not None, name
    elif "URL" in allowed:
        assert value.startswith(("http://", "https://")), name
    else:
        assert type(value) in allowed, f"{name} holds {value!r}"
    assert value not in ("", None), name


def told(body: str, **known: Any) -> dict[str, Any]:
    feed = SourceFeed("https://mirror.example/feed", "Mirror Daily", "https://mirror.example/")
    source = Source(body, url="https://mirror.example/1", title="Lamps", feed=feed)
    found = to_json(extract(source, catalogue.load()))
    more = {"url": source.url, "feed_url": feed.url, "feed_title": feed.title}
    node = news_article({**found, **more, **known})
    check(node)
    return node


BODY = "<p>The harbour was dark. Nobody went out.</p>"
EVERYTHING = (
    "<p>PORT ANSEL (Reuters) - The harbour was dark.</p><p>Nobody went out. {snip}</p>"
    "<p>Correction: an earlier version gave the wrong year.</p>"
    "<p>The views expressed here are the author's own.</p>"
    '<p>The post <a href="https://ledger.example/lamps">Lamps</a> appeared first on '
    '<a href="https://ledger.example">The Ledger</a>.</p><p>Author: Marta Quill</p>'
    "<p>© 2026 The Ledger Trust. All rights reserved.</p>"
    "<p>This article is licensed under a Creative Commons Attribution 4.0 International License.</p>"
    "<p>To have this content removed, contact takedown@mirror.example.</p>"
)


def test_every_property_is_in_the_vocabulary_whatever_is_stated() -> None:
    node = told(EVERYTHING, language="en", published_at=datetime(2026, 11, 2, tzinfo=UTC))
    assert node["@context"] == "https://schema.org"
    assert node["headline"] == "Lamps"
    assert node["datePublished"] == "2026-11-02T00:00:00Z"
    assert node["publisher"]["name"] == "Mirror Daily"
    assert node["publisher"]["contactPoint"]["email"] == "takedown@mirror.example"
    assert node["sourceOrganization"]["name"] == "Reuters"
    assert node["copyrightHolder"]["name"] == "The Ledger Trust"
    assert node["copyrightYear"] == 2026
    assert "2026 The Ledger Trust" in node["copyrightNotice"]
    assert node["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert node["creativeWorkStatus"] == "Incomplete"
    assert "earlier version" in node["correction"][0]["text"]
    assert node["correction"][0]["@type"] == "CorrectionComment"
    assert "views" in node["comment"][0]["text"]
    assert "{snip}" not in node["articleBody"]


def test_an_article_of_which_nothing_is_known_has_nothing_but_its_text() -> None:
    found = to_json(extract(Source(BODY), catalogue.load()))
    node = news_article(found)
    check(node)
    assert node.keys() == {"@context", "@type", "articleBody", "sdPublisher"}


def test_what_it_was_copied_from_stands_inside_hand_by_hand() -> None:
    hops = [
        {
            "position": 0,
            "publisher": "The Ledger",
            "url": "https://ledger.example/",
            "role": "origin",
            "evidence": [],
        },
        {"position": 1, "publisher": "Reuters", "url": None, "role": "agency", "evidence": []},
        {
            "position": 2,
            "publisher": "Coast",
            "url": "https://coast.example/a",
            "role": "republisher",
            "evidence": [],
        },
        {
            "position": 3,
            "publisher": "Mirror",
            "url": "https://mirror.example",
            "role": "delivery",
            "evidence": [],
        },
    ]
    bylines = [
        {"name": "Ada Marsh", "role": "author", "hop": 0, "evidence": []},
        {"name": "Cy Lens", "role": "photographer", "hop": 3, "evidence": []},
        {"name": "Ed Pryce", "role": "editor", "hop": None, "evidence": []},
        {"name": "Marta Quill", "role": "poster", "hop": 2, "evidence": []},
        {"name": "Reuters", "role": "contributor", "hop": None, "evidence": []},
    ]
    attribution = {
        "authors": [{"name": "Ada Marsh", "role": "author"}],
        "bylines": bylines,
        "hops": hops,
        "publisher": "Mirror",
        "original_publisher": {"name": "The Ledger", "url": "https://ledger.example/"},
        "original_url": "https://ledger.example/lamps",
        "completeness": "full",
    }
    node = news_article({"title": None, "text": "T", "notices": [], "attribution": attribution})
    check(node)
    copy = node["isBasedOn"]
    assert (copy["url"], copy["publisher"]["name"]) == ("https://coast.example/a", "Coast")
    assert copy["contributor"][0] == {
        "@type": "Role",
        "roleName": "poster",
        "contributor": {"@type": "Person", "name": "Marta Quill"},
    }
    first = copy["isBasedOn"]
    assert (first["url"], first["publisher"]["name"]) == ("https://ledger.example/lamps", "The Ledger")
    assert node["author"] == [{"@type": "Person", "name": "Ada Marsh"}]
    assert node["editor"] == [{"@type": "Person", "name": "Ed Pryce"}]
    kinds = [one.get("roleName") or one["@type"] for one in node["contributor"]]
    assert kinds == ["photographer", "Organization"]


@pytest.mark.parametrize(
    "footer",
    [
        '<p>The post <a href="https://mirror.example/1">Lamps</a> appeared first on '
        '<a href="https://mirror.example">Mirror Daily</a>.</p>',
        "<p>This story was originally published in Mirror Daily.</p>",
    ],
)
def test_what_a_site_publishes_itself_is_based_on_nothing(footer: str) -> None:
    node = told(BODY + "<p>Author: Marta Quill</p>" + footer)
    assert "isBasedOn" not in json.dumps(node)
    assert (node["publisher"]["name"], node["publisher"]["url"]) == (
        "Mirror Daily",
        "https://mirror.example/",
    )
    assert node["author"] == [{"@type": "Person", "name": "Marta Quill"}]
    assert any("Mirror Daily" in claim["text"] for claim in node["subjectOf"])


@pytest.mark.parametrize("page", ["https://ledger.example/lamps", "https://ledger.example?p=3"])
def test_an_address_elsewhere_is_what_it_is_based_on_though_nobody_is_named_there(page: str) -> None:
    attribution = {
        "authors": [],
        "hops": [
            {
                "position": 0,
                "publisher": "Mirror",
                "url": "https://mirror.example",
                "role": "delivery",
                "evidence": [],
            }
        ],
        "publisher": "Mirror",
        "original_url": page,
        "completeness": "full",
    }
    node = news_article({"title": "T", "text": "T", "notices": [], "attribution": attribution})
    assert node["isBasedOn"] == {"@type": "NewsArticle", "url": page}


def test_an_address_stands_at_the_hand_whose_it_is_and_not_at_the_origin_as_well() -> None:
    node = told(
        "<p>Acme Corp. today opened a plant.</p><p>View original content: "
        '<a href="https://wire.example/acme.html">https://wire.example/acme.html</a></p><p>SOURCE Acme Corp.</p>'
    )
    wire = node["isBasedOn"]
    assert wire["url"] == "https://wire.example/acme.html"
    assert wire["isBasedOn"]["publisher"]["name"] == "Acme Corp."
    assert "url" not in wire["isBasedOn"]


def test_an_organization_edits_nothing() -> None:
    byline = {"name": "Mirror", "role": "editor", "hop": None, "evidence": []}
    attribution = {"authors": [], "bylines": [byline], "publisher": "Mirror", "completeness": "full"}
    node = news_article({"title": "T", "text": "T", "notices": [], "attribution": attribution})
    check(node)
    assert node["contributor"] == [{"@type": "Organization", "name": "Mirror"}]
    assert "editor" not in node


@pytest.mark.parametrize(
    "feed_url", ["https://mirror.example/feed?token=5a1c0ffee5a1c0ffee", "file:private/feeds/mirror.xml"]
)
def test_a_secret_address_of_a_feed_is_not_published(feed_url: str) -> None:
    assert feed_url not in json.dumps(told(BODY, feed_url=feed_url))


def test_every_value_is_backed_by_the_words_that_say_so() -> None:
    node = told(EVERYTHING)
    claims = {
        (about["propertyID"].rpartition("/")[2], claim["text"])
        for claim in node["subjectOf"]
        for about in claim["about"]
    }
    said = {name for name, _ in claims}
    assert {"publisher", "isBasedOn", "copyrightHolder", "copyrightYear", "license", "contactPoint"} <= said
    assert ("copyrightYear", "© 2026 The Ledger Trust. All rights reserved.") in claims
    words = [json.dumps(claim, sort_keys=True) for claim in node["subjectOf"]]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("note", "property"),
    [
        ("Corrected at 10:40: the count was 61.", "correction"),
        ("Berichtigung: In einer früheren Fassung stand ein falsches Jahr.", "correction"),
        ("Este artículo ha sido corregido.", "correction"),
        ("Disclosure: the author owns shares in the company.", "comment"),
    ],
)
def test_a_correction_is_told_from_other_notes(note: str, property: str) -> None:
    notice = {
        "kind": "editorial_note",
        "start": 0,
        "end": len(note),
        "quote": note,
        "fields": {},
        "rule": "x",
    }
    attribution = {"authors": [], "completeness": "full"}
    node = news_article({"title": "T", "text": "T", "notices": [notice], "attribution": attribution})
    check(node)
    assert node[property][0]["text"] == note


def test_whoever_runs_it_is_reached_at_the_contact_of_the_settings() -> None:
    found = to_json(extract(Source(BODY), catalogue.load()))
    assert news_article(found, contact="https://ops.example/")["sdPublisher"]["url"] == "https://ops.example/"
    assert news_article(found, contact="ops@mirror.example")["sdPublisher"]["email"] == "ops@mirror.example"


def test_the_line_can_stand_in_a_script_element() -> None:
    line = embeddable(
        json.dumps(told("<p>A &lt;/script&gt;&lt;script&gt;alert(1) &amp;amp; more of it.</p>"))
    )
    assert not set("<>&") & set(line)
    assert "</script>" in json.loads(line)["articleBody"]
