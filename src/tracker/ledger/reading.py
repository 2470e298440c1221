"""A workbook is read: cells, tables, entries, projects, and what has to be asked."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from tracker.core.model import Procedure
from tracker.ledger.book.confine import read_workbook, refusal
from tracker.ledger.book.grid import Grid, Workbook, letters
from tracker.ledger.book.guard import MOST_BYTES
from tracker.ledger.issues import Issues
from tracker.ledger.layouts.forms import Form, MixedFormsError, forms_of, hidden_in
from tracker.ledger.layouts.rows import entries_of
from tracker.ledger.layouts.tasks import holds_amounts
from tracker.ledger.layouts.turning import is_turned, texts_around, turned
from tracker.ledger.model import ColumnReading, Ledger, LedgerProject, SheetReading
from tracker.ledger.rows import RowReader
from tracker.ledger.settling import DESCRIBING
from tracker.ledger.shape.aliases import Field, Part
from tracker.ledger.shape.columns import Column
from tracker.ledger.shape.entries import Entry
from tracker.ledger.shape.headings import as_told
from tracker.ledger.shape.ignored import Ignored
from tracker.ledger.shape.legends import COLOURS, explained_in, legend_in
from tracker.ledger.shape.meanings import meaning_of
from tracker.ledger.shape.sense import sense_of_sheet, year_of_sheet
from tracker.ledger.shape.tables import Table, find_tables
from tracker.ledger.totals import check_totals
from tracker.ledger.turned import issue_back, project_back
from tracker.ledger.values.money import ODD, unit_of_sheet
from tracker.ledger.values.rules import CellRules, Sense, Status
from tracker.ledger.values.secrecy import without_private
from tracker.ledger.values.statuses import taught
from tracker.ledger.values.words import plain, shown
from tracker.ledger.vocabulary import project_in

_MANY, _OFTEN = 500, 100
_SAMPLE = 40  # characters
_EXPLAINS = re.compile("说明|目录|封面|字典|选项|参数")
"""Names of sheets that hold no table of projects and need not be asked about."""
_OF_SECTIONS = re.compile(
    r"(?:类|领域|板块|行业|方面|部分|片区|批次?)(?:项目)?(?:$|[\d,.(共])|\d+[个项]"
)
"""How the name of a section ends, or goes on with its number of projects."""
_GONE = re.compile("已?取消|撤销|退出|终止|调出|已竣工|已完工|已建成")
"""What a section is called whose projects are none any more."""
_NUMERAL_ALONE = re.compile(r"^[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.]?\s")
"""A numeral in a cell of its own, where projects have 1 and 2: a section, whatever it sums up."""
Watch = Callable[[str | None, int, int], None]


def unwatched(sheet: str | None, done: int, total: int) -> None:
    """Watch nothing."""


def bytes_of(path: Path) -> bytes:
    """Return what a file holds. Raises RefusedFileError when there is none, or far too much."""
    if path.is_dir():
        raise refusal("folder", path.name or str(path))
    if not path.is_file():
        raise refusal("missing_file", path.name or str(path))
    if path.stat().st_size > MOST_BYTES:
        raise refusal("too_large", path.name)
    return path.read_bytes()


def read_ledger(
    data: bytes,
    file: str,
    as_of: date,
    procedures: Mapping[str, Procedure],
    told: Mapping[str, str],
    watch: Watch = unwatched,
) -> Ledger:
    """Read a ledger as of its day; `file` is its name, `told` what people say words mean.

    `watch` is told how far a long sheet is: its name, the rows that are read, and all of them.
    Raises RefusedFileError when it is no ledger, or none that may be opened.
    """
    return ledger_of(read_workbook(data, file), file, as_of, procedures, told, watch)


def ledger_of(
    workbook: Workbook,
    file: str,
    as_of: date,
    procedures: Mapping[str, Procedure],
    told: Mapping[str, str],
    watch: Watch = unwatched,
) -> Ledger:
    """Return what the cells of a workbook say. Raises RefusedFileError when it is no ledger."""
    reader = _Reader(as_of, procedures, told, watch)
    for name in workbook.hidden_sheets:
        reader.ignored.append(Ignored(name, None, "hidden", name))
    for grid in workbook.grids:
        reader.read_sheet(grid)
    if not reader.sheets:
        raise refusal("no_header", file)
    reader.find_duplicates()
    return reader.ledger(workbook, file)


class _Reader:
    """Gathers what the sheets of one workbook say."""

    def __init__(
        self,
        as_of: date,
        procedures: Mapping[str, Procedure],
        told: Mapping[str, str],
        watch: Watch,
    ) -> None:
        self.as_of, self.procedures, self.told, self.watch = as_of, procedures, told, watch
        self.words = taught(told)
        self.chosen = {
            name: said
            for key, said in told.items()
            if (name := project_in(key)) and said in procedures
            if not procedures[said].is_overlay
        }
        """The procedures that people chose, by the comparable names of projects."""
        self.ignored: list[Ignored] = []
        self.sheets: list[SheetReading] = []
        self.projects: list[LedgerProject] = []
        self.issues = Issues()

    def read_sheet(self, grid: Grid) -> None:
        """Read the tables of a sheet, or the form on it."""
        if is_turned(grid):
            self._read_turned(grid)
            return
        tables = find_tables(grid, self.told)
        try:
            forms = [] if tables else forms_of(as_told(grid, self.told))
        except MixedFormsError as mixed:
            self.issues.add("mixed_forms", grid.sheet, mixed.row, mixed.column)
            self.sheets.append(
                SheetReading(
                    sheet=grid.sheet,
                    layout="form",
                    header_rows=(mixed.row + 1,),
                    unit=None,
                    projects=0,
                )
            )
            return
        for n, table in enumerate(tables):
            self._read_table(table, is_first=n == 0)
        for form in forms:
            self._read_form(form)
        if forms:
            self.ignored.extend(hidden_in(grid))
        elif not tables and _EXPLAINS.search(grid.sheet or ""):
            self.ignored.append(Ignored(grid.sheet, None, "note", grid.sheet or ""))
        elif not tables and (first := _first_filled(grid)):
            self.issues.add("no_header", grid.sheet, *first, grid.sheet)

    def _read_turned(self, grid: Grid) -> None:
        """Read a sheet on which projects are columns, and give everything its place there."""
        inner = _Reader(self.as_of, self.procedures, self.told, self.watch)
        above, below = texts_around(grid)
        unit = next(filter(None, map(unit_of_sheet, above)), None)
        for n, table in enumerate(find_tables(turned(grid), self.told)):
            said = replace(
                table,
                sheet_unit=table.sheet_unit or unit,
                legend={**explained_in(above), **legend_in(below)},
                sense=sense_of_sheet(above, below),
                year=year_of_sheet(above),
            )
            inner._read_table(said, is_first=n == 0)
        self.projects.extend(map(project_back, inner.projects))
        self.issues.extend(map(issue_back, inner.issues))
        self.ignored.extend(
            Ignored(grid.sheet, n + 1, "title", text[:80]) for n, text in enumerate(above) if text
        )
        self.sheets.extend(
            replace(sheet, layout="columns", columns=(), header_rows=(len(above) + 1,))
            for sheet in inner.sheets
        )

    def ledger(self, workbook: Workbook, file: str) -> Ledger:
        """Return everything, the issues in the order of the sheets."""
        order = {grid.sheet: n for n, grid in enumerate(workbook.grids)}
        self.issues.sort(key=lambda i: (order[i.sheet], i.row, len(i.column or ""), i.column or ""))
        return Ledger(
            file=file,
            as_of=self.as_of,
            sheets=tuple(self.sheets),
            projects=tuple(self.projects),
            ignored=tuple(self.ignored),
            issues=tuple(self.issues),
        )

    def _read_table(self, table: Table, *, is_first: bool) -> None:
        grid = table.grid
        self._note_columns(table)
        reader = RowReader(
            grid,
            table.units,
            self._rules(table.legend, table.sense, table.year),
            self.procedures,
            self.issues,
            chosen=self.chosen,
            is_by_row=table.layout == "long",
        )
        entries = reader.prepare(entries_of(table, self.as_of))
        found = [p for e in self._watched(grid.sheet, entries) if (p := reader.project(e))]
        columns = tuple(_column_reading(c, table) for c in table.columns if c.heading)
        rows = tuple(row + 1 for row in table.header_rows)
        self.sheets.append(
            SheetReading(
                sheet=grid.sheet,
                layout=table.layout,
                header_rows=rows,
                unit=table.unit,
                projects=len(found),
                columns=columns,
                legend=table.legend,
                units=table.units,
            )
        )
        self.projects.extend(found)
        self.ignored.extend(i for i in table.ignored if is_first or i.row is not None)
        self._note_sections(table)
        self._note_looks(table)
        check_totals(table, found, self.issues)

    def _rules(
        self, legend: Mapping[str, Status], sense: Sense | None, year: int | None
    ) -> CellRules:
        known = {**self.words, **legend}  # the sheet's own legend wins
        return CellRules(as_of=self.as_of, year=year, legend=known, sense=sense)

    def _note_sections(self, table: Table) -> None:
        """Report the sections beside which an amount or a state stands: they may be projects."""
        telling = [c for c in table.columns if c.step_kind or c.field is Field.INVESTMENT]
        titles = [line.text for line in table.ignored if line.kind == "title"]
        for text in (table.grid.sheet or "", *titles):
            if _GONE.search(plain(text)):
                first = table.columns[0].index
                self.issues.add("gone_section", table.grid.sheet, table.header_rows[0], first, text)
        for each in table.ignored:
            if each.row is None:
                continue
            is_head = each.kind in ("section", "title", "note")
            if is_head and _GONE.search(each.text) and each.row > table.header_rows[-1] + 1:
                first = next(
                    n for n, v in enumerate(table.grid.rows[each.row - 1]) if v is not None
                )
                self.issues.add("gone_section", each.sheet, each.row - 1, first, each.text)
            named = _OF_SECTIONS.search(plain(each.text)) or _NUMERAL_ALONE.match(each.text)
            if each.kind != "section" or named:
                continue
            if any(table.grid.at(each.row - 1, column.index) is not None for column in telling):
                column = next(
                    n for n, v in enumerate(table.grid.rows[each.row - 1]) if v is not None
                )
                self.issues.add("section_or_project", each.sheet, each.row - 1, column, each.text)

    def _note_looks(self, table: Table) -> None:
        """Report what the eye sees: rows that a filter hides, lines through text, colours."""
        grid, name = table.grid, table.column(Field.NAME)
        assert name is not None  # a table without names is none
        filtered = [row for row in table.body if row in grid.filtered_rows]
        if filtered:
            where = (grid.sheet, filtered[0], name.index)
            self.issues.add("filtered_rows", *where, count=len(filtered))
        read = {column.index for column in table.columns if column.heading}
        gone = {each.row - 1 for each in table.ignored if each.row and each.kind == "hidden"}
        for (row, column), text in grid.struck.items():
            if row in gone and column == name.index:
                self.issues.add("struck_rows", grid.sheet, row, column, text)
            elif row in table.sections and column in read:
                self.issues.add("struck_text", grid.sheet, row, column, text)
        unread = _fills_unread(table)
        if unread:
            self.issues.add("colours_unread", grid.sheet, *unread[0], unread[1])
        elif COLOURS & table.legend.keys() and not table.is_coloured and self._is_empty(table):
            self.issues.add("colours_unread", grid.sheet, table.header_rows[-1], name.index)

    def _is_empty(self, table: Table) -> bool:
        """Tell whether no column of a step holds a word."""
        states = [column for column in table.columns if column.step_kind]
        return bool(states) and all(
            table.grid.at(row, c.index) is None for row in table.body for c in states
        )

    def _watched(self, sheet: str | None, entries: list[Entry]) -> Iterator[Entry]:
        """Yield the entries, and tell now and then how many there were."""
        for n, entry in enumerate(entries, start=1):
            yield entry
            if len(entries) >= _MANY and (n % _OFTEN == 0 or n == len(entries)):
                self.watch(sheet, n, len(entries))

    def _read_form(self, form: Form) -> None:
        grid, entry = form.grid, form.entry
        if Field.INVESTMENT in entry.fields and form.unit is None:
            cell = entry.fields[Field.INVESTMENT]
            self.issues.add("no_unit", grid.sheet, cell.row, cell.column)
        for cell in form.unknown:
            self.issues.add("unknown_column", grid.sheet, cell.row, cell.column, cell.value)
        amount = entry.fields.get(Field.INVESTMENT)
        units = {amount.column: form.unit} if amount and form.unit else {}
        reader = RowReader(
            grid,
            units,
            self._rules(form.legend, form.sense, form.year),
            self.procedures,
            self.issues,
            chosen=self.chosen,
            is_by_row=True,
        )
        found = [p for each in reader.prepare([entry]) if (p := reader.project(each))]
        self.sheets.append(
            SheetReading(
                sheet=grid.sheet,
                layout="form",
                header_rows=(entry.row + 1,),
                unit=form.unit,
                projects=len(found),
            )
        )
        self.projects.extend(found)
        self.ignored.extend(form.ignored)

    def _note_columns(self, table: Table) -> None:
        sheet, header = table.grid.sheet, table.header_rows[-1]
        amount = table.column(Field.INVESTMENT)
        if amount and table.unit is None:
            self.issues.add("no_unit", sheet, header, amount.index)
        if amount and table.unit == ODD:
            self.issues.add("unit_doubt", sheet, header, amount.index, amount.heading)
        for column in table.columns:
            if _is_unknown(column, table):
                self.issues.add("unknown_column", sheet, header, column.index, column.heading)
            first = table.column(column.field) if column.field else None
            if first and first is not column and column.field in DESCRIBING:
                self.issues.add(
                    "second_column",
                    sheet,
                    header,
                    column.index,
                    column.heading,
                    first=first.heading,
                )
            if column.step_kind == "permit":
                self.issues.add("planning_alone", sheet, header, column.index, column.heading)

    def find_duplicates(self) -> None:
        """Note each later row with the code, or the name and place, of an earlier one."""
        seen: dict[tuple[str, ...], LedgerProject] = {}
        for project in self.projects:
            keys = _keys(project)
            first = next((seen[key] for key in keys if key in seen), None)
            if first:
                cell = project.cells[Field.NAME]
                self.issues.add("duplicate", project.sheet, *cell, project.name, first=first.row)
            for key in keys:
                seen.setdefault(key, project)


def _fills_unread(table: Table) -> tuple[tuple[int, int], str] | None:
    """Return the first empty cell of a step whose fill no legend explains, and the fill."""
    states = {c.index for c in table.columns if c.step_kind and c.part is Part.STATE}
    places = (
        (place, name)
        for place, name in sorted(table.grid.colours.items())
        if place[0] in table.sections and place[1] in states
        if table.grid.at(*place) is None and name not in table.legend
    )
    return next(places, None)


def _first_filled(grid: Grid) -> tuple[int, int] | None:
    """Return the place of the first cell that holds anything; None on an empty sheet."""
    places = (
        (r, c) for r, cells in enumerate(grid.rows) for c, v in enumerate(cells) if v is not None
    )
    return next(places, None)


def _keys(project: LedgerProject) -> list[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = [("name", plain(project.name), plain(project.location or ""))]
    return [*keys, ("code", project.code)] if project.code else keys


def _is_unknown(column: Column, table: Table) -> bool:
    known = bool(column.field or column.step_kind or not column.heading)
    known = known or column.task is not None or bool(column.question or column.asked)
    known = known or (column.month is not None and not holds_amounts(table, column))
    return not known and not (table.layout == "long" and meaning_of(column, table.layout))


def _column_reading(column: Column, table: Table) -> ColumnReading:
    filled = (text for row in table.body if (text := shown(table.grid.at(row, column.index))))
    sample = without_private(next(filled, ""))[:_SAMPLE]
    meaning = meaning_of(column, table.layout)
    return ColumnReading(letters(column.index), column.key, meaning, column.rule, sample or None)
