"""What holds always, on random networks and calendars."""

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support.networks import START, networks, progress, unstarted
from tracker.core.calendars import boundary_after
from tracker.core.model import LinkType
from tracker.core.network import Arc, Network, Node
from tracker.core.plan.floats import driving, floats
from tracker.core.plan.numbers import MANY_WORLDS, ONE_WORLD
from tracker.core.plan.passes import Early, Late, after, early, late, network_finish
from tracker.core.plan.worlds import Worlds, world_of

DEADLINES = st.dates(date(2026, 4, 1), date(2026, 7, 1))


def schedule(network: Network, deadline: date | None) -> tuple[Worlds, Early, Late]:
    world = world_of(network, unstarted(network), status_date=START, deadline=deadline)
    forward = early(network, world, ONE_WORLD)
    return world, forward, late(network, world, network_finish(forward, ONE_WORLD), ONE_WORLD)


def keeps(arc: Arc, starts: list[int], ends: list[int]) -> bool:
    """Tell whether two steps placed so satisfy a link."""
    at = ends if arc.type is LinkType.FINISH_TO_START else starts
    return bool(
        after(at[arc.predecessor], arc.lag, arc.calendar, ONE_WORLD) <= starts[arc.successor]
    )


@given(networks(), DEADLINES)
def test_early_and_late_dates_satisfy_every_link(network: Network, deadline: date) -> None:
    _, forward, backward = schedule(network, deadline)
    arcs = [arc for arcs in network.arcs_in for arc in arcs]
    assert all(keeps(arc, forward.starts, forward.ends) for arc in arcs)
    assert all(keeps(arc, backward.starts, backward.ends) for arc in arcs)


@given(networks(), DEADLINES)
def test_late_dates_keep_the_deadline(network: Network, deadline: date) -> None:
    _, _, backward = schedule(network, deadline)
    assert all(end <= boundary_after(deadline) for end in backward.ends)


@given(networks(), DEADLINES)
def test_a_deadline_moves_no_early_date(network: Network, deadline: date) -> None:
    assert schedule(network, deadline)[1] == schedule(network, None)[1]


@given(networks())
def test_without_a_deadline_some_step_has_no_float_and_none_is_negative(network: Network) -> None:
    world, forward, backward = schedule(network, None)
    total = floats(network, world, forward, backward).total
    assert min(total) >= 0
    assert forward.ends[max(range(len(total)), key=lambda n: forward.ends[n])] == max(backward.ends)


def placed_late(network: Network, world: Worlds, step: int, slip: int) -> Early:
    """Return the early dates when one step begins `slip` of its working days later."""
    node: Node = network.nodes[step]
    forward = early(network, world, ONE_WORLD)
    moved = node.calendar.start_of[node.calendar.worked_before[forward.starts[step]] + slip]
    floors = list(world.floors)
    floors[step] = max(floors[step], moved)
    held = Worlds(**{**{k: getattr(world, k) for k in Worlds.__slots__}, "floors": floors})
    return early(network, held, ONE_WORLD)


@given(networks(), st.data())
def test_a_step_can_slip_by_its_total_float_and_by_no_day_more(
    network: Network, data: st.DataObject
) -> None:
    _, first, _ = schedule(network, None)
    deadline = START + timedelta(
        days=max(first.ends) - boundary_after(START) + data.draw(st.integers(0, 12))
    )
    world, forward, backward = schedule(network, deadline)
    total = floats(network, world, forward, backward).total
    step = data.draw(st.integers(0, len(total) - 1))
    assume(network.nodes[step].days > 0)
    limit = boundary_after(deadline)
    assert max(placed_late(network, world, step, total[step]).ends) <= limit
    assert max(placed_late(network, world, step, total[step] + 1).ends) > limit


@given(networks(), st.data())
def test_a_step_can_slip_by_its_free_float_and_move_no_other(
    network: Network, data: st.DataObject
) -> None:
    world, forward, backward = schedule(network, None)
    free = floats(network, world, forward, backward).free
    step = data.draw(st.integers(0, len(free) - 1))
    assume(network.nodes[step].days > 0)
    moved = placed_late(network, world, step, free[step])
    others = [n for n in range(len(free)) if n != step]
    assert [moved.starts[n] for n in others] == [forward.starts[n] for n in others]


@given(networks(), st.data())
def test_a_longer_duration_never_brings_a_date_forward(
    network: Network, data: st.DataObject
) -> None:
    world, forward, _ = schedule(network, None)
    step = data.draw(st.integers(0, len(network.nodes) - 1))
    days = list(world.days)
    days[step] += 1
    longer = early(network, world.with_days(days), ONE_WORLD)
    assert all(b >= a for a, b in zip(forward.ends, longer.ends, strict=True))


@given(networks())
def test_the_driving_links_alone_give_the_same_early_dates(network: Network) -> None:
    world, forward, _ = schedule(network, None)
    drivers = driving(network, world, forward)
    for n in range(len(network.nodes)):
        if not drivers[n]:
            assert forward.demands[n] == world.floors[n]
        else:
            assert forward.demands[n] > world.floors[n]


@given(networks(), st.lists(DEADLINES | st.none(), min_size=1, max_size=5), st.data())
def test_many_worlds_at_once_equal_each_world_alone(
    network: Network, deadlines: list[date | None], data: st.DataObject
) -> None:
    day = date(2026, 4, 20)
    worlds = [
        world_of(network, data.draw(progress(network, day)), status_date=day, deadline=deadline)
        for deadline in deadlines
    ]
    together = Worlds.side_by_side(worlds)
    forward = early(network, together, MANY_WORLDS)
    backward = late(network, together, network_finish(forward, MANY_WORLDS), MANY_WORLDS)
    for column, world in enumerate(worlds):
        alone = early(network, world, ONE_WORLD)
        assert forward.column(column) == alone
        finish = network_finish(alone, ONE_WORLD)
        assert backward.column(column) == late(network, world, finish, ONE_WORLD)


@given(networks(), st.data())
def test_nothing_that_is_left_begins_before_the_status_date(
    network: Network, data: st.DataObject
) -> None:
    day = date(2026, 4, 20)
    world = world_of(network, data.draw(progress(network, day)), status_date=day, deadline=None)
    forward = early(network, world, ONE_WORLD)
    today = boundary_after(day) - 1
    assert all(forward.starts[n] >= today for n in range(len(network.nodes)) if not world.passes[n])
