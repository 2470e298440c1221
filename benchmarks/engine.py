"""How fast the engine is, beside engines its users could pick: same networks, one run.

    python -m benchmarks.engine            # with the extra `bench` installed
    python -m benchmarks.engine --quick    # a tenth of the size, to see that it runs

Figures are medians of several runs; ratios belong to one run on one machine. *Dates* means from
recorded facts to early and late dates; *passes* the two passes and the floats alone.
"""

from __future__ import annotations

import argparse
import gc
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import networkx as nx
import numpy as np
import rustworkx as rx

from benchmarks import mpxj_peer, peers, workload
from tracker.core.calendars import EVERY_DAY, FIRST_DAY, boundary_before
from tracker.core.plan.chances import Spread, chances
from tracker.core.plan.draft import Draft, facts_of, network_of
from tracker.core.plan.engine.circuit import Circuit, wired
from tracker.core.plan.engine.numbers import MANY_WORLDS, ONE_WORLD
from tracker.core.plan.engine.passes import early, late
from tracker.core.plan.engine.solve import solve
from tracker.core.plan.engine.worlds import Worlds, passed_through, worlds_of
from tracker.core.plan.facts import Facts
from tracker.law import catalog

STEPS = 40


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: `ratio` is how many times longer the peer takes."""

    work: str
    ours: float
    peer: str
    theirs: float
    wanted: str
    steps: int

    @property
    def ratio(self) -> float:
        """Return how many times longer the peer takes."""
        return self.theirs / self.ours


def seconds(act: Callable[[], Any], *, runs: int = 7, least: float = 0.05) -> float:
    """Return the median time of an act, repeated so that each run is long enough to measure."""
    act()
    started = time.perf_counter()
    act()
    once = time.perf_counter() - started
    times = max(1, int(least / max(once, 1e-7)))
    found = []
    for _ in range(runs if once < 1 else 3):
        gc.collect()
        started = time.perf_counter()
        for _ in range(times):
            act()
        found.append((time.perf_counter() - started) / times)
    return statistics.median(found)


def both_passes(circuit: Circuit, worlds: Worlds, numbers: Any) -> Any:
    """Run the passes and take the total floats from them."""
    forward, backward = early(circuit, worlds, numbers), late(circuit, worlds, numbers)
    return [b - a for a, b in zip(forward[1::2], backward[1::2], strict=True)]


class Bench:
    """The workloads, and the rows they give."""

    def __init__(self, *, quick: bool) -> None:
        self.quick = quick
        self.law = catalog().working_days
        self.calendars = {
            calendar.name: peers.longpath_calendar(calendar) for calendar in (self.law, EVERY_DAY)
        }
        self.shape = workload.template(1, self.law, STEPS)
        self.network = network_of(self.shape, self.shape.steps)

    def rows(self) -> Iterator[Row]:
        """Yield the table, line by line."""
        yield from self.one_and_a_county()
        yield from self.two_thousand()
        yield from self.plain()
        yield self.a_nation()
        yield from self.one_large("wide", 100_000, 50)
        yield from self.one_large("deep", 100_000, 20_000)
        yield self.draws()

    def longpath(self, drafts: list[Draft]) -> float:
        """Return longpath's time for some projects, its objects being ready."""
        ready = [peers.longpath_project(draft) for draft in drafts]
        return seconds(lambda: [peers.longpath(p, self.calendars) for p in ready], runs=3)

    def one_and_a_county(self) -> Iterator[Row]:
        """Yield the rows of a single project and of 86 projects of one procedure."""
        drafts = workload.projects(self.shape, 86, 7)
        theirs = self.longpath(drafts)
        alone = [facts_of(draft, self.network) for draft in drafts]
        circuits = [wired(self.network, passed_through(self.network, f)) for f in alone]
        ready = [worlds_of(c, f).as_one() for c, f in zip(circuits, alone, strict=True)]
        pairs = list(zip(circuits, ready, strict=True))
        passes = seconds(lambda: [both_passes(c, w, ONE_WORLD) for c, w in pairs]) / 86
        dates = seconds(lambda: [solve(self.network, f) for f in alone]) / 86
        yield Row(
            work="1 project, passes",
            ours=passes,
            peer="longpath",
            theirs=theirs / 86,
            wanted="15x, 0.2 ms",
            steps=STEPS,
        )
        yield Row(
            work="1 project, dates",
            ours=dates,
            peer="longpath",
            theirs=theirs / 86,
            wanted="",
            steps=STEPS,
        )
        together = Facts.side_by_side(alone)
        circuit = wired(self.network, passed_through(self.network, together))
        worlds = worlds_of(circuit, together)
        passes = seconds(lambda: both_passes(circuit, worlds, MANY_WORLDS))
        dates = seconds(lambda: solve(self.network, together))
        yield Row(
            work="86 projects, passes",
            ours=passes,
            peer="longpath",
            theirs=theirs,
            wanted="80x",
            steps=86 * STEPS,
        )
        yield Row(
            work="86 projects, dates",
            ours=dates,
            peer="longpath",
            theirs=theirs,
            wanted="80x",
            steps=86 * STEPS,
        )
        if java := mpxj_peer.scheduler(drafts):
            for _ in range(30):  # until its compiler has seen it all
                java()
            warm = seconds(java)
            yield Row(
                work="86 projects, passes",
                ours=passes,
                peer="MPXJ Primavera, warm",
                theirs=warm,
                wanted="",
                steps=86 * STEPS,
            )

    def groups(self, count: int, *, is_plain: bool) -> list[tuple[Any, list[Draft]]]:
        """Return eight networks and their projects."""
        shapes = [workload.template(seed, self.law, STEPS) for seed in range(1, 9)]
        if is_plain:
            shapes = [workload.plain(shape) for shape in shapes]
        each = count // 8
        return [
            (network_of(s, s.steps), workload.projects(s, each, n, progress=not is_plain))
            for n, s in enumerate(shapes)
        ]

    def two_thousand(self) -> Iterator[Row]:
        """Yield 2,000 projects of eight procedures."""
        count = 200 if self.quick else 2000
        groups = self.groups(count, is_plain=False)
        theirs = self.longpath([draft for _, drafts in groups for draft in drafts])
        ready = [
            (network, Facts.side_by_side([facts_of(d, network) for d in drafts]))
            for network, drafts in groups
        ]
        wired_up = [(wired(n, passed_through(n, f)), f) for n, f in ready]
        worlds = [(c, worlds_of(c, f)) for c, f in wired_up]
        passes = seconds(lambda: [both_passes(c, w, MANY_WORLDS) for c, w in worlds])
        dates = seconds(lambda: [solve(n, f) for n, f in ready])
        name = f"{count} projects of 8 procedures"
        yield Row(
            work=f"{name}, passes",
            ours=passes,
            peer="longpath",
            theirs=theirs,
            wanted="400x",
            steps=count * STEPS,
        )
        yield Row(
            work=f"{name}, dates",
            ours=dates,
            peer="longpath",
            theirs=theirs,
            wanted="400x",
            steps=count * STEPS,
        )

    def plain(self) -> Iterator[Row]:
        """Yield the plain workload, beside loops that people write on a graph library."""
        count = 200 if self.quick else 2000
        groups = self.groups(count, is_plain=True)
        graphs = [
            (peers.graph_of(d), {s.id: s.duration for s in d.steps}) for _, ds in groups for d in ds
        ]
        loops = seconds(lambda: [peers.networkx_loops(g, d, 2000) for g, d in graphs], runs=3)
        lists = [_rustworkx(graph, days) for graph, days in graphs]
        rust = seconds(lambda: [peers.rustworkx_loops(g, d, 2000) for g, d in lists], runs=3)
        worlds = []
        for network, drafts in groups:
            facts = Facts.side_by_side([facts_of(d, network) for d in drafts])
            circuit = wired(network, passed_through(network, facts))
            worlds.append((circuit, worlds_of(circuit, facts)))
        passes = seconds(lambda: [both_passes(c, w, MANY_WORLDS) for c, w in worlds])
        name, steps = f"{count} plain projects, passes", count * STEPS
        yield Row(
            work=name, ours=passes, peer="networkx loops", theirs=loops, wanted="150x", steps=steps
        )
        yield Row(
            work=name, ours=passes, peer="rustworkx + loops", theirs=rust, wanted="", steps=steps
        )

    def a_nation(self) -> Row:
        """Return the passes of a million projects, beside what memory alone would take."""
        count, block = (100_000 if self.quick else 1_000_000), 32_768
        sample = workload.projects(self.shape, 2048, 7)
        facts = Facts.side_by_side([facts_of(d, self.network) for d in sample])
        circuit = wired(self.network, passed_through(self.network, facts))
        worlds = worlds_of(circuit, facts)
        random = np.random.default_rng(1)
        picks = random.integers(0, 2048, size=count)
        blocks = [
            Worlds(
                **{
                    f.name: getattr(worlds, f.name)[:, picks[n : n + block]].copy()
                    for f in fields(worlds)
                }
            )
            for n in range(0, count, block)
        ]
        shape = (len(circuit.cells), count)
        outputs = [np.zeros(shape, np.int16) for _ in range(3)]

        def run() -> None:
            first = 0
            for part in blocks:
                width = part.days.shape[1]  # type: ignore[attr-defined]  rows of an array
                forward, backward = (
                    early(circuit, part, MANY_WORLDS),
                    late(circuit, part, MANY_WORLDS),
                )
                places = slice(first, first + width)
                for cell in range(len(circuit.cells)):
                    outputs[0][cell, places] = forward[2 * cell]
                    outputs[1][cell, places] = backward[2 * cell]
                    ends = backward[2 * cell + 1], forward[2 * cell + 1]
                    np.subtract(*ends, out=outputs[2][cell, places])
                first += width

        floor = count * STEPS * 14 / bandwidth()
        name = f"{count:,} projects, passes"
        return Row(
            work=name,
            ours=seconds(run, runs=3),
            peer="memory floor",
            theirs=floor,
            wanted="10x of it",
            steps=count * STEPS,
        )

    def one_large(self, name: str, steps: int, levels: int) -> Iterator[Row]:
        """Yield one network of many steps.

        The deep one has short steps, or it would leave the calendar.
        """
        steps //= 10 if self.quick else 1
        draft = _leveled(self.law, steps, max(2, levels // (10 if self.quick else 1)))
        started = time.perf_counter()
        network = network_of(draft, draft.steps)
        facts = facts_of(draft, network)
        circuit = wired(network, passed_through(network, facts))
        circuit.forward(ONE_WORLD), circuit.backward(ONE_WORLD)
        compiled = time.perf_counter() - started
        worlds = worlds_of(circuit, facts).as_one()
        passes = seconds(lambda: both_passes(circuit, worlds, ONE_WORLD), runs=3)
        if name == "wide":
            theirs = self.longpath([draft])
            yield Row(
                work=f"{steps:,} steps, {name}, passes",
                ours=passes,
                peer="longpath",
                theirs=theirs,
                wanted="10x",
                steps=steps,
            )
            yield Row(
                work=f"{steps:,} steps, {name}, compile and passes",
                ours=compiled + passes,
                peer="longpath",
                theirs=theirs,
                wanted="",
                steps=steps,
            )
        else:
            yield Row(
                work=f"{steps:,} steps, {name}, passes",
                ours=passes,
                peer="3 us a step",
                theirs=3e-6 * steps,
                wanted="1x",
                steps=steps,
            )

    def draws(self) -> Row:
        """Return 86 projects drawn 10,000 times, with percentiles and criticality."""
        count = 1_000 if self.quick else 10_000
        drafts = workload.projects(self.shape, 86, 7)
        worlds = [facts_of(draft, self.network) for draft in drafts]
        spreads = [
            [Spread(max(1, d * 0.8), max(1, d * 1.1)) if d else None for d in f.days[:, 0].tolist()]
            for f in worlds
        ]
        pairs = list(zip(worlds, spreads, strict=True))
        ours = seconds(
            lambda: [chances(self.network, f, s, draws=count, seed=1) for f, s in pairs], runs=3
        )
        plain = workload.plain(self.shape)
        graph, days = peers.graph_of(plain), {step.id: step.duration for step in plain.steps}
        once = seconds(lambda: peers.networkx_loops(graph, days, 2000))
        name = f"86 projects x {count:,} draws"
        theirs = once * 86 * count
        return Row(
            work=name,
            ours=ours,
            peer="networkx loop, scaled",
            theirs=theirs,
            wanted="150x, 0.6 s",
            steps=86 * count * STEPS,
        )


def _rustworkx(graph: nx.DiGraph, days: dict[str, int]) -> tuple[rx.PyDiGraph, list[int]]:
    found: Any = rx.PyDiGraph()
    place = {step: found.add_node(step) for step in graph}
    found.add_edges_from_no_data([(place[a], place[b]) for a, b in graph.edges])
    return found, [days[step] for step in graph]


def _leveled(calendar: Any, steps: int, levels: int) -> Draft:
    """Return a network of `levels` levels, each step waiting for one or two of the level before."""
    width = steps // levels
    draft = workload.template(3, calendar, steps, reach=1)
    ties = []
    for n in range(width, steps):
        level = (n // width - 1) * width
        for before in {level + n % width, level + (n * 7 + 3) % width}:
            template_tie = draft.ties[n % len(draft.ties)]
            ties.append(
                replace(
                    template_tie,
                    predecessor=draft.steps[before].id,
                    successor=draft.steps[n].id,
                    lag=0 if levels > 200 else min(template_tie.lag, 3),
                    calendar=draft.steps[n].calendar,
                )
            )
    longest = 1 if levels > 200 else 9
    drawn = [
        replace(
            step,
            duration=min(step.duration, longest) if levels <= 200 or n % 40 == 0 else 0,
            actual_start=None,
            actual_finish=None,
            remaining=None,
        )
        for n, step in enumerate(draft.steps)
    ]
    return replace(draft, steps=tuple(drawn), ties=tuple(ties), deadline=None, status_date=None)


def bandwidth() -> float:
    """Return the bytes a second that a sum of two large arrays moves (the triad of STREAM)."""
    size = 40_000_000
    a, b, c = (np.ones(size, np.float64) for _ in range(3))
    return 24 * size / seconds(lambda: np.add(a, b, out=c), runs=5)


def agreement(bench: Bench) -> str:
    """Return how many dates longpath and we have in common.

    Late ones differ where its lags do not invert.
    """
    drafts = workload.projects(bench.shape, 86, 7)
    facts = Facts.side_by_side([facts_of(d, bench.network) for d in drafts])
    solution = solve(bench.network, facts)
    same = {"early": 0, "late": 0}
    total = 0
    origin = peers.EPOCH.toordinal() - FIRST_DAY.toordinal() + boundary_before(FIRST_DAY)
    for n, draft in enumerate(drafts):
        theirs = peers.longpath(peers.longpath_project(draft), bench.calendars)
        column = solution.column(n)
        for step, node in enumerate(bench.network.nodes):
            if column.is_left[step]:
                total += 1
                same["early"] += (
                    column.starts(column.early, step) - origin == theirs.rs[node.id] // 1440
                )
                same["late"] += (
                    column.starts(column.late, step) - origin == theirs.ls[node.id] // 1440
                )
    return ", ".join(f"{name} {100 * n / total:.1f} %" for name, n in same.items())


def show(rows: Iterator[Row]) -> None:
    """Print the table as Markdown, a row as soon as it is known."""
    out = sys.stdout
    out.write("| work | ours | us a step | peer | peer's time | ratio | wanted |\n")
    out.write("| --- | ---: | ---: | --- | ---: | ---: | --- |\n")
    for row in rows:
        per_step = row.ours / row.steps * 1e6
        is_floor = row.peer == "memory floor"
        ratio = f"{row.ours / row.theirs:.1f}x of it" if is_floor else f"{row.ratio:,.0f}x"
        out.write(
            f"| {row.work} | {_time(row.ours)} | {per_step:.4f} | {row.peer} | {_time(row.theirs)}"
            f" | {ratio} | {row.wanted} |\n"
        )
        out.flush()


def _time(value: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def main() -> None:
    """Run the benchmark and print its table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="a tenth of the size")
    bench = Bench(quick=options.parse_args().quick)
    sys.stdout.write(
        f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()};"
        f" dates in common with longpath: {agreement(bench)}\n\n"
    )
    show(bench.rows())


if __name__ == "__main__":
    main()
