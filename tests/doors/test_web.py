"""The pages: who may come in, what they say, and that nothing comes from elsewhere."""

import json
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from fastapi.testclient import TestClient

from tests.conftest import DemoCounty
from tests.support.command import tracker
from tests.support.record import put
from tracker.core.digest import count_lights, led_by
from tracker.core.flag import Light
from tracker.core.model import Project
from tracker.demo import DAY
from tracker.reports.ledger_columns import LEDGER_COLUMNS
from tracker.resources import procedures_folder
from tracker.settings import Settings
from tracker.store import Engine, engine_for, transaction
from tracker.web import create_app

PAGES = (
    "/",
    "/projects",
    "/projects/1",
    "/projects/31",
    "/leaders",
    "/follow-ups",
    "/reports",
    "/procedures",
    "/procedures/gov_building",
    "/procedures/gov_road+special_bond",
)


def app_of(engine: Engine, demo: DemoCounty | None = None, language: str = "zh") -> TestClient:
    folder = demo.folder if demo else Path(engine.url.database or "").parent
    setting = Settings(
        data=folder, database_url=str(engine.url), timezone="Asia/Shanghai", language=language
    )
    return TestClient(
        create_app(engine, setting, key="the-key", as_of=lambda: DAY, hosts=["testserver"]),
        follow_redirects=False,
    )


@pytest.fixture(scope="module")
def inside(demo: DemoCounty) -> TestClient:
    client = app_of(demo.engine, demo)
    assert client.get("/enter/the-key").status_code == 303
    return client


def test_nobody_comes_in_without_the_link(demo: DemoCounty) -> None:
    client = app_of(demo.engine, demo)
    for page in PAGES:
        answer = client.get(page)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/sign-in?to=/")
        assert "农业产业园" not in answer.text
    assert client.get("/enter/wrong").status_code == 403
    assert client.get("/enter/the-key").status_code == 303
    assert client.get("/").status_code == 200


def test_the_link_works_once(demo: DemoCounty) -> None:
    client = app_of(demo.engine, demo)
    assert client.get("/enter/the-key").status_code == 303
    client.cookies.clear()
    assert client.get("/enter/the-key").status_code == 403


def test_another_hosts_name_is_refused(inside: TestClient) -> None:
    assert inside.get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_that_it_is_a_demonstration_and_for_which_day(
    inside: TestClient, page: str
) -> None:
    text = inside.get(page).text
    assert "全部为虚构数据" in text
    assert "2025年6月20日" in text


class Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            value or ""
            for name, value in attrs
            if name in ("src", "href", "action", "srcset", "style")
        ]


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_loaded_from_elsewhere(inside: TestClient, page: str) -> None:
    answer = inside.get(page)
    parser = Addresses()
    parser.feed(answer.text)
    assert parser.found
    assert [a for a in parser.found if not a.startswith(("/", "#"))] == []
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_numbers_of_the_tiles_are_the_numbers_of_the_rows(
    inside: TestClient, demo: DemoCounty
) -> None:
    counts = count_lights(demo.result.standings)
    text = inside.get("/").text
    for light in Light:
        tile = re.search(rf'href="/projects\?light={light}"><span\s+class="count">(\d+)<', text)
        assert tile
        assert int(tile[1]) == counts[light]
        rows = inside.get(f"/projects?light={light}").text.count('<th scope="row">')
        assert rows == counts[light]


def test_the_ledger_can_be_searched_and_ordered(inside: TestClient) -> None:
    assert inside.get("/projects?q=农业产业园").text.count('<th scope="row">') == 1
    by_name = re.findall(
        r'<th scope="row"><a [^>]+>([^<]+)</a>', inside.get("/projects?order=name").text
    )
    assert by_name == sorted(by_name)
    assert "没有符合条件的项目" in inside.get("/projects?q=不存在").text


def test_a_leader_is_found_alike_at_every_door(inside: TestClient, demo: DemoCounty) -> None:
    flagged = tracker("flags", "--leader", "农业", "--json", "--data", demo.folder, cwd=demo.folder)
    told = {flag["project"] for flag in json.loads(flagged.stdout)["flags"]}
    shown = inside.get("/projects?leader=农业").text
    assert told
    assert all(name in shown for name in told)
    one, other = (
        replace(s, project=replace(s.project, leader=leader))
        for s, leader in zip(demo.result.standings, ("副县长", "副县长（分管农业）"), strict=False)
    )
    assert led_by((one, other), "副县长") == [one]
    assert led_by((one, other), "副县") == [one, other]
    assert led_by((one, other), "县长（") == [other]


def test_a_project_shows_its_law_its_chart_and_what_holds_it(
    inside: TestClient, demo: DemoCounty
) -> None:
    park = next(s for s in demo.result.standings if s.project.name == "丙镇农业产业园")
    text = inside.get(f"/projects/{park.project.id}").text
    for words in (
        "《土地管理法实施条例》第24条",
        "用地指标未落实",
        "依法推定",
        "<svg",
        "一对一跟踪",
        "副县长（分管农业农村）",
    ):
        assert words in text
    for nowhere in ("/projects/99999", "/projects/abc"):
        assert inside.get(nowhere).status_code == 404
        assert "没有这个页面" in inside.get(nowhere).text


def test_a_leaders_projects_stand_worst_first(inside: TestClient) -> None:
    text = inside.get("/leaders/副县长（分管农业农村）").text
    assert text.index("丙镇农业产业园") < text.index("● 正常") if "● 正常" in text else True
    assert inside.get("/leaders/nobody").status_code == 404


def test_a_report_can_be_downloaded_and_a_changed_one_cannot(
    inside: TestClient, demo: DemoCounty
) -> None:
    answer = inside.get("/reports/2025-W25/weekly.pdf")
    assert answer.content[:5] == b"%PDF-"
    assert "attachment" in answer.headers["Content-Disposition"]
    for bad in (
        "/reports/2025-W25/../tracker.sqlite",
        "/reports/2025-W25/x.pdf",
        "/reports/2030-W01/weekly.pdf",
    ):
        assert inside.get(bad).status_code == 404
    path = demo.folder / "reports" / "2025-W24" / "weekly.txt"
    kept = path.read_bytes()
    path.write_bytes(kept + b" ")
    assert inside.get("/reports/2025-W24/weekly.txt").status_code == 404
    path.write_bytes(kept)


def test_the_language_can_be_changed_and_leads_nowhere_else(inside: TestClient) -> None:
    answer = inside.get("/language/en?to=/projects")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/projects")
    assert "Ledger of key projects" in inside.get("/projects").text
    for away in ("https://evil.example", "//evil.example", "/\\evil.example"):
        assert inside.get("/language/zh", params={"to": away}).headers["Location"] == "/"
    assert "重点项目台账" in inside.get("/projects").text


def test_an_empty_county_says_what_to_do_next(engine: Engine) -> None:
    client = app_of(engine)
    client.get("/enter/the-key")
    assert 'class="steps-ahead"' in client.get("/").text
    for page in ("/projects", "/leaders", "/follow-ups", "/reports"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert 'class="empty"' in answer.text


def test_a_procedure_shows_what_its_links_rest_on_and_what_was_said_against_it(
    demo: DemoCounty, tmp_path: Path
) -> None:
    county = Path(shutil.copytree(demo.folder, tmp_path / "county"))
    folder = Path(shutil.copytree(procedures_folder(), county / "procedures"))
    with (folder / "county.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "without:\n  - {link: pool_entry > decision_meeting, by: 县发展和改革局,"
            " reason: 本县不办}\n"
        )
    (folder / "objections.yaml").write_text(
        "- {step: site_preapproval, day: 2026-12-02, by: 县自然资源局, text: 批次用地不办预审}\n",
        encoding="utf-8",
    )
    engine = engine_for(f"sqlite:///{county / 'tracker.sqlite'}")
    client = app_of(engine)
    client.get("/enter/the-key")
    page = client.get("/procedures/gov_building").text
    for words in (
        "本县不办",
        "批次用地不办预审",
        "（待答复）",
        "《土地管理法实施条例》第24条",
        "惯例",
        "成果衔接",
        "报地方式",
        "服务指南常见时限",
        "经验估计",
    ):
        assert words in page, words
    engine.dispose()


def test_a_day_before_the_record_gets_words(demo: DemoCounty) -> None:
    setting = Settings(
        data=demo.folder, database_url=str(demo.engine.url), timezone="Asia/Shanghai", language="zh"
    )
    early = DAY - timedelta(days=30)
    app = create_app(demo.engine, setting, key="the-key", as_of=lambda: early, hosts=["testserver"])
    client = TestClient(app, follow_redirects=False)
    client.get("/enter/the-key")
    answer = client.get("/")
    assert answer.status_code == 400
    assert "尚无数据" in answer.text


def test_markup_in_a_name_stays_text(engine: Engine) -> None:
    with transaction(engine) as session:
        put(
            session,
            Project(
                id=0,
                name="<script>alert(1)</script>",
                procedure="gov_building",
                target="fs_approval",
                deadline=DAY,
                location="<b>",
                updated_on=DAY,
            ),
        )
    client = app_of(engine)
    client.get("/enter/the-key")
    for page in ("/", "/projects", "/projects/1"):
        assert "<script>alert" not in client.get(page).text


def test_every_step_shown_leads_to_its_law(inside: TestClient) -> None:
    page = inside.get("/projects/31").text
    anchors = set(re.findall(r'href="(/procedures/[^"#]+)#([a-z_]+)"', page))
    assert len(anchors) > 10
    shown = {address: inside.get(address).text for address, _ in anchors}
    for address, step in anchors:
        row = shown[address].split(f'<tr id="{step}">')[1].split("</tr>")[0]
        assert "《" in row


def test_an_unknown_procedure_is_not_found(inside: TestClient) -> None:
    assert inside.get("/procedures/gov_castle").status_code == 404


class Table(HTMLParser):
    """The texts of a page's first table, headings first; a text below another is of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif self.rows and (tag in ("th", "td") or ("class", "sub") in attrs):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def test_the_ledger_and_its_export_say_the_same(inside: TestClient) -> None:
    page = Table()
    page.feed(inside.get("/projects").text.partition("<table")[2])
    exported = openpyxl.load_workbook(BytesIO(inside.get("/projects.xlsx").content)).active
    lines = [[cell.value for cell in row][1:] for row in exported.iter_rows(min_row=2)]
    headings, first = lines[0], lines[1]
    below = [column.key for column in LEDGER_COLUMNS if column.below]
    assert len(headings) == len(page.rows[0]) + len(below)
    assert set(page.rows[0]) < set(headings)
    shown = page.rows[1]
    assert len(shown) == len(LEDGER_COLUMNS)
    for column, cell, text in zip(LEDGER_COLUMNS, first, shown, strict=True):
        if column.cell is None and column.key != "pace":
            assert cell.replace(" ", "") == text.replace(" ", ""), column.key


@pytest.mark.parametrize("number", ["0", "-1", "x", str(2**63), "9" * 20])
def test_an_entry_that_cannot_be_is_no_page(engine: Engine, number: str) -> None:
    client = app_of(engine)
    client.get("/enter/the-key")
    assert client.get("/audit", params={"before": number}).status_code == 404
    assert client.get("/audit", params={"before": str(2**63 - 1)}).status_code == 200
