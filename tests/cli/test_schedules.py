"""`ingest poll --explain` and what `ingest feeds --json` tells of a feed's schedule."""

from __future__ import annotations

import json

from tests.cli.kinds import Ingest
from tests.loopback import Loopback
from tests.samples import item, rss


def explained(ingest: Ingest, feed: str) -> dict[str, object]:
    (line,) = ingest("poll", "--explain", "--json", feed).stdout.splitlines()
    told: dict[str, object] = json.loads(line)
    return told


def test_the_decision_is_explained_without_a_visit(server: Loopback, ingest: Ingest) -> None:
    extra = "<ttl>120</ttl><skipDays><day>Sunday</day></skipDays>"
    ingest("add", "--no-check", server.put("/feed.xml", rss(item(1), extra=extra)))
    assert ingest("poll").exit_code == 0
    asked = len(server.requests)
    result = ingest("poll", "--explain", "1")
    assert result.exit_code == 0, result.output
    assert len(server.requests) == asked
    said = result.stdout
    for part in (
        "ttl 2.0 h",
        "not at Sunday",
        "Retry-After; failures or 429; rhythm;",
        "→ 2.0 h",
        "Next: 20",
    ):
        assert part in said
    told = explained(ingest, "1")
    (feed,) = [json.loads(line) for line in ingest("feeds", "--json").stdout.splitlines()]
    assert (told["won"], told["next_poll_at"]) == (feed["next_poll_reason"], feed["next_poll_at"])


def test_a_refusal_is_explained_by_what_the_server_asked(server: Loopback, ingest: Ingest) -> None:
    url = server.put("/feed.xml", b"later", status=429, headers={"Retry-After": "7200"})
    ingest("add", "--no-check", url)
    assert ingest("poll").exit_code == 1
    told = explained(ingest, "1")
    inputs = told["inputs"]
    assert isinstance(inputs, dict)
    assert inputs["Retry-After"] == "7200 s"
    assert told["steps"] == [
        {"rule": "Retry-After", "given": "Retry-After 7200 s, waiting 2.0 h", "wait_seconds": 7200.0}
    ]
    assert str(told["won"]).startswith("Retry-After 7200 s")


def test_a_feed_that_was_never_polled_is_explained_too(server: Loopback, ingest: Ingest) -> None:
    ingest("add", "--no-check", server.put("/feed.xml", rss(item(1))))
    result = ingest("poll", "--explain", "1")
    assert "nothing learned yet" in result.stdout
    assert "at once (new)" in result.stdout


def test_explaining_wants_a_feed(polled: Loopback, ingest: Ingest) -> None:
    assert ingest("poll", "--explain").exit_code == 2
    assert ingest("poll", "--explain", "nowhere").exit_code == 2


def test_feeds_tells_rhythm_hints_and_last_outcomes(polled: Loopback, ingest: Ingest) -> None:
    ingest("poll", "--all")
    polled.put("/feed.xml", b"down", status=503, validators=False)
    ingest("poll", "--all")
    (feed,) = [json.loads(line) for line in ingest("feeds", "--json").stdout.splitlines()]
    assert feed["last_outcomes"] == "http unchanged stored"
    assert feed["publishes"].startswith("about ")
    assert len(feed["rhythm"]["hours"]) == 24
    assert feed["failures"] == 0.25
    assert feed["next_poll_reason"].startswith("backing off")
    assert feed["hints"] is None
    assert feed["validators_distrusted"] is None
