"""Every procedure under some facts, as it was looked at: a change of the law's data shows here."""

import pytest

from tests.support.golden import CASES, FOLDER, text_of
from tracker.law import Catalog


@pytest.mark.parametrize("name", CASES)
def test_a_network_is_the_one_that_was_looked_at(law: Catalog, name: str) -> None:
    procedure, facts = CASES[name]
    kept = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert text_of(law, procedure, facts) == kept


def test_every_procedure_has_been_looked_at(law: Catalog) -> None:
    looked_at = {part for procedure, _ in CASES.values() for part in procedure.split("+")}
    assert looked_at == set(law.ids)
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(CASES)
