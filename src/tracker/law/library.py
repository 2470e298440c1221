"""`steps.yaml`, `facts.yaml` and `county.yaml`: what every procedure draws on."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from tracker.core.conditions import BadConditionError, Condition, Test, amount_of, parse
from tracker.core.law import Citation, Dated, Duration, Name, Sureness, Term
from tracker.core.model import (
    Area,
    Basis,
    BlockReason,
    ClockStart,
    Follows,
    Growth,
    Level,
    LinkType,
    Owner,
    Question,
    Regime,
    Step,
    StepKind,
    Typical,
    Validity,
    Waiver,
)
from tracker.core.problems import Place, TrackerError, message
from tracker.law.forms import form_faults
from tracker.law.yaml_lines import Lined, fault, read_yaml

_ARTICLE = re.compile("第[0-9一二三四五六七八九十百]+条")
_UNSURE = "（待核实）"
_ROUNDING = 1e-9
Found = TypeVar("Found")
Faults = list[TrackerError]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A link as a file says it: what it waits for, how, and where that stands."""

    step: str
    type: LinkType
    lag: Duration
    basis: Basis | None
    laws: tuple[Citation, ...]
    tolerable: bool
    when: Condition | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A step of the library with what it waits for, and its lines; `added` by one procedure."""

    step: Step
    after: tuple[Written, ...]
    file: str
    lines: Lined
    added: tuple[Written, ...] = ()

    def place(self, key: str | None = None) -> Place:
        """Return where the entry, or one field of it, stands."""
        return Place(file=self.file, line=self.lines.line_of(key) if key else self.lines.line)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is particular to a county."""

    offices: Mapping[str, Name]
    promised: Mapping[str, tuple[Dated[Duration], ...]] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    tolerates: bool = False
    waivers: tuple[Waiver, ...] = ()
    lights: str = "default"


@dataclass(frozen=True, slots=True)
class Library:
    """Everything procedures share; `lines` say where each fact is asked in `facts.yaml`.

    `alike` are steps that one heading of a ledger may mean (环评), group by group.
    """

    entries: Mapping[str, Entry]
    questions: Mapping[str, Question]
    profile: Profile
    lines: Mapping[str, int]
    alike: tuple[tuple[str, ...], ...] = ()


def read_form(path: Path, form: str, faults: Faults, read: Callable[[Path], Any]) -> Any:
    """Return a file that keeps its schema, or None with its faults noted."""
    try:
        data = read(path)
    except TrackerError as error:
        faults.append(error)
        return None
    found = form_faults(data, form, path.name, path.parent)
    faults.extend(found)
    return None if found else data


def read_library(folder: Path, faults: Faults) -> Library | None:
    """Return the library of a folder; None when its form is broken. Faults are noted."""
    facts = read_form(folder / "facts.yaml", "facts", faults, read_yaml)
    county = read_form(folder / "county.yaml", "county", faults, read_yaml)
    steps = read_form(folder / "steps.yaml", "steps", faults, read_yaml)
    if facts is None or county is None or steps is None:
        return None
    questions = _questions(facts, faults)
    profile = _profile(county, questions, steps, faults)
    entries = {key: _entry(key, steps[key], profile, questions, faults) for key in steps}
    return Library(entries, questions, profile, facts.lines)


def name_of(data: Any) -> Name:
    """Return a name in both languages."""
    return Name(str(data["zh"]), str(data["en"]))


def _questions(facts: Lined, faults: Faults) -> dict[str, Question]:
    found = {}
    for fact, data in facts.items():
        answers = tuple(map(str, data.get("answers", ())))
        careful = str(data["careful"])
        if answers and careful not in answers:
            what = message("'{value}' is not one of the answers.", value=careful)
            remedy = message("Use one of: {known}.", known=", ".join(answers))
            place = Place(file="facts.yaml", line=data.line_of("careful"))
            faults.append(fault("bad_value", what, place, remedy))
        unit = name_of(data["unit"]) if "unit" in data else None
        of_county = data.get("asked_of") == "county"
        text = name_of(data["question"])
        found[fact] = Question(
            fact=fact,
            name=name_of(data["name"]),
            text=text,
            answers=answers,
            careful=careful,
            unit=unit,
            of_county=of_county,
            words=_answer_words(data, answers, faults),
            usual=_usual(data, answers, faults),
        )
    return {fact: _with_follows(found[fact], facts[fact], found, faults) for fact in found}


def _with_follows(
    question: Question, data: Lined, questions: Mapping[str, Question], faults: Faults
) -> Question:
    """Return the question with the answers that follow from others; each is one of its own."""
    found = []
    for each in data.get("follows", ()):
        condition = condition_of(each, questions, "facts.yaml", faults)
        answer = str(each["answer"])
        if answer not in question.answers:
            what = message("'{value}' is not one of the answers.", value=answer)
            remedy = message("Use one of: {known}.", known=", ".join(question.answers))
            place = Place(file="facts.yaml", line=each.line_of("answer"))
            faults.append(fault("bad_value", what, place, remedy))
        elif condition:
            regime = Regime(each["regime"]) if "regime" in each else None
            laws = citations(each["law"])
            found.append(Follows(answer=answer, condition=condition, regime=regime, laws=laws))
    return replace(question, follows=tuple(found))


def _usual(data: Lined, answers: tuple[str, ...], faults: Faults) -> tuple[tuple[str, float], ...]:
    """Return the share of each answer; together they are one, and each is an answer."""
    usual: Lined | dict[str, float] = data.get("usual") or {}
    found = tuple((str(answer), float(share)) for answer, share in usual.items())
    strange = [a for a, _ in found if (a not in answers if answers else amount_of(a) is None)]
    if found and (strange or abs(sum(share for _, share in found) - 1) > _ROUNDING):
        what = message("The shares of the usual answers do not fit the question.")
        remedy = message("Name only its answers, with shares that add up to 1.")
        place = Place(file="facts.yaml", line=data.line_of("usual"))
        faults.append(fault("bad_value", what, place, remedy))
    return found


def _answer_words(data: Lined, answers: tuple[str, ...], faults: Faults) -> dict[str, Name]:
    """Return what each answer is called; an answer of its own needs words of its own."""
    words = {str(key): name_of(text) for key, text in data.get("words", {}).items()}
    for answer in answers:
        if answer not in words and answer not in ("yes", "no"):
            what = message("The answer '{value}' has no name.", value=answer)
            place = Place(file="facts.yaml", line=data.line_of("answers"))
            remedy = message("Add its name to 'words', in Chinese and English.")
            faults.append(fault("missing_field", what, place, remedy))
    return words


def _profile(
    county: Lined, questions: Mapping[str, Question], steps: Lined, faults: Faults
) -> Profile:
    answers: Lined | dict[str, Any] = county.get("answers") or {}
    for fact, said in answers.items():
        question = questions.get(fact)
        if question is None or not question.of_county or said not in question.answers:
            what = message("'{fact}: {answer}' is not an answer to a county-level question.").of(
                fact=fact, answer=str(said)
            )
            faults.append(fault("unknown_fact", what, _at(county, "answers", fact)))
    promised: Lined | dict[str, Any] = county.get("promised") or {}
    for step in promised:
        if step not in steps:
            what = message("No step is called '{step}'.", step=step)
            faults.append(fault("unknown_step", what, _at(county, "promised", step)))
    return Profile(
        {role: name_of(names) for role, names in county["offices"].items()},
        {step: dated_durations(value) for step, value in promised.items()},
        {fact: str(said) for fact, said in answers.items()},
        county.get("tolerance") == "yes",
        _waivers(county, steps, faults),
        str(county.get("lights", "default")),
    )


def _waivers(county: Lined, steps: Lined, faults: Faults) -> tuple[Waiver, ...]:
    """Return the links that the county does not hold; what is law or logic cannot be among them."""
    found = []
    for entry in county.get("without") or ():
        before, _, after = entry["link"].partition(" > ")
        found.append(
            Waiver(predecessor=before, successor=after, by=entry["by"], reason=entry["reason"])
        )
        written = [
            str(each["link"] if isinstance(each, Lined) else each).split(" ")
            for each in (steps[after].get("after", ()) if after in steps else ())
        ]
        held = [words for words in written if words[0] == before]
        if not any({"custom", "advice"} & set(words) for words in held):
            what = message("'{link}' is no link of custom or advice.", link=entry["link"])
            remedy = message("A county can leave out custom and advice; law and logic stay.")
            place = Place(file="county.yaml", line=entry.line)
            faults.append(fault("bad_link", what, place, remedy))
    return tuple(found)


def _at(county: Lined, part: str, key: str) -> Place:
    inside = county[part]
    line = inside.line_of(key) if isinstance(inside, Lined) else county.line_of(part)
    return Place(file="county.yaml", line=line)


def _entry(
    key: str, data: Lined, profile: Profile, questions: Mapping[str, Question], faults: Faults
) -> Entry:
    file = "steps.yaml"
    laws = citations(data["law"])
    kind = StepKind(data["kind"])
    step = Step(
        id=key,
        name=name_of(data["name"]),
        kind=kind,
        owner=Owner(data["owner"]),
        office=office_of(data, profile, file, faults),
        area=Area(data.get("area", Area.DECISION)),
        level=_level(data),
        raised=_raised(data, questions, file, faults),
        limits=dated_durations(data.get("limit")),
        promises=profile.promised.get(key) or dated_durations(data.get("promised")),
        typical=_typical(data.get("typical")),
        special=_duration(data.get("special")),
        extension=_duration(data.get("extension")),
        acceptance=_duration(data.get("acceptance")) or Duration(0),
        delivery=_duration(data.get("delivery")) or Duration(0),
        clock_start=ClockStart(data.get("counts_from", ClockStart.ACCEPTANCE)),
        laws=laws,
        limit_laws=citations(data["limit_law"]) if "limit_law" in data else laws,
        condition=condition_of(data, questions, file, faults),
        held_by=frozenset(BlockReason(reason) for reason in data.get("held_by", ())),
        validity=_validity(data.get("valid")),
        growth=_growth(data, questions, file, faults),
        gives=data.get("gives"),
        note=name_of(data["note"]) if "note" in data else None,
        beside=tuple(data.get("beside", ())),
        sure=Sureness(data.get("sure", Sureness.MEDIUM)),
        source=None if data.get("source") == "none" else data.get("source"),
    )
    timed = step.limits or step.promises or step.typical
    if not timed and not step.is_instant and kind is not StepKind.RECURRING:
        what = message("The step has neither a promised nor a typical time nor a limit.")
        faults.append(fault("missing_field", what, Place(file=file, line=data.line)))
    return Entry(
        step=step,
        after=written_links(data, "after", questions, laws, faults),
        file=file,
        lines=data,
    )


def _level(data: Lined) -> Level:
    """Return the usual level: the one written, or the one of a list that no fact stands beside."""
    written = data.get("level", Level.COUNTY)
    if isinstance(written, str):
        return Level(written)
    return Level(next((each["level"] for each in written if "when" not in each), Level.COUNTY))


def _raised(
    data: Lined, questions: Mapping[str, Question], file: str, faults: Faults
) -> tuple[tuple[Level, Condition], ...]:
    written = data.get("level")
    found = []
    for each in written if isinstance(written, list) else ():
        if condition := condition_of(each, questions, file, faults):
            found.append((Level(each["level"]), condition))
    return tuple(found)


def office_of(data: Lined, profile: Profile, file: str, faults: Faults) -> Name:
    """Return the county's own name of the office that `data` names by its role."""
    role = str(data["office"])
    if role not in profile.offices:
        what = message("No office is called '{office}'.", office=role)
        remedy = message("Use one of: {known}.", known=", ".join(profile.offices))
        faults.append(
            fault("unknown_office", what, Place(file=file, line=data.line_of("office")), remedy)
        )
    return profile.offices.get(role, Name(role, role))


def _duration(text: Any) -> Duration | None:
    return Duration.parse(str(text)) if text is not None else None


def dated_durations(value: Any) -> tuple[Dated[Duration], ...]:
    """Return numbers of days with the days they hold, from one number or a list."""
    if value is None:
        return ()
    if not isinstance(value, list):
        return (Dated(Duration.parse(str(value))),)
    return tuple(
        Dated(
            Duration.parse(str(entry["days"])),
            day_of(entry, "from"),
            day_of(entry, "to"),
            entry.get("running") == "switch",
        )
        for entry in value
    )


def _typical(data: Any) -> Typical | None:
    return Typical(Duration.parse(data["p50"]), Duration.parse(data["p80"])) if data else None


def citations(value: Any) -> tuple[Citation, ...]:
    """Return the rules that a field cites; none where it says that no law does."""
    listed = value if isinstance(value, list) else [value]
    return tuple(
        Citation(
            law=str(entry["law"]),
            article=str(entry["article"]),
            in_force_from=day_of(entry, "from"),
            in_force_to=day_of(entry, "to"),
            sure=bool(entry.get("sure", True)),
        )
        for entry in listed
        if not entry.get("none")
    )


def _validity(data: Any) -> Validity | None:
    if data is None:
        return None
    laws = citations(data["law"]) if "law" in data else ()
    renewal = name_of(data["renewal"]) if "renewal" in data else None
    until_end = data.get("until") == "end"
    return Validity(
        term=Term.parse(data["for"]),
        used_by=tuple(data["used_by"]),
        until_end=until_end,
        laws=laws,
        renewal=renewal,
    )


def _growth(
    data: Lined, questions: Mapping[str, Question], file: str, faults: Faults
) -> Growth | None:
    if "growth" not in data:
        return None
    found = Growth(**data["growth"])
    for fact in (found.before, found.after, found.settled_by):
        if fact not in questions:
            faults.append(
                _unknown_fact(fact, Place(file=file, line=data.line_of("growth")), questions)
            )
    return found


def _unknown_fact(text: str, place: Place, questions: Mapping[str, Question]) -> TrackerError:
    what = message("'{text}' does not match any question.", text=text)
    remedy = message("The questions are: {known}.", known=", ".join(questions))
    return fault("unknown_fact", what, place, remedy)


def condition_of(
    data: Lined, questions: Mapping[str, Question], file: str, faults: Faults
) -> Condition | None:
    """Return the condition under `when`, or None; what it asks must be a question that exists."""
    if "when" not in data:
        return None
    place = Place(file=file, line=data.line_of("when"))
    try:
        found = parse(str(data["when"]))
    except BadConditionError as error:
        what = message("'{text}' is not a valid condition.", text=str(error))
        remedy = message("Write 'land == new_collective and (forest == yes or land_ha >= 5)'.")
        faults.append(fault("bad_condition", what, place, remedy))
        return None
    wrong = [text for test in found.tests if (text := _misfit(test, questions)) is not None]
    faults.extend(_unknown_fact(text, place, questions) for text in wrong)
    return None if wrong else found


def _misfit(test: Test, questions: Mapping[str, Question]) -> str | None:
    question = questions.get(test.fact)
    if question is None:
        return test.fact
    if test.order is None:
        wrong = sorted(test.answers - set(question.answers))
        return f"{test.fact} == {wrong[0]}" if wrong else None
    return f"{test.fact} {test.order} {test.number}" if question.answers else None


def written_links(
    data: Lined,
    key: str,
    questions: Mapping[str, Question],
    own: tuple[Citation, ...],
    faults: Faults,
    file: str = "steps.yaml",
) -> tuple[Written, ...]:
    """Return the links that a field lists; `own` are the laws of the step that waits."""
    found = []
    for entry in data.get(key) or ():
        when, text, line = None, entry, data.line_of(key)
        if isinstance(entry, Lined):
            text, line = entry["link"], entry.line
            when = condition_of(entry, questions, file, faults)
        found.append(_written(str(text), when, own, Place(file=file, line=line)))
    return tuple(found)


def _written(text: str, when: Condition | None, own: tuple[Citation, ...], place: Place) -> Written:
    """Return a link as it is written; `own` are the laws of the step that waits."""
    text, _, cited = text.partition(" by ")
    step, *words = text.split(" ")
    basis = next((Basis(word) for word in words if word in set(Basis)), None)
    kept = [word for word in words if word not in set(Basis) | {"decision"}]
    kind = LinkType(kept.pop(0)) if kept and kept[0] in set(LinkType) else LinkType.FINISH_TO_START
    lag = Duration.parse(f"{kept[1]} {kept[2]}") if kept else Duration(0)
    return Written(
        step=step,
        type=kind,
        lag=lag,
        basis=Basis.LAW if cited else basis,
        laws=(article_of(cited),) if cited else own if basis is Basis.LAW else (),
        tolerable="decision" in words,
        when=when,
        place=place,
    )


def article_of(text: str) -> Citation:
    """Return a citation from one text: 土地管理法第44条; one in doubt ends with 待核实."""
    sure = not text.endswith(_UNSURE)
    cited = text.removesuffix(_UNSURE)
    found = _ARTICLE.search(cited)  # the 第 of an order's number is part of the law's name
    at = found.start() if found else cited.index("第")
    return Citation(law=cited[:at], article=cited[at:], sure=sure)


def day_of(data: Mapping[str, Any], key: str) -> date | None:
    """Return a day of a form that was checked; quoted days are text."""
    found = data.get(key)
    return date.fromisoformat(found) if isinstance(found, str) else found
