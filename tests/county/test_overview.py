"""The county at a glance: how lights moved since the report before, promises and stale projects."""

import html
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.support.imports import bring_in
from tests.support.record import CLERK
from tests.support.web import app_for, client_of, let_in
from tests.support.workbooks import row, write
from tracker.core.follow_up import ActKind, FollowUpAct
from tracker.core.model import Sight
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.security.policy import Role
from tracker.services.county import follow_ups, survey, weekly_report
from tracker.store import Engine, reading, transaction
from tracker.store.accounts import Person

FIRST, FRIDAY, NEXT = date(2025, 6, 9), date(2025, 6, 13), date(2025, 6, 20)
NOW = datetime(2025, 6, 13, 8, tzinfo=UTC)
LATE = row(立项="办理中", 用地预审="退回", 完成时限="2026年1月底前")
FINE = row(项目名称="乙镇中学", 序号=2, 建设地点="乙镇", 立项="办理中", 完成时限="2029年12月底前")


@pytest.fixture
def county(engine: Engine, law: Catalog, tmp_path: Path) -> Engine:
    """A week with a report, in which one project was late; then another deadline was set."""
    bring_in(engine, law, write(tmp_path / "a.xlsx", LATE, FINE), FIRST)
    with transaction(engine) as session:
        made = weekly_report.prepare(session, law, words_in("zh"), status_date=FRIDAY, now=NOW)
        weekly_report.keep(session, CLERK, made)
        for login, role, person in (
            ("clerk", Role.BUREAU_CLERK, Person(name="经办人")),
            ("town", Role.TOWN_CLERK, Person(name="乙镇", town="乙镇")),
        ):
            let_in(session, login, person, role)
    sooner = row(
        项目名称="乙镇中学", 序号=2, 建设地点="乙镇", 立项="办理中", 完成时限="2025年7月底前"
    )
    bring_in(engine, law, write(tmp_path / "b.xlsx", LATE, sooner), date(2025, 6, 18))
    return engine


def page(engine: Engine, folder: Path, login: str, day: date) -> str:
    answer = client_of(app_for(engine, folder, day), login).get("/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(answer.text))


def test_arrows_and_lines_say_what_moved_since_the_report(county: Engine, tmp_path: Path) -> None:
    shown = page(county, tmp_path, "clerk", NEXT)
    assert "箭头为与2025年6月13日周报相比的增减" in shown
    moved = shown.partition("以来的变化")[2].partition("</section>")[0]
    assert "乙镇中学" in moved
    assert re.search("新增滞后|待定|推迟", moved)
    assert "↑" in shown.partition('class="tiles"')[2].partition("</ul>")[0]


def test_the_first_week_has_nothing_to_compare(county: Engine, tmp_path: Path) -> None:
    shown = page(county, tmp_path, "clerk", date(2025, 6, 12))
    assert "箭头" not in shown
    assert "以来的变化" not in shown


def test_whoever_sees_some_projects_learns_nothing_of_others(
    county: Engine, tmp_path: Path
) -> None:
    shown = page(county, tmp_path, "town", NEXT)
    assert "甲镇小学" not in shown
    assert "乙镇中学" in shown


def test_promises_and_what_no_ledger_speaks_of(
    county: Engine, law: Catalog, tmp_path: Path
) -> None:
    sight = Sight.on(date(2025, 6, 18))
    with transaction(county) as session:
        follow_ups.review_county(session, CLERK, law, sight.status_date)
        standings = survey.survey(session, law, sight)
        case = follow_ups.open_on(session, standings, law, sight)[0]
        standing = next(s for s in standings if s.project.id == case.project)
        said = FollowUpAct(
            kind=ActKind.PROMISED,
            day=sight.status_date,
            who="县教育局",
            until=date(2025, 6, 24),
        )
        follow_ups.say(session, CLERK, standing, case, said)
    shown = page(county, tmp_path, "clerk", NEXT)
    assert "县教育局" in shown.partition("<h2>承诺</h2>")[2].partition("</section>")[0]
    assert "四周以上未更新" not in shown
    later = page(county, tmp_path, "clerk", date(2025, 8, 1))
    stale = later.partition("四周以上未更新")[2].partition("</section>")[0]
    assert "甲镇小学" in stale
    with reading(county) as session:
        assert weekly_report.before_day(session, FRIDAY) == []
