"""A procedure as a network: steps in rows from the first to the last, links between them.

Rows are the depth of a step, crowded ones are thinned out, and the order within a row follows its
neighbours (barycentres, a few sweeps): the same procedure gives the same picture.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import networkx as nx

from tracker.core.model import Procedure, Step, StepKind
from tracker.i18n.words import Words
from tracker.pictures.palette import ACTUAL, CRITICAL, HELD, INK, LINE, OFF, PLAN, SOFT
from tracker.pictures.text import FONT, cut, text

_WIDE, _HIGH, _ACROSS, _DOWN, _EDGE = 214, 44, 18, 34, 16
_SWEEPS = 6
_STRIPES: Mapping[StepKind, str] = {
    StepKind.AUTHORITY_LIMIT: PLAN,
    StepKind.MINIMUM_PERIOD: CRITICAL,
    StepKind.DUTY_DEADLINE: HELD,
    StepKind.AGENCY_WORK: ACTUAL,
    StepKind.UNIT_WORK: ACTUAL,
    StepKind.GOV_WORK: "#1f7a45",
    StepKind.FILING: LINE,
    StepKind.MILESTONE: INK,
    StepKind.RECURRING: LINE,
}


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a step is drawn: its left and upper edge."""

    x: float
    y: float

    @property
    def middle(self) -> float:
        return self.x + _WIDE / 2


def network(procedure: Procedure, day: date, words: Words, *, title: str) -> str:
    """Return the procedure as SVG: what `day` asks for; a conditional step has a dashed edge."""
    graph = _graph(procedure)
    rows = _ordered(graph, _rows(graph))
    across = max(map(len, rows), default=1)
    width = 2 * _EDGE + across * (_WIDE + _ACROSS)
    bottom = 2 * _EDGE + len(rows) * (_HIGH + _DOWN)
    boxes = _boxes(rows, width)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom + 26}"'
        f' width="{width}" height="{bottom + 26}" role="group" aria-label="{escape(title)}"'
        f' font-family="{FONT}">'
    )
    parts = [
        opening,
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{bottom + 26}" fill="#ffffff"/>',
        *(_line(boxes[a], boxes[b]) for a, b in sorted(graph.edges)),
        *(_box(procedure.step(n), boxes[n], day, words) for row in rows for n in row),
        *_legend(bottom, words),
        "</svg>",
    ]
    return "".join(parts)


def _graph(procedure: Procedure) -> "nx.DiGraph[Any]":
    """Return the steps and the links that no chain of others repeats."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(step.id for step in procedure.steps)
    graph.add_edges_from((link.predecessor, link.successor) for link in procedure.links)
    return nx.transitive_reduction(graph)


def _rows(graph: "nx.DiGraph[Any]") -> list[list[str]]:
    """Return the steps by depth; one that has time moves down to a row with more room."""
    order = list(nx.lexicographical_topological_sort(graph))
    depth: dict[str, int] = {}
    for step in order:
        depth[step] = max((depth[before] + 1 for before in graph.pred[step]), default=0)
    last = max(depth.values(), default=0)
    crowd = Counter(depth.values())
    for step in reversed(order):
        latest = min((depth[after] - 1 for after in graph.succ[step]), default=last)
        best = min(range(depth[step], latest + 1), key=lambda row: (crowd[row], -row), default=None)
        if best is not None and crowd[best] + 1 < crowd[depth[step]]:
            crowd[depth[step]] -= 1
            crowd[best] += 1
            depth[step] = best
    rows: list[list[str]] = [[] for _ in range(last + 1)]
    for step in order:
        rows[depth[step]].append(step)
    return rows


def _ordered(graph: "nx.DiGraph[Any]", rows: list[list[str]]) -> list[list[str]]:
    """Return the rows with every step near its neighbours."""
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        place = {step: n / max(1, len(row) - 1) for row in rows for n, step in enumerate(row)}
        beside = graph.pred if down else graph.succ
        for row in rows if down else reversed(rows):
            centre = {
                step: sum(place[n] for n in beside[step]) / len(beside[step])
                if beside[step]
                else place[step]
                for step in row
            }
            row.sort(key=lambda step: (centre[step], step))
            place.update({step: n / max(1, len(row) - 1) for n, step in enumerate(row)})
    return rows


def _boxes(rows: Sequence[Sequence[str]], width: float) -> dict[str, _Box]:
    found = {}
    for n, row in enumerate(rows):
        used = len(row) * (_WIDE + _ACROSS) - _ACROSS
        left, top = (width - used) / 2, _EDGE + n * (_HIGH + _DOWN)
        for k, step in enumerate(row):
            found[step] = _Box(round(left + k * (_WIDE + _ACROSS), 1), top)
    return found


def _line(before: _Box, after: _Box) -> str:
    y1, y2 = before.y + _HIGH, after.y
    bend = min(60.0, (y2 - y1) / 2)
    return (
        f'<path d="M{before.middle} {y1}C{before.middle} {y1 + bend} {after.middle} {y2 - bend}'
        f' {after.middle} {y2}" fill="none" stroke="{ACTUAL}" stroke-width="1.2"/>'
    )


def _box(step: Step, box: _Box, day: date, words: Words) -> str:
    dash = ' stroke-dasharray="4 3"' if step.condition else ""
    law = step.law_on(day)
    takes = step.plan_time_on(day)
    under = " · ".join(
        part for part in (words(takes) if takes.days else "", words(step.office)) if part
    )
    hint = "; ".join(part for part in (words(step.name), under, str(law) if law else "") if part)
    return (
        f'<a href="#{escape(step.id)}"><g><title>{escape(hint)}</title>'
        f'<rect x="{box.x}" y="{box.y}" width="{_WIDE}" height="{_HIGH}" rx="4" fill="#ffffff"'
        f' stroke="{SOFT}"{dash}/>'
        f'<rect x="{box.x}" y="{box.y}" width="5" height="{_HIGH}" rx="2"'
        f' fill="{_STRIPES[step.kind]}"/>'
        f"{text(box.x + 11, box.y + 18, cut(words(step.name), 32), 12, INK)}"
        f"{text(box.x + 11, box.y + 34, cut(under, 38), 10, SOFT)}</g></a>"
    )


def _legend(y: float, words: Words) -> list[str]:
    parts, x = [f'<rect y="{y}" width="100%" height="26" fill="{OFF}"/>'], 12.0
    for kind in (
        StepKind.AUTHORITY_LIMIT,
        StepKind.MINIMUM_PERIOD,
        StepKind.DUTY_DEADLINE,
        StepKind.GOV_WORK,
        StepKind.AGENCY_WORK,
    ):
        label = words(kind)
        parts.append(f'<rect x="{x}" y="{y + 7}" width="5" height="12" fill="{_STRIPES[kind]}"/>')
        parts.append(text(x + 10, y + 17, label, 11, SOFT))
        x += 34 + 12 * sum(2 if ord(mark) > 255 else 1 for mark in label) * 0.55
    parts.append(text(x, y + 17, words.text("dashed: only under a condition"), 11, SOFT))
    return parts
