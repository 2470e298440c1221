"""A ledger by form: uploaded, asked about, put right, committed and taken back."""

import html
import io
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import pytest
from fastapi.testclient import TestClient

from tests.support.record import CLERK
from tests.support.web import app_for, client_of, let_in, token_in
from tests.support.workbooks import HEADINGS, row, write
from tracker.core.model import Project, Sight
from tracker.security.policy import Role
from tracker.services.imports.desk import Desk
from tracker.services.projects import changes
from tracker.services.projects.changes import Change
from tracker.store import Engine, audit, projects, reading, transaction
from tracker.store.accounts import Person
from tracker.store.audit import rows as audit_rows

DAY = date(2026, 5, 6)


@dataclass
class Clerk:
    """Somebody at the pages of imports."""

    client: TestClient
    engine: Engine
    folder: Path

    def upload(self, path: Path, **fields: str) -> str:
        """Upload a workbook; return the address of its preview."""
        data = {"_token": token_in(self.client), **fields}
        with path.open("rb") as file:
            answer = self.client.post("/imports", data=data, files={"file": (path.name, file)})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def page(self, address: str) -> str:
        """Return a page once the workbook is read."""
        for _ in range(100):
            answer = self.client.get(address)
            if answer.status_code != 202:
                return re.sub(r"\s+", " ", html.unescape(answer.text))
            time.sleep(0.1)
        raise AssertionError("it is still being read")

    def decide(self, address: str, do: str = "look", **fields: str) -> object:
        page = self.page(address)
        shown = dict(re.findall(r'name="(revision|shown)" value="([^"]*)"', page))
        assert "revision" in shown, page
        data = {"_token": token_in(self.client), **shown, "do": do}
        return self.client.post(address, data={**data, **fields.pop("more", {}), **fields})

    def say(self, address: str, fields: Mapping[str, str]) -> str:
        """Decide something and return the page that shows what came of it."""
        answer = self.decide(address, more=dict(fields))
        assert answer.status_code == 303, html.unescape(answer.text)
        return self.page(address)

    def commit(self, address: str) -> str:
        """Commit what is shown; return the page of the import."""
        answer = self.decide(address, "commit")
        assert answer.status_code == 303, html.unescape(answer.text)
        return self.page(answer.headers["location"])

    def projects(self) -> dict[str, Project]:
        with reading(self.engine) as session:
            return {r.project.name: r.project for r in projects.load(session, Sight.on(DAY))}

    def waiting(self) -> list[Path]:
        return [path for path in (self.folder / "waiting").glob("*/*") if path.is_file()]


@pytest.fixture
def clerk(engine: Engine, tmp_path: Path) -> Clerk:
    with transaction(engine) as session:
        for login in ("first", "second"):
            let_in(session, login, Person(name=login), Role.BUREAU_CLERK)
    app = app_for(engine, tmp_path, DAY)
    return Clerk(client_of(app, "first"), engine, tmp_path)


def test_a_ledger_is_shown_first_then_written_and_taken_back(clerk: Clerk, tmp_path: Path) -> None:
    address = clerk.upload(write(tmp_path / "台账.xlsx", row(), row(项目名称="乙镇水厂", 序号=2)))
    page = clerk.page(address)
    assert "甲镇小学" in page
    assert "乙镇水厂" in page
    assert clerk.projects() == {}
    done = clerk.commit(address)
    assert "新增2个项目" in done
    assert set(clerk.projects()) == {"甲镇小学", "乙镇水厂"}
    assert clerk.waiting() == []
    [kept] = (tmp_path / "ledgers").glob("*台账.xlsx")
    assert kept.read_bytes() == (tmp_path / "台账.xlsx").read_bytes()

    look = clerk.client.post(
        "/imports/1/undo", data={"_token": token_in(clerk.client), "do": "look"}
    )
    assert "将撤下2个新增项目" in html.unescape(look.text)
    assert len(clerk.projects()) == 2
    data = {"_token": token_in(clerk.client), "do": "undo", "reason": "传错了"}
    assert clerk.client.post("/imports/1/undo", data=data).status_code == 303
    assert "本次导入已撤销" in clerk.page("/imports/1")
    with reading(clerk.engine) as session:
        [told] = audit.entries(session, action="undo import")
    assert (told.by, told.why) == ("first", "传错了")


def test_the_same_ledger_again_says_that_nothing_is_new(clerk: Clerk, tmp_path: Path) -> None:
    path = write(tmp_path / "台账.xlsx", row())
    clerk.commit(clerk.upload(path))
    answer = clerk.decide(clerk.upload(path), "commit")
    assert answer.headers["location"] == "/imports?same=1"
    assert "台账没有新内容" in clerk.page("/imports?same=1")


def test_a_question_answered_once_settles_its_cells(clerk: Clerk, tmp_path: Path) -> None:
    rows = [row(项目名称=f"项目{n}", 序号=n, 立项="快了") for n in range(1, 4)]
    path = write(tmp_path / "台账.xlsx", *rows)
    address = clerk.upload(path)
    page = clerk.page(address)
    [key] = re.findall(r'name="(meaning:@[^"]*)" value="办理中"', page) or [""]
    assert key, page
    assert "可判明3个单元格" in page
    page = clerk.say(address, {key: "办理中"})
    assert "快了 = 办理中" in page
    assert "可判明3个单元格" not in page
    clerk.commit(address)
    assert "可判明" not in clerk.page(clerk.upload(path)), "it is remembered"


def test_an_answer_can_be_taken_back(clerk: Clerk, tmp_path: Path) -> None:
    address = clerk.upload(write(tmp_path / "台账.xlsx", row(立项="快了")))
    [key] = re.findall(r'name="(meaning:@[^"]*)" value="办理中"', clerk.page(address))
    clerk.say(address, {key: "办理中"})
    assert "可判明1个单元格" in clerk.say(address, {f"forget:{key}": "1"})


def test_a_bad_cell_is_put_right_in_the_page(clerk: Clerk, tmp_path: Path) -> None:
    path = write(tmp_path / "台账.xlsx", row(总投资="三个亿？左右"), row(项目名称="乙", 序号=2))
    address = clerk.upload(path)
    page = clerk.page(address)
    [cell] = {name for name in re.findall(r'name="(cell:[^"]*)"', page) if name.endswith("G4")}
    page = clerk.say(address, {cell: "3200"})
    assert "G4 = 3200" in page
    clerk.commit(address)
    assert clerk.projects()["甲镇小学"].investment_wan == 3200
    [kept] = (tmp_path / "ledgers").glob("*.xlsx")
    sheet = openpyxl.load_workbook(kept)["台账"]
    assert sheet["G4"].value == 3200
    assert sheet["G5"].value == 3000
    with reading(clerk.engine) as session:
        [told] = audit.entries(session, action="import")
    assert told.content["corrected"] == [["台账", "G4", "3200"]]


def test_a_cell_that_a_formula_fills_is_not_changed(clerk: Clerk, tmp_path: Path) -> None:
    path = write(tmp_path / "台账.xlsx", row(总投资="=1000+1"), row(项目名称="乙", 序号=2))
    address = clerk.upload(path)
    answer = clerk.decide(address, more={"cell:台账!G4": "5"})
    assert answer.status_code == 400
    assert "单元格G4不能在此修改" in html.unescape(answer.text)
    assert "cell:台账!G4" not in clerk.page(address).partition("已作出的决定")[2][:300]


def test_of_two_conflicts_only_the_chosen_one_is_taken(clerk: Clerk, tmp_path: Path) -> None:
    clerk.commit(clerk.upload(write(tmp_path / "1.xlsx", row())))
    old = clerk.projects()["甲镇小学"]
    with transaction(clerk.engine) as session:
        new = replace(old, owner_unit="县住建局", investment_wan=3100.0)
        changes.keep(session, CLERK, Change(old, new), action="change project", known_by=DAY)
    second = write(tmp_path / "2.xlsx", row(建设单位="县水利局", 总投资=3300))
    address = clerk.upload(second)
    page = clerk.page(address)
    assert "县住建局" in page
    assert "县水利局" in page
    taken = {"ledger:甲镇小学|owner_unit": "1"}
    page = clerk.say(address, {**taken, "reason": "以批复为准"})
    assert "甲镇小学，项目单位：以台账为准" in page
    clerk.commit(address)
    now = clerk.projects()["甲镇小学"]
    assert (now.owner_unit, now.investment_wan) == ("县水利局", 3100.0)
    with reading(clerk.engine) as session:
        told = list(audit.entries(session, action="change project", newest_first=True))
    assert told[0].why == "以批复为准"


def test_a_new_name_is_decided_by_the_clerk(clerk: Clerk, tmp_path: Path) -> None:
    clerk.commit(clerk.upload(write(tmp_path / "1.xlsx", row())))
    renamed = write(tmp_path / "2.xlsx", row(项目名称="甲镇中心小学"))
    address = clerk.upload(renamed)
    assert "更名，还是另一个项目？" in clerk.page(address)
    page = clerk.say(address, {"name:甲镇中心小学": "other"})
    assert "甲镇中心小学：是另一个项目" in page
    page = clerk.say(address, {"name:甲镇中心小学": "same"})
    assert "甲镇中心小学：是已有项目的新名称" in page
    clerk.commit(address)
    assert set(clerk.projects()) == {"甲镇中心小学"}


def test_what_is_decided_is_shown_before_it_is_written(clerk: Clerk, tmp_path: Path) -> None:
    address = clerk.upload(write(tmp_path / "台账.xlsx", row()))
    answer = clerk.decide(address, "commit", more={"cell:台账!G4": "5000"})
    assert answer.headers["location"] == f"{address}?news=1"
    assert clerk.projects() == {}
    page = clerk.page(f"{address}?news=1")
    assert "请核对后再次点击导入" in page
    assert "G4 = 5000" in page


def test_a_page_of_another_window_commits_nothing(clerk: Clerk, tmp_path: Path) -> None:
    address = clerk.upload(write(tmp_path / "台账.xlsx", row()))
    old = re.search(r'name="revision" value="(\w+)"', clerk.page(address))
    assert old
    clerk.say(address, {"cell:台账!G4": "5000"})
    data = {"_token": token_in(clerk.client), "revision": old[1], "do": "commit"}
    answer = clerk.client.post(address, data=data)
    assert answer.status_code == 409
    assert clerk.projects() == {}


def test_a_record_that_moved_meanwhile_is_shown_again(clerk: Clerk, tmp_path: Path) -> None:
    path = write(tmp_path / "台账.xlsx", row())
    clerk.commit(clerk.upload(path))
    address = clerk.upload(write(tmp_path / "2.xlsx", row(总投资=3300)))
    shown = dict(re.findall(r'name="(revision|shown)" value="([^"]*)"', clerk.page(address)))
    old = clerk.projects()["甲镇小学"]
    with transaction(clerk.engine) as session:
        changes.keep(
            session,
            CLERK,
            Change(old, replace(old, investment_wan=9.0)),
            action="change project",
            known_by=DAY,
        )
    assert "冲突" in clerk.page(address), "in another window"
    data = {"_token": token_in(clerk.client), **shown, "do": "commit"}
    answer = clerk.client.post(address, data=data)
    assert answer.headers["location"] == address
    assert clerk.projects()["甲镇小学"].investment_wan == 9.0
    assert clerk.waiting() != []


def test_nobody_else_sees_what_waits(clerk: Clerk, tmp_path: Path) -> None:
    address = clerk.upload(write(tmp_path / "台账.xlsx", row()))
    other = client_of(clerk.client.app, "second")
    assert other.get(address).status_code == 409
    assert "台账.xlsx" not in other.get("/imports").text
    assert other.get(f"{address}/marked.xlsx").status_code == 409
    assert clerk.client.get(address.replace(address[-16:], "../../../../x")).status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.pdf", b"%PDF-1.7"),
        ("a.csv", b""),
        ("a.xlsx", b"x" * 9),
    ],
)
def test_nothing_is_kept_of_what_is_refused(
    clerk: Clerk, tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    page = clerk.page(clerk.upload(path))
    assert "无法导入" in page
    assert clerk.waiting() == []


def test_a_workbook_that_is_given_up_is_gone(clerk: Clerk, tmp_path: Path) -> None:
    address = clerk.upload(write(tmp_path / "台账.xlsx", row()))
    assert clerk.decide(address, "drop").status_code == 303
    assert clerk.waiting() == []
    assert clerk.client.get(address).status_code == 409


def test_five_workbooks_wait_at_most(clerk: Clerk, tmp_path: Path) -> None:
    path = write(tmp_path / "台账.xlsx", row())
    addresses = [clerk.upload(path) for _ in range(7)]
    assert len(clerk.waiting()) == 10
    assert clerk.client.get(addresses[0]).status_code == 409


def test_a_day_to_come_is_asked_for_again(clerk: Clerk, tmp_path: Path) -> None:
    address = clerk.upload(write(tmp_path / "台账.xlsx", row()), day="2026-05-20")
    assert "无法导入" in clerk.page(address)
    assert "甲镇小学" in clerk.say(address, {"day": "2026-05-05"})


def test_the_marked_workbook_can_be_taken_along(clerk: Clerk, tmp_path: Path) -> None:
    path = write(tmp_path / "台账.xlsx", row(完成时限="2026年13月"))
    address = clerk.upload(path)
    clerk.page(address)
    answer = clerk.client.get(f"{address}/marked.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["台账"]
    column = HEADINGS.index("完成时限") + 1
    assert sheet.cell(4, column).comment is not None


def test_an_empty_county_leads_to_the_import(clerk: Clerk) -> None:
    page = clerk.page("/")
    assert 'href="/imports"' in page
    assert "导入现有台账" in page


def test_a_question_of_days_is_answered_with_the_whole_form(clerk: Clerk, tmp_path: Path) -> None:
    """A browser sends the empty fields of the table of columns too."""
    path = write(tmp_path / "台账.xlsx", row(立项="2026.3.15"), row(项目名称="乙", 序号=2))
    address = clerk.upload(path)
    page = clerk.page(address)
    [name] = set(re.findall(r'name="(meaning:[^"@]*)" value="[^"]*实际', page))
    [actual] = set(re.findall(rf'name="{name}" value="([^"]*实际[^"]*)"', page))
    empty = dict.fromkeys(re.findall(r'name="(column:[^"]*)"', page), "")
    assert empty
    page = clerk.say(address, {name: actual, **empty})
    assert f'name="{name}"' not in page
    assert actual in page.partition("已作出的决定")[2]


def test_a_word_that_names_another_step_is_learned_too(clerk: Clerk, tmp_path: Path) -> None:
    address = clerk.upload(write(tmp_path / "台账.xlsx", row(用地预审="已核准")))
    page = clerk.page(address)
    [name] = set(re.findall(r'name="(meaning:@[^"]*)" value="办理中"', page))
    page = clerk.say(address, {name: "办理中"})
    assert f'name="{name}"' not in page
    assert "不是可识别的办理状态" not in page


def test_the_ledger_is_right_only_for_a_reason(clerk: Clerk, tmp_path: Path) -> None:
    clerk.commit(clerk.upload(write(tmp_path / "1.xlsx", row())))
    old = clerk.projects()["甲镇小学"]
    with transaction(clerk.engine) as session:
        new = replace(old, owner_unit="县住建局")
        changes.keep(session, CLERK, Change(old, new), action="change project", known_by=DAY)
    address = clerk.upload(write(tmp_path / "2.xlsx", row(建设单位="县水利局")))
    answer = clerk.decide(address, more={"ledger:甲镇小学|owner_unit": "1"})
    assert answer.status_code == 400
    assert "请写明以台账为准的原因" in html.unescape(answer.text)


def test_a_day_before_the_newest_ledger_can_be_put_right(clerk: Clerk, tmp_path: Path) -> None:
    clerk.commit(clerk.upload(write(tmp_path / "1.xlsx", row())))
    address = clerk.upload(write(tmp_path / "2.xlsx", row(总投资=3300)), day="2026-05-01")
    page = clerk.page(address)
    assert "请更正台账日期" in page
    assert clerk.client.get(address).status_code == 409
    assert "3300" in clerk.say(address, {"day": "2026-05-06"})


def test_the_procedure_of_a_project_is_chosen_and_remembered(clerk: Clerk, tmp_path: Path) -> None:
    path = write(tmp_path / "台账.xlsx", row(项目名称="S203线改建", 立项类型=None, 行业=None))
    address = clerk.upload(path)
    assert "procedure:S203线改建" in clerk.page(address)
    page = clerk.say(address, {"procedure:S203线改建": "gov_road"})
    assert "的立项类型或行业不明" not in page
    assert "S203线改建 =" in page.partition("已作出的决定")[2]
    clerk.commit(address)
    assert clerk.projects()["S203线改建"].procedure == "gov_road"
    answer = clerk.decide(clerk.upload(path), "commit")
    assert answer.headers["location"] == "/imports?same=1", "the choice is remembered"
    with reading(clerk.engine) as session:
        assert audit_rows.first_fault(session) is None


@pytest.mark.parametrize("wrong", ["special_bond", "none"])
def test_a_procedure_that_is_none_is_refused(clerk: Clerk, tmp_path: Path, wrong: str) -> None:
    address = clerk.upload(write(tmp_path / "台账.xlsx", row(立项类型=None, 行业=None)))
    answer = clerk.decide(address, more={"procedure:甲镇小学": wrong})
    assert answer.status_code == 400


def test_a_blank_field_of_the_same_name_takes_nothing_away(clerk: Clerk, tmp_path: Path) -> None:
    """Two sheets with one heading have its field twice."""
    address = clerk.upload(write(tmp_path / "台账.xlsx", row()))
    page = clerk.page(address)
    shown = dict(re.findall(r'name="(revision|shown)" value="([^"]*)"', page))
    fields = {"_token": token_in(clerk.client), **shown, "do": "look"}
    sent = urlencode([*fields.items(), ("cell:台账!G4", "5000"), ("cell:台账!G4", "")])
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert clerk.client.post(address, content=sent, headers=kind).status_code == 303
    assert "G4 = 5000" in clerk.page(address)


def test_a_wrong_meaning_costs_no_workbook(clerk: Clerk, tmp_path: Path) -> None:
    address = clerk.upload(write(tmp_path / "台账.xlsx", row()))
    page = clerk.say(address, {"column:项目名称": "备注"})
    assert "无法导入" in page
    assert clerk.waiting() != []
    assert "项目名称 = 备注" in page
    assert "甲镇小学" in clerk.say(address, {"forget:meaning:项目名称": "1"})


def test_a_large_ledger_fits_into_its_form(clerk: Clerk, tmp_path: Path) -> None:
    rows = [row(项目名称=f"项目{n:03}", 序号=n, 立项类型=None) for n in range(1, 221)]
    address = clerk.upload(write(tmp_path / "台账.xlsx", *rows))
    page = clerk.page(address)
    names = re.findall(r'name="((?:procedure|column|cell):[^"]*)"', page)
    more = dict.fromkeys(names, "") | {f"meaning:甲{n}": "" for n in range(400)}
    assert clerk.decide(address, more=more).status_code == 303


def test_what_an_earlier_ledger_taught_and_took_back_is_not_used(
    clerk: Clerk, tmp_path: Path
) -> None:
    path = write(tmp_path / "1.xlsx", row(立项="快了"))
    first = clerk.upload(path)
    clerk.say(first, {"meaning:@快了": "办理中"})
    clerk.commit(first)
    second = clerk.upload(write(tmp_path / "2.xlsx", row(立项="快了", 总投资=3300)))
    assert "meaning:@快了" not in clerk.page(second)
    data = {"_token": token_in(clerk.client), "do": "undo"}
    assert clerk.client.post("/imports/1/undo", data=data).status_code == 303
    assert "meaning:@快了" in clerk.page(second)


def test_what_waits_too_long_is_swept_together(tmp_path: Path) -> None:
    desk, now = Desk(tmp_path / "waiting"), datetime.now(UTC)
    old = desk.put("first", "a.xlsx", b"PK", DAY, now)
    desk.save("first", replace(old, as_of=date(2026, 5, 5)))
    desk.sweep(now + timedelta(days=1))
    assert desk.upload("first", desk.of("first", old.key)).data == b"PK"
    desk.sweep(now + timedelta(days=3))
    assert desk.waiting("first") == []
    assert list((tmp_path / "waiting").glob("*/*")) == []
