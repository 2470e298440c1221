"""Projects by hand: making, changing, suspending, resuming and archiving them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from tracker.core.fields import FIELDS, STATE_FIELDS, FieldKind, ProjectField
from tracker.core.model import Project, ProjectState
from tracker.core.problems import BadFileError, ErrorKind, Message, TrackerError, message
from tracker.i18n.fields import field_named
from tracker.law import Catalog
from tracker.ledger.issues import CODES
from tracker.ledger.values.codes import problem_of_code
from tracker.ledger.values.secrecy import is_classified
from tracker.services.law import names_of
from tracker.services.projects import changes
from tracker.services.projects.changes import Change, Kept, NoReasonError
from tracker.services.texts import fault_of
from tracker.store import Session, projects
from tracker.store.audit import Act

_WHY = message("Say why.")
_WHY_SUSPENDED = message("Give the reason for the suspension.")
_WHY_DEADLINE = message("Give the reason for the new deadline, and who decided it.")
_ANOTHER = message("Change that one, or give this one another name or code.")
_ONCE = message("Write FIELD=VALUE, each field once; FIELD= empties it.")
_FIRST_DAY, _LAST_DAY = date(2004, 1, 1), date(2040, 12, 31)
_MOST_WAN = 10**10  # more than any country has
BLANK = Project(id=0, name="", procedure="gov_building", target="construction_permit")
"""What a project begins with that is added by hand."""


class BadFieldError(TrackerError):
    """A field that nobody knows, or a value that it cannot have."""

    code = "bad_field"
    kind = ErrorKind.USAGE


class ClassifiedError(TrackerError):
    """A classified project, which must not be handled on this system."""

    code = "classified"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("Classified (涉密) projects must not be handled here."),
            remedy=message(
                "Keep it on media approved by the secrecy office; nothing was saved here."
            ),
        )


class TwiceError(TrackerError):
    """Another project has the same code, or the same name in the same town."""

    code = "project_twice"
    kind = ErrorKind.USAGE

    def __init__(self, other: Project) -> None:
        self.other = other
        super().__init__(
            message("Project {number} already has that name or code: {name}.").of(
                number=str(other.id), name=other.name
            ),
            remedy=_ANOTHER,
        )


class TwiceUnseenError(TrackerError):
    """The same, of a project that whoever asks may not see."""

    code = "project_twice"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("Another project has that code, or that name in that town."), remedy=_ANOTHER
        )


class WrongStateError(TrackerError):
    """A project cannot be changed as it is."""

    code = "wrong_state"
    kind = ErrorKind.USAGE

    def __init__(self, project: Project) -> None:
        super().__init__(
            message("The project is {state}: {why}.").of(
                state=project.state, why=project.state_why or "–"
            ),
            remedy=message("Resume it first: tracker project resume."),
        )


def pairs_of(parts: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Return fields and texts from `field`, `=`, `text`. Raises BadFieldError without the `=`."""
    found = {}
    for field, equals, text in parts:
        if not equals:
            raise BadFieldError(message("'{text}' sets no field.", text=field), remedy=_ONCE)
        if field.strip() in found:
            raise BadFieldError(message("'{text}' is set twice.", text=field), remedy=_ONCE)
        found[field.strip()] = text.strip()
    return found


def edited(
    project: Project, texts: Mapping[str, str], catalog: Catalog, status_date: date
) -> Project:
    """Return the project with some fields as they were written; an empty text empties a field.

    Raises BadFieldError, ClassifiedError.
    """
    written: dict[str, str] = {}
    for key, text in texts.items():
        field = field_named(key)
        if field is None:
            known = tuple(each.label for each in FIELDS.values())
            raise BadFieldError(
                message("A project has no field '{field}'.", field=key),
                remedy=message("Use one of: {known}.", known=known),
            )
        if field.name in written:
            raise BadFieldError(message("'{text}' is set twice.", text=key), remedy=_ONCE)
        written[field.name] = text
    if "procedure" in written:
        written["procedure"] = _procedure_id(written["procedure"], catalog, status_date)
    if "target" in written:
        aim = written.get("procedure", project.procedure)
        written["target"] = _target_id(written["target"], aim, catalog, status_date)
    values = {name: _value(FIELDS[name], text) for name, text in written.items()}
    after = replace(project, **values)  # type: ignore[arg-type]
    if _is_classified(after):
        raise ClassifiedError
    _check_aim(after, catalog, status_date)
    return after


def doubts(project: Project) -> list[Message]:
    """Return what should be looked at, and is kept all the same."""
    problem = problem_of_code(project.code) if project.code else None
    return [CODES[problem][1].of(raw=project.code)] if problem else []


def keep(
    session: Session, act: Act, before: Project | None, after: Project, status_date: date
) -> Kept:
    """Write a project that was made or changed. The caller owns the transaction.

    Raises TwiceError, NoReasonError for a deadline that moves without one, and WrongStateError for
    a project that is archived.
    """
    if before and before.state is ProjectState.ARCHIVED and after.state is ProjectState.ARCHIVED:
        raise WrongStateError(before)
    if before and before.deadline and after.deadline != before.deadline and not act.why:
        raise NoReasonError(_WHY_DEADLINE)
    if before is None or _keys(before) != _keys(after):
        _check_alone(session, after)
    action = "change project" if before else "add project"
    return changes.keep(session, act, Change(before, after), action=action, known_by=status_date)


def suspended(project: Project, why: str, resume_on: date | None, status_date: date) -> Project:
    """Return the project suspended, with a reason and the day on which it resumes.

    Raises NoReasonError, BadFieldError, WrongStateError.
    """
    if not why.strip():
        raise NoReasonError(_WHY_SUSPENDED)
    if resume_on is None or resume_on <= status_date or resume_on > _LAST_DAY:
        raise BadFieldError(
            message("A project can only be suspended until a future date."),
            remedy=message("Give the date on which it resumes, after {day}.").of(day=status_date),
        )
    if project.state is not ProjectState.ACTIVE:
        raise WrongStateError(project)
    return replace(project, state=ProjectState.SUSPENDED, state_why=why, resume_on=resume_on)


def resumed(project: Project, why: str) -> Project:
    """Return the project under way again. Raises NoReasonError for one that was closed."""
    if project.state is ProjectState.ARCHIVED and not why.strip():
        raise NoReasonError(_WHY)
    return replace(project, state=ProjectState.ACTIVE, state_why=None, resume_on=None)


def archived(project: Project, why: str) -> Project:
    """Return the project closed: it is kept and no longer planned. Raises NoReasonError."""
    if not why.strip():
        raise NoReasonError(_WHY)
    return replace(project, state=ProjectState.ARCHIVED, state_why=why, resume_on=None)


def _value(field: ProjectField, text: str) -> object:
    """Return the value of a field that somebody wrote. Raises BadFieldError."""
    if not text:
        if field.is_required or field.is_assigned:
            raise BadFieldError(
                message("{field} cannot be empty.").of(field=field.label),
                remedy=message("Give the new value."),
            )
        return None
    if fault := fault_of(text, field.most, lines=field.kind is FieldKind.LONG_TEXT):
        raise BadFieldError(
            message("{field}: {why}").of(field=field.label, why=fault),
            remedy=message("Write it shorter, in one line."),
        )
    read = _READERS.get(field.kind)
    return read(field.label, text) if read else text


def _day(label: Message, text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not _FIRST_DAY <= found <= _LAST_DAY:  # a plan beyond the calendars cannot be made
        raise BadFieldError(
            message("'{text}' is not a valid date for {field}.").of(text=text, field=label),
            remedy=message("Write it as 2025-06-30."),
        )
    return found


def _amount(label: Message, text: str) -> float:
    try:
        found = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or not 0 <= found < _MOST_WAN:
        raise BadFieldError(
            message("'{text}' is not a valid amount for {field}.").of(text=text, field=label),
            remedy=message("Write a number of 10,000 yuan, such as 8450."),
        )
    return float(found)


_READERS: Mapping[FieldKind, Callable[[Message, str], object]] = {
    FieldKind.AMOUNT: _amount,
    FieldKind.DATE: _day,
}


def _is_classified(project: Project) -> bool:
    texts = (getattr(project, name) for name in (*FIELDS, *STATE_FIELDS))
    return any(is_classified(text) for text in texts if isinstance(text, str))


def _procedure_id(text: str, catalog: Catalog, status_date: date) -> str:
    """Return the id of the procedure that people call so; else the text as it is."""
    names = names_of(catalog, status_date).procedures
    return next((key for key, name in names.items() if text in (name.zh, name.en)), text)


def _target_id(text: str, procedure: str, catalog: Catalog, status_date: date) -> str:
    """Return the id of the target that people call so in a procedure; else the text as it is."""
    try:
        found = catalog.procedure(procedure, status_date)
    except BadFileError:  # which procedure is meant is asked first
        return text
    targets = [found.step(each) for each in found.targets]
    return next((step.id for step in targets if text in (step.name.zh, step.name.en)), text)


def _check_aim(project: Project, catalog: Catalog, status_date: date) -> None:
    try:
        procedure = catalog.procedure(project.procedure, status_date)
    except BadFileError as error:
        raise BadFieldError(error.what, remedy=error.remedy) from None
    if project.target not in procedure.targets:
        raise BadFieldError(
            message("'{target}' is not a target step of {procedure}.").of(
                target=project.target, procedure=procedure.name
            ),
            remedy=message(
                "Use one of: {known}.",
                known=tuple(procedure.step(each).name for each in procedure.targets),
            ),
        )


def _keys(project: Project) -> tuple[str | None, ...]:
    return project.name, project.location, project.code


def _check_alone(session: Session, project: Project) -> None:
    other = projects.same_as(session, project)
    if other is not None:
        raise TwiceError(other)
