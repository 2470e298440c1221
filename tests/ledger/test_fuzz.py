"""The corpus that fuzzing left behind: every input is read or refused, and nothing else."""

import pytest

from tests.ledger.fuzzing import CORPUS, open_apart, open_it, seeds

INPUTS = sorted(CORPUS.iterdir())


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_an_input_is_read_or_refused(path) -> None:
    open_apart(path.read_bytes())


def test_the_good_inputs_are_read() -> None:
    for name, data in seeds().items():
        found = open_it(data)
        assert found is not None, name
        assert found.grids, name
    assert len(INPUTS) >= 150
