"""`ingest rules learned`."""

from __future__ import annotations

import json

from tests.cli.kinds import Ingest
from tests.loopback import Loopback
from tests.samples import item, rss

SIGN_OFF = "<p>Folded and carried round by the whole house every Friday evening.</p>"
STORIES = (
    "The ferry was late and nobody on the pier knew the reason.",
    "A heron has moved into the orchard behind the school.",
    "Two bridges will be painted before the summer fair begins.",
    "Bread costs a coin more since the mill changed hands.",
    "The tower clock struck thirteen and the mayor laughed.",
)


def test_learned_prints_the_templates_of_a_feed(server: Loopback, ingest: Ingest) -> None:
    items = [item(n, f"<p>{story}</p>{SIGN_OFF}") for n, story in enumerate(STORIES)]
    ingest("add", "--no-check", server.put("/feed", rss(*items)))
    nothing = ingest("rules", "learned", "1")
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert "at least three" in nothing.stderr
    ingest("poll")
    told = ingest("rules", "learned", "1")
    assert (told.exit_code, told.stdout.count("\n")) == (0, 2)
    assert "Folded and carried round by the whole house" in told.stdout
    (row,) = map(json.loads, ingest("rules", "learned", "1", "--json").stdout.splitlines())
    assert (row["kind"], row["articles"]) == ("template", 5)
    (found,) = map(json.loads, ingest("list", "--json", "--limit", "1").stdout.splitlines())
    shown = json.loads(ingest("show", str(found["article_id"]), "--json").stdout)
    assert [notice["rule"] for notice in shown["notices"]] == [f"learned:{row['signature']}"]


def test_learned_of_an_unknown_feed_is_told(ingest: Ingest, server: Loopback) -> None:
    ingest("add", "--no-check", server.put("/feed", rss(item(1))))
    assert ingest("rules", "learned", "nowhere").exit_code == 2
