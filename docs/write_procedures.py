"""Write a page for each procedure, for officials to object to: python docs/write_procedures.py

Each page plans its procedure from a stated day on, nothing known but what it says; a test compares
the pages with the law as it is.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from tracker.cli.county.outline import page_of
from tracker.i18n.words import Words
from tracker.law import Catalog, catalog
from tracker.services.outline import outline

FOLDER = Path(__file__).parent / "procedures"
DAY = date(2026, 12, 1)
PAGES: Mapping[str, Mapping[str, str]] = {
    "gov_building": {"land": "new_collective"},
    "gov_municipal": {"land": "new_collective"},
    "gov_road": {"land": "new_collective"},
    "gov_water": {"land": "new_collective"},
    "gov_park": {"land": "new_collective"},
    "enterprise_filing": {},
    "enterprise_verification": {"land": "new_collective"},
    "gov_building+special_bond": {"land": "approved"},
    "gov_road+central_budget": {"land": "new_collective"},
    "enterprise_filing+policy_instrument": {},
}
"""The procedures, and what is taken as known of each."""


def page(law: Catalog, procedure_id: str, words: Words) -> str:
    """Return the page of a procedure, in one language."""
    answers = PAGES[procedure_id]
    found = outline(law, procedure_id, "start", DAY, answers)
    return page_of(found, law.procedure(procedure_id, DAY), answers, words)


def file_of(procedure_id: str, language: str) -> Path:
    """Return where a page stands."""
    name = procedure_id.replace("+", "-with-")
    return FOLDER / (f"{name}.zh-CN.md" if language == "zh" else f"{name}.md")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in PAGES:
        for language in ("en", "zh"):
            file_of(each, language).write_text(
                page(catalog(), each, Words(language)), encoding="utf-8"
            )
