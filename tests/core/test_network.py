from itertools import pairwise

import pytest

from tracker.core.calendars import EVERY_DAY, WEEKDAYS
from tracker.core.model import Link, LinkType
from tracker.core.network import Node, build, order_of
from tracker.core.problems import CycleError, UnknownStepError


def test_a_cycle_is_named_by_its_shortest_form() -> None:
    links = [
        Link(predecessor="a", successor="b"),
        Link(predecessor="b", successor="c"),
        Link(predecessor="c", successor="d"),
        Link(predecessor="d", successor="a"),
        Link(predecessor="c", successor="b"),
    ]
    with pytest.raises(CycleError) as caught:
        order_of(list("abcd"), links)
    assert sorted(set(caught.value.steps)) == ["b", "c"]
    assert caught.value.steps[0] == caught.value.steps[-1]


def test_a_step_that_waits_for_itself_is_a_cycle() -> None:
    with pytest.raises(CycleError) as caught:
        order_of(["a"], [Link(predecessor="a", successor="a")])
    assert caught.value.steps == ["a", "a"]


def test_an_unknown_step_is_named_with_the_nearest_one() -> None:
    with pytest.raises(UnknownStepError) as caught:
        order_of(
            ["planning_permit"], [Link(predecessor="planing_permit", successor="planning_permit")]
        )
    assert "planning_permit" in str(caught.value.remedy)


def test_ten_thousand_steps_in_a_chain_need_no_recursion() -> None:
    ids = [f"s{n}" for n in range(10_000)]
    links = [Link(predecessor=a, successor=b) for a, b in pairwise(ids)]
    network = build([Node(step, 1, WEEKDAYS) for step in ids], links, EVERY_DAY)
    assert [node.id for node in network.nodes] == ids


def test_a_cycle_of_five_thousand_steps_is_found() -> None:
    ids = [f"s{n:04}" for n in range(5_000)]
    links = [Link(predecessor=a, successor=b) for a, b in pairwise([*ids, ids[0]])]
    with pytest.raises(CycleError) as caught:
        order_of(ids, links)
    assert caught.value.steps == [*ids, ids[0]]


def test_the_shortest_of_many_cycles_is_found_wherever_it_begins() -> None:
    ids = [f"s{n:03}" for n in range(300)]
    around = [Link(predecessor=a, successor=b) for a, b in pairwise([*ids, ids[0]])]
    back = [Link(predecessor=ids[n], successor=ids[n - 7]) for n in range(10, 300, 20)] + [
        Link(predecessor=ids[205], successor=ids[202])
    ]
    with pytest.raises(CycleError) as caught:
        order_of(ids, [*around, *back])
    assert sorted(set(caught.value.steps)) == ids[202:206]


def chain_with_a_branch() -> "object":
    nodes = [Node(step, 1, WEEKDAYS) for step in ("code", "study", "site", "approval", "permit")]
    links = [
        Link(predecessor="code", successor="study"),
        Link(predecessor="study", successor="approval"),
        Link(predecessor="approval", successor="permit"),
        Link(predecessor="site", successor="permit"),
    ]
    return build(nodes, links, EVERY_DAY)


def test_a_start_to_start_link_asks_for_no_finished_predecessor() -> None:
    nodes = [Node(step, 2, WEEKDAYS) for step in ("notice", "survey", "plan")]
    links = [
        Link(predecessor="notice", successor="survey", type=LinkType.START_TO_START),
        Link(predecessor="survey", successor="plan"),
    ]
    assert build(nodes, links, EVERY_DAY).needed_before["plan"] == {"survey"}
