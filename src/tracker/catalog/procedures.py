"""`steps.yaml`, `offices.yaml` and one file a procedure become core values."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from tracker.catalog.yaml_lines import Lined, fault, read_yaml
from tracker.core.model import (
    BlockReason,
    Citation,
    Duration,
    Link,
    LinkType,
    Name,
    Owner,
    Procedure,
    Question,
    Regime,
    Step,
    StepKind,
)
from tracker.core.network import order_of
from tracker.core.problems import CycleError, Place, UnknownStepError, message

_SHARED = ("steps.yaml", "offices.yaml")
_STEP_FIELDS = {
    "name", "kind", "owner", "office", "limit", "promised", "typical", "law", "limit_law",
    "held_by",
}  # fmt: skip
_USE_FIELDS = {"after", "when", "takes"}
_PROCEDURE_FIELDS = {"id", "name", "regime", "valid_from", "valid_to", "facts", "steps"}

Choice = TypeVar("Choice", bound=StrEnum)


def read_procedures(folder: Path) -> Mapping[str, Procedure]:
    """Read every procedure of a folder. Raises BadFileError and its kin with file and line."""
    offices = {role: _name(names) for role, names in read_yaml(folder / "offices.yaml").items()}
    library = read_yaml(folder / "steps.yaml")
    steps = {key: _read_step(key, library, offices) for key in library}
    files = sorted(path for path in folder.glob("*.yaml") if path.name not in _SHARED)
    found = [_read_procedure(path, steps) for path in files]
    return {procedure.id: procedure for procedure in found}


def _name(data: Any) -> Name:
    return Name(str(data["zh"]), str(data["en"]))


def _known(data: Lined, allowed: set[str], file: str) -> None:
    for key in data:
        if key not in allowed:
            what = message("'{key}' is not a field here.", key=key)
            remedy = message("Use one of: {known}.", known=", ".join(sorted(allowed)))
            raise fault("unknown_field", what, Place(file, data.line_of(key)), remedy)


def _required(data: Lined, key: str, file: str) -> Any:
    if data.get(key) is None:
        what = message("The field '{key}' is missing.", key=key)
        raise fault("missing_field", what, Place(file, data.line))
    return data[key]


def _choice(kind: type[Choice], data: Lined, key: str, file: str) -> Choice:
    text = str(_required(data, key, file))
    try:
        return kind(text)
    except ValueError:
        what = message("'{value}' is not possible for '{key}'.", value=text, key=key)
        remedy = message("Use one of: {known}.", known=", ".join(kind))
        raise fault("bad_value", what, Place(file, data.line_of(key)), remedy) from None


def _duration(data: Lined, key: str, file: str) -> Duration | None:
    text = data.get(key)
    if text is None:
        return None
    try:
        return Duration.parse(str(text))
    except ValueError:
        what = message("'{text}' is no number of days.", text=str(text))
        remedy = message("Write working days as '20 wd', calendar days as '30 cd'.")
        raise fault("bad_duration", what, Place(file, data.line_of(key)), remedy) from None


def _read_step(key: str, library: Lined, offices: Mapping[str, Name]) -> Step:
    file, data = "steps.yaml", library[key]
    if not isinstance(data, Lined):
        raise fault(
            "missing_field", message("The step is empty."), Place(file, library.line_of(key))
        )
    _known(data, _STEP_FIELDS, file)
    kind = _choice(StepKind, data, "kind", file)
    office = str(_required(data, "office", file))
    if office not in offices:
        what = message("No office is called '{office}'.", office=office)
        raise fault("unknown_office", what, Place(file, data.line_of("office")))
    limit = _duration(data, "limit", file)
    laws = _citations(data, "law", file)
    if not laws:
        what = message("The step '{step}' names no law.", step=key)
        raise fault("missing_article", what, Place(file, library.line_of(key)))
    return Step(
        id=key,
        name=_name(_required(data, "name", file)),
        kind=kind,
        owner=_choice(Owner, data, "owner", file),
        office=offices[office],
        plan_time=_plan_time(data, kind, limit, file),
        limit=limit,
        laws=laws,
        limit_laws=_citations(data, "limit_law", file) if "limit_law" in data else laws,
        held_by=frozenset(BlockReason(reason) for reason in data.get("held_by", ())),
    )


def _plan_time(data: Lined, kind: StepKind, limit: Duration | None, file: str) -> Duration:
    if kind in (StepKind.FILING, StepKind.MILESTONE):
        return Duration(0)
    typical = data.get("typical")
    p80 = _duration(typical, "p80", file) if isinstance(typical, Lined) else None
    found = _duration(data, "promised", file) or p80 or limit
    if found is None:
        what = message("The step has neither a promised nor a typical time nor a limit.")
        raise fault("missing_field", what, Place(file, data.line))
    return found


def _citations(data: Lined, key: str, file: str) -> tuple[Citation, ...]:
    listed = data.get(key) or []
    listed = listed if isinstance(listed, list) else [listed]
    return tuple(_citation(entry, file) for entry in listed if not entry.get("none"))


def _citation(entry: Lined, file: str) -> Citation:
    _known(entry, {"law", "article", "from", "to", "sure", "none"}, file)
    if not entry.get("article"):
        what = message("The law '{law}' is cited without an article.", law=str(entry.get("law")))
        raise fault("missing_article", what, Place(file, entry.line))
    return Citation(
        str(_required(entry, "law", file)),
        str(entry["article"]),
        entry.get("from"),
        entry.get("to"),
        bool(entry.get("sure", True)),
    )


def _read_procedure(path: Path, library: Mapping[str, Step]) -> Procedure:
    data, file = read_yaml(path), path.name
    _known(data, _PROCEDURE_FIELDS, file)
    questions = _questions(data.get("facts") or Lined(), file)
    uses: Lined = _required(data, "steps", file)
    steps = tuple(_use_step(key, uses, library, questions, file) for key in uses)
    links = tuple(link for key in uses for link in _links(key, uses, file))
    try:
        order_of([step.id for step in steps], links)
    except CycleError as error:
        raise CycleError(error.steps, Place(file, uses.line_of(error.steps[0]))) from None
    return Procedure(
        id=str(_required(data, "id", file)),
        name=_name(_required(data, "name", file)),
        regime=_choice(Regime, data, "regime", file),
        valid_from=_day(data, "valid_from", file) or date.min,
        valid_to=_day(data, "valid_to", file),
        steps=steps,
        links=links,
        questions=tuple(questions.values()),
        file=file,
    )


def _day(data: Lined, key: str, file: str) -> date | None:
    day = data.get(key)
    if day is not None and not isinstance(day, date):
        what = message("'{day}' is no date.", day=str(day))
        raise fault("bad_date", what, Place(file, data.line_of(key)))
    return day


def _questions(facts: Lined, file: str) -> dict[str, Question]:
    found = {}
    for fact, data in facts.items():
        _known(data, {"question", "answers", "careful"}, file)
        answers = tuple(map(str, _required(data, "answers", file)))
        careful = str(_required(data, "careful", file))
        if careful not in answers:
            what = message("'{value}' is not one of the answers.", value=careful)
            raise fault("bad_value", what, Place(file, data.line_of("careful")))
        found[fact] = Question(fact, _name(_required(data, "question", file)), answers, careful)
    return found


def _use_step(
    key: str,
    uses: Lined,
    library: Mapping[str, Step],
    questions: Mapping[str, Question],
    file: str,
) -> Step:
    data = uses[key]
    if key not in library:
        raise UnknownStepError(key, library, Place(file, uses.line_of(key)))
    _known(data, _USE_FIELDS, file)
    condition = {}
    for fact, wanted in (data.get("when") or {}).items():
        if fact not in questions or not set(wanted) <= set(questions[fact].answers):
            what = message("'{fact}: {wanted}' fits no question.", fact=fact, wanted=str(wanted))
            raise fault("unknown_fact", what, Place(file, data.line_of("when")))
        condition[fact] = frozenset(wanted)
    step = library[key]
    takes = _duration(data, "takes", file)
    return replace(step, condition=condition, plan_time=takes or step.plan_time)


def _links(key: str, uses: Lined, file: str) -> list[Link]:
    data = uses[key]
    found = []
    for text in data.get("after") or []:
        before, _, lag = str(text).partition(" + ")
        name, _, kind = before.strip().partition(" ")
        if name not in uses:
            raise UnknownStepError(name, uses, Place(file, data.line_of("after")))
        try:
            link_type = LinkType(kind or "FS")
            days = Duration.parse(lag) if lag else Duration(0)
            found.append(Link(name, key, link_type, days))
        except ValueError:
            what = message("'{text}' is no link.", text=str(text))
            remedy = message("Write 'step', 'step SS' or 'step + 2 wd'.")
            place = Place(file, data.line_of("after"))
            raise fault("bad_link", what, place, remedy) from None
    return found
