"""One-on-one follow-ups: opened, followed and opened again by the plan; answered by people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from tracker.core.flag import Flag, FlagKind, Standing
from tracker.core.follow_up import (
    ActKind,
    Case,
    CaseState,
    FollowUp,
    FollowUpAct,
    case_on,
    closing,
    needed,
    news,
    opens_again,
)
from tracker.core.model import ProjectState, Sight
from tracker.core.notices import notices_of, reminders
from tracker.core.problems import ErrorKind, Message, TrackerError, message
from tracker.law import Catalog
from tracker.services.county import survey
from tracker.services.county.survey import Survey
from tracker.services.projects.changes import NoReasonError
from tracker.services.texts import LONG, fault_of
from tracker.store import Session, audit, follow_ups, notices, projects
from tracker.store.audit import Act

_WHY = message("The plan still asks: give the reason for closing it all the same with --why.")


class NoCaseError(TrackerError):
    """A project of which no follow-up is open."""

    code = "no_case"
    kind = ErrorKind.USAGE

    def __init__(self, project: str) -> None:
        super().__init__(
            message("No follow-up of {project} is open.", project=project),
            remedy=message("Look at those that are: tracker follow-ups list."),
        )


class BadActError(TrackerError):
    """Something that cannot be said of a follow-up."""

    code = "bad_act"
    kind = ErrorKind.USAGE

    def __init__(self, what: Message) -> None:
        super().__init__(what, remedy=message("Say who promised what, and until which day."))


def review(
    session: Session, act: Act, standings: Iterable[Standing], catalog: Catalog, status_date: date
) -> list[FollowUp]:
    """Note what the plans say of follow-ups; open those that are needed, and return the new ones.

    What was told is not told again, so that it may run as often as anybody likes. The entry of each
    names the newest entry of its project as its cause. The caller owns the transaction.
    """
    by_project: dict[int, list[FollowUp]] = defaultdict(list)
    for each in follow_ups.load(session):
        by_project[each.project].append(each)
    opened = []
    for standing in standings:
        known = by_project[standing.project.id]
        if any(each.newest > status_date for each in known):
            continue  # somebody looks back: what was not said then is not told now
        current = next((each for each in known if each.last_close is None), None)
        if current is not None:
            case = case_on(current, standing, status_date, catalog.working_days)
            told = list(news(case, status_date))
            _tell(session, act, standing, current, told, by_plan=True)
            if told:
                notices.add(session, notices_of(case, told, standing, status_date))
            notices.add(session, reminders(case, standing, catalog.working_days, status_date))
            if not any(each.kind is ActKind.CLOSED for each in told):
                continue
        flag = needed(standing)
        if flag is not None and (new := _opened(session, act, standing, flag, known, status_date)):
            opened.append(new)
            case = case_on(new, standing, status_date, catalog.working_days)
            _tell(session, act, standing, new, list(news(case, status_date)), by_plan=True)
            again = [each for each in new.acts if each.kind is ActKind.REOPENED][-1:]
            notices.add(session, notices_of(case, again, standing, status_date))
    return opened


def review_county(session: Session, act: Act, catalog: Catalog, status_date: date) -> Survey:
    """Review the follow-ups of every project as of a day, and return how the county stands.

    The caller owns the transaction, in which nobody else can record anything.
    """
    found = survey.views(session, catalog, Sight.on(status_date))
    review(session, act, found.standings, catalog, status_date)
    return replace(found, through=audit.newest_of_record(session))


def review_project(
    session: Session, act: Act, project: int, catalog: Catalog, status_date: date
) -> list[FollowUp]:
    """Review the follow-ups of one project as of a day, after something was recorded of it.

    A project that is closed is asked nothing.
    """
    found = projects.load(session, Sight.on(status_date), project)
    records = [r for r in found if r.project.state is not ProjectState.ARCHIVED]
    standings = survey.views_of(records, catalog, status_date).standings
    return review(session, act, standings, catalog, status_date)


def _opened(
    session: Session,
    act: Act,
    standing: Standing,
    flag: Flag,
    known: Sequence[FollowUp],
    status_date: date,
) -> FollowUp | None:
    """Open a follow-up, or the one that was closed before it; None where neither is due."""
    is_question = flag.kind is FlagKind.OPEN
    before = [each for each in known if each.is_question is is_question]
    if before:
        if not opens_again(before[-1], flag):
            return None
        again = FollowUpAct(kind=ActKind.REOPENED, day=status_date)
        _tell(session, act, standing, before[-1], [again], by_plan=True)
        return replace(before[-1], acts=(*before[-1].acts, again))
    step = flag.step
    assert step is not None
    new = FollowUp(
        number=follow_ups.next_number(session),
        project=standing.project.id,
        step=step.id,
        office=step.office.zh,
        kind=flag.kind,
        days=flag.working_days,
        opened_on=status_date,
    )
    entry = audit.record(
        session,
        act,
        action="open follow-up",
        about=standing.project.name,
        project=new.project,
        cause=audit.newest_about(session, new.project),
        content={
            "step": new.step,
            "kind": new.kind,
            "days": new.days,
            "office": new.office,
            "opened_on": new.opened_on,
        },
    )
    follow_ups.add(session, new, entry=entry)
    return new


def _tell(
    session: Session,
    act: Act,
    standing: Standing,
    found: FollowUp,
    said: Sequence[FollowUpAct],
    *,
    by_plan: bool = False,
) -> None:
    if not said:
        return
    rows = follow_ups.act_rows(found.number, said)
    proofs = [row for each in said for row in follow_ups.file_rows(found.number, each)]
    told = {"follow_up_act": rows, **({"follow_up_file": proofs} if proofs else {})}
    entry = audit.record(
        session,
        act,
        action="review follow-up" if by_plan else "follow up",
        about=standing.project.name,
        project=found.project,
        cause=audit.newest_about(session, found.project),
        content={"rows": told},
    )
    follow_ups.add_acts(session, rows, entry=entry)
    if proofs:
        follow_ups.add_files(session, proofs, entry=entry)


def open_on(
    session: Session,
    standings: Iterable[Standing],
    catalog: Catalog,
    sight: Sight,
    *,
    questions: bool = False,
) -> list[Case]:
    """Return the cases that are open on a day, the oldest first; the questions with `questions`.

    A project that is closed, or whose import was taken back, is asked nothing.
    """
    return [
        case
        for case in every_on(session, standings, catalog, sight)
        if case.state is not CaseState.CLOSED and case.follow_up.is_question is questions
    ]


def every_on(
    session: Session, standings: Iterable[Standing], catalog: Catalog, sight: Sight
) -> list[Case]:
    """Return every follow-up as it stands on a day, closed ones too, the oldest first."""
    now: Mapping[int, Standing] = {each.project.id: each for each in standings}
    return [
        replace(case, due=catalog.working_days.marked(case.due))
        for found in follow_ups.load(session, sight.through)
        if found.opened_on <= sight.status_date and found.project in now
        for case in [case_on(found, now[found.project], sight.status_date, catalog.working_days)]
    ]


def say(session: Session, act: Act, standing: Standing, case: Case, said: FollowUpAct) -> None:
    """Keep what somebody said of a follow-up.

    The caller owns the transaction, and has put the files in their place. Raises BadActError.
    """
    if said.kind is ActKind.PROMISED and (said.until is None or said.until < said.day):
        raise BadActError(message("A promise names a day that has not passed."))
    if said.kind is not ActKind.TAKEN_UP and not said.who:
        raise BadActError(message("Say who it was."))
    for text in (said.who, said.text):
        if fault := fault_of(text, LONG):
            raise BadActError(fault)
    _tell(session, act, standing, case.follow_up, [said])


def close(
    session: Session, act: Act, standing: Standing, case: Case, status_date: date, who: str
) -> FollowUpAct:
    """Close a follow-up: confirmed by the plan, or for the reason that the act gives.

    Raises NoReasonError where the plan still asks and no reason is given.
    """
    found = closing(case, status_date, who or act.by, act.why or "")
    if found is None:
        raise NoReasonError(_WHY)
    _tell(session, act, standing, case.follow_up, [found])
    return found
