"""When a step is needed: a closed expression over the facts of a project.

    land == new_collective and (forest == yes or land_ha >= 5)
    eia in (report, form)

Answers are bare words, amounts numbers. Truth has three values (Kleene): an expression is unknown
when the facts that are known do not decide it.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import product

Truth = bool | None
_ORDER = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_MOST_CASES = 20_000


class BadConditionError(ValueError):
    """The text is no condition; `reason` says where it goes wrong, in its own words."""


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison: a fact is one of some answers, or an amount lies on one side of a number."""

    fact: str
    answers: frozenset[str] = frozenset()
    order: str | None = None
    number: Decimal = Decimal(0)

    def holds(self, facts: Mapping[str, str]) -> Truth:
        """Return whether the test holds; None while the fact is unknown."""
        known = facts.get(self.fact)
        if known is None:
            return None
        if self.order is None:
            return known in self.answers
        amount = amount_of(known)
        return None if amount is None else _compared(amount, self.order, self.number)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Tree", ...]

    def holds(self, facts: Mapping[str, str]) -> Truth:
        """Return the least true of the parts."""
        found = [part.holds(facts) for part in self.parts]
        return False if False in found else (None if None in found else True)


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple["Tree", ...]

    def holds(self, facts: Mapping[str, str]) -> Truth:
        """Return the most true of the parts."""
        found = [part.holds(facts) for part in self.parts]
        return True if True in found else (None if None in found else False)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Tree"

    def holds(self, facts: Mapping[str, str]) -> Truth:
        """Return the contrary."""
        found = self.part.holds(facts)
        return None if found is None else not found


Tree = Test | All | Either | Not


@dataclass(frozen=True)
class Condition:
    """A condition as written, and what it means."""

    text: str
    tree: Tree

    def holds(self, facts: Mapping[str, str]) -> Truth:
        """Return whether it holds; None where the known facts do not decide it."""
        return self.tree.holds(facts)

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        """Return its comparisons, from left to right."""
        return tuple(_tests(self.tree))

    @property
    def facts(self) -> frozenset[str]:
        """Return the facts it asks for."""
        return frozenset(test.fact for test in self.tests)

    def __str__(self) -> str:
        """Return it as written."""
        return self.text


def amount_of(text: str) -> Decimal | None:
    """Return the number a fact states, or None."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def parse(text: str) -> Condition:
    """Read a condition. Raises BadConditionError on anything outside the closed language."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        raise BadConditionError(text) from None
    return Condition(text.strip(), _read(tree))


def _read(node: ast.expr) -> Tree:
    if isinstance(node, ast.BoolOp):
        parts = tuple(_read(value) for value in node.values)
        return All(parts) if isinstance(node.op, ast.And) else Either(parts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return Not(_read(node.operand))
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.left, ast.Name):
        return _comparison(node.left.id, node.ops[0], node.comparators[0])
    raise BadConditionError(ast.unparse(node))


def _comparison(fact: str, operator: ast.cmpop, right: ast.expr) -> Tree:
    if isinstance(operator, ast.In | ast.NotIn) and isinstance(right, ast.Tuple | ast.List):
        test = Test(fact, frozenset(_answer(each) for each in right.elts))
        return test if isinstance(operator, ast.In) else Not(test)
    order = _ORDER.get(type(operator))
    if order and isinstance(right, ast.Constant) and type(right.value) in (int, float):
        return Test(fact, order=order, number=Decimal(str(right.value)))
    if order == "==":
        return Test(fact, frozenset({_answer(right)}))
    if order == "!=":
        return Not(Test(fact, frozenset({_answer(right)})))
    raise BadConditionError(f"{fact} {ast.unparse(right)}")


def _answer(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    raise BadConditionError(ast.unparse(node))


def _compared(amount: Decimal, order: str, number: Decimal) -> bool:
    found = {
        "<": amount < number,
        "<=": amount <= number,
        ">": amount > number,
        ">=": amount >= number,
        "==": amount == number,
        "!=": amount != number,
    }
    return found[order]


def _tests(tree: Tree) -> list[Test]:
    if isinstance(tree, Test):
        return [tree]
    parts = (tree.part,) if isinstance(tree, Not) else tree.parts
    return [test for part in parts for test in _tests(part)]


def can_hold(condition: Condition, answers: Mapping[str, tuple[str, ...]]) -> bool:
    """Tell whether some answers make the condition hold; `answers` lists those of each fact.

    A fact without listed answers is an amount: it is tried at, below and above every number that
    the condition names. Conditions too large to try are taken to be possible.
    """
    facts = sorted(condition.facts)
    choices = [answers.get(fact) or _amounts(condition, fact) for fact in facts]
    cases = 1
    for each in choices:
        cases *= len(each)
    if cases > _MOST_CASES:
        return True
    return any(condition.holds(dict(zip(facts, case, strict=True))) for case in product(*choices))


def _amounts(condition: Condition, fact: str) -> tuple[str, ...]:
    numbers = {test.number for test in condition.tests if test.fact == fact}
    step = Decimal("0.001")
    tried = (n + d for n in sorted(numbers) for d in (-step, Decimal(0), step))
    return tuple(str(amount) for amount in tried if amount >= 0)
