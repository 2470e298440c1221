"""What a procedure asks, in words: questions, answers, and the conditions made of them."""

from collections.abc import Iterable, Mapping

from tracker.core.conditions import All, Condition, Either, Not, Test, Tree
from tracker.core.model import Question
from tracker.core.problems import message
from tracker.i18n.catalogue import LANGUAGES
from tracker.i18n.words import Words, words_in

_YES_NO = {"yes": message("yes"), "no": message("no")}
_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}


def answer_words(question: Question, answer: str, words: Words) -> str:
    """Return an answer as people say it: its words, or an amount with its unit."""
    if answer in question.words:
        return words(question.words[answer])
    if answer in _YES_NO and question.answers:
        return words(_YES_NO[answer])
    gap = " " if words.language == "en" else ""
    return f"{answer}{gap}{words(question.unit)}" if question.unit else answer


def choices_words(question: Question, words: Words) -> str:
    """Return what may be answered."""
    if not question.answers:
        return words(question.unit) if question.unit else ""
    return " / ".join(answer_words(question, answer, words) for answer in question.answers)


def answer_named(question: Question, text: str) -> str:
    """Return the answer that people call so in either language; else the text as it is."""
    for answer in question.answers:
        spoken = (answer_words(question, answer, words_in(language)) for language in LANGUAGES)
        if text in spoken:
            return answer
    return text


def question_named(questions: Iterable[Question], text: str) -> str:
    """Return the fact that people call so in either language; else the text as it is."""
    for question in questions:
        if text in (question.name.zh, question.name.en):
            return question.fact
    return text


def condition_words(condition: Condition, questions: Mapping[str, Question], words: Words) -> str:
    """Return a condition as a sentence of facts and answers."""
    return _tree(condition.tree, questions, words, is_inner=False)


def _tree(tree: Tree, questions: Mapping[str, Question], words: Words, *, is_inner: bool) -> str:
    if isinstance(tree, Test):
        return _test(tree, questions.get(tree.fact), words)
    if isinstance(tree, Not):
        inner = _tree(tree.part, questions, words, is_inner=True)
        return words.text("not {condition}", condition=inner)
    joint = words.text(" and ") if isinstance(tree, All) else words.text(" or ")
    text = joint.join(_tree(part, questions, words, is_inner=True) for part in tree.parts)
    return words.text("({text})", text=text) if is_inner and isinstance(tree, Either) else text


def _test(test: Test, question: Question | None, words: Words) -> str:
    if question is None:
        return str(test.fact)
    name = words(question.name)
    if test.order is not None:
        amount = answer_words(question, f"{test.number.normalize():f}", words)
        return f"{name} {_SIGNS[test.order]} {amount}"
    said = [answer_words(question, a, words) for a in question.answers if a in test.answers]
    return words.text("{fact}: {answers}", fact=name, answers=words.text(" or ").join(said))
