"""Loading a year's notice, changes of law, events by hand, estimates and approvals that lapse."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.support import record as put_in
from tracker.core.clocks import IllegalMoveError, State
from tracker.core.flag import FlagKind, Light
from tracker.core.model import Event, EventKind, Project, Sight, StopReason
from tracker.core.problems import BadFileError
from tracker.core.track import Known
from tracker.i18n.words import words_in
from tracker.law import Catalog, catalog
from tracker.law.calendars import read_year
from tracker.resources import procedures_folder
from tracker.services import law
from tracker.services.county import calendar, law_changes, survey
from tracker.services.projects import lookup, recording
from tracker.services.projects.planning import recorded_of
from tracker.store import Engine, audit, projects, reading, transaction
from tracker.store.audit import Act

DAY = date(2026, 11, 23)
NOTICE = """
year: 2027
status: official
notice: 国务院办公厅关于2027年部分节假日安排的通知
number: 国办发明电〔2026〕0号
days_off:
  元旦: [2027-01-01, 2027-01-02, 2027-01-03]
  春节: [2027-02-05, 2027-02-06, 2027-02-07, 2027-02-08, 2027-02-09, 2027-02-10, 2027-02-11,
         2027-02-12]
  清明节: [2027-04-05]
  劳动节: [2027-05-01, 2027-05-02, 2027-05-03, 2027-05-04, 2027-05-05]
  端午节: [2027-06-09]
  中秋节: [2027-09-15]
  国庆节: [2027-10-01, 2027-10-02, 2027-10-03, 2027-10-04, 2027-10-05, 2027-10-06, 2027-10-07]
workdays:
  春节: [2027-02-13, 2027-02-14]
"""
SCHOOL = Project(
    id=0,
    name="甲镇小学",
    procedure="gov_building",
    target="start",
    deadline=date(2028, 12, 31),
    location="甲镇",
    updated_on=DAY,
    facts={"land": "approved", "eia": "form"},
)


def put(engine: Engine, project: Project, *events: Event) -> int:
    with transaction(engine) as session:
        return put_in.put(session, project, *events, known_by=date(2021, 1, 1)).id


def event(step: str, kind: EventKind, day: date, **more: object) -> Event:
    return Event(step=step, kind=kind, day=day, known_by=max(day, DAY), **more)


def year_file(folder: Path, text: str = NOTICE) -> Path:
    path = folder / "2027.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_notice_moves_forecasts_and_settles_them(engine: Engine, tmp_path: Path) -> None:
    put(engine, SCHOOL)
    year = read_year(year_file(tmp_path), procedures_folder())
    with reading(engine) as session:
        before = survey.survey(session, law.catalog_for(session, None), Sight.on(DAY))[0].plan
    assert before.is_provisional
    assert "（暂定）" in words_in("zh")(before.finish)
    with transaction(engine) as session:
        loaded = calendar.load_year(session, Act("clerk"), None, year, DAY)
    assert [(m.before, m.after) for m in loaded.moved] == [(before.finish, loaded.moved[0].after)]
    assert loaded.replaced is None
    with reading(engine) as session:
        catalog = law.catalog_for(session, None)
        after = survey.survey(session, catalog, Sight.on(DAY))[0].plan
        assert audit.first_broken(session) is None
    assert after.finish == loaded.moved[0].after
    assert 2027 not in catalog.working_days.provisional_years
    assert catalog.working_days.is_worked(date(2027, 2, 13))
    assert not any(
        s.early_finish
        and s.early_finish.year == 2027
        and s.provisional
        and s.late_finish
        and s.late_finish.year == 2027
        and after.deadline is None
        for s in after.steps
    )


def test_a_year_can_be_loaded_again(engine: Engine, tmp_path: Path) -> None:
    for text in (NOTICE, NOTICE.replace("2027-02-14]", "2027-02-20]")):
        year = read_year(year_file(tmp_path, text), procedures_folder())
        with transaction(engine) as session:
            loaded = calendar.load_year(session, Act("clerk"), None, year, DAY)
    assert loaded.replaced is not None
    with reading(engine) as session:
        assert law.catalog_for(session, None).working_days.is_worked(date(2027, 2, 20))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("status: official", "status: maybe", "bad_value"),
        ("2027-02-14]", "2027-02-15]", "bad_date"),
        ("[2027-04-05]", "[2024-04-05]", "bad_date"),
        ("[2027-04-05]", "[2027-04-31]", "bad_date"),
        ("notice: ", "notiz: ", "missing_field"),
        ("  国庆节: [2027-10-01", "  国庆节: [2027-02-13", "bad_date"),
    ],
)
def test_a_bad_year_file_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    with pytest.raises(BadFileError) as caught:
        read_year(year_file(tmp_path, NOTICE.replace(old, new)), procedures_folder())
    assert caught.value.code == code
    assert caught.value.place is not None
    assert caught.value.place.line


def test_a_change_lists_who_keeps_the_old_rule(engine: Engine, law_data: Catalog) -> None:
    accepted = date(2026, 8, 10)
    old = put(
        engine,
        SCHOOL,
        Event(step="eia_form", kind=EventKind.ACCEPTED, day=accepted, known_by=accepted),
    )
    new = put(engine, Project(**{**_fields(SCHOOL), "name": "乙镇小学"}))
    change = law_changes.find_change(law_data, "ecological-code-2026")
    with reading(engine) as session:
        touched = law_changes.touched_by(session, law_data, change, date(2026, 8, 20))
    rules = {(t.project.id, t.step.id): t.rule for t in touched}
    assert rules[old, "eia_form"] is law_changes.Rule.OLD
    assert rules[new, "eia_form"] is law_changes.Rule.NEW
    assert (new, "eia_report") not in rules  # the facts say: form


def _fields(project: Project) -> dict[str, object]:
    return {field: getattr(project, field) for field in project.__dataclass_fields__}


@pytest.fixture
def law_data(law: Catalog) -> Catalog:
    return law


def recorded(engine: Engine, catalog: Catalog, number: int, *events: Event) -> None:
    with transaction(engine) as session:
        for each in events:
            found = lookup.find(session, str(number), Sight.on(DAY))
            effect = recording.effect_of(session, found, catalog, each, DAY)
            recording.keep(session, Act("officer"), found, each, effect)


def test_events_by_hand_are_checked_kept_and_audited(engine: Engine, law_data: Catalog) -> None:
    number = put(engine, SCHOOL)
    step = "site_preapproval"
    recorded(
        engine,
        law_data,
        number,
        event(step, EventKind.LODGED, date(2026, 11, 2)),
        event(step, EventKind.CORRECTION, date(2026, 11, 4), note="缺图"),
        event(step, EventKind.RESUBMITTED, date(2026, 11, 9)),
        event(step, EventKind.ACCEPTED, date(2026, 11, 10)),
        event(
            step,
            EventKind.STOPPED,
            date(2026, 11, 12),
            stop=StopReason.EXPERT_REVIEW,
            document="1号",
        ),
    )
    with reading(engine) as session:
        record = lookup.find(session, str(number), Sight.on(DAY))
        assert audit.first_broken(session) is None
    blueprint = lookup.blueprint_of(record, law_data, DAY)
    case = recorded_of(blueprint, record, DAY)[step].case
    assert case is not None
    assert (case.state, case.corrections) == (State.SUSPENDED, 1)
    with pytest.raises(IllegalMoveError):
        recorded(engine, law_data, number, event(step, EventKind.GRANTED, DAY))
    with pytest.raises(recording.LaterDayError):
        recorded(engine, law_data, number, event(step, EventKind.RESUMED, date(2026, 12, 1)))
    recorded(engine, law_data, number, event(step, EventKind.RESUMED, DAY))


@pytest.mark.parametrize(
    ("design", "decided", "light", "held"),
    [
        ("10800", "no", None, False),
        ("10801", "no", Light.YELLOW, False),
        ("11000", "no", Light.YELLOW, False),
        ("11001", "no", Light.RED, True),
        ("11001", "yes", None, False),
    ],
)
def test_an_estimate_may_exceed_the_approved_one_by_ten_per_cent(
    engine: Engine, law_data: Catalog, design: str, decided: str, light: Light | None, held: bool
) -> None:
    facts = {
        **SCHOOL.facts,
        "fs_estimate_wan": "10000",
        "design_estimate_wan": design,
        "estimate_decision": decided,
    }
    number = put(engine, Project(**{**_fields(SCHOOL), "facts": facts}))
    with reading(engine) as session:
        view = lookup.look_at(lookup.find(session, str(number), Sight.on(DAY)), law_data, DAY)
    flags = {flag.kind: flag for flag in view.standing.flags}
    assert (flags[FlagKind.ESTIMATE].light if FlagKind.ESTIMATE in flags else None) is light
    step = next(s for s in view.standing.plan.steps if s.step.id == "prelim_approval")
    assert (step.progress.block is not None) is held


def test_an_approval_of_five_years_ago_lapses_before_the_start(
    engine: Engine, law_data: Catalog
) -> None:
    approved = Event(
        step="eia_form",
        kind=EventKind.FINISHED,
        day=date(2021, 11, 15),
        known_by=date(2021, 11, 15),
    )
    early = Event(
        step="project_code",
        kind=EventKind.FINISHED,
        day=date(2021, 6, 1),
        known_by=date(2021, 6, 1),
    )
    number = put(engine, SCHOOL, early, approved)
    with reading(engine) as session:
        view = lookup.look_at(
            lookup.find(session, str(number), Sight.on(DAY)), law_data, date(2026, 11, 10)
        )
    expired = [f for f in view.standing.flags if f.kind is FlagKind.EXPIRED]
    assert [f.step.id for f in expired if f.step] == ["eia_form"]
    assert expired[0].light is Light.YELLOW  # nobody said that the works have not begun in time
    sentence = words_in("zh")(expired[0].sentence)
    assert "有效期至2026年11月15日" in sentence
    assert "第106条" in sentence
    assert "重新审核" in sentence
    before = [
        f
        for f in lookup.look_at(
            _with_start(engine, number), law_data, date(2026, 11, 10)
        ).standing.flags
        if f.kind is FlagKind.EXPIRED
    ]
    assert before == []


def _with_start(engine: Engine, number: int) -> projects.Record:
    started = Event(
        step="start", kind=EventKind.FINISHED, day=date(2026, 11, 9), known_by=date(2026, 11, 9)
    )
    with transaction(engine) as session:
        day = date(2026, 11, 10)
        known = lookup.find(session, str(number), Sight.on(day)).project
        put_in.tell(session, known, [started], known_by=day)
        return lookup.find(session, str(number), Sight.on(day))


def test_a_duty_nobody_took_up_runs_from_the_event_before_it(
    engine: Engine, law_data: Catalog
) -> None:
    """The contract is signed within thirty days of the award notice (招标投标法 art. 46)."""
    award = date(2026, 10, 8)
    steps = ("construction_drawing", "bid_publicity")
    number = put(
        engine,
        SCHOOL,
        *(Event(step=s, kind=EventKind.FINISHED, day=award, known_by=award) for s in steps),
    )
    with reading(engine) as session:
        view = lookup.look_at(lookup.find(session, str(number), Sight.on(DAY)), law_data, DAY)
    due = [f for f in view.standing.flags if f.kind is FlagKind.UNRECORDED]
    assert [(f.step.id, f.light) for f in due if f.step] == [("contract_sign", Light.YELLOW)]
    assert "2026年11月9日到期" in words_in("zh")(due[0].sentence)


def test_accepting_a_file_proves_nothing_of_papers_that_may_follow(
    engine: Engine, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(procedures_folder(), tmp_path / "procedures"))
    path = folder / "county.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('tolerance: "no"', 'tolerance: "yes"'),
        encoding="utf-8",
    )
    tolerant = catalog(folder)
    facts = {"evaluated": "yes"}
    project = Project(**{**_fields(SCHOOL), "target": "fs_approval", "facts": facts})
    number = put(engine, project, event("fs_approval", EventKind.ACCEPTED, date(2026, 11, 20)))
    with reading(engine) as session:
        record = lookup.find(session, str(number), Sight.on(DAY))
    plan = lookup.look_at(record, tolerant, DAY).standing.plan
    known = {step.step.id: step.progress.known for step in plan.steps}
    assert known["fs_review"] is Known.IMPLIED
    assert known["site_preapproval"] is not Known.IMPLIED


def test_nothing_is_recorded_behind_what_is_known(engine: Engine, law_data: Catalog) -> None:
    step = "site_preapproval"
    number = put(
        engine,
        SCHOOL,
        Event(
            step=step, kind=EventKind.ACCEPTED, day=date(2026, 10, 12), known_by=date(2026, 10, 12)
        ),
        Event(
            step=step, kind=EventKind.GRANTED, day=date(2026, 10, 20), known_by=date(2026, 10, 20)
        ),
    )
    past = date(2026, 10, 13)
    stop = Event(
        step=step,
        kind=EventKind.STOPPED,
        day=past,
        known_by=past,
        stop=StopReason.HEARING,
        document="1",
    )
    with reading(engine) as session:
        record = lookup.find(session, str(number), Sight.on(past))
        with pytest.raises(recording.LaterKnownError):
            recording.effect_of(session, record, law_data, stop, past)


def test_an_approval_that_must_lead_to_the_next_one_is_watched_to_its_end(
    engine: Engine, law_data: Catalog
) -> None:
    """The forest-land consent holds two years, and the land approval is still to be obtained."""
    facts = {"land": "new_collective", "eia": "form", "forest": "yes"}
    consent = Event(
        step="forest_land_use",
        kind=EventKind.FINISHED,
        day=date(2024, 12, 10),
        known_by=date(2024, 12, 10),
    )
    accepted = Event(
        step="land_approval",
        kind=EventKind.ACCEPTED,
        day=date(2026, 11, 20),
        known_by=date(2026, 11, 20),
    )
    project = Project(**{**_fields(SCHOOL), "facts": facts})
    number = put(engine, project, consent, accepted)
    with reading(engine) as session:
        view = lookup.look_at(lookup.find(session, str(number), Sight.on(DAY)), law_data, DAY)
    assert "forest_land_use" in {
        f.step.id for f in view.standing.flags if f.kind is FlagKind.EXPIRED and f.step
    }


def test_a_suspension_without_a_lawful_reason_is_no_stop(engine: Engine, law_data: Catalog) -> None:
    step = "site_preapproval"
    number = put(
        engine,
        SCHOOL,
        Event(
            step=step, kind=EventKind.ACCEPTED, day=date(2026, 11, 2), known_by=date(2026, 11, 2)
        ),
        Event(
            step=step, kind=EventKind.SUSPENDED, day=date(2026, 11, 4), known_by=date(2026, 11, 4)
        ),
    )
    with reading(engine) as session:
        view = lookup.look_at(lookup.find(session, str(number), Sight.on(DAY)), law_data, DAY)
    flag = next(f for f in view.standing.flags if f.kind is FlagKind.SUSPENDED)
    assert flag.light is Light.YELLOW


def test_a_known_day_comes_before_what_a_later_ledger_did_not_know(
    engine: Engine, law_data: Catalog
) -> None:
    """The ledger of 13 June says not started; the officer enters the acceptance of 3 June."""
    step, seen = "site_preapproval", date(2025, 6, 13)
    number = put(
        engine, SCHOOL, Event(step=step, kind=EventKind.NOT_STARTED, day=None, known_by=seen)
    )
    accepted = Event(
        step=step, kind=EventKind.ACCEPTED, day=date(2025, 6, 3), known_by=date(2025, 6, 20)
    )
    with reading(engine) as session:
        record = lookup.find(session, str(number), Sight.on(seen))
        effect = recording.effect_of(session, record, law_data, accepted, date(2025, 6, 20))
    assert effect.case.clock is not None
    assert effect.case.clock.due == date(2025, 7, 1)
    assert effect.case.spans[0].first == date(2025, 6, 3)


def test_nothing_is_used_on_the_day_of_acceptance(engine: Engine, law_data: Catalog) -> None:
    number = put(engine, SCHOOL)
    with reading(engine) as session:
        record = lookup.find(session, str(number), Sight.on(DAY))
        effect = recording.effect_of(
            session, record, law_data, event("fs_review", EventKind.ACCEPTED, DAY), DAY
        )
    assert effect.case.clock is not None
    assert (effect.case.clock.used, effect.case.clock.left) == (0, 30)


def test_a_promised_day_lies_after_the_stop(engine: Engine, law_data: Catalog) -> None:
    accepted = event("fs_review", EventKind.ACCEPTED, date(2026, 11, 16))
    number = put(engine, SCHOOL, accepted)
    stop = event(
        "fs_review",
        EventKind.STOPPED,
        DAY,
        stop=StopReason.HEARING,
        document="1",
        expected=date(2026, 11, 2),
    )
    with reading(engine) as session:
        record = lookup.find(session, str(number), Sight.on(DAY))
        with pytest.raises(IllegalMoveError):
            recording.effect_of(session, record, law_data, stop, DAY)


def test_a_clock_beside_the_way_to_the_target_still_alarms(
    engine: Engine, law_data: Catalog
) -> None:
    facts = {"evaluated": "yes"}
    project = Project(**{**_fields(SCHOOL), "target": "fs_approval", "facts": facts})
    number = put(
        engine, project, event("construction_permit", EventKind.ACCEPTED, date(2026, 11, 2))
    )
    with reading(engine) as session:
        view = lookup.look_at(lookup.find(session, str(number), Sight.on(DAY)), law_data, DAY)
    assert [f.step.id for f in view.standing.flags if f.kind is FlagKind.OVERDUE and f.step] == [
        "construction_permit"
    ]


def test_what_a_project_does_not_need_is_not_recorded(engine: Engine, law_data: Catalog) -> None:
    number = put(engine, SCHOOL)
    with reading(engine) as session:
        record = lookup.find(session, str(number), Sight.on(DAY))
        with pytest.raises(recording.NotNeededError):
            recording.effect_of(
                session, record, law_data, event("eia_report", EventKind.LODGED, DAY), DAY
            )


def test_a_question_is_closed_by_the_step_it_was_about(engine: Engine, law_data: Catalog) -> None:
    project = Project(**{**_fields(SCHOOL), "target": "construction_permit"})
    number = put(engine, project)
    with reading(engine) as session:
        before = lookup.look_at(lookup.find(session, str(number), Sight.on(DAY)), law_data, DAY)
    assert "relics" in {question.fact for question in before.questions}
    with transaction(engine) as session:
        done = event("heritage_survey", EventKind.FINISHED, date(2026, 11, 20))
        known = lookup.find(session, str(number), Sight.on(DAY)).project
        put_in.tell(session, known, [done], known_by=DAY)
        after = lookup.look_at(lookup.find(session, str(number), Sight.on(DAY)), law_data, DAY)
    assert "relics" not in {question.fact for question in after.questions}
