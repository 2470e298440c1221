"""The closed list of what can be wrong in a ledger: one code, one sentence, one remedy."""

from tracker.core.problems import Message, message
from tracker.ledger.book.grid import letters
from tracker.ledger.model import LedgerIssue, Severity
from tracker.ledger.values.secrecy import without_private
from tracker.ledger.values.words import shown

_LONGEST_RAW = 200
_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

CODES: dict[str, tuple[Severity, Message, Message]] = {
    "bad_date": (_E, message("'{raw}' is no day that exists."), message("Write the right date.")),
    "undecided_date": (
        _I,
        message("'{raw}' names no day."),
        message("Fill it in once it is decided."),
    ),
    "relative_date": (
        _E,
        message("'{raw}' names no certain day."),
        message("Write a date, such as 2025-09-30."),
    ),
    "year_assumed": (
        _W,
        message("'{raw}' has no year and lies far back with the ledger's own."),
        message("Add the year."),
    ),
    "future_day": (
        _W,
        message("'{raw}' lies after the day of the ledger, so it is read as planned."),
        message("If it is done, correct the day."),
    ),
    "future_done": (
        _E,
        message("'{raw}' is done on a day that has not come."),
        message("Correct the day or the status."),
    ),
    "promised_day": (
        _E,
        message("'{raw}' is a promise; whether it was kept nobody says."),
        message("Write the day on which it was done, or leave the cell empty."),
    ),
    "problem_not_used": (
        _I,
        message("'{raw}' is kept as a remark; only a kind of problem holds a plan."),
        message("Fill in 问题类型, such as 用地指标."),
    ),
    "date_order": (
        _E,
        message("The planned finish '{raw}' lies before the planned start."),
        message("Correct one of the two."),
    ),
    "bad_amount": (
        _E,
        message("'{raw}' is no amount."),
        message("Write a number; the unit stands above."),
    ),
    "bad_document": (
        _W,
        message("'{raw}' is no document number."),
        message("Write it like 示发改〔2025〕12号."),
    ),
    "uncomputed": (
        _W,
        message("The formula of the cell was never worked out, so it holds no value."),
        message("Open the file in Excel or WPS, save it, and import it again."),
    ),
    "long_text": (
        _E,
        message("The text is longer than any that belongs here."),
        message("Write it shorter, in one line."),
    ),
    "private_number": (
        _I,
        message("A telephone or identity number was left out: '{raw}'."),
        message("Keep such numbers out of the ledger."),
    ),
    "name_filled": (
        _I,
        message("The row names no project; it was read with '{raw}' above."),
        message("Repeat the name, or merge the cells."),
    ),
    "undecided_name": (
        _I,
        message("'{raw}' names nobody yet."),
        message("Fill it in once it is decided."),
    ),
    "undecided_amount": (
        _I,
        message("'{raw}' is no amount yet."),
        message("Fill it in once it is known."),
    ),
    "about_amount": (
        _W,
        message("'{raw}' is only about right."),
        message("Write the exact amount."),
    ),
    "unknown_status": (
        _E,
        message("'{raw}' is no known status."),
        message("Write 已办结, 办理中, 未启动, 不需要 or a date."),
    ),
    "status_blank": (_I, message("The cell is empty."), message("Fill in the status.")),
    "status_conflict": (
        _W,
        message("'{done}' is recorded as done, yet '{open}', which it needs, is not."),
        message("Correct one of the two."),
    ),
    "unknown_column": (
        _I,
        message("The heading '{raw}' fits no step; the column is not used."),
        message("Rename it if it should be."),
    ),
    "unknown_step": (
        _W,
        message("'{heading}' is no step that is known; what is said of it is not used."),
        message("Write the step as the procedure calls it."),
    ),
    "other_procedure": (
        _W,
        message("The project's procedure has no '{heading}'; '{raw}' is not used."),
        message("Check 立项类型 and 行业, or write 不需要."),
    ),
    "planning_alone": (
        _I,
        message("'{raw}' is read as the construction planning permit."),
        message("Write 用地规划 or 工程规划 to be exact."),
    ),
    "duplicate": (
        _E,
        message("The project '{raw}' stands here twice, first in row {first}."),
        message("Delete one of the rows."),
    ),
    "perhaps_renamed": (
        _E,
        message("'{raw}' may be the known project '{old}' under another name."),
        message(
            "Say so with --rename, or with --new that it is another; the code decides it for good."
        ),
    ),
    "several_known": (
        _E,
        message("'{raw}' could be any of these known projects: {projects}."),
        message("Correct the code, or add the town, so that it fits one alone."),
    ),
    "bad_code": (
        _W,
        message("'{raw}' has not the form of a project code."),
        message("Check it on the national platform."),
    ),
    "code_check": (
        _W,
        message("The check digit of '{raw}' is wrong."),
        message("Compare it with the national platform."),
    ),
    "missing_name": (
        _E,
        message("The row has no project name."),
        message("Fill in the name."),
    ),
    "two_leaders": (
        _W,
        message("'{raw}' names {count} leaders; a project has one, so none is taken."),
        message("Keep the one who answers for it."),
    ),
    "unit_doubt": (
        _E,
        message("The unit of '{raw}' is in doubt."),
        message("Use 元, 万元 or 亿元; in a single cell write it out, such as 3000万元."),
    ),
    "no_header": (
        _W,
        message("No heading was recognised on this sheet; nothing was read from it."),
        message("The heading needs 项目名称 and at least two more known columns."),
    ),
    "mixed_forms": (
        _E,
        message("The sheet holds several forms that cannot be told apart; none was read."),
        message("Put each form on a sheet of its own, or begin each with 项目名称."),
    ),
    "section_or_project": (
        _W,
        message(
            "'{raw}' is taken for the heading of a section, though something stands beside it."
        ),
        message("If it is a project, fill in more of its row."),
    ),
    "fields_differ": (
        _W,
        message("'{raw}' and another cell say different things of one field, which stays empty."),
        message("Make them agree, or empty one."),
    ),
    "parts_differ": (
        _W,
        message(
            "'{raw}' and another column of this step give different days or numbers; none was kept."
        ),
        message("Make them agree, or drop one."),
    ),
    "second_column": (
        _I,
        message("'{raw}' is read only where '{first}' is empty."),
        message("Drop the column that is not meant."),
    ),
    "columns_disagree": (
        _E,
        message("'{raw}' and another column say different things of one step."),
        message("Make them agree, or drop one."),
    ),
    "no_unit": (
        _W,
        message("The ledger names no unit; amounts are read as 万元."),
        message("Write 单位：万元 above the table."),
    ),
    "procedure_assumed": (
        _W,
        message("Regime or category of '{raw}' is unsure; it is planned as a government building."),
        message("Fill in 立项类型 and 行业."),
    ),
    "classified": (
        _E,
        message("The row is marked 涉密; classified projects must not be handled here."),
        message("Remove the row."),
    ),
    "cell_error": (
        _E,
        message("The cell shows the error {raw}."),
        message("Correct the formula."),
    ),
    "total_mismatch": (
        _W,
        message(
            "The total says {raw}, the rows add up to {sum} 万元, a difference of {difference}."
        ),
        message("Check the total and the rows."),
    ),
    "count_mismatch": (
        _W,
        message("'{raw}' counts {said} projects, {found} were found."),
        message("Check whether a row is missing, hidden or twice."),
    ),
}
"""Every code with its severity, its sentence (`{raw}` is the cell's text) and its remedy."""


class Issues(list[LedgerIssue]):
    """The issues of a ledger, in the order in which they were found."""

    def add(
        self,
        code: str,
        sheet: str | None,
        row: int,
        column: int | None,
        raw: object = None,
        **values: object,
    ) -> None:
        """Note what is wrong in a cell; row and column count from 0.

        Private numbers are left out.
        """
        severity, what, remedy = CODES[code]
        text = without_private(shown(raw) or "")
        text = text if len(text) <= _LONGEST_RAW else f"{text[:_LONGEST_RAW]}…"
        self.append(
            LedgerIssue(
                sheet=sheet,
                row=row + 1,
                column=None if column is None else letters(column),
                code=code,
                severity=severity,
                raw=text or None,
                what=what.of(raw=text, **values),
                remedy=remedy,
            )
        )
