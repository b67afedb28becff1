"""`ingest backfill` as a person and a program meet it."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.cli.kinds import Ingest
from tests.loopback import Loopback
from tests.samples import item, rss

LINK = '<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="prev-archive" href="{}"/>'


def subscribe(ingest: Ingest, server: Loopback) -> None:
    older = server.put("/2025", rss(item(1)))
    url = server.put("/paper", rss(item(2), extra=LINK.format(older)))
    assert ingest("add", url).exit_code == 0


def test_a_person_sees_each_page_and_what_it_came_to(ingest: Ingest, server: Loopback) -> None:
    subscribe(ingest, server)
    first = ingest("backfill", "paper", "--pages", "1")
    assert first.stdout == "1 page read, 1 new article; there is more: the same command goes on from there.\n"
    rest = ingest("backfill", "paper")
    assert rest.exit_code == 0
    assert rest.stdout == "1 page read, 1 new article; the end of the history is reached.\n"
    assert f"page 2: {server.url}/2025 (1 entry, 1 new)" in rest.stderr


def test_a_file_of_ones_own_has_no_history(ingest: Ingest) -> None:
    Path("config").mkdir()
    Path("own.xml").write_text(rss(item(1)))
    Path("config/feeds.toml").write_text('[[feeds]]\nurl = "file:own.xml"\nenabled = true\n')
    assert ingest("poll").exit_code == 0
    refused = ingest("backfill", "1")
    assert refused.exit_code == 2
    assert "there is no history behind it" in refused.stderr


def test_a_program_gets_an_object_a_page(ingest: Ingest, server: Loopback) -> None:
    subscribe(ingest, server)
    pages = [json.loads(line) for line in ingest("backfill", "paper", "--json").stdout.splitlines()]
    assert [(page["page"], page["new"], page["end"]) for page in pages] == [
        (1, 1, None),
        (2, 1, "it names no older page"),
    ]


def test_a_page_that_cannot_be_read_is_exit_1(ingest: Ingest, server: Loopback) -> None:
    subscribe(ingest, server)
    server.put("/2025", b"", status=404, validators=False)
    result = ingest("backfill", "paper")
    assert result.exit_code == 1
    assert "stopped: 127.0.0.1: HTTP 404" in result.stdout


def test_ctrl_c_in_the_middle_loses_nothing(
    ingest: Ingest, server: Loopback, process: Callable[..., subprocess.Popen[bytes]]
) -> None:
    subscribe(ingest, server)
    server.routes["/2025"].delay = 30
    with process("backfill", "paper") as running:
        while not server.asked("/2025"):
            assert running.poll() is None
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 130
    server.routes["/2025"].delay = 0
    rest = ingest("backfill", "paper")
    assert rest.stdout == "1 page read, 1 new article; the end of the history is reached.\n"
