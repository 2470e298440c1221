"""A person's look at the pages, in a real browser: desktop and phone width, no fault of access."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import DemoCounty
from tests.support.workbooks import row, write
from tracker.demo import DAY
from tracker.settings import Settings
from tracker.web import create_app

pytestmark = pytest.mark.all

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
if CHROMIUM is None and not os.environ.get("TRACKER_REQUIRE_BROWSER"):
    pytest.skip("no Chromium here: install Debian's package chromium", allow_module_level=True)

PAGES = [
    "/",
    "/projects",
    "/projects/1",
    "/inbox",
    "/meeting",
    "/meeting?at=1",
    "/projects/1/steps/fs_approval",
    "/projects/steps?family=land",
    "/projects/1/record",
    "/leaders",
    "/follow-ups",
    "/follow-ups/1",
    "/imports",
    "/questions",
    "/questions/track/land",
    "/reports",
    "/procedures",
    "/procedures/gov_building",
]


@pytest.fixture(scope="module")
def address(demo: DemoCounty) -> Iterator[str]:
    setting = Settings(
        data=demo.folder, database_url=str(demo.engine.url), timezone="Asia/Shanghai", language="zh"
    )
    app = create_app(demo.engine, setting, key="the-key", as_of=lambda: DAY, hosts=["127.0.0.1"])
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="warning", lifespan="off", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(100):
        if server.started:
            break
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
    ]
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield started
        started.close()


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.goto(f"{address}/enter/the-key")
    yield opened
    context.close()


def test_from_the_overview_to_the_law_of_the_worst_project(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.click(".worst a >> nth=0")
    assert page.inner_text("h1").startswith("丙镇农业产业园")
    assert page.locator(".chart svg").is_visible()
    assert "第24条" in page.inner_text("table.steps tr.pace >> nth=0")
    assert [url for url in asked if not url.startswith(address)] == []


def test_the_ledger_is_filtered_by_its_form(page: Page, address: str) -> None:
    page.goto(f"{address}/projects")
    page.select_option("select[name=light]", "black")
    page.click("form.filter button")
    rows = page.locator("table.ledger tbody tr").all_inner_texts()
    assert 1 <= len(rows) < 10
    assert all("无法按期" in row for row in rows)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(page: Page, address: str, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_the_page(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    found = Axe().run(page)
    serious = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
    assert serious == [], [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in serious]


def test_keys_lead_where_people_want_and_never_into_a_field(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url(f"{address}/projects")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator("main tbody th a").first
    assert first.evaluate("link => link === document.activeElement")
    page.keyboard.press("/")
    page.keyboard.type("g l j/?")
    assert page.input_value("input[type=search]") == "g l j/?"
    assert page.url == f"{address}/projects"


def test_a_clerk_imports_a_ledger_and_takes_it_back(
    page: Page, address: str, tmp_path: Path
) -> None:
    """J1 without a terminal: choose, see, put a cell right, commit, undo."""
    path = write(tmp_path / "台账.xlsx", row(项目名称="癸镇新校", 总投资="三个亿？左右"))
    page.goto(f"{address}/imports")
    page.set_input_files("input[type=file]", str(path))
    page.click("text=读取并预览")
    page.wait_for_selector("text=目前尚未写入任何内容")
    page.fill('[name="cell:台账!G4"]', "3200")
    page.click("text=应用并重新读取")
    page.wait_for_selector("text=G4 =")
    page.click("button[value=commit]")
    page.wait_for_selector("text=新增1个项目")
    page.click("text=癸镇新校")
    assert "3200" in page.inner_text("dl.facts")
    page.go_back()
    page.click("text=查看撤销的影响")
    page.click("button[value=undo]")
    page.wait_for_selector("text=本次导入已撤销")


def test_a_meeting_is_held_by_keyboard_alone(page: Page, address: str) -> None:
    """From matter to matter, a decision with its owner and its day, back to the same matter."""
    page.goto(f"{address}/meeting")
    page.locator("text=投影逐项调度").press("Enter")
    page.wait_for_url("**/meeting?at=*")
    wall, first = page.url, page.locator("main h1").inner_text()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: url != wall)
    assert page.locator("main h1").inner_text() != first
    page.keyboard.press("PageUp")
    page.wait_for_url(wall)
    page.keyboard.press("n")
    page.keyboard.type("一周内补齐要件")
    page.locator("input[name=until]").fill("2025-06-27")
    page.locator("input[name=until]").press("Enter")
    page.wait_for_url(wall)
    page.wait_for_selector("text=一周内补齐要件")
    assert page.locator("main h1").inner_text() == first
    with page.expect_download() as got:
        page.goto(f"{address}/meeting")
        page.locator("a[href='/meeting.docx']").press("Enter")
    assert got.value.suggested_filename == "项目调度会纪要-2025-06-20.docx"


def test_a_follow_up_is_worked_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(f"{address}/follow-ups")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=登记跟踪情况")
    page.focus("textarea[name=text]")
    page.keyboard.type("电话催办")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("td:has-text('电话催办')")
