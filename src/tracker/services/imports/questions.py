"""What to ask about a ledger first: the questions that would settle most of its cells.

Each is answered once: the answer is remembered as the meaning of a heading or of a word, and the
file is read again with it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.core.problems import Message, message
from tracker.ledger.model import ColumnReading, Ledger, LedgerIssue
from tracker.ledger.shape.columns import NOT_USED
from tracker.ledger.values.rules import Status
from tracker.ledger.values.words import plain
from tracker.ledger.vocabulary import word_key

MOST_QUESTIONS = 10
_LONGEST_WORD = 12  # characters: what is longer is a sentence, and no word to be taught
_KINDS = ("报告书", "报告表", "登记表")
"""What 环评 is, which is no state to be taught."""
_STATES = {
    Status.DONE: "已办结",
    Status.IN_PROGRESS: "办理中",
    Status.NOT_STARTED: "未启动",
    Status.NOT_REQUIRED: "不需要",
    Status.RETURNED: "退回",
    Status.SUSPENDED: "暂停",
}


class Kind(StrEnum):
    """What a question asks for."""

    PLAN_OR_ACTUAL = "plan_or_actual"
    WORD = "word"
    COLUMN = "column"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer and what it makes the heading or the word mean."""

    label: Message | str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about a ledger. `key` is what is remembered with the answer's meaning.

    `cells` counts the cells that an answer settles; without `answers` a heading is asked for.
    """

    kind: Kind
    key: str
    text: Message
    cells: int
    sheet: str | None
    column: str | None
    answers: tuple[Answer, ...] = ()


def questions(ledger: Ledger) -> Sequence[Question]:
    """Return at most ten questions, those first that settle most cells."""
    found = [*_days(ledger), *_words(ledger), *_columns(ledger)]
    found.sort(key=lambda each: (each.kind is Kind.COLUMN, -each.cells))
    return found[:MOST_QUESTIONS]


def _days(ledger: Ledger) -> Iterator[Question]:
    """Yield for each column of days whether they are planned or actual."""
    for column, issues in _by_column(ledger, "plan_or_actual"):
        base = (column.meaning or "").split("/")[0]
        many = bool(base) and "/" in (column.meaning or "")
        yield Question(
            kind=Kind.PLAN_OR_ACTUAL,
            key=column.heading,
            text=message("Column {column} ({heading}), such as {sample}: planned or actual?").of(
                column=column.letter, heading=column.heading, sample=issues[0].raw or "–"
            ),
            cells=len(issues),
            sheet=issues[0].sheet,
            column=column.letter,
            answers=(
                Answer(
                    message("actual: it is done"), f"{base}/实际时间" if many else "实际完成时间"
                ),
                Answer(message("planned"), f"{base}/计划时间" if many else "计划完成时间"),
            ),
        )


def _words(ledger: Ledger) -> Iterator[Question]:
    """Yield for each word that nobody knows which state it means."""
    read = {(p.sheet, e.row, e.column) for p in ledger.projects for e in p.proposals}
    issues = [
        i
        for i in ledger.issues
        if i.code == "unknown_status" and i.raw and (i.sheet, i.row, i.column) not in read
        if plain(i.raw) not in _KINDS
    ]
    counts = Counter(plain(i.raw) for i in issues if len(plain(i.raw)) <= _LONGEST_WORD)
    first = {plain(i.raw): i for i in reversed(issues)}
    for word, count in counts.items():
        yield Question(
            kind=Kind.WORD,
            key=word_key(word),
            text=message("'{word}' in {count} cells: which state is it?").of(
                word=first[word].raw or "", count=count
            ),
            cells=count,
            sheet=first[word].sheet,
            column=first[word].column,
            answers=tuple(Answer(meaning, meaning) for meaning in _STATES.values()),
        )


def _columns(ledger: Ledger) -> Iterator[Question]:
    """Yield for each column that holds something and is not used what it means."""
    for sheet in ledger.sheets:
        for column in sheet.columns:
            if column.meaning is None and column.sample and column.rule != "told":
                yield Question(
                    kind=Kind.COLUMN,
                    key=column.heading,
                    text=message(
                        "Column {column} ({heading}), such as {sample}, is not used: what is it?"
                    ).of(column=column.letter, heading=column.heading, sample=column.sample),
                    cells=sheet.projects,
                    sheet=sheet.sheet,
                    column=column.letter,
                    answers=(Answer(message("of no use here"), NOT_USED),),
                )


def _by_column(ledger: Ledger, code: str) -> Iterator[tuple[ColumnReading, Sequence[LedgerIssue]]]:
    for sheet in ledger.sheets:
        for column in sheet.columns:
            found = [
                issue
                for issue in ledger.issues
                if issue.code == code
                and (issue.sheet, issue.column) == (sheet.sheet, column.letter)
            ]
            if found:
                yield column, found
