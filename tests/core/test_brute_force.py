"""Small networks, solved the slow way: place every step day by day."""

from datetime import date, timedelta
from itertools import count

from hypothesis import given, settings

from tests.support.networks import START, networks, unstarted
from tracker.core.calendars import Calendar, boundary_before, day_from
from tracker.core.model import LinkType
from tracker.core.network import Network
from tracker.core.plan.numbers import ONE_WORLD
from tracker.core.plan.passes import early
from tracker.core.plan.worlds import world_of


def step_days(calendar: Calendar, boundary: int, days: int) -> int:
    """Walk `days` worked days from a boundary, one day at a time."""
    left = days
    while left:
        left -= calendar.is_worked(day_from(boundary))
        boundary += 1
    return boundary


def may_begin(calendar: Calendar, boundary: int, days: int) -> bool:
    today, before = day_from(boundary), day_from(boundary) - timedelta(days=1)
    if days:
        return calendar.is_worked(today)
    return calendar.is_worked(today) or calendar.is_worked(before)


def slow(network: Network, start: date) -> list[tuple[int, int]]:
    placed: list[tuple[int, int]] = []
    for n, node in enumerate(network.nodes):
        for boundary in count(boundary_before(start)):
            if not may_begin(node.calendar, boundary, node.days):
                continue
            asked = [
                step_days(
                    arc.calendar,
                    placed[arc.predecessor][arc.type is LinkType.FINISH_TO_START],
                    arc.lag,
                )
                for arc in network.arcs_in[n]
            ]
            if all(at <= boundary for at in asked):
                placed.append((boundary, step_days(node.calendar, boundary, node.days)))
                break
    return placed


@settings(max_examples=60)
@given(networks(most=7))
def test_the_forward_pass_finds_what_walking_day_by_day_finds(network: Network) -> None:
    world = world_of(network, unstarted(network), status_date=START, deadline=None)
    found = early(network, world, ONE_WORLD)
    assert list(zip(found.starts, found.ends, strict=True)) == slow(network, START)
