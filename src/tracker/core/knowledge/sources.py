"""Why a step nobody recorded stands where it does: the record it follows from, and the rule."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.core.compile import Blueprint
from tracker.core.model import Basis, Link, Step
from tracker.core.track import Known, Progress, State


@dataclass(frozen=True, slots=True)
class Source:
    """The recorded step that another follows from, and the first link on the way to it."""

    step: Step
    link: Link


def source_of(blueprint: Blueprint, known: Mapping[str, Progress], step: str) -> Source | None:
    """Return what an implied step follows from: the nearest recorded one along links of law.

    One that is over could not be missing behind it; one that is open cannot be done before it.
    None for a step that follows from nothing recorded.
    """
    if known[step].known is not Known.IMPLIED:
        return None
    is_over = known[step].is_over
    law = [
        link
        for link in blueprint.links
        if link.basis in (Basis.LAW, Basis.LOGIC) and not link.type.is_from_start
    ]
    first: dict[str, Link] = {}
    waiting = deque([step])
    while waiting:
        at = waiting.popleft()
        for link in _onward(law, at, ahead=is_over):
            end = link.successor if is_over else link.predecessor
            if end in first or end == step:
                continue
            first[end] = first.get(at, link)
            if _is_witness(known[end], is_over=is_over):
                return Source(blueprint.procedure.step(end), first[end])
            waiting.append(end)
    return None


def _onward(links: Iterable[Link], step: str, *, ahead: bool) -> list[Link]:
    return [x for x in links if (x.predecessor if ahead else x.successor) == step]


def _is_witness(known: Progress, *, is_over: bool) -> bool:
    if known.known is not Known.RECORDED:
        return False
    if is_over:
        return known.state is State.FINISHED or known.is_accepted
    return not known.is_over
