"""Polling side by side: `ingest poll`, lemon24's reader and newsboat on the same generated feeds, in the same run.

    python -m bench.poll [SCENARIO…] [--feeds N] [--without PEER…]

    cold      first poll, every entry extracted and attributed; peak memory, too
    304       nothing changed, and the server says so
    same      nothing changed, but the server sends the same bytes with 200
    new       one new entry a feed
    latency   304 after 100 ms, at most 200 feeds
    start     nothing to visit: what starting costs
    scale     CPU a feed: with ten times the feeds, and with --archive articles in the store
    crew      two workers on PostgreSQL against one, 100 ms latency, ten visits at once each

All read feeds and no pages (poll.policy = "feed"). CPU is that of the whole process tree, start and end included; every
figure stands as a ratio beside the goal. reader comes with pip install 'ingest[bench]', newsboat with apt install
newsboat; who is not there is left out and said so.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.measure import Cost
from bench.pollers import Ingest, Newsboat, Poller, Reader, Server, serving

ENTRIES = 20
LATENCY = 0.1  # seconds
LATENCY_FEEDS = 200


class Scenario(NamedTuple):
    """What the server is told before, and the goals: at most so many times what reader takes."""

    switches: dict[str, float]
    cpu: float | None = None
    wall: float | None = None
    memory: float | None = None  # MB, not a ratio


SCENARIOS = {
    "start": Scenario({}),
    "cold": Scenario({}, cpu=1.2, wall=0.6, memory=250),
    "304": Scenario({}, cpu=0.4),
    "same": Scenario({"ignore_validators": 1}, cpu=0.06),
    "new": Scenario({"new": 1}, cpu=0.25),
    "latency": Scenario({"latency": LATENCY}, wall=0.3),
}
PLAIN = {"ignore_validators": 0.0, "latency": 0.0}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="default: all but scale and crew")
    arguments.add_argument("--feeds", type=int, default=200, help="1000 for the record")
    arguments.add_argument("--entries", type=int, default=ENTRIES, help="in each feed")
    arguments.add_argument("--archive", type=int, default=1_000_000, help="articles in the store, for scale")
    arguments.add_argument("--without", nargs="*", default=[], choices=["reader", "newsboat"])
    asked = arguments.parse_args()
    if unknown := set(asked.scenarios) - {*SCENARIOS, "scale", "crew"}:
        arguments.error(f"no such scenario: {', '.join(sorted(unknown))}")
    chosen = asked.scenarios or list(SCENARIOS)
    beside = [name for name in chosen if name in SCENARIOS]
    if beside:
        _side_by_side(beside, asked.feeds, asked.entries, asked.without)
    if "scale" in chosen:
        from bench.scale import compare_sizes

        compare_sizes(asked.feeds, asked.archive)
    if "crew" in chosen:
        from bench.scale import compare_crews

        compare_crews(asked.feeds)


# ------------------------------------------------------------------------------------------ side by side


def _side_by_side(names: Sequence[str], feeds: int, entries: int, without: Sequence[str]) -> None:
    """The cold poll is the ground the others stand on: without it the stores are filled unmeasured."""
    with tempfile.TemporaryDirectory() as home:
        pollers = [make(Path(home)) for make in _present(without)]
        with serving(feeds, entries) as server:
            for poller in pollers:
                poller.subscribe(server.urls)
            print(f"{feeds} feeds × {entries} entries, {server.megabytes():.0f} MB", flush=True)
            starts = _start(pollers, silent="start" not in names)
            for name in (
                "cold",
                *(n for n in SCENARIOS if n in names and n not in ("start", "cold", "latency")),
            ):
                _run(name, pollers, server, starts, silent=name not in names)
        if "latency" in names:
            _latency(pollers, min(feeds, LATENCY_FEEDS), entries, starts)


def _present(without: Sequence[str]) -> list[Callable[[Path], Poller]]:
    found: list[Callable[[Path], Poller]] = [Ingest]
    for peer in (Reader, Newsboat):
        if peer.name in without:
            continue
        if missing := peer.missing():
            print(f"left out: {missing}", file=sys.stderr)
        else:
            found.append(peer)
    return found


def _start(pollers: Sequence[Poller], *, silent: bool) -> dict[str, Cost]:
    costs: dict[str, Cost] = {}
    for poller in pollers:
        poller.start()  # compiles what was never imported
        costs[poller.name] = cost = poller.start()
        if not silent:
            print(_line("start", poller.name, cost, "nothing to visit", 0), flush=True)
    return costs


def _run(
    name: str,
    pollers: Sequence[Poller],
    server: Server,
    starts: Mapping[str, Cost],
    *,
    silent: bool = False,
) -> None:
    scenario = SCENARIOS[name]
    server.set(**(PLAIN | scenario.switches))
    costs: dict[str, Cost] = {}
    for poller in pollers:
        before = poller.articles()
        server.set()
        costs[poller.name] = cost = poller.poll(memory=scenario.memory is not None)
        answers = ", ".join(f"{n} × {status}" for status, n in server.set().items() if n)
        if not silent:
            print(_line(name, poller.name, cost, answers, poller.articles() - before), flush=True)
    if not silent:
        _judge(scenario, costs, starts)


def _latency(pollers: Sequence[Poller], feeds: int, entries: int, starts: Mapping[str, Cost]) -> None:
    """On a list of its own: the goal is for so many feeds."""
    with tempfile.TemporaryDirectory() as home, serving(feeds, entries) as server:
        fresh = [type(poller)(Path(home)) for poller in pollers]
        for poller in fresh:
            poller.subscribe(server.urls)
            poller.poll()
        print(f"{feeds} feeds, {LATENCY * 1000:.0f} ms latency")
        _run("latency", fresh, server, starts)


def _line(scenario: str, name: str, cost: Cost, answers: str, new: int) -> str:
    memory = f"  memory {cost.memory:4.0f} MB" if cost.memory else ""
    return f"{scenario:<9} {name:<9} CPU {cost.cpu:6.2f} s  wall {cost.wall:6.2f} s{memory}   {answers}; {new} new"


def _judge(scenario: Scenario, costs: Mapping[str, Cost], starts: Mapping[str, Cost]) -> None:
    ours, reader = costs["ingest"], costs.get("reader")
    told = []
    if reader:
        told += [_against("CPU", ours.cpu / reader.cpu, scenario.cpu, " × reader")]
        told += [_against("wall", ours.wall / reader.wall, scenario.wall, " × reader")]
        cpu, wall = (
            (getattr(ours, what) - getattr(starts["ingest"], what))
            / (getattr(reader, what) - getattr(starts["reader"], what))
            for what in ("cpu", "wall")
        )
        told += [f"less the start CPU {cpu:.3f}, wall {wall:.3f}"]
    if newsboat := costs.get("newsboat"):
        told += [f"CPU {ours.cpu / newsboat.cpu:.2f} × newsboat"]
    if scenario.memory:
        told += [_against("memory", ours.memory, scenario.memory, " MB")]
    print(f"{'':<9} → {'; '.join(told)}", flush=True)


def _against(what: str, figure: float, goal: float | None, unit: str) -> str:
    shown = f"{what} {figure:.0f}{unit}" if unit == " MB" else f"{what} {figure:.3f}{unit}"
    if goal is None:
        return shown
    return f"{shown} (goal {goal:g}: {'met' if figure <= goal else 'missed'})"


if __name__ == "__main__":
    main()
