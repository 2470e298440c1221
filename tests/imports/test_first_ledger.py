"""A county's first ledger: eleven projects, eight columns, and no light that claims too much."""

import json
from pathlib import Path

import pytest
import xlsxwriter

from tests.support.command import tracker

LINES = """
序号|项目名称|建设单位|总投资（万元）|包联领导|立项完成时限|立项|用地手续|规划许可|计划开工时间
1|老城区供水管网更新改造|县水务投资公司|3200|副县长（分管城建）|2026年3月底|已批复|不涉及|已办|2026年6月
2|县中医院门诊综合楼|县卫生健康局|12600|副县长（分管卫生）|2026年6月底|可研退回修改|已批|未办|2026年10月
3|食品加工厂扩建|某某食品有限公司|9800|县政协主席|2026年2月底|已备案|摘牌取得|已办|2026年5月
4|柳河灌区续建配套与节水改造|县水利局|5400|副县长（分管农业）|2026年4月|已批复|不需要|不需要|2026年9月
5|第二小学教学楼|县教育局|4200|副县长（分管教育）|2026年5月底|办理中|原有用地|未办|2026年12月
6|石桥镇污水处理厂|县住建局|7600|副县长（分管城建）|2026年3月底|已批复|组卷报批|未办|2026年11月
7|X012线改建工程|县交通运输局|6800|副县长（分管交通）|2026年3月|已批复|征地中|不需要|2026年8月
8|冷链物流园|某某冷链公司|15000|统战部长|2026年1月底|已备案|正在办理|未办|2026年9月
9|养老服务中心|县民政局|2600|副县长（分管民政）|2026年4月底|已批复|已批|办理中|2026年7月
10|高标准农田建设|县农业农村局|4600|副县长（分管农业）|2026年3月底|√|不需要|不需要|已开工
11|城北停车场|县城投公司|1800|副县长（分管城建）|2026年6月底|未启动|未启动|未启动|2027年3月
""".strip().splitlines()
DAY = ("--as-of", "2026-03-02")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    with xlsxwriter.Workbook(str(folder / "台账.xlsx")) as book:
        sheet = book.add_worksheet("台账")
        sheet.write(0, 0, "2026年全县重点项目台账")
        for n, line in enumerate(LINES, start=1):
            cells = [int(text) if text.isdigit() else text for text in line.split("|")]
            sheet.write_row(n, 0, cells)
    done = tracker("import", "台账.xlsx", "--yes", *DAY, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def found(county: Path, *arguments: str) -> dict[str, object]:
    done = tracker(*arguments, *DAY, "--json", cwd=county)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_deadline_of_the_approval_completes_nothing(county: Path) -> None:
    """立项时限 is over for five of them, and only the one whose works have begun is done."""
    listed = found(county, "project", "list")["projects"]
    lights = {each["name"]: each["light"] for each in listed}
    assert [name for name, light in lights.items() if light == "done"] == ["高标准农田建设"]
    assert not [name for name, light in lights.items() if light == "black"]
    late = {name for name, light in lights.items() if light == "red"}
    assert late == {"县中医院门诊综合楼", "第二小学教学楼"}
    assert sum(light == "open" for light in lights.values()) == 8


def test_a_deadline_of_the_approval_is_one_on_the_way(county: Path) -> None:
    """Due by June, as the ledger says: undecided where it is open, no flag where it is done."""
    flags = found(county, "flags")["flags"]
    interim = {f["project"]: (f["step"], f["light"]) for f in flags if f["kind"] == "interim"}
    assert interim["城北停车场"] == ("fs_approval", "open")
    assert "石桥镇污水处理厂" not in interim
    done = tracker("project", "set", "城北停车场", "立项时限=2026-03-05", *DAY, cwd=county)
    assert done.returncode == 0, done.stderr
    flags = found(county, "flags")["flags"]
    late = [f for f in flags if f["project"] == "城北停车场" and f["kind"] == "interim"]
    assert [f["light"] for f in late] == ["red"]
    assert "应于2026年3月5日完成，最早也要到" in late[0]["sentence"]


@pytest.mark.parametrize("name", ["老城区供水管网", "柳河灌区", "食品加工厂"])
def test_what_needs_no_land_is_told_nothing_of_land(county: Path, name: str) -> None:
    plan = found(county, "plan", name)
    assert (plan["target"], plan["feasible"]) == ("start", None)
    assert plan["span"]["best"] == "2026-03-02"
    assert plan["span"]["worst"] < "2027-06-01"
    land = {s["id"]: s["status"] for s in plan["steps"] if s["id"].startswith("land_")}
    assert land.get("land_approval", "not_needed") in ("not_needed", "finished")
    assert land.get("land_survey", "not_needed") == "not_needed"


def test_works_do_not_begin_while_a_permit_is_under_way(county: Path) -> None:
    """规划许可 is the town's or the village's: whichever, it is not there yet."""
    assert found(county, "plan", "养老服务中心")["span"]["best"] > "2026-03-02"


def test_few_questions_would_decide_most_lights(county: Path) -> None:
    asked = found(county, "questions", "list", "--most", "6")
    assert len(asked["questions"]) <= 6
    assert asked["undecided"] == 8
    assert asked["expected_to_decide"] >= 6


def test_a_unit_that_builds_one_kind_of_works_tells_the_procedure(county: Path) -> None:
    """Neither name nor category of X012线改建 says that it is a road; 县交通运输局 does."""
    assert found(county, "plan", "X012线")["procedure"] == "gov_road"
