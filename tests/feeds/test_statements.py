"""Each element that states something about source, rights or terms, and where it is said to stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.records import FeedHints, Person, Tombstone
from tests.feeds.feed_samples import atom, entry, item, read, rss, stated

ITEM_ELEMENTS = [
    ("<copyright>© 2026 Paper</copyright>", "rights", "© 2026 Paper", "item/copyright"),
    ("<dc:rights>All rights reserved</dc:rights>", "rights", "All rights reserved", "item/dc:rights"),
    ("<dcterms:rights>Reserved</dcterms:rights>", "rights", "Reserved", "item/dcterms:rights"),
    ("<prism:copyright>© Press</prism:copyright>", "rights", "© Press", "item/prism:copyright"),
    (
        "<dcterms:rightsHolder>Paper Ltd</dcterms:rightsHolder>",
        "copyright_holder",
        "Paper Ltd",
        "item/dcterms:rightsHolder",
    ),
    ("<dcterms:license>CC BY 4.0</dcterms:license>", "license", "CC BY 4.0", "item/dcterms:license"),
    (
        "<cc:license rdf:resource='https://creativecommons.org/licenses/by/4.0/'/>",
        "license",
        "https://creativecommons.org/licenses/by/4.0/",
        "item/cc:license@rdf:resource",
    ),
    (
        "<creativeCommons:license>http://creativecommons.org/licenses/by-nd/2.0/</creativeCommons:license>",
        "license",
        "http://creativecommons.org/licenses/by-nd/2.0/",
        "item/creativeCommons:license",
    ),
    (
        '<atom:link rel="license" href="https://l.test/by"/>',
        "license",
        "https://l.test/by",
        "item/atom:link[rel=license]@href",
    ),
    (
        '<atom:link rel="via" href="https://v.test/1"/>',
        "via_url",
        "https://v.test/1",
        "item/atom:link[rel=via]@href",
    ),
    (
        '<atom:link rel="canonical" href="/own/1"/>',
        "canonical_url",
        "https://paper.test/own/1",
        "item/atom:link[rel=canonical]@href",
    ),
    (
        '<atom:link rel="related" href="https://v.test/2"/>',
        "related_url",
        "https://v.test/2",
        "item/atom:link[rel=related]@href",
    ),
    (
        '<atom:link rel="license" type="application/rsl+xml" href="/rsl.xml"/>',
        "usage_terms",
        "RSL licence: https://paper.test/rsl.xml",
        "item/atom:link[rel=license]@href",
    ),
    (
        '<o:origLink xmlns:o="http://www.pheedo.com/namespace/pheedo">https://b.test/1</o:origLink>',
        "original_url",
        "https://b.test/1",
        "item/pheedo:origLink",
    ),
    ("<dc:publisher>Other Paper</dc:publisher>", "publisher", "Other Paper", "item/dc:publisher"),
    (
        "<prism:publicationName>Journal</prism:publicationName>",
        "publisher",
        "Journal",
        "item/prism:publicationName",
    ),
    ("<prism:copyrightYear>2024</prism:copyrightYear>", "copyright_year", "2024", "item/prism:copyrightYear"),
    ("<dc:source>The Bugle</dc:source>", "source", "The Bugle", "item/dc:source"),
    ("<dc:source>https://b.test/1</dc:source>", "original_url", "https://b.test/1", "item/dc:source"),
    (
        "<dcterms:source>https://b.test/1</dcterms:source>",
        "original_url",
        "https://b.test/1",
        "item/dcterms:source",
    ),
    (
        "<dcterms:isVersionOf>https://b.test/1</dcterms:isVersionOf>",
        "original_url",
        "https://b.test/1",
        "item/dcterms:isVersionOf",
    ),
    (
        "<feedburner:origLink>https://b.test/1</feedburner:origLink>",
        "original_url",
        "https://b.test/1",
        "item/feedburner:origLink",
    ),
    ('<source url="https://b.test/rss">The Bugle</source>', "source", "The Bugle", "item/source"),
    (
        '<source url="https://b.test/rss">The Bugle</source>',
        "source_url",
        "https://b.test/rss",
        "item/source@url",
    ),
    (
        '<media:content url="i.jpg"><media:credit role="photographer">Zoe</media:credit></media:content>',
        "image_credit",
        "Zoe",
        "item/media:credit[role=photographer]",
    ),
    (
        "<media:group><media:copyright>© Zoe</media:copyright></media:group>",
        "image_copyright",
        "© Zoe",
        "item/media:copyright",
    ),
    (
        '<media:license href="https://l.test/img">Image licence</media:license>',
        "image_copyright",
        "https://l.test/img",
        "item/media:license",
    ),
    ("<dc:creator>Ana</dc:creator>", "creator", "Ana", "item/dc:creator"),
    ("<author>ana@p.test (Ana)</author>", "creator", "Ana", "item/author"),
    ("<dc:contributor>Bo</dc:contributor>", "contributor", "Bo", "item/dc:contributor"),
]


@pytest.mark.parametrize(("element", "prop", "value", "place"), ITEM_ELEMENTS)
def test_an_element_of_an_item_is_stated_with_its_place(
    element: str, prop: str, value: str, place: str
) -> None:
    (one,) = read(rss(item(1, element))).entries
    assert stated(one.statements, prop) == [(value, place)]


def test_the_licence_of_an_image_is_not_the_articles() -> None:
    more = '<media:license href="https://l.test/img"/><cc:license>https://l.test/text</cc:license>'
    (one,) = read(rss(item(1, more))).entries
    assert stated(one.statements, "license") == [("https://l.test/text", "item/cc:license")]


def test_a_quote_is_verbatim_and_its_value_plain() -> None:
    more = "<dc:rights>&lt;b&gt;© 2026&lt;/b&gt;\n  Paper</dc:rights>"
    (one,) = read(rss(item(1, more))).entries
    (rights,) = (s for s in one.statements if s.property == "rights")
    assert (rights.value, rights.quote) == ("© 2026 Paper", "<b>© 2026</b>\n  Paper")


def test_channel_elements_are_stated_of_the_feed() -> None:
    channel = (
        "<copyright>© Paper</copyright><managingEditor>ed@paper.test (Ed Itor)</managingEditor>"
        "<webMaster>web@paper.test</webMaster>"
    )
    feed = read(rss(item(), channel=channel))
    assert stated(feed.statements, "rights") == [("© Paper", "channel/copyright")]
    assert stated(feed.statements, "contact") == [
        ("ed@paper.test", "channel/managingEditor"),
        ("web@paper.test", "channel/webMaster"),
    ]
    assert feed.authors == (Person("Ed Itor", "ed@paper.test", role="editor"),)


def test_rsl_terms_are_kept_apart_and_name_whom_to_ask() -> None:
    """feedparser runs permits and prohibits together and drops the copyright element's attributes."""
    rsl = """<rsl:content url="https://paper.test/1"><rsl:license>
      <rsl:permits type="usage">search</rsl:permits>
      <rsl:prohibits type="usage">ai-train</rsl:prohibits><rsl:prohibits type="user">commercial</rsl:prohibits>
      <rsl:payment type="attribution"><rsl:standard>https://creativecommons.org/licenses/by/4.0/</rsl:standard>
      </rsl:payment></rsl:license>
      <rsl:copyright type="organization" contactEmail="rights@paper.test" contactUrl="https://paper.test/rights"/>
      </rsl:content>"""
    (one,) = read(rss(item(1, rsl))).entries
    assert stated(one.statements, "usage_permits") == [("usage: search", "item/rsl:permits[type=usage]")]
    assert stated(one.statements, "usage_prohibits") == [
        ("usage: ai-train", "item/rsl:prohibits[type=usage]"),
        ("user: commercial", "item/rsl:prohibits[type=user]"),
    ]
    assert stated(one.statements, "usage_payment")[0][0].startswith("attribution")
    assert stated(one.statements, "license") == [
        ("https://creativecommons.org/licenses/by/4.0/", "item/rsl:payment/rsl:standard")
    ]
    assert stated(one.statements, "contact") == [
        ("rights@paper.test", "item/rsl:copyright@contactEmail"),
        ("https://paper.test/rights", "item/rsl:copyright@contactUrl"),
    ]


def test_what_each_of_several_rsl_licences_says_is_told_apart() -> None:
    rsl = """<rsl:content url="/1" server="https://rsl.test/api"><rsl:license><rsl:permits type="usage">search
      </rsl:permits></rsl:license><rsl:license><rsl:permits type="usage">ai-train</rsl:permits>
      <rsl:payment type="crawl"><rsl:amount currency="EUR">5</rsl:amount></rsl:payment>
      <rsl:legal type="warranty">ownership</rsl:legal><rsl:legal type="contact">https://paper.test/law</rsl:legal>
      </rsl:license><rsl:terms>https://paper.test/terms</rsl:terms></rsl:content>"""
    (one,) = read(rss(item(1, rsl))).entries
    assert stated(one.statements, "usage_permits") == [
        ("usage: search", "item/rsl:license[1]/rsl:permits[type=usage]"),
        ("usage: ai-train", "item/rsl:license[2]/rsl:permits[type=usage]"),
    ]
    assert stated(one.statements, "usage_payment") == [
        ("crawl: 5 EUR", "item/rsl:license[2]/rsl:payment[type=crawl]")
    ]
    assert stated(one.statements, "usage_terms") == [
        ("RSL licence server: https://rsl.test/api", "item/rsl:content@server"),
        ("warranty: ownership", "item/rsl:license[2]/rsl:legal[type=warranty]"),
        ("https://paper.test/terms", "item/rsl:terms"),
    ]
    assert stated(one.statements, "contact") == [
        ("https://paper.test/law", "item/rsl:license[2]/rsl:legal[type=contact]")
    ]


def test_an_atom_source_names_the_licence_of_the_feed_it_was_copied_from() -> None:
    source = '<source><title>B</title><link rel="license" href="https://l.test/by"/></source>'
    (one,) = read(atom(entry(source))).entries
    assert stated(one.statements, "license") == [("https://l.test/by", "entry/source/link[rel=license]@href")]


def test_an_atom_source_names_the_feed_it_was_copied_from() -> None:
    source = """<rights>© Entry</rights><source><title>The Bugle</title><id>https://b.test/feed</id>
      <link rel="self" href="https://b.test/feed"/><link href="https://b.test/"/><rights>© Bugle</rights>
      <author><name>Ana</name></author></source>"""
    (one,) = read(atom(entry(source))).entries
    assert stated(one.statements, "source") == [("The Bugle", "entry/source/title")]
    assert stated(one.statements, "source_url") == [
        ("https://b.test/", "entry/source/link[rel=alternate]@href")
    ]
    assert stated(one.statements, "rights") == [
        ("© Entry", "entry/rights"),
        ("© Bugle", "entry/source/rights"),
    ]
    assert stated(one.statements, "creator") == [("Ana", "entry/source/author/name")]
    assert one.authors == (Person("Ana"),)  # RFC 4287 §4.2.1: an entry without authors has its source's


# --------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("field", "person"),
    [
        ("ana@p.test (Ana Reis)", Person("Ana Reis", "ana@p.test")),
        ("Ana Reis &lt;ana@p.test&gt;", Person("Ana Reis", "ana@p.test")),
        ("Ana Reis (ana@p.test)", Person("Ana Reis", "ana@p.test")),
        ("ana@p.test", Person("ana@p.test", "ana@p.test")),
        ("Ana Reis", Person("Ana Reis")),
        ("<![CDATA[Jos&eacute; <a href='/j'>D&iacute;az</a>]]>", Person("José Díaz")),
        ("By Ana Reis and Bo Ek", Person("By Ana Reis and Bo Ek")),
    ],
)
def test_author_fields_are_read_in_every_form(field: str, person: Person) -> None:
    assert read(rss(item(1, f"<author>{field}</author>"))).entries[0].authors == (person,)


def test_rss_author_and_dublin_core_creators_are_both_kept_and_one_name_once() -> None:
    more = "<author>ana@p.test (Ana)</author><dc:creator>Bo</dc:creator><dc:creator>Ana</dc:creator>"
    (one,) = read(rss(item(1, more + "<itunes:author>Cy</itunes:author>"))).entries
    assert one.authors == (Person("Ana", "ana@p.test"), Person("Bo"), Person("Cy"))


def test_atom_people_have_name_address_and_page_and_contributors_their_role() -> None:
    more = """<author><name>Ana</name><email>ana@p.test</email><uri>/ana</uri></author><author><name>Bo</name></author>
      <contributor><name>Cy</name></contributor>"""
    (one,) = read(atom(entry(more))).entries
    assert one.authors == (
        Person("Ana", "ana@p.test", "https://paper.test/ana"),
        Person("Bo"),
        Person("Cy", role="contributor"),
    )


# --------------------------------------------------------------------------- hints, deletions, completeness


def test_hints_on_when_to_come_back_are_read_whole() -> None:
    channel = (
        "<ttl> 90 </ttl><skipHours><hour>0</hour><hour>3</hour><hour>24</hour><hour>99</hour></skipHours>"
        "<skipDays><day>Sunday</day><day>monday</day><day>Noday</day></skipDays>"
        "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
    )
    assert read(rss(channel=channel)).hints == FeedHints(
        ttl=timedelta(minutes=90),
        skip_hours=frozenset({0, 3}),
        skip_days=frozenset({0, 6}),
        update_interval=timedelta(hours=6),
    )


@pytest.mark.parametrize(
    ("word", "period"),
    [
        ("Hourly ", timedelta(hours=1)),
        ("dayly", timedelta(days=1)),
        ("day", timedelta(days=1)),
        ("weekley", timedelta(weeks=1)),
        ("montly", timedelta(days=30)),
        ("always", None),
        ("", None),
    ],
)
def test_a_misspelt_update_period_is_understood_and_nonsense_is_not(
    word: str, period: timedelta | None
) -> None:
    hints = read(rss(channel=f"<sy:updatePeriod>{word}</sy:updatePeriod>")).hints
    assert hints.update_interval == period


def test_hostile_numbers_give_no_hint() -> None:
    rate = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>-3</sy:updateFrequency>"
    assert read(rss(channel=f"<ttl>{'9' * 400}</ttl>{rate}")).hints == FeedHints(
        update_interval=timedelta(days=1)
    )


def test_every_tombstone_is_read() -> None:
    gone = """<at:deleted-entry ref="urn:paper:8" when="2026-11-01T00:00:00Z"><at:comment>Spam</at:comment>
      </at:deleted-entry>
      <at:deleted-entry ref="urn:paper:9" when="2026-11-02T00:00:00Z"/>"""
    assert read(atom(entry(), feed=gone)).tombstones == (
        Tombstone("urn:paper:8", datetime(2026, 11, 1, tzinfo=UTC), "Spam"),
        Tombstone("urn:paper:9", datetime(2026, 11, 2, tzinfo=UTC)),
    )


def test_a_complete_feed_says_so() -> None:
    assert read(atom(entry(), feed="<fh:complete/>")).complete
    assert not read(atom(entry())).complete
