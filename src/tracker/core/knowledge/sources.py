"""Why a step nobody recorded stands where it does: the record it follows from, and the rule."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
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

    def is_witness(each: str) -> bool:
        return _is_witness(known[each], is_over=is_over)

    links = [link for link in blueprint.links if _carries(link)]
    found = _nearest(links, step, is_witness, ahead=is_over)
    return Source(blueprint.procedure.step(found[0]), found[1]) if found else None


def source_beyond(blueprint: Blueprint, done: Collection[str]) -> Source | None:
    """Return the nearest of the steps in `done` that could not be so without the target.

    They lie behind it, where no plan leads: a start of works tells that the permit is there. Links
    that hang on an answer tell nothing here.
    """
    procedure, target = blueprint.procedure, blueprint.ids[-1]
    links = [link for link in procedure.links if _carries(link) and link.condition is None]
    found = _nearest(links, target, done.__contains__, ahead=True)
    return Source(procedure.step(found[0]), found[1]) if found else None


def _carries(link: Link) -> bool:
    """Tell whether a step that is over shows by a link that the one before it is."""
    return link.basis in (Basis.LAW, Basis.LOGIC) and not link.type.is_from_start


def _nearest(
    links: Iterable[Link], step: str, is_witness: Callable[[str], bool], *, ahead: bool
) -> tuple[str, Link] | None:
    """Return the nearest witness along the links, and the first link on the way to it."""
    first: dict[str, Link] = {}
    waiting = deque([step])
    while waiting:
        at = waiting.popleft()
        for link in _onward(links, at, ahead=ahead):
            end = link.successor if ahead else link.predecessor
            if end in first or end == step:
                continue
            first[end] = first.get(at, link)
            if is_witness(end):
                return end, first[end]
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
