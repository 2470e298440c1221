"""Names found by how they sound."""

import html
from datetime import date
from pathlib import Path

import pytest

from tests.support.record import put
from tests.support.web import app_for, client_of, let_in
from tracker.core.model import Project
from tracker.i18n.pinyin import sounds_like
from tracker.security.policy import Role
from tracker.store import Engine, transaction
from tracker.store.accounts import Person

DAY = date(2026, 5, 6)


@pytest.mark.parametrize(
    ("name", "asked", "is_found"),
    [
        ("重点项目", "zdxm", True),
        ("重点项目", "zhongdian", True),
        ("重点项目", "ZDXM", True),
        ("重点项目", "zhong dian", True),
        ("重点项目", "dxm", True),
        ("重庆路改建", "cql", True),
        ("长乐镇小学", "clz", True),
        ("S203线改建", "s203x", True),
        ("重点项目", "xz", False),
        ("重点项目", "203", False),
        ("重点项目", "重点", False),
        ("重点项目", "", False),
        ("重点项目", "<script>", False),
    ],
)
def test_a_name_is_spelled_in_full_or_by_initials(name: str, asked: str, *, is_found: bool) -> None:
    assert sounds_like(name, asked) is is_found


def test_the_ledger_is_searched_by_initials(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine) as session:
        for name in ("甲镇小学", "乙镇水厂"):
            blank = Project(
                id=0,
                name=name,
                procedure="gov_building",
                target="construction_permit",
                updated_on=DAY,
            )
            put(session, blank)
        let_in(session, "clerk", Person(name="经办人"), Role.BUREAU_CLERK)
    client = client_of(app_for(engine, tmp_path, DAY), "clerk")
    for asked, shown in (("yzsc", "乙镇水厂"), ("jiazhen", "甲镇小学"), ("水厂", "乙镇水厂")):
        page = html.unescape(client.get("/projects", params={"q": asked}).text)
        table = page.partition("<tbody>")[2]
        assert shown in table
        assert table.count('scope="row"') == 1
