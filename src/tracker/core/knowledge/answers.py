"""Which answers are still possible, for many projects at once; conditions in three values.

The answers to a question are cut into classes: one for each answer, or, of an amount, one for each
number that some condition names and one for each gap between them. A column holds a set of classes
for each question, as bits. A condition is sure where every class still possible meets it, and
possible where one does (Kleene; the parts of a condition are taken apart from one another, so that
"possible" may say too much, never too little).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tracker.core.compile import answer, fits, known_facts
from tracker.core.conditions import All, Condition, Either, Not, Test, Tree, amount_of
from tracker.core.model import Procedure, Question
from tracker.core.plan.facts import Mask

Bits = npt.NDArray[np.uint64]
"""A set of classes for each question and world: `(questions, worlds)`."""


@dataclass(frozen=True, eq=False)
class Answers:
    """The questions of a procedure on which a step or a link hangs, in its order.

    A question to the county counts as answered: by its profile, or else carefully.
    """

    procedure: Procedure

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Return every condition of a step or a link."""
        of_steps = (step.condition for step in self.procedure.steps)
        of_links = (condition for _, condition in self.procedure.links_on_answers)
        return tuple(each for each in (*of_steps, *of_links) if each)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Return the questions that count."""
        asked = frozenset[str]().union(*(each.facts for each in self.conditions))
        return tuple(q for q in self.procedure.questions if q.fact in asked)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Return the row of each fact."""
        return {question.fact: n for n, question in enumerate(self.questions)}

    @cached_property
    def classes(self) -> Mapping[str, Sequence[str]]:
        """Return an answer of each class, class by class."""
        return {
            question.fact: question.answers or _amounts(self._numbers[question.fact])
            for question in self.questions
        }

    @cached_property
    def _numbers(self) -> Mapping[str, list[Decimal]]:
        """Return the numbers that some condition names, by fact, ascending."""
        tests = {test for condition in self.conditions for test in condition.tests}
        return {
            question.fact: sorted({test.number for test in tests if test.fact == question.fact})
            for question in self.questions
        }

    @cached_property
    def all_possible(self) -> Bits:
        """Return one column in which every answer is possible."""
        counts = [len(self.classes[question.fact]) for question in self.questions]
        return np.array([(1 << count) - 1 for count in counts], dtype=np.uint64)[:, None]

    def column(self, facts: Mapping[str, str]) -> Bits:
        """Return one column: what a project's facts leave possible."""
        known = known_facts(self.procedure, facts)
        found = self.all_possible.copy()
        for question in self.questions:
            if question.fact in known or question.of_county:
                found[self.place[question.fact], 0] = self.bits(question, answer(question, known))
        return found

    def bits(self, question: Question, given: str) -> int:
        """Return the class of an answer that fits the question, as bits."""
        if question.answers:
            return 1 << question.answers.index(given)
        amount = amount_of(given) or Decimal(0)
        below = sum(
            (number < amount) + (number <= amount) for number in self._numbers[question.fact]
        )
        return 1 << below

    def spoken(self, fact: str, one: int) -> str:
        """Return an answer of the one class in `one`: a usual one, where the class has one."""
        question = self.questions[self.place[fact]]
        usual = (given for given, _ in question.usual if fits(question, given))
        found = next((given for given in usual if self.bits(question, given) == one), None)
        return found or self.classes[fact][one.bit_length() - 1]

    def shares(self, question: Question) -> npt.NDArray[np.float64]:
        """Return the usual share of each class; the careful one where no share is known."""
        found = np.zeros(len(self.classes[question.fact]))
        usual = question.usual or ((question.careful, 1.0),)
        for given, share in usual:
            if fits(question, given):
                found[self.bits(question, given).bit_length() - 1] += share
        return found

    @cached_property
    def meets(self) -> Mapping[Test, np.uint64]:
        """Return the classes that meet each test, as bits."""
        tests = {test for condition in self.conditions for test in condition.tests}
        return {test: np.uint64(sum(self._meeting(test))) for test in tests}

    def _meeting(self, test: Test) -> Iterable[int]:
        classes = enumerate(self.classes[test.fact])
        return (1 << n for n, given in classes if test.holds({test.fact: given}))

    def surely(self, conditions: Sequence[Condition | None], answers: Bits) -> Mask:
        """Tell in which columns each condition is met whatever the answers turn out to be.

        `(conditions, worlds)`.
        """
        return self._each(conditions, answers, sure=True)

    def possibly(self, conditions: Sequence[Condition | None], answers: Bits) -> Mask:
        """Tell in which columns each condition may be met: `(conditions, worlds)`."""
        return self._each(conditions, answers, sure=False)

    def _each(self, conditions: Sequence[Condition | None], answers: Bits, *, sure: bool) -> Mask:
        found = np.ones((len(conditions), answers.shape[1]), dtype=np.bool_)
        met = self._met(answers)
        for n, condition in enumerate(conditions):
            if condition:
                found[n] = self._holds(condition.tree, met, sure=sure)
        return found

    @cached_property
    def _tests(self) -> Mapping[Test, int]:
        """Return the place of each test."""
        return {test: n for n, test in enumerate(self.meets)}

    @cached_property
    def _of_tests(self) -> tuple[npt.NDArray[np.intp], Bits]:
        """Return the question of each test, and the classes that meet it."""
        rows = np.array([self.place[test.fact] for test in self.meets], dtype=np.intp)
        return rows, np.array(list(self.meets.values()), dtype=np.uint64)[:, None]

    def _met(self, answers: Bits) -> tuple[Mask, Mask]:
        """Tell which tests `(tests, worlds)` may be met, and which surely are."""
        rows, meets = self._of_tests
        given = answers[rows]
        return (given & meets) != 0, (given & ~meets) == 0

    def _holds(self, tree: Tree, met: tuple[Mask, Mask], *, sure: bool) -> Mask:
        if isinstance(tree, Test):
            found: Mask = met[sure][self._tests[tree]]
            return found
        if isinstance(tree, Not):
            return ~self._holds(tree.part, met, sure=not sure)
        parts = (self._holds(part, met, sure=sure) for part in tree.parts)
        return _joined(parts, every=isinstance(tree, All))

    def assume(self, condition: Condition, answers: Bits, *, met: Mask, unmet: Mask) -> None:
        """Strike out, in place, the answers that contradict a condition known to be met or not.

        What would leave no answer at all is not struck out: then two who said something disagree.
        """
        self._assume(condition.tree, answers, met, unmet)

    def _assume(self, tree: Tree, answers: Bits, met: Mask, unmet: Mask) -> None:
        if isinstance(tree, Test):
            row, meets = answers[self.place[tree.fact]], self.meets[tree]
            for where, allowed in ((met, meets), (unmet, ~meets)):
                left = row & allowed
                np.copyto(row, left, where=where & (left != 0))
        elif isinstance(tree, Not):
            self._assume(tree.part, answers, unmet, met)
        else:
            self._assume_parts(tree, answers, met, unmet)

    def _assume_parts(self, tree: All | Either, answers: Bits, met: Mask, unmet: Mask) -> None:
        """Every part of a met "and" is met; its last open part is unmet where it is not."""
        is_all = isinstance(tree, All)
        every, open_one = (met, unmet) if is_all else (unmet, met)
        known = self._met(answers)
        settled = [self._holds(part, known, sure=is_all) for part in tree.parts]
        rest = settled if is_all else [~each for each in settled]
        for n, part in enumerate(tree.parts):
            others = [each for k, each in enumerate(rest) if k != n]
            alone = open_one & np.logical_and.reduce(others)
            pair = (every, alone) if is_all else (alone, every)
            self._assume(part, answers, *pair)


def _joined(parts: Iterable[Mask], *, every: bool) -> Mask:
    found: Mask = (np.logical_and if every else np.logical_or).reduce(list(parts))
    return found


def _amounts(numbers: Sequence[Decimal]) -> tuple[str, ...]:
    """Return an amount below, at, between and above the numbers, ascending."""
    found: list[Decimal] = []
    for before, number in zip([Decimal(0), *numbers], numbers, strict=False):
        found += [(before + number) / 2, number]
    above = (numbers[-1] + 1) if numbers else Decimal(0)
    return tuple(str(each) for each in (*found, above))
