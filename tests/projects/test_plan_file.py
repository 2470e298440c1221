"""Every plan of the demonstration as Microsoft Project XML, and read back."""

from xml.etree import ElementTree

from tests.conftest import DemoCounty
from tracker.core.model import Sight
from tracker.core.plan.schedule import Dates
from tracker.demo.run import DAY
from tracker.exchange.mspdi import read_mspdi
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.services.projects.lookup import look_at
from tracker.services.projects.plan_file import plan_file
from tracker.services.schedule import Outcome, schedule_draft
from tracker.store import projects, reading

WORDS = words_in("zh")
NS = "{http://schemas.microsoft.com/project}"


def by_name(back: Outcome) -> dict[str, tuple[Dates, Dates]]:
    schedule = back.schedule
    assert schedule
    return {
        back.draft.by_id[node.id].name: (schedule.early(n), schedule.late(n))
        for n, node in enumerate(schedule.column.network.nodes)
        if schedule.column.is_left[n]
    }


def test_every_plan_comes_back_with_its_dates(demo: DemoCounty, law: Catalog) -> None:
    """Early and late alike; what is not needed is left out, a period has its last day apart."""
    count = apart = 0
    with reading(demo.engine) as session:
        records = projects.load(session, Sight.on(DAY))
    for record in records:
        view = look_at(record, law, DAY)
        content, _ = plan_file(view, WORDS)
        found = by_name(schedule_draft(read_mspdi(content)))
        for step in view.standing.plan.steps:
            if step.early_finish is None or step.takes.days == 0:
                continue
            name = WORDS(step.step.name)
            first = found[name]
            last = found.get(WORDS.text("{step}: last day", step=name), first)
            apart += last is not first
            count += 1
            assert (first[0].start, last[0].finish) == (step.early_start, step.early_finish), name
            assert (first[1].start, last[1].finish) == (step.late_start, step.late_finish), name
    assert count > 2000
    assert apart > 100


def test_a_day_that_nobody_recorded_is_marked(demo: DemoCounty, law: Catalog) -> None:
    """An actual finish is wanted for every task that is over; a note says which are no facts."""
    with reading(demo.engine) as session:
        records = projects.load(session, Sight.on(DAY))
    told = 0
    for record in records[:30]:
        view = look_at(record, law, DAY)
        content, not_said = plan_file(view, WORDS)
        known = {WORDS(s.step.name): s.progress for s in view.standing.plan.steps}
        for task in ElementTree.fromstring(content).iterfind(f".//{NS}Task"):
            name, finish, note = (
                task.findtext(f"{NS}{tag}") for tag in ("Name", "ActualFinish", "Notes")
            )
            if finish and (progress := known.get(name or "")):
                assert (note is None) is (progress.finish is not None), name
                if note:
                    told += 1
                    assert "未登记" in note
                    assert any(name in WORDS(words) for words in not_said)
                else:
                    assert finish.startswith(progress.finish.isoformat())
    assert told > 50


def test_what_the_file_cannot_say_is_said(demo: DemoCounty, law: Catalog) -> None:
    with reading(demo.engine) as session:
        record = projects.load(session, Sight.on(DAY))[0]
    _, not_said = plan_file(look_at(record, law, DAY), WORDS)
    assert any("未写入无需办理的环节" in WORDS(words) for words in not_said)
