"""The weekly report as PDF, set by typst with the fonts that ship with the program."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from tracker.core.digest import Digest
from tracker.i18n.words import Words
from tracker.pictures.palette import TONES
from tracker.pictures.raster import font_folder
from tracker.reports.model import Report, Section

_LAYOUT = Path(__file__).parent / "weekly.typ"


def pdf_bytes(report: Report, digest: Digest, svg: str | None, caption: str, words: Words) -> bytes:
    """Return the report as PDF; the same report gives the same bytes."""
    content = {
        "number": report.number,
        "office": report.office,
        "date": report.day,
        "title": report.title,
        "subtitle": report.subtitle,
        "cover": report.cover,
        "summary": report.summary,
        "caption": caption,
        "has_picture": svg is not None,
        "page": words.text("Page {n} of {all}", n="{n}", all="{all}"),
        "day": [digest.status_date.year, digest.status_date.month, digest.status_date.day],
        "lang": words.language,
        "annex": report.annex,
        "front": [_section(section) for section in report.sections if section.is_front],
        "sections": [_section(section) for section in report.sections if not section.is_front],
    }
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "main.typ").write_text(_LAYOUT.read_text(encoding="utf-8"), encoding="utf-8")
        (root / "report.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        (root / "gantt.svg").write_text(svg or "", encoding="utf-8")
        return bytes(
            typst.compile(
                str(root / "main.typ"), font_paths=[str(font_folder())], ignore_system_fonts=True
            )
        )


def _section(section: Section) -> dict[str, object]:
    table = section.table
    if table is None or not table.rows:
        return {
            "title": section.title,
            "lines": section.lines,
            "empty": section.empty if table else "",
        }
    inks = [TONES[light].ink if light else "#22262f" for light in table.lights]
    return {
        "title": section.title,
        "lines": section.lines,
        "headings": table.headings,
        "rows": table.rows,
        "widths": table.widths,
        "inks": inks or ["#22262f"] * len(table.rows),
    }
