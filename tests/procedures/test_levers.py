"""The file of levers: whole as it ships, and every fault named with its line."""

from datetime import date
from pathlib import Path

import pytest

from tracker.core.levers import Does
from tracker.law import Catalog, read_law

TODAY = date(2026, 11, 30)


def test_every_kind_of_lever_ships_with_a_law_or_says_that_none_is_needed(law: Catalog) -> None:
    assert {lever.does for lever in law.levers} == set(Does)
    for lever in law.levers:
        assert lever.law_on(TODAY) or not lever.laws


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("id: tolerance", "id: parallel", "duplicate_key"),
        ("office: town", "office: nobody", "unknown_office"),
        ("steps: [soil_water_report]", "steps: [soil_report]", "unknown_step"),
        ("apart: [early, hurry]", "apart: [late]", "unknown_lever"),
        ("fact: simplified", "fact: simple", "unknown_fact"),
        ("answer: construction", "answer: never", "unknown_fact"),
        ("when: regional_assessment == yes", "when: regional == yes", "unknown_fact"),
        ("share: 0.1", "share: 1.5", None),
        ("reasons: [D12]", "reasons: [D99]", None),
        ("within: 15 wd", "within: 15", "no_unit"),
    ],
)
def test_a_fault_is_named_with_its_line(
    folder: Path, before: str, after: str, code: str | None
) -> None:
    file = folder / "levers.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    (fault,) = read_law(folder).faults
    assert fault.place
    assert fault.place.file == "levers.yaml"
    line = file.read_text(encoding="utf-8").splitlines()[fault.place.line - 1]
    assert after in line or code is None
    assert code is None or fault.code == code
