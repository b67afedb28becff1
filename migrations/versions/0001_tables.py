"""All tables of the first version."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
KEY = sa.LargeBinary(16)


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


FEED_ORIGIN = words("feed_origin", "config", "added", "imported")
FEED_POLICY = words("feed_policy", "default", "feed", "page", "auto")
FEED_STATUS = words("feed_status", "active", "disabled", "retired")
HOST_SCOPE = words("host_scope", "host", "domain")
OUTCOME = words("outcome", "stored", "unchanged", "failed")
FAILURE_KIND = words(
    "failure_kind",
    "address",
    "blocked",
    "dns",
    "connect",
    "tls",
    "timeout",
    "redirects",
    "http",
    "rate_limited",
    "gone",
    "too_big",
    "encoding",
    "protocol",
    "empty",
    "not_a_feed",
    "malformed",
    "refused",
    "parse_timeout",
    "internal",
)
ARTICLE_STATUS = words("article_status", "active", "withdrawn", "tombstoned")
CHANGE_REASON = words("change_reason", "new", "edited", "moved", "page")
SOURCE_FORM = words("source_form", "html", "text", "page")
COMPLETENESS = words("completeness", "full", "excerpt", "unknown")
NOTICE_KIND = words(
    "notice_kind",
    "appeared_first",
    "originally_published",
    "original_source",
    "republished_by_permission",
    "courtesy_of",
    "copyright",
    "license",
    "usage_terms",
    "removal_contact",
    "wire_credit",
    "dateline",
    "press_release_source",
    "byline",
    "contributors",
    "via_chain",
    "photo_credit",
    "excerpt_mark",
    "read_more",
    "aggregator_furniture",
    "subscribe_promo",
    "donation_appeal",
    "editorial_note",
    "author_bio",
    "tracking",
    "template",
)
EVIDENCE_KIND = words("evidence_kind", "feed", "notice", "page", "request", "cluster")
HOP_ROLE = words("hop_role", "origin", "agency", "upstream", "republisher", "delivery")
COPY_RELATION = words("copy_relation", "excerpt_of", "copy_of", "edited_from", "same_story", "apart")
LINKED_BY = words("linked_by", "fingerprint", "person")
STORY_CHANGE = words("story_change", "merged", "split", "left")
TAKEDOWN_SCOPE = words("takedown_scope", "article", "url", "guid", "feed", "host")
WITHHELD_BY = words("withheld_by", "guid", "url", "path", "content", "passage")


def upgrade() -> None:
    _create_feeds()
    _create_articles()
    _create_evidence()
    _create_beside()
    _create_copies()
    _create_takedowns()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_articles_current_version_id_article_versions", "articles")
    for table in (
        "withheld",
        "takedowns",
        "trails",
        "story_events",
        "story_links",
        "fingerprints",
        "unlinked",
        "template_memories",
        "templates",
        "claims",
        "bylines",
        "hops",
        "notices",
        "awaited_pages",
        "sightings",
        "article_versions",
        "articles",
        "stories",
        "people",
        "publishers",
        "hosts",
        "archive_pages",
        "polls",
        "feed_aliases",
        "feeds",
    ):
        op.drop_table(table)


def number() -> sa.Column[Any]:
    return sa.Column("id", ID, primary_key=True, comment="Number of the row.")


def given(name: str, kind: Any, comment: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, comment=comment, **options)


def optional(name: str, kind: Any, comment: str) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True, comment=comment)


def refers(
    name: str,
    target: str,
    comment: str,
    *,
    optional: bool = False,
    ondelete: str | None = None,
    circular: bool = False,
    **options: Any,
) -> sa.Column[Any]:
    later = {"use_alter": True, "deferrable": True, "initially": "DEFERRED"} if circular else {}
    key = sa.ForeignKey(target, ondelete=ondelete, **later)
    return sa.Column(name, ID, key, nullable=optional, comment=comment, **options)


def only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def index(name: str, table: str, *columns: str, **options: Any) -> None:
    op.create_index(name, table, list(columns), **options)


def _create_feeds() -> None:
    op.create_table(
        "feeds",
        number(),
        given("url", TEXT, "Address polled; older ones are in feed_aliases."),
        given("host", TEXT, "Host of the address, lower case; empty for a file."),
        optional("label", TEXT, "Title the operator gave; shown in place of the feed's own."),
        optional("title", TEXT, "Title the feed gives itself, as last read."),
        optional("home_url", TEXT, "Home page the feed names."),
        optional("format", TEXT, "rss, atom, rdf, json or cdf, as last read."),
        optional("language", TEXT, "Language given or stated, BCP 47."),
        given("tags", JSON, "The operator's tags, a JSON list."),
        given("origin", FEED_ORIGIN, "How it came to be here."),
        given(
            "policy",
            FEED_POLICY,
            "Where bodies are taken from: feed, page, auto, or default (poll.policy).",
        ),
        given("status", FEED_STATUS, "active is polled; disabled by a person; retired by the service."),
        optional("status_reason", TEXT, "Why it is not active, one line."),
        given("created_at", TIME, "When it was added here (UTC)."),
        given(
            "statements",
            JSON,
            "What the feed states about all its entries: JSON list of property, value, place, quote.",
        ),
        optional("etag", TEXT, "ETag of the last stored document, sent back verbatim."),
        optional("last_modified", TEXT, "Last-Modified of the same, sent back verbatim."),
        optional(
            "validated_url",
            TEXT,
            "Where these were given, if a redirect led there; they are sent to no other address.",
        ),
        optional("body_digest", sa.LargeBinary(), "Digest of the last document's bytes."),
        optional(
            "sent_digest",
            sa.LargeBinary(),
            "Digest of the same as it was sent: sent again, it is not even unpacked.",
        ),
        optional(
            "last_whole_at",
            TIME,
            "Last answer with a whole document (UTC); validators are audited a week after it.",
        ),
        optional("validators_distrusted", TEXT, "Why its validators are not sent any more, one line."),
        optional(
            "hints",
            JSON,
            "When it asks to be polled, JSON: ttl, update_interval, fresh_for (s), skip_hours, skip_days.",
        ),
        optional(
            "rhythm",
            JSON,
            "How often and when it publishes, JSON: sums that fade; feeds/rhythm.py explains them.",
        ),
        optional("moved_to", TEXT, "Where a permanent redirect points, not yet adopted."),
        optional("moved_since", TIME, "When that redirect was first seen (UTC)."),
        optional("moved_times", sa.Integer(), "Polls that were sent there."),
        given("next_poll_at", TIME, "When it is due (UTC)."),
        optional("next_poll_reason", TEXT, "Why then, one line."),
        optional("interval_seconds", sa.Double(), "Interval the last decision chose."),
        given("failures", sa.Double(), "Failures since the last success; soft ones count less."),
        optional("last_failure", FAILURE_KIND, "Kind of failure of the last poll; null when it succeeded."),
        optional("last_polled_at", TIME, "End of the last poll (UTC)."),
        optional("last_success_at", TIME, "Last poll that did not fail (UTC)."),
        optional("last_changed_at", TIME, "Last poll that stored something (UTC)."),
        optional(
            "pages_due_at",
            TIME,
            "When the first of its awaited_pages may be asked for (UTC); empty: none is.",
        ),
        optional("lease_owner", TEXT, "Worker that holds the right to poll it."),
        optional("lease_token", TEXT, "Secret of that lease; a result needs it."),
        optional("lease_until", TIME, "When the lease lapses (UTC)."),
        sa.UniqueConstraint("url"),
        comment="One row a feed: its address, what polling learned of it, and who may poll it now.",
    )
    active = only("status = 'active'")
    index("ix_feeds_due", "feeds", "next_poll_at", "id", "host", **active)
    index("ix_feeds_last_polled_at_host", "feeds", "last_polled_at", "host")
    index("ix_feeds_leased", "feeds", "host", "lease_until", **only("lease_until IS NOT NULL"))
    index("ix_feeds_queue", "feeds", "host", "next_poll_at", "id", **active)
    op.create_table(
        "feed_aliases",
        number(),
        refers("feed_id", "feeds.id", "The feed.", ondelete="CASCADE"),
        given("url", TEXT, "Address it had."),
        given("since", TIME, "When it stopped being the feed's address (UTC)."),
        given("reason", TEXT, "Why it moved, one line."),
        sa.UniqueConstraint("url"),
        comment="Addresses a feed had before, so that it is not added twice.",
    )
    index("ix_feed_aliases_feed_id", "feed_aliases", "feed_id")
    op.create_table(
        "polls",
        number(),
        refers("feed_id", "feeds.id", "The feed visited.", ondelete="CASCADE"),
        given("started_at", TIME, "Start (UTC)."),
        given("finished_at", TIME, "End (UTC)."),
        given("outcome", OUTCOME, "How it ended."),
        optional("failure", FAILURE_KIND, "Kind of failure."),
        optional("detail", TEXT, "One line for a person: the cause."),
        optional("retry_after_seconds", sa.Double(), "Retry-After it was given, unclamped."),
        optional("status", sa.Integer(), "HTTP status of the final response."),
        optional("final_url", TEXT, "Address after redirects, if another."),
        given("redirects", JSON, "JSON list of status and url, in order."),
        given("body_bytes", sa.Integer(), "Size of the decoded document; 0 where the bytes sent were known."),
        given("entries_seen", sa.Integer(), "Entries in the document."),
        given("new", sa.Integer(), "Articles stored for the first time."),
        given("edited", sa.Integer(), "Articles that got another version."),
        given("unchanged", sa.Integer(), "Entries read again without a difference."),
        given("withheld", sa.Integer(), "Entries dropped because a takedown names them."),
        given("flapping", sa.Integer(), "Edits not stored: the article is over the rewrite cap."),
        given("warnings", JSON, "What was odd about the document, a JSON list."),
        given("next_poll_at", TIME, "When the next poll was set for (UTC)."),
        given("next_poll_reason", TEXT, "Why then, one line."),
        comment="One row a visit to a feed: what came of it and when the next one is.",
    )
    index("ix_polls_feed_id_id", "polls", "feed_id", "id")
    op.create_table(
        "archive_pages",
        number(),
        refers("feed_id", "feeds.id", "The feed.", ondelete="CASCADE"),
        given("number", sa.Integer(), "Order of the walk; 1 is the feed's own document."),
        given("url", TEXT, "Address of the document."),
        optional(
            "visited_at", TIME, "When it was read and stored, or found to be gone (UTC); empty: it is next."
        ),
        optional("not_before", TIME, "When it may be tried again (UTC)."),
        optional("digest", sa.LargeBinary(), "Digest of which entries it holds; empty: it was not read."),
        given("entries", sa.Integer(), "Entries in the document."),
        given("new", sa.Integer(), "Articles stored for the first time."),
        optional("detail", TEXT, "Why it could not be read yet, or why the walk ended with it; one line."),
        sa.UniqueConstraint("feed_id", "url"),
        comment="Documents of a feed's history that a backfill read or is to read next.",
    )
    op.create_table(
        "hosts",
        number(),
        given("host", TEXT, "Host name, or registrable domain; lower case."),
        given("scope", HOST_SCOPE, "Whether the row speaks of the host alone or of all hosts of the domain."),
        optional(
            "visited_at",
            TIME,
            "Last visit that was no poll, such as a page of an archive, or the turn taken for the next (UTC).",
        ),
        optional("limited_until", TIME, "No visit before this (UTC)."),
        optional("limited_reason", TEXT, "Why, one line."),
        optional(
            "witness",
            TEXT,
            "Who was last told to wait there: number of a feed, or name of a host of the domain.",
        ),
        optional("witnessed_at", TIME, "When that was (UTC)."),
        given("updated_at", TIME, "When this row was last written (UTC)."),
        sa.UniqueConstraint("host", "scope"),
        comment="Hosts and domains that asked for manners, which all workers keep.",
    )
    index("ix_hosts_limited", "hosts", "limited_until", **only("limited_until IS NOT NULL"))
    index("ix_hosts_visited", "hosts", "visited_at", **only("visited_at IS NOT NULL"))


def _create_articles() -> None:
    op.create_table(
        "publishers",
        number(),
        given("key", TEXT, "Folded name and domain: what makes it one publisher."),
        given(
            "name",
            TEXT,
            "Name in the table of publishers, else as first seen, else the domain.",
        ),
        optional(
            "domain", TEXT, "Domain that identifies it: its main one, where the table of publishers knows it."
        ),
        optional("url", TEXT, "Address first stated with it."),
        sa.UniqueConstraint("key"),
        comment="Outlets, agencies and sites that articles passed through.",
    )
    index("ix_publishers_domain", "publishers", "domain")
    op.create_table(
        "people",
        number(),
        given("key", TEXT, "Folded name."),
        given("name", TEXT, "Name as first seen."),
        sa.UniqueConstraint("key"),
        comment="Names that stand in bylines. Two people of one name are one row.",
    )
    op.create_table(
        "stories",
        number(),
        given("created_at", TIME, "When two copies were first linked (UTC)."),
        given("updated_at", TIME, "When its copies were last looked at together (UTC)."),
        optional("original_reason", TEXT, "Why articles.is_original says what it says, one line."),
        optional(
            "speakers",
            JSON,
            "Articles whose word decided that and what the others are told, a JSON list; empty before.",
        ),
        comment="All copies of one text; articles.story_id points here.",
    )
    op.create_table(
        "articles",
        number(),
        refers("feed_id", "feeds.id", "Feed that delivered it."),
        optional("guid", TEXT, "guid or id the feed gave it."),
        optional("url", TEXT, "Link the feed gave it."),
        optional("guid_digest", KEY, "Identity key, 16 bytes: digest of the guid."),
        optional("url_digest", KEY, "Identity key, 16 bytes: digest of the link as given."),
        optional("url_key", KEY, "Identity key, 16 bytes: digest of the normalised link."),
        optional(
            "path_key",
            KEY,
            "Identity key, 16 bytes: digest of path, query and title; survives a change of host.",
        ),
        optional(
            "content_digest",
            KEY,
            "Identity key, 16 bytes: digest of title and text; empty for texts too short to tell.",
        ),
        given("status", ARTICLE_STATUS, "What became of it."),
        optional(
            "withdrawn_at", TIME, "When its feed took it back (UTC): as stated there, else when we saw it."
        ),
        optional("withdrawn_reason", TEXT, "How its feed said so, one line."),
        refers(
            "current_version_id",
            "article_versions.id",
            "The version that holds now; empty once taken down.",
            circular=True,
            optional=True,
        ),
        given("versions", sa.Integer(), "How many versions were stored."),
        given("first_seen_at", TIME, "When we first saw it (UTC)."),
        given("last_changed_at", TIME, "When its current version was stored (UTC)."),
        refers("story_id", "stories.id", "Story it is a copy of.", ondelete="SET NULL", optional=True),
        optional("is_original", sa.Boolean(), "Whether it is the story's original, if known."),
        comment="One row an article of a feed. What it says is in its current version.",
        sqlite_autoincrement=True,
    )
    index("ix_articles_current_version_id", "articles", "current_version_id")
    index("ix_articles_feed_id_content_digest", "articles", "feed_id", "content_digest")
    index("ix_articles_feed_id_first_seen_at", "articles", "feed_id", "first_seen_at")
    index("ix_articles_feed_id_guid_digest", "articles", "feed_id", "guid_digest")
    index("ix_articles_feed_id_path_key", "articles", "feed_id", "path_key")
    index("ix_articles_feed_id_url_digest", "articles", "feed_id", "url_digest")
    index("ix_articles_feed_id_url_key", "articles", "feed_id", "url_key")
    index("ix_articles_first_seen_at", "articles", "first_seen_at")
    index("ix_articles_story_id_id", "articles", "story_id", "id")
    op.create_table(
        "article_versions",
        number(),
        refers("article_id", "articles.id", "The article.", ondelete="CASCADE"),
        given("number", sa.Integer(), "1 is the first."),
        given("digest", sa.LargeBinary(), "Digest of all that makes a version."),
        given("created_at", TIME, "When it was stored (UTC)."),
        given("reason", CHANGE_REASON, "Why it was stored."),
        given("catalogue_version", TEXT, "Version of the rules and of one's own settings that read it."),
        optional("title", TEXT, "Headline, plain text."),
        optional("language", TEXT, "Language, BCP 47."),
        optional("published_at", TIME, "Publication time stated (UTC)."),
        optional("published_raw", TEXT, "The same as written."),
        optional("updated_at", TIME, "Update time stated (UTC)."),
        optional("updated_raw", TEXT, "The same as written."),
        given("tags", JSON, "Categories of the entry, a JSON list."),
        given(
            "source_body",
            TEXT,
            "What was read: the entry's body as the feed gave it, or the article's page. Not safe to show.",
        ),
        given("source_form", SOURCE_FORM, "How to read it again: HTML, text or a page."),
        optional(
            "source_entry_body",
            TEXT,
            "The entry's own body as HTML, where the page was read: evidence beside it. Not safe to show.",
        ),
        optional("source_base_url", TEXT, "What its relative links stand against."),
        given("source_is_summary", sa.Boolean(), "Whether the feed gave no more than a summary."),
        given(
            "source_authors",
            JSON,
            "Authors as the feed states them, a JSON list of {name, email, url, role}.",
        ),
        given("source_text", TEXT, "Text of the body with its notices; offsets index it."),
        given("text", TEXT, "Clean text: the notices cut out."),
        given("html", TEXT, "Body as safe HTML, notices included."),
        given("warnings", JSON, "What was odd about the body, a JSON list."),
        refers("publisher_id", "publishers.id", "Who delivered it.", optional=True),
        optional("publisher_url", TEXT, "Address stated for the deliverer."),
        refers(
            "original_publisher_id", "publishers.id", "Who is said to have published it first.", optional=True
        ),
        optional("original_publisher_url", TEXT, "Address stated for the first publisher."),
        optional("original_url", TEXT, "Where it is said to have appeared first."),
        optional("agency", TEXT, "Agency that supplied the text."),
        optional("copyright_holder", TEXT, "Who is said to own it."),
        optional("copyright_year", sa.Integer(), "Year of the copyright line."),
        optional("license", TEXT, "SPDX identifier of its licence; CC-BY-ND where no version is stated."),
        optional("license_url", TEXT, "Address of the licence."),
        optional("usage_terms", TEXT, "What may or may not be done with it, as written."),
        optional("credit_text", TEXT, "Credit to be shown with it, as written."),
        optional("removal_contact", TEXT, "Whom to ask to have it taken down."),
        given("completeness", COMPLETENESS, "Whether the text is the whole article."),
        given(
            "evidence",
            JSON,
            "JSON: field name to list of kind, place, quote, confidence: where the value stands written.",
        ),
        given(
            "statements", JSON, "What the entry's elements state: JSON list of property, value, place, quote."
        ),
        sa.UniqueConstraint("article_id", "number"),
        comment="What an article said, version by version. What was given stays; new rules read it again.",
        sqlite_autoincrement=True,
    )
    index("ix_article_versions_original_publisher_id", "article_versions", "original_publisher_id")
    index("ix_article_versions_publisher_id", "article_versions", "publisher_id")
    if op.get_bind().dialect.name == "postgresql":  # SQLite takes the forward reference as it stands
        name = "fk_articles_current_version_id_article_versions"
        op.create_foreign_key(
            name,
            "articles",
            "article_versions",
            ["current_version_id"],
            ["id"],
            deferrable=True,
            initially="DEFERRED",
        )


def _create_evidence() -> None:
    op.create_table(
        "sightings",
        number(),
        refers("feed_id", "feeds.id", "The feed.", ondelete="CASCADE"),
        refers("article_id", "articles.id", "The article.", ondelete="CASCADE"),
        optional("item_digest", sa.LargeBinary(), "Digest of the raw item: the same need not be read."),
        given("first_seen_at", TIME, "First poll that saw it there (UTC)."),
        given(
            "last_seen_at", TIME, "Last poll that read the document and saw it there (UTC); a 304 is no look."
        ),
        optional("left_at", TIME, "First poll that missed it (UTC); empty while there."),
        sa.UniqueConstraint("feed_id", "article_id"),
        comment="When an article stood in a feed.",
    )
    index("ix_sightings_article_id", "sightings", "article_id")
    index("ix_sightings_current", "sightings", "feed_id", **only("left_at IS NULL"))
    op.create_table(
        "awaited_pages",
        refers(
            "article_id",
            "articles.id",
            "The article.",
            ondelete="CASCADE",
            primary_key=True,
            autoincrement=False,
        ),
        refers("feed_id", "feeds.id", "Feed that delivered it.", ondelete="CASCADE"),
        given("why", TEXT, "Why it was not had the last time, one line."),
        given("tries", sa.Integer(), "Polls in which it failed, or its host did."),
        given("asked", sa.Integer(), "Visits to the page itself; the least asked for goes first."),
        optional("due_at", TIME, "Not before this (UTC), with a poll of the feed; empty: it was given up."),
        comment="Articles without their page, which could not be had and is asked for again.",
    )
    index("ix_awaited_pages_feed_id_due_at", "awaited_pages", "feed_id", "due_at")
    op.create_table(
        "notices",
        number(),
        refers("version_id", "article_versions.id", "The version.", ondelete="CASCADE"),
        given("ordinal", sa.Integer(), "Order in the source text, 0 first."),
        given("kind", NOTICE_KIND, "What it says."),
        given("start", sa.Integer(), "First code point of the quote in source_text."),
        given("end", sa.Integer(), "Code point behind the quote in source_text."),
        given("quote", TEXT, "The span, verbatim."),
        given("lead", TEXT, "White space cut with it, before the quote."),
        given("trail", TEXT, "White space cut with it, behind the quote."),
        given("cut", sa.Boolean(), "Whether clean text leaves it out."),
        given("rule", TEXT, "Rule or template that found it."),
        given("confidence", sa.Double(), "0 to 1."),
        given("fields", JSON, "What the span states, JSON by field name."),
        sa.UniqueConstraint("version_id", "ordinal"),
        comment="Labelled spans of boilerplate. Clean text and notices rebuild the source text.",
    )
    index("ix_notices_kind", "notices", "kind")
    op.create_table(
        "hops",
        number(),
        refers("version_id", "article_versions.id", "The version.", ondelete="CASCADE"),
        given("position", sa.Integer(), "0 is the origin; the highest delivered it to us."),
        refers("publisher_id", "publishers.id", "Whose hand.", optional=True),
        optional("url", TEXT, "Address of the article there, or of the publisher."),
        given("role", HOP_ROLE, "What that hand did."),
        given("confidence", sa.Double(), "0 to 1."),
        given("evidence", JSON, "JSON list of kind, place, quote, confidence."),
        sa.UniqueConstraint("version_id", "position"),
        comment="Hands the article passed through, origin first.",
    )
    index("ix_hops_publisher_id", "hops", "publisher_id")
    op.create_table(
        "bylines",
        number(),
        refers("version_id", "article_versions.id", "The version.", ondelete="CASCADE"),
        given("ordinal", sa.Integer(), "Order as stated, 0 first."),
        refers("person_id", "people.id", "Whose name."),
        given("role", TEXT, "author, contributor, editor, photographer, poster …"),
        optional("hop_position", sa.Integer(), "hops.position it belongs to; empty: to none."),
        given("evidence", JSON, "JSON list of kind, place, quote, confidence."),
        sa.UniqueConstraint("version_id", "ordinal"),
        comment="Names at a hop, each with its role.",
    )
    index("ix_bylines_person_id", "bylines", "person_id")
    op.create_table(
        "claims",
        number(),
        refers("version_id", "article_versions.id", "The version.", ondelete="CASCADE"),
        given("ordinal", sa.Integer(), "Order: by property, the most trusted first; 0 first."),
        given(
            "property",
            TEXT,
            "Column of article_versions, publisher, or role of a byline: author, poster, republisher …",
        ),
        given("value", TEXT, "What is claimed, publishers and licences under their one name."),
        given("confidence", sa.Double(), "How far it is trusted, 0 to 1."),
        given("rank", sa.Integer(), "Among the claims about this property; 1 is trusted most."),
        given("chosen", sa.Boolean(), "Whether the article's own value agrees."),
        given("kind", EVIDENCE_KIND, "Where such words stand."),
        given("place", TEXT, "Element, or notice:START-END into source_text."),
        given("quote", TEXT, "The words, verbatim."),
        sa.UniqueConstraint("version_id", "ordinal"),
        comment="What each place says about each property of an article, believed or not.",
    )
    index("ix_claims_not_chosen", "claims", "version_id", **only("NOT chosen"))


def _create_beside() -> None:
    op.create_table(
        "templates",
        number(),
        refers("feed_id", "feeds.id", "The feed.", ondelete="CASCADE"),
        given("signature", sa.LargeBinary(8), "Its name: in hexadecimal, after `learned:`, in notices.rule."),
        given("masked", TEXT, "The block with its slots masked: {title}, {author}, {…}."),
        given("kind", NOTICE_KIND, "What it says; template if unknown."),
        given("articles", sa.Integer(), "Articles it was seen in, copies of one story counted once."),
        given("confidence", sa.Double(), "How sure it is that this is no body text, 0 to 1."),
        given("first_seen_at", TIME, "First article that had it (UTC)."),
        given("last_seen_at", TIME, "Last article that had it (UTC)."),
        sa.UniqueConstraint("feed_id", "signature"),
        comment="Blocks that recur across a feed's entries once title, author, addresses and digits are masked.",
    )
    op.create_table(
        "template_memories",
        refers("feed_id", "feeds.id", "The feed.", ondelete="CASCADE", primary_key=True, autoincrement=False),
        given(
            "memory",
            sa.LargeBinary(),
            "Packed by articles.notices.memory: hashes of words, no text of articles.",
        ),
        given("updated_at", TIME, "The poll that last added to it (UTC)."),
        comment="What is remembered of each feed's blocks while it is not known which are templates.",
    )


def _create_takedowns() -> None:
    op.create_table(
        "takedowns",
        number(),
        given("scope", TAKEDOWN_SCOPE, "How far it reaches."),
        given("target", TEXT, "What was asked to be removed, as asked."),
        refers(
            "feed_id",
            "feeds.id",
            "The feed it is confined to, of a guid or a whole feed.",
            ondelete="SET NULL",
            optional=True,
        ),
        optional("requester", TEXT, "Who asked."),
        optional("reason", TEXT, "Why, in their words."),
        given("requested_at", TIME, "When it was carried out (UTC)."),
        optional("lifted_at", TIME, "When it was lifted (UTC); empty while in force."),
        comment="Requests to remove: what, on whose word, since when. What each withholds is in withheld.",
    )
    index("ix_takedowns_feed_id", "takedowns", "feed_id")
    op.create_table(
        "withheld",
        number(),
        refers("takedown_id", "takedowns.id", "The takedown in force.", ondelete="CASCADE"),
        refers(
            "article_id",
            "articles.id",
            "The article it removed; empty where none had it yet.",
            ondelete="SET NULL",
            optional=True,
        ),
        refers(
            "feed_id",
            "feeds.id",
            "The only feed it is withheld in; empty: anywhere.",
            ondelete="CASCADE",
            optional=True,
        ),
        given("kind", WITHHELD_BY, "What it is a digest of."),
        given("digest", KEY, "16 bytes; no text can be had from it."),
        comment="Digests by which what was taken down is known again; gone once the takedown is lifted.",
    )
    for column in ("takedown_id", "article_id", "feed_id", "digest"):
        index(f"ix_withheld_{column}", "withheld", column)


def _create_copies() -> None:
    op.create_table(
        "unlinked",
        number(),
        given("stored_at", TIME, "When (UTC). After a while: whoever stored them is gone."),
        given("article_ids", JSON, "The articles, a JSON list."),
        comment="Articles stored together whose copies nobody has looked for yet; a row goes when it is done.",
    )
    op.create_table(
        "fingerprints",
        given(
            "period",
            sa.SmallInteger(),
            "Fifteen days in which the text was stored, counted from 1970; old periods are deleted.",
            primary_key=True,
            autoincrement=False,
        ),
        given("shingle", ID, "64-bit signed hash of five words.", primary_key=True, autoincrement=False),
        given("article_id", ID, "articles.id it stands in.", primary_key=True, autoincrement=False),
        given("size", sa.SmallInteger(), "How many fingerprints that text has."),
        comment="Some of the hashed 5-word shingles of recent articles, by which copies find each other.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story_links",
        refers(
            "article_id",
            "articles.id",
            "The copy.",
            ondelete="CASCADE",
            primary_key=True,
            autoincrement=False,
        ),
        refers(
            "of_article_id",
            "articles.id",
            "What it is a copy of.",
            ondelete="CASCADE",
            primary_key=True,
            autoincrement=False,
        ),
        given("linked_by", LINKED_BY, "What says so: the texts, or a person.", primary_key=True),
        given("relation", COPY_RELATION, "What the copy is to the other."),
        optional("shared", sa.Integer(), "5-word shingles that stand in both, common ones left out."),
        optional("contained", sa.Double(), "Share of the copy's shingles in the other, 0 to 1."),
        optional("of_contained", sa.Double(), "Share of the other's shingles in the copy."),
        given("linked_at", TIME, "When it was said first (UTC)."),
        optional(
            "revoked_at",
            TIME,
            "When it ceased to hold (UTC): a person split or merged, or a text changed; empty while it holds.",
        ),
        comment="What links two articles of a story, with the evidence. What a person says holds.",
    )
    index("ix_story_links_of_article_id", "story_links", "of_article_id")
    op.create_table(
        "story_events",
        number(),
        given("at", TIME, "When (UTC)."),
        given("change", STORY_CHANGE, "What was done."),
        given("linked_by", LINKED_BY, "Who did it."),
        refers("story_id", "stories.id", "The story that stayed.", ondelete="CASCADE"),
        refers(
            "other_story_id",
            "stories.id",
            "The story the articles left (merged) or went to (split).",
            ondelete="CASCADE",
            optional=True,
        ),
        given("article_ids", JSON, "The articles that moved, a JSON list."),
        comment="How stories were put together and taken apart.",
    )
    index("ix_story_events_story_id", "story_events", "story_id")
    index("ix_story_events_other_story_id", "story_events", "other_story_id")
    op.create_table(
        "trails",
        refers(
            "article_id",
            "articles.id",
            "The article.",
            ondelete="CASCADE",
            primary_key=True,
            autoincrement=False,
        ),
        refers("version_id", "article_versions.id", "Its version then.", ondelete="CASCADE"),
        given("made_at", TIME, "When it was put together (UTC)."),
        optional("authors", TEXT, 'Who wrote it, joined by "; ".'),
        optional("original_publisher", TEXT, "Who is said to have published it first."),
        optional("original_publisher_url", TEXT, "Address stated for them."),
        optional("original_url", TEXT, "Where it is said to have appeared first."),
        optional("agency", TEXT, "Agency that supplied the text."),
        optional("chain", TEXT, 'Hands it passed through, "A → B → C", origin first.'),
        given(
            "hops",
            JSON,
            "JSON list as in hops, with the publisher's name and domain; evidence of kind cluster is a copy's.",
        ),
        given("bylines", JSON, "JSON list as in the table bylines, with the name."),
        given(
            "evidence",
            JSON,
            "JSON: field name to list of kind, place, quote, confidence, of the fields that copies decide.",
        ),
        comment="An article's attribution with what its copies add. Its own claims stay in the other tables.",
    )
    index("ix_trails_version_id", "trails", "version_id")
