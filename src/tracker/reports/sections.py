"""The weekly report in words, section by section, before any file format.

Word, PDF and Excel lay out the same sections, so that they cannot disagree; the message for a chat
robot has room for the summary and the late projects only.
"""

from dataclasses import dataclass, field

from tracker.core.digest import Change, Digest
from tracker.core.flag import LATE_LIGHTS, FlagKind, Light, Standing
from tracker.core.follow_up import Case, ask
from tracker.core.model import Duration
from tracker.i18n.words import Words
from tracker.reports.ledger_columns import PRINTED_COLUMNS
from tracker.reports.wording import light_words


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts. `widths` are shares of the page; `lights` colours rows by their light."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    lights: tuple[Light | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines and its tables; some the workbook has elsewhere, or not at all."""

    title: str
    lines: tuple[str, ...] = ()
    table: Table | None = None
    empty: str = ""
    is_in_workbook: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole report in words. `cover` are the lines under the title."""

    title: str
    subtitle: str
    cover: tuple[str, ...]
    summary: str
    sections: tuple[Section, ...] = field(default=())


def report_of(digest: Digest, words: Words) -> Report:
    """Return the report of a week in one language."""
    return Report(
        title=words.text("Weekly delay report on key projects"),
        subtitle=_subtitle(digest, words),
        cover=_cover(digest, words),
        summary=_summary(digest, words),
        sections=(
            _changes(digest, words),
            _decisions(digest, words),
            _follow_ups(digest, words),
            _leaders(digest, words),
            _offices(digest, words),
            _blocks(digest, words),
            _ledger(digest, words),
            _method(digest, words),
        ),
    )


def _subtitle(digest: Digest, words: Words) -> str:
    week = digest.week
    text = words.text("{year}, week {week}", year=str(week.year), week=week.number)
    late = words.text(" (made up late)") if digest.is_late else ""
    draft = words.text(" (draft)") if digest.is_draft else ""
    demo = words.text(" · demonstration county, all data fictitious") if digest.is_demo else ""
    return f"{text}{draft}{late}{demo}"


def _cover(digest: Digest, words: Words) -> tuple[str, ...]:
    newest = max(
        (s.project.updated_on for s in digest.standings if s.project.updated_on), default=None
    )
    moved = words.text(" The week had no working day, so the report is of the next one.")
    return (
        words.text(
            "As of {day}; newest ledger of {newest}.", day=digest.status_date, newest=newest or "–"
        )
        + (moved if digest.is_moved else ""),
        words.text("Digest of the record: {digest}", digest=digest.audit_head[:16]),
    )


def _summary(digest: Digest, words: Words) -> str:
    counts = digest.by_light
    finished, steps = digest.recorded_share
    faulty = [standing.project.name for standing in digest.standings if standing.plan.fault]
    unplanned = words.text(" {names} cannot be planned.", names=", ".join(faulty)) if faulty else ""
    summary = words.text(
        "{all} key projects: {black} cannot be met, {red} late, {yellow} at risk, {open} undecided,"
        " {grey} unclear, {blue} with the clock stopped, {green} on time, {hollow} not yet due,"
        " {done} done. {finished} of {steps} steps are recorded as finished or follow from that.",
        all=len(digest.standings),
        black=counts[Light.BLACK],
        red=counts[Light.RED],
        yellow=counts[Light.YELLOW],
        open=counts[Light.OPEN],
        grey=counts[Light.GREY],
        blue=counts[Light.BLUE],
        green=counts[Light.GREEN],
        hollow=counts[Light.HOLLOW],
        done=counts[Light.DONE],
        finished=finished,
        steps=steps,
    )
    return summary + unplanned


def _changes(digest: Digest, words: Words) -> Section:
    rows, lights = [], []
    for moved in digest.changes:
        if moved.change is Change.NEW:
            continue
        flags = moved.standing.flags if moved.standing else ()
        sentence = words(flags[0].sentence) if flags else ""
        rows.append((words(moved.change), moved.name, _moved_words(moved.days, words), sentence))
        lights.append(moved.standing.light if moved.standing else None)
    headings = (
        words.text("Change"),
        words.text("Project"),
        words.text("Change"),
        words.text("Why"),
    )
    empty = (
        words.text("This is the first report; changes will be listed here from next week.")
        if digest.compared_with is None
        else words.text("Nothing has changed since the last report.")
    )
    return Section(
        words.text("1. What changed this week"),
        (_compared(digest, words),) if digest.compared_with else (),
        table=Table(headings, tuple(rows), (0.12, 0.24, 0.12, 0.52), tuple(lights)),
        empty=empty,
    )


def _compared(digest: Digest, words: Words) -> str:
    """Return with which report this one is compared, and how many weeks had none."""
    if digest.weeks_missed:
        return words.text(
            "Compared with the report of {day}; {weeks} weeks in between had none.",
            day=digest.compared_with,
            weeks=digest.weeks_missed,
        )
    return words.text("Compared with the report of {day}.", day=digest.compared_with)


def _moved_words(days: int, words: Words) -> str:
    if days > 0:
        return words.text("{days} later", days=Duration(days))
    return words.text("{days} earlier", days=Duration(-days)) if days else "–"


def _decisions(digest: Digest, words: Words) -> Section:
    rows = tuple(
        (
            str(n),
            f"{d.standing.project.name}\n{light_words(d.standing.light, words)}",
            words(d.flag.sentence),
            words(Duration(d.recoverable)),
            d.standing.project.leader or "–",
        )
        for n, d in enumerate(digest.decisions, start=1)
    )
    headings = (
        "#",
        words.text("Project"),
        words.text("Why late"),
        words.text("Recoverable"),
        words.text("Leader"),
    )
    return Section(
        words.text("2. For the leaders to decide"),
        (words.text("Ordered by the working days that can be recovered at the critical step."),),
        Table(
            headings,
            rows,
            (0.05, 0.2, 0.47, 0.13, 0.15),
            tuple(d.standing.light for d in digest.decisions),
        ),
        words.text("Nothing is late."),
    )


def level_words(case: Case, words: Words) -> str:
    """Return what a follow-up is issued as at its level, and why it stands above the first."""
    slips = (
        words.text("reminder"),
        words.text("assignment"),
        words.text("supervision order"),
        words.text("supervision order"),
    )
    slip = slips[case.level - 1]
    if case.climb is None:
        return words.text("level {level}, {slip}", level=case.level, slip=slip)
    return words.text("level {level}, {slip} ({why})", level=case.level, slip=slip, why=case.climb)


def _follow_ups(digest: Digest, words: Words) -> Section:
    by_id = {s.project.id: s for s in digest.standings}
    rows, lights = [], []
    for case in sorted(digest.follow_ups, key=lambda each: (-each.level, each.due)):
        standing = by_id[case.project]
        rows.append(
            (
                standing.project.name,
                level_words(case, words),
                state_words(case, words),
                office_words(case, words),
                ask_words(case, standing, words),
                words.short_day(case.opened_on),
                words.short_day(case.due),
            )
        )
        lights.append(standing.light)
    headings = (
        words.text("Project"),
        words.text("Level"),
        words.text("State"),
        words.text("Office"),
        words.text("Action required"),
        words.text("Opened"),
        words.text("Reply by"),
    )
    broken = sum(case.broken for case in digest.follow_ups)
    return Section(
        words.text("3. One-on-one follow-ups"),
        (
            *(
                [
                    words.text(
                        "{count} cases are open; {broken} promises were broken.",
                        count=len(rows),
                        broken=broken,
                    )
                ]
                if rows
                else []
            ),
            *(_overridden(case, by_id[case.project], digest, words) for case in digest.overridden),
        ),
        Table(headings, tuple(rows), (0.18, 0.14, 0.12, 0.14, 0.2, 0.11, 0.11), tuple(lights)),
        words.text("No follow-up is open."),
    )


def _overridden(case: Case, standing: Standing, digest: Digest, words: Words) -> str:
    close = case.follow_up.close_on(digest.status_date)
    assert close is not None
    return words.text(
        "{project}: closed by {who} on {day} though the plan still asks: {why}",
        project=standing.project.name,
        who=close.who,
        day=close.day,
        why=close.text,
    )


def state_words(case: Case, words: Words) -> str:
    """Return where a case stands, with the day of a promise and how many were broken."""
    state = words(case.state)
    if case.promise:
        state = words.text("{state} until {day}", state=case.state, day=case.promise.until)
    if case.broken:
        return words.text("{state}; {count} broken", state=state, count=case.broken)
    return state


def ask_words(case: Case, standing: Standing, words: Words) -> str:
    """Return what a case asks for; nothing, once the project has recovered."""
    if case.rests:
        return words.text("rests with its project")
    if case.flag is None:
        return words.text("recovered since; it can be closed")
    step = case.flag.step or next(p.step for p in reversed(standing.plan.steps))
    return words(ask(case.kind, case.days, step))


def office_words(case: Case, words: Words) -> str:
    """Return the office that a case is addressed to."""
    step = case.flag.step if case.flag else None
    return words(step.office) if step else case.office


def _leaders(digest: Digest, words: Words) -> Section:
    rows = tuple(
        (
            line.leader,
            str(line.projects),
            str(sum(line.by_light[light] for light in LATE_LIGHTS)),
            str(line.by_light[Light.YELLOW]),
            f"{line.worst.project.name} ({light_words(line.worst.light, words)})",
        )
        for line in digest.leaders
    )
    headings = (
        words.text("Leader"),
        words.text("Projects"),
        words.text("Late"),
        words.text("At risk"),
        words.text("Worst"),
    )
    return Section(
        words.text("4. By leader"),
        table=Table(
            headings,
            rows,
            (0.3, 0.1, 0.1, 0.1, 0.4),
            tuple(line.worst.light for line in digest.leaders),
        ),
        empty=words.text("No leader is assigned."),
    )


def _offices(digest: Digest, words: Words) -> Section:
    rows = tuple(
        (words(line.office), str(line.setting_the_pace), str(line.overdue), str(line.near_due))
        for line in digest.offices
    )
    headings = (
        words.text("Office"),
        words.text("Critical for late projects"),
        words.text("Limit exceeded"),
        words.text("Limit nearly used"),
    )
    return Section(
        words.text("5. By office"),
        table=Table(headings, rows, (0.4, 0.24, 0.18, 0.18)),
        empty=words.text("No office has pending work."),
    )


def _blocks(digest: Digest, words: Words) -> Section:
    rows = tuple((flag.project.name, words(flag.sentence)) for flag in digest.blocked)
    return Section(
        words.text("6. Land, funds and other blocks"),
        table=Table(
            (words.text("Project"), words.text("Reason for the block")), rows, (0.32, 0.68)
        ),
        empty=words.text("Nothing is blocked."),
    )


def _ledger(digest: Digest, words: Words) -> Section:
    columns = PRINTED_COLUMNS
    rows = [
        (str(n), *(column.text(standing, words) for column in columns))
        for n, standing in enumerate(digest.standings, start=1)
    ]
    return Section(
        words.text("Annex. All projects"),
        table=Table(
            ("#", *(words(column.heading) for column in columns)),
            tuple(rows),
            (0.04, *(column.share for column in columns)),
            tuple(s.light for s in digest.standings),
        ),
        empty=words.text("No project is recorded."),
        is_in_workbook=False,
    )


def _method(digest: Digest, words: Words) -> Section:
    provisional = any(p.provisional for s in digest.standings for p in s.plan.steps)
    overdue = sum(flag.kind is FlagKind.OVERDUE for s in digest.standings for flag in s.flags)
    lines = [
        words.text(
            "Lights follow the default rules: red when the deadline is missed even at best or a"
            " limit is exceeded, black when even the fastest lawful course does, yellow under five"
            " working days of float or from 90 % of a limit; undecided where the record decides"
            " neither."
        ),
        words.text("{count} statutory or guide limits are exceeded.", count=overdue),
        words.text(
            "Forecasts use the promised time of each step, or else the 80th percentile of typical"
            " durations. A step of which nothing is recorded is not taken as unfinished: at best it"
            " is done, as far as the law lets it, and at worst it is not begun, unless a recorded"
            " step could not be without it."
        ),
    ]
    if provisional:
        lines.append(
            words.text(
                "Some dates lie in a year whose holiday notice is not published; they are"
                " provisional."
            )
        )
    return Section(words.text("Method"), tuple(lines), is_in_workbook=False)
