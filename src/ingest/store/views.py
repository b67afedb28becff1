"""The views people query. Their SQL is the source: columns, comments and the typed tables below are read off it.

Every column stands on a line that ends in `AS name, -- comment`. SQLite keeps these comments with the view; for
PostgreSQL the migration sets them. `JOINED(value, separator, order)` is the engine's own aggregate.
A change here needs a migration with a copy of the new text; the drift check sees when one is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Column, Double, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from ingest.records import EXCLUSIVE
from ingest.store.types import Id, Json, UtcDateTime

ATTRIBUTION_SQL = """\
SELECT
  a.id AS article_id, -- Number of the article.
  a.feed_id AS feed_id, -- Number of the feed that delivered it.
  f.url AS feed_url, -- Address of that feed.
  coalesce(f.label, f.title) AS feed_title, -- Title of that feed.
  a.url AS url, -- Link the feed gave the article.
  CASE WHEN t.article_id IS NULL THEN v.original_url
       ELSE t.original_url END AS original_url, -- Where it is said to have appeared first.
  v.title AS title, -- Headline.
  v.text AS text, -- Clean text; its notices are in the table notices.
  v.language AS language, -- Language, BCP 47.
  v.published_at AS published_at, -- Publication time stated (UTC).
  v.updated_at AS updated_at, -- Update time stated (UTC).
  a.first_seen_at AS first_seen_at, -- When we first saw it (UTC).
  CASE WHEN t.article_id IS NULL THEN (SELECT JOINED(n.name, '; ', n.ordinal)
     FROM (SELECT p.name AS name, b.ordinal AS ordinal
             FROM bylines b JOIN people p ON p.id = b.person_id
            WHERE b.version_id = a.current_version_id AND b.role = 'author'
              AND (b.hop_position IS NULL OR b.hop_position =
                   (SELECT min(o.position) FROM hops o
                     WHERE o.version_id = a.current_version_id AND o.role <> 'agency'))
            ORDER BY b.ordinal) n)
       ELSE t.authors END AS authors, -- Who wrote it: bylines of the origin or of no hop, joined by "; ".
  d.name AS publisher, -- Who delivered it.
  CASE WHEN t.article_id IS NULL THEN o.name
       ELSE t.original_publisher END AS original_publisher, -- Who is said to have published it first.
  CASE WHEN t.article_id IS NULL THEN v.agency
       ELSE t.agency END AS agency, -- Agency that supplied the text.
  CASE WHEN t.article_id IS NULL THEN (SELECT JOINED(c.name, ' → ', c.position)
     FROM (SELECT coalesce(p.name, h.url) AS name, h.position AS position
             FROM hops h LEFT JOIN publishers p ON p.id = h.publisher_id
            WHERE h.version_id = a.current_version_id
            ORDER BY h.position) c)
       ELSE t.chain END AS chain, -- Hands it passed through, "A → B → C", origin first; copies tell some.
  v.copyright_holder AS copyright_holder, -- Who is said to own it.
  v.copyright_year AS copyright_year, -- Year of the copyright line.
  v.license AS license, -- Licence, SPDX identifier; a family's name where no version is stated.
  v.usage_terms AS usage_terms, -- What may or may not be done with it, as written.
  v.removal_contact AS removal_contact, -- Whom to ask to have it taken down.
  v.completeness AS completeness, -- full, excerpt or unknown.
  a.story_id AS story_id, -- Story it is a copy of.
  a.is_original AS is_original, -- Whether it is the story's original, if known.
  a.status AS status, -- active, withdrawn by its feed, or tombstoned by a takedown.
  a.withdrawn_at AS withdrawn_at, -- When its feed took it back (UTC).
  a.withdrawn_reason AS withdrawn_reason, -- How its feed said so.
  (SELECT JOINED(e.quote, ' ', e.ordinal)
     FROM (SELECT n.quote AS quote, n.ordinal AS ordinal
             FROM notices n
            WHERE n.version_id = a.current_version_id AND n.kind = 'editorial_note' AND n.cut
            ORDER BY n.ordinal) e) AS editorial_notes -- Corrections and disclosures cut from the text, as written.
FROM articles a
JOIN feeds f ON f.id = a.feed_id
LEFT JOIN article_versions v ON v.id = a.current_version_id
LEFT JOIN publishers d ON d.id = v.publisher_id
LEFT JOIN publishers o ON o.id = v.original_publisher_id
LEFT JOIN trails t ON t.article_id = a.id AND t.version_id = a.current_version_id"""

HEALTH_SQL = """\
SELECT
  f.id AS feed_id, -- Number of the feed.
  f.url AS url, -- Address polled.
  coalesce(f.label, f.title) AS title, -- Title the operator gave, else the feed's own.
  f.host AS host, -- Host of the address.
  f.origin AS origin, -- config, added or imported.
  f.policy AS policy, -- Where bodies are taken from: feed, page, auto, or default (poll.policy).
  f.status AS status, -- active, disabled by a person, or retired by the service.
  f.status_reason AS status_reason, -- Why it is not active.
  f.status = 'active' AS enabled, -- Whether it is polled.
  (SELECT count(*) FROM articles a WHERE a.feed_id = f.id) AS articles, -- Articles it delivered.
  (SELECT count(*) FROM articles a
    WHERE a.feed_id = f.id AND a.first_seen_at >= WEEK_AGO) AS articles_7d, -- Of these in the last seven days.
  f.last_polled_at AS last_polled_at, -- End of the last poll (UTC).
  f.last_success_at AS last_success_at, -- Last poll that did not fail (UTC).
  f.last_changed_at AS last_changed_at, -- Last poll that stored something (UTC).
  p.outcome AS last_outcome, -- How the last poll ended: stored, unchanged or failed.
  p.failure AS last_failure, -- Kind of its failure.
  p.status AS last_status, -- HTTP status it got.
  p.detail AS last_detail, -- Cause, one line.
  p.retry_after_seconds AS last_retry_after_seconds, -- Retry-After it was given.
  (SELECT JOINED(o.word, ' ', o.place)
     FROM (SELECT coalesce(l.failure, l.outcome) AS word, -l.id AS place
             FROM polls l WHERE l.feed_id = f.id
            ORDER BY l.id DESC LIMIT 10) o) AS last_outcomes, -- How the last ten polls ended, newest first.
  f.failures AS failures, -- Failures since the last success; soft ones count less.
  f.interval_seconds AS interval_seconds, -- Interval the last decision chose.
  f.next_poll_at AS next_poll_at, -- When it is due (UTC).
  f.next_poll_reason AS next_poll_reason, -- Why then.
  f.rhythm AS rhythm, -- How often and when it publishes, JSON: sums that fade.
  f.hints AS hints, -- When it asks to be polled, JSON.
  f.validators_distrusted AS validators_distrusted, -- Why its validators are not sent any more.
  f.last_whole_at AS last_whole_at, -- Last answer with a whole document (UTC).
  f.moved_to AS moved_to, -- Where a permanent redirect points, not yet adopted.
  f.moved_since AS moved_since, -- When that redirect was first seen (UTC).
  f.moved_times AS moved_times, -- Polls that were sent there.
  (SELECT count(w.due_at) FROM awaited_pages w
    WHERE w.feed_id = f.id) AS pages_awaited, -- Articles whose page could not be had yet and is asked for again.
  (SELECT count(*) - count(w.due_at) FROM awaited_pages w
    WHERE w.feed_id = f.id) AS pages_given_up, -- Articles whose page was asked for in vain and is no more.
  (SELECT JOINED(w.told, '; ', w.place)
     FROM (SELECT count(*) || ' × ' || p.why AS told, -count(*) AS place
             FROM awaited_pages p WHERE p.feed_id = f.id
            GROUP BY p.why ORDER BY count(*) DESC, p.why LIMIT 5) w) AS pages_why, -- Why both, the commonest five.
  w.limited_until AS host_limited_until, -- Until when its host or domain asked us to stay away (UTC).
  w.limited_reason AS host_limited_reason, -- Why.
  f.lease_owner AS lease_owner, -- Worker that may poll it now.
  f.lease_until AS lease_until -- When that right lapses (UTC).
FROM feeds f
LEFT JOIN polls p ON p.id = (SELECT max(l.id) FROM polls l WHERE l.feed_id = f.id)
LEFT JOIN hosts w ON w.id =
  (SELECT h.id FROM hosts h
    WHERE h.limited_until IS NOT NULL
      AND (h.host = f.host OR h.scope = 'domain' AND length(f.host) > length(h.host)
           AND substr(f.host, length(f.host) - length(h.host)) = '.' || h.host)
    ORDER BY h.limited_until DESC LIMIT 1)"""

_LISTED = ",\n    ".join(f"'{name}'" for name in EXCLUSIVE)

# Where copies decide who published it first, or where, all that its own claims say otherwise contradicts the row.
# These few are found from the trails (to which the outer join keeps SQLite), the others by their index.
DISPUTES_SQL = """\
SELECT
  a.id AS article_id, -- Number of the article.
  a.feed_id AS feed_id, -- Number of the feed that delivered it.
  a.url AS url, -- Link the feed gave the article.
  c.property AS property, -- What is disputed: a column of article_attribution that has one true value.
  (SELECT k.value FROM claims k
    WHERE k.version_id = c.version_id AND k.property = c.property AND k.chosen
    ORDER BY k.rank LIMIT 1) AS chosen, -- What the article's row says.
  c.value AS value, -- What is claimed against it.
  c.confidence AS confidence, -- How far that claim is trusted, 0 to 1.
  c.kind AS kind, -- Where it stands: feed, notice, page, request or cluster.
  c.place AS place, -- Element, or notice:START-END into source_text.
  c.quote AS quote -- Its words, verbatim.
FROM articles a
JOIN claims c ON c.version_id = a.current_version_id
JOIN article_versions v ON v.id = a.current_version_id
LEFT JOIN publishers o ON o.id = v.original_publisher_id
LEFT JOIN trails t ON t.article_id = a.id AND t.version_id = a.current_version_id
WHERE NOT c.chosen
  AND EXISTS (SELECT 1 FROM claims k WHERE k.version_id = c.version_id AND k.property = c.property AND k.chosen)
  AND c.property IN (
    EXCLUSIVE)
  AND (t.article_id IS NULL
       OR c.property = 'original_publisher' AND t.original_publisher = o.name
       OR c.property = 'original_url' AND t.original_url = v.original_url
       OR c.property NOT IN ('original_publisher', 'original_url'))
UNION ALL
SELECT t.article_id, a.feed_id, a.url, c.property, t.original_publisher, c.value, c.confidence, c.kind, c.place, c.quote
FROM trails t
LEFT JOIN article_versions v ON v.id = t.version_id
LEFT JOIN publishers o ON o.id = v.original_publisher_id
JOIN articles a ON a.id = t.article_id AND a.current_version_id = t.version_id
JOIN claims c ON c.version_id = t.version_id
WHERE c.property = 'original_publisher' AND c.value <> t.original_publisher
  AND (o.name IS NULL OR o.name <> t.original_publisher)
UNION ALL
SELECT t.article_id, a.feed_id, a.url, c.property, t.original_url, c.value, c.confidence, c.kind, c.place, c.quote
FROM trails t
LEFT JOIN article_versions v ON v.id = t.version_id
JOIN articles a ON a.id = t.article_id AND a.current_version_id = t.version_id
JOIN claims c ON c.version_id = t.version_id
WHERE c.property = 'original_url' AND c.value <> t.original_url
  AND (v.original_url IS NULL OR v.original_url <> t.original_url)""".replace("EXCLUSIVE", _LISTED)

SQL: Mapping[str, str] = {
    "article_attribution": ATTRIBUTION_SQL,
    "article_disputes": DISPUTES_SQL,
    "feed_health": HEALTH_SQL,
}

COMMENTS: Mapping[str, str] = {
    "article_attribution": "One row an article: its current version and who made it.",
    "article_disputes": "One row a claim that contradicts what its article's row says.",
    "feed_health": "One row a feed: how polling it goes.",
}

_TYPES: Mapping[str, TypeEngine[Any]] = {
    **dict.fromkeys(("article_id", "feed_id", "story_id", "articles", "articles_7d"), Id),
    **dict.fromkeys(("pages_awaited", "pages_given_up"), Id),
    **dict.fromkeys(("copyright_year", "last_status", "moved_times"), Integer()),
    **dict.fromkeys(("is_original", "enabled"), Boolean()),
    **dict.fromkeys(("failures", "interval_seconds", "last_retry_after_seconds", "confidence"), Double()),
    **dict.fromkeys(("rhythm", "hints"), Json()),
    **dict.fromkeys(("lease_until", "moved_since", "host_limited_until"), UtcDateTime()),
}


def view_sql(name: str, dialect: str) -> str:
    """The view's SELECT in the words of one engine ("sqlite" or "postgresql")."""
    sql = SQL[name]
    if dialect == "postgresql":
        sql = re.sub(r"JOINED\((\S+), ('[^']*'), (\S+)\)", r"string_agg(\1, \2 ORDER BY \3)", sql)
        return sql.replace("WEEK_AGO", "now() - interval '7 days'")
    # Before 3.44 group_concat takes no ORDER BY; it keeps the order of the subquery it reads.
    sql = re.sub(r"JOINED\((\S+), ('[^']*'), (\S+)\)", r"group_concat(\1, \2)", sql)
    return sql.replace("WEEK_AGO", "datetime('now', '-7 days')")


def column_comments(sql: str) -> dict[str, str]:
    """Column name → comment, in order, off the lines of a view."""
    return dict(re.findall(r"\bAS (\w+),? -- (.+)$", sql, re.M))


def _table(name: str) -> Table:
    columns = (
        Column(
            column,
            _TYPES.get(column) or (UtcDateTime() if column.endswith("_at") else Text()),
            comment=comment,
        )
        for column, comment in column_comments(SQL[name]).items()
    )
    return Table(name, MetaData(), *columns, comment=COMMENTS[name])


ARTICLE_ATTRIBUTION = _table("article_attribution")
ARTICLE_DISPUTES = _table("article_disputes")
FEED_HEALTH = _table("feed_health")
