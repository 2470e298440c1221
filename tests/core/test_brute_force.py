"""Small networks, solved the slow way: place every step day by day."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.networks import drafts, solved
from tests.support.slow import Placed, slow_early, slow_late
from tracker.core.network import FinishRule
from tracker.core.plan.draft import Draft
from tracker.core.plan.engine.solve import Column


def placed(column: Column, moments: list[int]) -> dict[str, Placed]:
    return {
        node.id: Placed(column.starts(moments, n), column.ends(moments, n))
        for n, node in enumerate(column.network.nodes)
    }


RULES = st.sampled_from(FinishRule)


@settings(max_examples=250)
@given(drafts(most=7), RULES)
def test_the_forward_pass_finds_what_walking_day_by_day_finds(
    draft: Draft, rule: FinishRule
) -> None:
    draft = replace(draft, finish_rule=rule)
    column = solved(draft)
    assert placed(column, column.early) == slow_early(draft)


@settings(max_examples=250)
@given(drafts(most=7), RULES)
def test_the_backward_pass_finds_what_walking_day_by_day_finds(
    draft: Draft, rule: FinishRule
) -> None:
    draft = replace(draft, finish_rule=rule)
    column = solved(draft)
    finish = max(at.end for at in slow_early(draft).values())
    assert placed(column, column.late) == slow_late(draft, finish)
