"""What the weekly report costs, part by part, and the Word file beside the PDF of the same model.

    python -m benchmarks.report            # 86 and 1,000 projects
    python -m benchmarks.report --quick    # 86 only

CPU time of one run. The peer of the Word file is typst, which sets the same report as PDF.
"""

import argparse
import platform
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from tracker.core.digest import Digest, digest
from tracker.core.model import Sight
from tracker.core.weeks import Week
from tracker.demo import DAY, write_ledgers
from tracker.demo.run import Demo, claim_folder
from tracker.i18n.words import words_in
from tracker.law import Catalog, catalog
from tracker.pictures.gantt import gantt_of_critical
from tracker.pictures.raster import png
from tracker.reports.excel import xlsx_bytes
from tracker.reports.message import message_text
from tracker.reports.pdf import pdf_bytes
from tracker.reports.sections import report_of
from tracker.reports.word import docx_bytes
from tracker.services.county import causes, follow_ups, survey
from tracker.services.projects import changes
from tracker.services.projects.changes import Change, Draft
from tracker.store import Engine, engine_for, projects, reading, transaction, upgrade
from tracker.store.audit import Act

WORDS = words_in("zh")
ACT = Act("benchmark")
Result = TypeVar("Result")


class Times(dict[str, float]):
    """CPU seconds by part."""

    def of(self, part: str, act: Callable[[], Result]) -> Result:
        begun = time.process_time()
        found = act()
        self[part] = self.get(part, 0.0) + time.process_time() - begun
        return found


def county(folder: Path, law: Catalog, count: int) -> Engine:
    """Return a county of so many projects: those of the demonstration, again and again."""
    claim_folder(folder)
    engine = engine_for(f"sqlite:///{folder / 'tracker.sqlite'}")
    upgrade(engine)
    demo = Demo(engine=engine, catalog=law, words=WORDS, folder=folder, say=lambda _: None)
    demo.import_ledger(write_ledgers(folder / "ledgers", law)[1], DAY)
    with reading(engine) as session:
        known = projects.load(session, Sight.on(DAY))
    drafts = []
    for n in range(count - len(known)):
        record = known[n % len(known)]
        name, code = f"{record.project.name}（{n}）", None
        again = replace(record.project, id=0, version=1, name=name, code=code)
        drafts.append(Draft(change=Change(None, again, record.events), action="add project"))
    if drafts:
        with transaction(engine) as session:
            changes.keep_all(session, ACT, drafts, known_by=DAY)
    return engine


def decide(engine: Engine, law: Catalog, times: Times) -> Digest:
    """Return what the report says, each part timed."""
    sight = Sight.on(DAY)
    with reading(engine) as session:
        seen = times.of("survey", lambda: survey.views(session, law, sight))
    standings = seen.standings
    with transaction(engine) as session:
        times.of("review", lambda: follow_ups.review(session, ACT, standings, law, DAY))
    with reading(engine) as session:
        cases = follow_ups.every_on(session, standings, law, sight)
        found = times.of("causes", lambda: causes.causes(session, seen.views, law, sight))
    return digest(
        standings,
        cases,
        causes=found,
        week=Week.of(DAY),
        status_date=date(DAY.year, DAY.month, DAY.day),
        is_draft=False,
        is_demo=False,
        history=(),
        audit_head="0" * 64,
    )


def measure(count: int, law: Catalog) -> Times:
    """Return the CPU seconds of each part of a report on so many projects."""
    times = Times()
    with TemporaryDirectory() as folder:
        engine = county(Path(folder) / "demo", law, count)
        found = decide(engine, law, times)
        engine.dispose()
    report = times.of("words", lambda: report_of(found, WORDS))
    plan = next(s.plan for s in found.standings if s.plan.finish)
    svg = times.of("picture", lambda: gantt_of_critical(plan, law.working_days, WORDS, title=""))
    image = times.of("picture", lambda: png(svg))
    times.of("docx", lambda: docx_bytes(report, found, image, "", WORDS))
    times.of("pdf", lambda: pdf_bytes(report, found, svg, "", WORDS))
    times.of("xlsx", lambda: xlsx_bytes(report, found, image, "", WORDS))
    times.of("message", lambda: message_text(report, found, WORDS))
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="86 projects only")
    asked = parser.parse_args()
    law = catalog()
    print(f"Python {platform.python_version()}, {platform.machine()}")
    for count in (86,) if asked.quick else (86, 1000):
        times = measure(count, law)
        print(f"\n{count} projects: {sum(times.values()):.2f} s in all")
        for part, seconds in times.items():
            print(f"  {part:<8} {seconds:7.2f} s")
        print(f"  docx takes {times['docx'] / times['pdf']:.2f} times what the PDF takes")


if __name__ == "__main__":
    main()
