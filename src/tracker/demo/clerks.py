"""The demo county's answers to its follow-ups: promises kept, broken and forgotten.

They depend only on the follow-up's number and the day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tracker.core.flag import Standing
from tracker.core.follow_up import ActKind, Case, CaseState, FollowUpAct
from tracker.law import Catalog
from tracker.services.county import follow_ups
from tracker.store import Session
from tracker.store.audit import Act

_SILENT = 0.55
"""Share of follow-ups that get no answer in a week."""
_PROMISES = ("补齐要件并重新报送", "报告修改后报审", "取得批复", "办结并联审批", "提请专题会议议定")
_NEWS = (
    "已约谈经办人，材料正在补齐",
    "已协调审批窗口，正在并联审查",
    "中介机构正在修改报告",
    "分管领导已到现场协调",
)
_KEPT = "预测已回到时限以内"


@dataclass(frozen=True, slots=True)
class Clerks:
    """Answers follow-ups as of a day."""

    catalog: Catalog
    act: Act
    day: date

    def speak(self, session: Session, standings: Iterable[Standing], cases: Iterable[Case]) -> None:
        """Accept follow-ups, promise dates, and close those that have recovered."""
        by_number = {standing.project.id: standing for standing in standings}
        for case in cases:
            standing = by_number[case.project]
            if case.state is CaseState.TO_CHECK:
                who = standing.project.task_force or standing.project.leader or self.act.by
                act = Act(self.act.by, why=_KEPT)
                follow_ups.close(session, act, standing, case, self.day, who)
                continue
            for said in self._said(case):
                follow_ups.say(session, self.act, standing, case, said)

    def _said(self, case: Case) -> Iterator[FollowUpAct]:
        luck = Random(f"{case.follow_up.number} {self.day}")  # noqa: S311  a demo, no secret
        if luck.random() < _SILENT:
            return
        who = case.follow_up.office
        if case.state is CaseState.NEW:
            yield FollowUpAct(kind=ActKind.TAKEN_UP, day=self.day, who=who)
        elif case.promise is None or case.promise.until is None or case.promise.until < self.day:
            aim = self.day + timedelta(days=luck.randrange(6, 40))
            until = self.catalog.working_days.nth_after(aim, 1)
            yield FollowUpAct(
                kind=ActKind.PROMISED,
                day=self.day,
                who=who,
                text=luck.choice(_PROMISES),
                until=date(until.year, until.month, until.day),
            )
        else:
            text = luck.choice(_NEWS)
            yield FollowUpAct(kind=ActKind.CONTACTED, day=self.day, who=who, text=text)
