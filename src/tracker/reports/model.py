"""A report in words, before any file format: what Word, PDF and Excel lay out alike."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tracker.core.flag import Light


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts. `widths` are shares of the page; `lights` colours rows by their light."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    lights: tuple[Light | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines and its tables; some the workbook has elsewhere, or not at all.

    `empty` stands in place of a table without rows. The `is_front` ones stand on the upright pages
    that leaders read, the others in the annex.
    """

    title: str
    lines: tuple[str, ...] = ()
    table: Table | None = None
    empty: str = ""
    is_in_workbook: bool = True
    is_front: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole report in words. `number` and `office` head it; `cover` are lines under the title.

    `annex` is the title of the pages behind the front ones.
    """

    number: str
    office: str
    day: str
    title: str
    subtitle: str
    cover: tuple[str, ...]
    summary: str
    annex: str
    sections: tuple[Section, ...] = field(default=())

    @property
    def texts(self) -> Iterator[str]:
        """Yield every text of it."""
        yield from (self.number, self.office, self.day, self.title, self.subtitle, *self.cover)
        yield from (self.summary, self.annex)
        for section in self.sections:
            yield from (section.title, *section.lines, section.empty)
            if section.table:
                yield from section.table.headings
                for row in section.table.rows:
                    yield from row
