"""Who moved that date: entries with what they changed and what followed from them."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.support.record import CLERK, put
from tracker.core.model import Event, EventKind, Project, Sight
from tracker.law import Catalog
from tracker.law.calendars import read_year
from tracker.resources import procedures_folder
from tracker.services.county import calendar
from tracker.services.projects import changes, history, lookup, recording
from tracker.services.projects.changes import Change
from tracker.store import Engine, reading, transaction
from tracker.store.audit import Act

DAY = date(2026, 11, 16)
SCHOOL = Project(
    id=0,
    name="甲镇小学",
    procedure="gov_building",
    target="start",
    deadline=date(2028, 12, 29),
    location="甲镇",
    updated_on=DAY,
    facts={"land": "approved", "eia": "form"},
)
NOTICE = """\
year: 2027
notice: 国务院办公厅关于2027年部分节假日安排的通知
number: 国办发明电〔2026〕99号
status: official
days_off:
  元旦: [2027-01-01, 2027-01-02, 2027-01-03]
  春节: [2027-02-05, 2027-02-06, 2027-02-07, 2027-02-08, 2027-02-09, 2027-02-10, 2027-02-11]
  清明节: [2027-04-05]
  劳动节: [2027-05-01, 2027-05-02, 2027-05-03]
  端午节: [2027-06-09]
  中秋节: [2027-09-15]
  国庆节: [2027-10-01, 2027-10-02, 2027-10-03, 2027-10-04, 2027-10-05, 2027-10-06, 2027-10-07]
workdays:
  春节: [2027-02-13, 2027-02-14]
"""


def test_every_moved_date_names_its_cause(
    engine: Engine, law_data: Catalog, tmp_path: Path
) -> None:
    """One change by hand, an event, and a year of holidays, each with the dates it moved."""
    with transaction(engine) as session:
        school = put(session, SCHOOL)
    with transaction(engine) as session:
        answers = {**school.facts, "forest": "no"}
        moved = Change(school, replace(school, facts=answers))
        changes.keep(session, Act("发改局", "图斑核对"), moved, action="answer", known_by=DAY)
    told = Event(step="fs_prepare", kind=EventKind.STARTED, day=DAY, known_by=DAY)
    with transaction(engine) as session:
        record = lookup.find(session, "1", Sight.on(DAY))
        effect = recording.effect_of(session, record, law_data, told, DAY)
        recording.keep(session, Act("业主"), record, told, effect)
    path = tmp_path / "2027.yaml"
    path.write_text(NOTICE, encoding="utf-8")
    with transaction(engine) as session:
        calendar.load_year(session, Act("办公室"), None, read_year(path, procedures_folder()), DAY)
    with reading(engine) as session:
        found = history.of_project(session, None, school.id, most=20)
        of_step = history.of_project(session, None, school.id, most=20, step="fs_prepare")
        one = history.of_project(session, None, school.id, most=1)
    assert [(m.entry.action, m.entry.by, m.entry.why) for m in found] == [
        ("load calendar", "办公室", None),
        ("record event", "业主", None),
        ("answer", "发改局", "图斑核对"),
        ("add project", "test", None),
    ]
    loaded, _, answer, added = found
    assert [move.step for move in added.moves] == [None]
    assert any(move.step for move in answer.moves)
    assert all(move.before != move.after for moment in found for move in moment.moves)
    assert any(move.after.year == 2027 for move in loaded.moves)
    assert "record event" in {m.entry.action for m in of_step}
    assert {m.step for moment in of_step for m in moment.moves} <= {"fs_prepare"}
    assert one == found[:1]


def test_nothing_is_told_of_a_project_that_nothing_happened_to(engine: Engine) -> None:
    with transaction(engine) as session:
        put(session, SCHOOL)
    with reading(engine) as session:
        assert history.of_project(session, None, 99, most=5) == []


def test_an_entry_that_moves_nothing_is_still_told(engine: Engine) -> None:
    with transaction(engine) as session:
        school = put(session, SCHOOL)
        named = Change(school, replace(school, remark="x"))
        changes.keep(session, CLERK, named, action="change project", known_by=DAY)
    with reading(engine) as session:
        newest = history.of_project(session, None, school.id, most=1)[0]
    assert newest.entry.content["fields"] == {"remark": [None, "x"]}
    assert newest.moves == ()
