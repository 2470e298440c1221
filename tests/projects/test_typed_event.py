"""An event as it is typed: codes and names of reasons, days, and what is left as it is."""

from datetime import date

import pytest

from tracker.core.events import BlockReason, EventKind, StopReason
from tracker.core.law import Duration
from tracker.services.projects.typed_event import BadEventError, TypedEvent
from tracker.services.texts import BadDayError

DAY = date(2025, 6, 20)


def typed(kind: str, **texts: str) -> TypedEvent:
    return TypedEvent(step="eia_form", kind=kind, **texts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reason", "stop", "note"),
    [
        ("S5", StopReason.EXPERT_REVIEW, None),
        ("S5 专家 评审", StopReason.EXPERT_REVIEW, "专家 评审"),
        ("听证", StopReason.HEARING, None),
        ("hearing on 3 July", StopReason.HEARING, "on 3 July"),
        ("另有原因", None, "另有原因"),
    ],
)
def test_a_stop_begins_with_its_lawful_reason(
    reason: str, stop: StopReason | None, note: str | None
) -> None:
    event = typed("stopped", reason=reason).read(DAY)
    assert (event.stop, event.note) == (stop, note)


def test_a_block_begins_with_its_reason() -> None:
    event = typed("blocked", reason="D08 缺指标").read(DAY)
    assert isinstance(event.reason, BlockReason)
    assert (event.reason, event.note) == ("D08", "缺指标")


@pytest.mark.parametrize("kind", ["correction", "补正告知", "extended"])
def test_the_words_of_any_other_event_are_kept_whole(kind: str) -> None:
    for reason in ("听证", "公示 未完成", "S5 评审", "D08 缺指标"):
        event = typed(kind, reason=reason).read(DAY)
        assert (event.stop, event.reason, event.note) == (None, None, reason)


@pytest.mark.parametrize(
    ("add", "days"),
    [("10 wd", "10 wd"), ("10个工作日", "10 wd"), ("10 工作日", "10 wd"), ("30个自然日", "30 cd")],
)
def test_days_are_working_days_or_calendar_days(add: str, days: str) -> None:
    assert typed("extended", add=add).read(DAY).added == Duration.parse(days)


@pytest.mark.parametrize("add", ["10日", "10", "ten"])
def test_days_that_may_be_either_are_asked_for(add: str) -> None:
    with pytest.raises(BadEventError, match="is not a number of days"):
        typed("extended", add=add).read(DAY)


def test_a_day_is_the_status_date_or_must_be_one() -> None:
    assert typed("lodged").read(DAY).day == DAY
    with pytest.raises(BadDayError):
        typed("lodged", day="2025-02-30").read(DAY)


def test_an_event_that_nobody_knows_is_answered_with_those_there_are() -> None:
    with pytest.raises(BadEventError, match=EventKind.GRANTED.value):
        typed("approved?").read(DAY)
