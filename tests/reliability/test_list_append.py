"""The checker finds what it is for: each anomaly, alone, in a small history."""

import pytest

from tests.reliability.list_append import Appended, Read, Transaction, anomalies

pytestmark = pytest.mark.all

A, R = Appended, Read


def history(*transactions: tuple[Appended | Read, ...]) -> list[Transaction]:
    return [Transaction(f"T{n}", acts) for n, acts in enumerate(transactions, start=1)]


def test_what_could_have_run_in_turn_is_no_anomaly() -> None:
    good = history(
        (A(1, 10), A(2, 20)),
        (R(1, (10,)), A(1, 11)),
        (R(1, (10, 11)), R(2, (20,))),
        (R(1, ()), R(2, ())),
        (A(1, 12), R(1, (10, 11, 12))),
    )
    assert anomalies(good) == []


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("incompatible", history((A(1, 1),), (A(1, 2),), (R(1, (1, 2)),), (R(1, (2,)),))),
        ("lost update", history((A(1, 1),), (A(1, 2),), (R(1, (1,)),))),
        ("half read", history((A(1, 1), A(1, 2)), (R(1, (1,)),), (R(1, (1, 2)),))),
        ("G0", history((A(1, 1), A(2, 4)), (A(1, 2), A(2, 3)), (R(1, (1, 2)),), (R(2, (3, 4)),))),
        ("G1c", history((A(1, 1), R(2, (2,))), (A(2, 2), R(1, (1,))))),
        ("G-single", history((A(1, 1), A(2, 2)), (R(1, (1,)), R(2, ())), (R(2, (2,)),))),
        ("twice", history((A(1, 1),), (R(1, (1, 1)),))),
    ],
)
def test_each_anomaly_is_found_and_named(name: str, bad: list[Transaction]) -> None:
    assert any(name in each for each in anomalies(bad)), anomalies(bad)
