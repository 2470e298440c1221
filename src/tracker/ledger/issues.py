"""The closed list of what can be wrong in a ledger: one code, one sentence, one remedy."""

from tracker.core.problems import Message, message
from tracker.ledger.book.grid import letters
from tracker.ledger.model import LedgerIssue, Severity
from tracker.ledger.values.secrecy import without_private
from tracker.ledger.values.words import shown

_LONGEST_RAW = 200
_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

CODES: dict[str, tuple[Severity, Message, Message]] = {
    "bad_date": (_E, message("'{raw}' is not a valid date."), message("Write the right date.")),
    "undecided_date": (
        _I,
        message("'{raw}' does not give a date."),
        message("Fill it in once it is decided."),
    ),
    "relative_date": (
        _W,
        message("'{raw}' does not give an exact date."),
        message("Write a date, such as 2025-09-30."),
    ),
    "year_assumed": (
        _W,
        message("'{raw}' has no year; in the year of the ledger it would be long past."),
        message("Add the year."),
    ),
    "project_halted": (
        _W,
        message("'{raw}' says that the project is halted; it is planned all the same."),
        message("Take the row out, or fill in 问题类型 and 解决时限."),
    ),
    "started_already": (
        _W,
        message(
            "'{raw}' is past and not said to be planned; it is not taken as the planned start."
        ),
        message("Write 拟 or 计划 into the heading, or record the start of works."),
    ),
    "state_in_plan": (
        _W,
        message("'{raw}' stands where a planned day belongs; it is not taken as the state."),
        message("Write the state into its own column."),
    ),
    "unnumbered": (
        _W,
        message("'{raw}' has no number, and its neighbours have; it is read as a project."),
        message("Number it if it is one, or mark it as a subtotal or a section."),
    ),
    "person_in_unit": (
        _I,
        message("'{raw}' names {person} beside the unit; only the unit is read."),
        message("Give people a column of their own."),
    ),
    "year_carried": (
        _W,
        message("'{raw}' has no year; it is read as next year, since the step before it is later."),
        message("Add the year."),
    ),
    "future_day": (
        _W,
        message("'{raw}' is after the ledger date, so it is read as a planned date."),
        message("If it is done, correct the day."),
    ),
    "future_done": (
        _W,
        message("'{raw}' stands where a finished day belongs, but it lies in the future."),
        message("Correct the day or the status."),
    ),
    "promised_day": (
        _W,
        message("'{raw}' is a promised date; it does not say whether the step was completed."),
        message("Write the date on which it was completed, or leave the cell empty."),
    ),
    "problem_not_used": (
        _I,
        message(
            "'{raw}' is kept as a remark; only the column 问题类型 (type of problem) affects the"
            " plan."
        ),
        message("Fill in 问题类型, such as 用地指标."),
    ),
    "plan_or_actual": (
        _W,
        message("Nothing says whether '{raw}' is planned or actual."),
        message("Write 计划 or 实际 into the heading, or answer once for the column."),
    ),
    "date_order": (
        _E,
        message("The planned finish '{raw}' lies before the planned start."),
        message("Correct one of the two."),
    ),
    "bad_amount": (
        _W,
        message("'{raw}' is not an amount of money."),
        message("Write only a number; the unit is given in the heading."),
    ),
    "bad_document": (
        _W,
        message("'{raw}' is not a document number."),
        message("Write it in the form 示发改〔2025〕12号."),
    ),
    "uncomputed": (
        _W,
        message("The formula in this cell has no saved result, so no value can be read."),
        message("Open the file in Excel or WPS, save it, and import it again."),
    ),
    "long_text": (
        _E,
        message("The text is too long for this cell."),
        message("Write it shorter, in one line."),
    ),
    "private_number": (
        _I,
        message("A telephone or identity number was left out: '{raw}'."),
        message("Keep such numbers out of the ledger."),
    ),
    "name_filled": (
        _I,
        message("The row has no project name; it was read as part of '{raw}' above it."),
        message("Repeat the name, or merge the cells."),
    ),
    "undecided_name": (
        _I,
        message("'{raw}' does not give a definite name yet."),
        message("Fill it in once it is decided."),
    ),
    "undecided_amount": (
        _I,
        message("'{raw}' is not an amount yet."),
        message("Fill it in once it is known."),
    ),
    "about_amount": (
        _W,
        message("'{raw}' is only an approximate amount."),
        message("Write the exact amount."),
    ),
    "unknown_status": (
        _W,
        message("'{raw}' is not a known status."),
        message("Write 已办结, 办理中, 未启动, 不需要 or a date."),
    ),
    "stroke_doubt": (
        _W,
        message("Every project needs this step; '{raw}' does not say that it is not needed."),
        message("Write 不需要, or 未启动 if it is still to come."),
    ),
    "gone_section": (
        _W,
        message("The projects under '{raw}' were read as running ones."),
        message("Remove them from the ledger, or close them in the record."),
    ),
    "prose_unread": (
        _W,
        message("'{raw}' speaks of steps; nothing was read from it."),
        message("Give the steps columns of their own, or write 已办结 or 办理中 behind each."),
    ),
    "prose_partly": (
        _W,
        message("'{raw}' speaks of steps; the rest of the cell was read, this was not."),
        message("Give the steps columns of their own, or write 已办结 or 办理中 behind each."),
    ),
    "unknown_answer": (
        _W,
        message("'{raw}' answers neither yes nor no."),
        message("Write 是 or 否."),
    ),
    "several_steps": (
        _W,
        message("'{raw}' speaks of all steps together; it was taken for none of them."),
        message("Give each step a column, or write which steps are finished."),
    ),
    "regime_doubt": (
        _W,
        message(
            "'{raw}' and the cells of the steps point to different regimes; it is planned by"
            " {regime}."
        ),
        message("Fill in 立项类型."),
    ),
    "status_blank": (_I, message("The cell is empty."), message("Fill in the status.")),
    "status_conflict": (
        _W,
        message("'{done}' is recorded as done, but its prerequisite '{open}' is not."),
        message("Correct one of the two."),
    ),
    "unknown_column": (
        _I,
        message("The heading '{raw}' matches no step; the column is not used."),
        message("If it should be used, rename it."),
    ),
    "unknown_step": (
        _W,
        message("'{heading}' is not a known step; its entry is not used."),
        message("Use the name of the step in the procedure."),
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
        message("The project '{raw}' appears twice, first in row {first}."),
        message("Delete one of the rows."),
    ),
    "perhaps_renamed": (
        _E,
        message("'{raw}' may be the known project '{old}' under another name."),
        message(
            "If it was renamed, add --rename; if it is another project, add --new. With the"
            " project code filled in, this is not asked again."
        ),
    ),
    "several_known": (
        _E,
        message("'{raw}' could be any of these known projects: {projects}."),
        message("Correct the code, or add the town, so that only one project matches."),
    ),
    "bad_code": (
        _W,
        message("'{raw}' does not have the form of a project code."),
        message("Check it on the national online platform for investment projects."),
    ),
    "code_check": (
        _W,
        message("The check digit of '{raw}' is wrong."),
        message("Compare it with the national online platform for investment projects."),
    ),
    "missing_name": (
        _E,
        message("The row has no project name."),
        message("Fill in the name."),
    ),
    "two_leaders": (
        _W,
        message("'{raw}' names {count} leaders; a project can have only one, so none was used."),
        message("Keep only the leader responsible for the project."),
    ),
    "shared_amount": (
        _W,
        message("'{raw}' is merged over several projects; it was taken for none of them."),
        message("Write each project's own amount."),
    ),
    "parts_counted": (
        _I,
        message("'{raw}' has {count} parts; the project counts, its parts do not."),
        message("Number the parts as projects if each is one of its own."),
    ),
    "parts_sum": (
        _W,
        message("The parts add up to {sum} 万元, the project says '{raw}'."),
        message("Correct one of them."),
    ),
    "unit_doubt": (
        _E,
        message("The money unit of '{raw}' is unclear."),
        message(
            "Use 元, 万元 or 亿元; in a single cell, write the unit after the number, such as"
            " 3000万元."
        ),
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
        message("'{raw}' is read as a section heading, but its row has other contents."),
        message("If it is a project, fill in more of its row."),
    ),
    "fields_differ": (
        _W,
        message(
            "'{raw}' and another cell give different values for the same field; the field is left"
            " empty."
        ),
        message("Make them agree, or empty one."),
    ),
    "parts_differ": (
        _W,
        message(
            "'{raw}' and another column of this step give different dates or document numbers;"
            " neither was used."
        ),
        message("Make them agree, or drop one."),
    ),
    "second_column": (
        _I,
        message("'{raw}' is read only where '{first}' is empty."),
        message("Delete the column that is not needed."),
    ),
    "columns_disagree": (
        _W,
        message("'{raw}' and another column give different entries for the same step."),
        message("Make them agree, or drop one."),
    ),
    "no_unit": (
        _W,
        message("The ledger does not state a money unit; amounts are read as 万元."),
        message("Write 单位：万元 above the table."),
    ),
    "procedure_assumed": (
        _W,
        message(
            "The approval regime or category of '{raw}' is unclear; it is planned by {procedure}."
        ),
        message("Fill in 立项类型 and 行业."),
    ),
    "classified": (
        _E,
        message("The row is marked 涉密; classified projects must not be handled here."),
        message("Remove the row."),
    ),
    "filtered_rows": (
        _W,
        message("A filter hides {count} rows; they were read like the others."),
        message("Clear the filter to see them."),
    ),
    "struck_rows": (
        _W,
        message("The row of '{raw}' is struck through; it was not read."),
        message("Remove the row, or the line through it."),
    ),
    "struck_text": (
        _W,
        message("'{raw}' is struck through in whole or in part; what is struck was left out."),
        message("Remove the text, or the line through it."),
    ),
    "colours_unread": (
        _W,
        message("Colours stand for states here, and could not be read."),
        message(
            "Explain each colour below the table, such as 绿色为已办结, and fill the cells by hand;"
            " or write the states as words."
        ),
    ),
    "older_law": (
        _W,
        message("The ledger is of {raw}; the rules in force from {day} on were taken."),
        message("Check the day of the ledger: --as-of."),
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
        message("'{raw}' states {said} projects, but {found} were found."),
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
