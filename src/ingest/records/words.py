"""Words with a fixed meaning: the enumerations that records and the store share, by value."""

from __future__ import annotations

import enum


class NoticeKind(enum.StrEnum):
    """What a span of boilerplate says about the article."""

    APPEARED_FIRST = "appeared_first"
    ORIGINALLY_PUBLISHED = "originally_published"
    ORIGINAL_SOURCE = "original_source"
    REPUBLISHED_BY_PERMISSION = "republished_by_permission"
    COURTESY_OF = "courtesy_of"
    COPYRIGHT = "copyright"
    LICENSE = "license"
    USAGE_TERMS = "usage_terms"
    REMOVAL_CONTACT = "removal_contact"
    WIRE_CREDIT = "wire_credit"
    DATELINE = "dateline"
    PRESS_RELEASE_SOURCE = "press_release_source"
    BYLINE = "byline"
    CONTRIBUTORS = "contributors"
    VIA_CHAIN = "via_chain"
    PHOTO_CREDIT = "photo_credit"
    EXCERPT_MARK = "excerpt_mark"
    READ_MORE = "read_more"
    AGGREGATOR_FURNITURE = "aggregator_furniture"
    SUBSCRIBE_PROMO = "subscribe_promo"
    DONATION_APPEAL = "donation_appeal"
    EDITORIAL_NOTE = "editorial_note"
    AUTHOR_BIO = "author_bio"
    TRACKING = "tracking"
    TEMPLATE = "template"


class FeedPolicy(enum.StrEnum):
    """Where the body of an article is taken from."""

    DEFAULT = "default"  # as the settings say (poll.policy), also when they change
    FEED = "feed"  # the entry itself
    PAGE = "page"  # the page the entry links to
    AUTO = "auto"  # the page, for entries that are a summary or an excerpt


class SourceForm(enum.StrEnum):
    """How the body of a version is to be read when it is read again."""

    HTML = "html"
    TEXT = "text"
    PAGE = "page"  # a whole web page


class Completeness(enum.StrEnum):
    FULL = "full"
    EXCERPT = "excerpt"
    UNKNOWN = "unknown"


class HopRole(enum.StrEnum):
    """What a hand did with the article. Order in a chain: origin first, delivery last."""

    ORIGIN = "origin"  # said to have published it first
    AGENCY = "agency"  # supplied the text to a publisher
    UPSTREAM = "upstream"  # an earlier hand that an automatic footer or link names; may itself be a copier
    REPUBLISHER = "republisher"  # a named hand in between
    DELIVERY = "delivery"  # the feed or page we read


class EvidenceKind(enum.StrEnum):
    FEED = "feed"  # an element of the feed document
    NOTICE = "notice"  # a span of the entry's own text
    PAGE = "page"  # markup of the article's page
    REQUEST = "request"  # what the caller or the configuration said
    CLUSTER = "cluster"  # another copy of the same story


class FailureKind(enum.StrEnum):
    """Why a visit gave nothing. Short and fixed, so that counts by kind stay small."""

    ADDRESS = "address"  # not a URL we may visit: scheme, syntax
    BLOCKED = "blocked"  # the address guard refused to dial
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    REDIRECTS = "redirects"
    HTTP = "http"  # a status that is neither 2xx nor 304
    RATE_LIMITED = "rate_limited"  # 429
    GONE = "gone"  # 410
    TOO_BIG = "too_big"
    ENCODING = "encoding"  # a content-encoding we did not ask for or that does not decode
    PROTOCOL = "protocol"  # broken HTTP, a cut body, an unasked 304 or 206
    EMPTY = "empty"
    NOT_A_FEED = "not_a_feed"
    MALFORMED = "malformed"  # a feed, but no entry can be trusted
    REFUSED = "refused"  # a limit of ours: depth, entities, attributes
    PARSE_TIMEOUT = "parse_timeout"  # the worker was killed
    INTERNAL = "internal"  # a bug of ours; the feed is rescheduled all the same


class ChangeReason(enum.StrEnum):
    NEW = "new"
    EDITED = "edited"  # same identity, other content or metadata
    MOVED = "moved"  # recognised by another key than its guid
    PAGE = "page"  # the same entry, with its page, which could not be had before


EXCLUSIVE = (
    *("publisher", "original_publisher", "original_url", "copyright_holder", "copyright_year", "license"),
    "completeness",
)
"""Properties with one true value: two claims that differ contradict each other. An article has several authors."""
