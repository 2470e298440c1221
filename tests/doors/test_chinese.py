"""Chinese pages and help texts hold no id, no English code and no English word but names."""

import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from tests.conftest import DemoCounty
from tests.support.commands import every_command
from tracker.cli.app import root
from tracker.demo import DAY
from tracker.settings import Settings
from tracker.web import create_app

NAMES = frozenset(
    re.findall(
        r"\w+",
        "Excel Word PDF JSON SVG TLS PEM URL XML Microsoft Project PostgreSQL Chromium English WPS"
        " tracker Ctrl MB GB OIDC SHA sha sha256 sm3 DNS IP ID CSV DOCX XLSX TXT",
    )
)
"""Words that a county office writes in Latin letters too, and names of files."""
WORD = re.compile(r"[A-Za-z][A-Za-z_]{2,}")
LITERAL = re.compile(
    r"--[a-z-]+|\.[a-z]{2,4}\b|https?://\S+|sqlite:///\S+|postgresql://\S+|tracker [a-z][a-z -]*"
    r"|docs/\S+|\./tracker-data|(?<!\w)[\w./-]+\.(?:md|yaml|xlsx)|zh\|en|[0-9a-f]{8,}"
)
"""What is typed as it stands: options, commands, addresses, files, digests."""


def english_in(text: str) -> set[str]:
    return set(WORD.findall(LITERAL.sub(" ", text))) - NAMES


class Shown(HTMLParser):
    """The texts that a person reads on a page, those of attributes too; `<code>` is quoted."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.quiet: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if said.get("lang") == "en" or tag in ("style", "script", "code"):
            self.quiet.append(tag)
        self.texts += [
            said[key] or "" for key in ("title", "placeholder", "aria-label") if key in said
        ]

    def handle_endtag(self, tag: str) -> None:
        if self.quiet and self.quiet[-1] == tag:
            self.quiet.pop()

    def handle_data(self, data: str) -> None:
        if not self.quiet:
            self.texts.append(data)


PAGES = (
    "/",
    "/projects",
    "/projects/1",
    "/projects/31",
    "/projects/1/edit",
    "/projects/1/answers",
    "/projects/1/record",
    "/inbox",
    "/meeting",
    "/meeting?at=1",
    "/projects/1/steps/eia_form",
    "/projects/steps?family=land",
    "/projects/1/record?step=eia_form",
    "/projects/1/assign",
    "/projects/1/history",
    "/projects/new",
    "/hand-over",
    "/leaders",
    "/follow-ups",
    "/follow-ups?mine=1",
    "/follow-ups/1",
    "/imports",
    "/imports/1",
    "/questions",
    "/questions/track/land",
    "/questions/fact/evaluated",
    "/reports",
    "/procedures",
    "/procedures/gov_building",
    "/procedures/gov_road+special_bond",
    "/audit",
    "/accounts",
    "/account",
    "/password",
    "/nothing-here",
)


@pytest.fixture(scope="module")
def inside(demo: DemoCounty) -> TestClient:
    setting = Settings(
        data=demo.folder,
        database_url=str(demo.engine.url),
        timezone="Asia/Shanghai",
        language="zh",
    )
    app = create_app(demo.engine, setting, key="the-key", as_of=lambda: DAY, hosts=["testserver"])
    client = TestClient(app, follow_redirects=False, client=("127.0.0.1", 50000))
    client.headers["user-agent"] = "-"
    assert client.get("/enter/the-key").status_code == 303
    return client


@pytest.mark.parametrize("page", PAGES)
def test_a_chinese_page_has_no_english(inside: TestClient, page: str) -> None:
    shown = Shown()
    shown.feed(inside.get(page).text)
    found = {word: text for text in shown.texts for word in english_in(text)}
    found.pop("Esc", None)  # what stands on the key
    found.pop("testclient", None)  # the address of those whom other tests have signed in
    assert found == {}


def test_chinese_help_has_no_english() -> None:
    found = {}
    for name, command in [("", root("zh")), *every_command("zh")]:
        context = command.make_context(f"tracker {name}".strip(), [], resilient_parsing=True)
        text = command.get_help(context).partition("\n")[2]  # the first line is what is typed
        for word in english_in(_without_commands(text)):
            found.setdefault(word, name)
    assert found == {}


def _without_commands(text: str) -> str:
    """Return a help text without the names of commands, which are typed."""
    return re.sub(r"^  [a-z-]+  ", "", text, flags=re.MULTILINE)
