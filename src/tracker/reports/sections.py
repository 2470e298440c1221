"""The weekly report in words, section by section, before any file format.

Word, PDF and Excel lay out the same sections, so that they cannot disagree; the message for a chat
robot has room for the summary and the late projects only.
"""

from dataclasses import replace

from tracker.core.digest import Digest
from tracker.core.flag import LATE_LIGHTS, FlagKind, Light, RulePack
from tracker.core.model import DayKind, Duration
from tracker.i18n.words import Words
from tracker.pictures.faces import undrawn
from tracker.reports.cases import follow_up_section
from tracker.reports.front import broken_words, front_sections, left_over
from tracker.reports.ledger_columns import PRINTED_COLUMNS
from tracker.reports.model import Report, Section, Table
from tracker.reports.wording import light_words, shares_words


def report_of(digest: Digest, words: Words) -> Report:
    """Return the report of a week in one language.

    What the fonts that ship cannot draw is named in it.
    """
    report = _report(digest, words)
    if not (rare := undrawn(report.texts)):
        return report
    named = words.text(
        "The PDF has an empty box for these characters, which its fonts lack; the Word file has"
        " them: {characters}.",
        characters=rare,
    )
    *sections, method = report.sections
    method = replace(method, lines=(*method.lines, named))
    return replace(report, sections=(*sections, method))


def _report(digest: Digest, words: Words) -> Report:
    return Report(
        number=_number(digest, words),
        office=words.text("Office of the key-project task forces"),
        day=words(digest.status_date),
        title=words.text("Weekly delay report on key projects"),
        subtitle=_subtitle(digest, words),
        cover=_cover(digest, words),
        summary=_summary(digest, words),
        annex=words.text("Annex"),
        sections=(
            *front_sections(digest, words),
            *left_over(digest, words),
            follow_up_section(digest, words),
            _leaders(digest, words),
            _offices(digest, words),
            _slips(digest, words),
            _blocks(digest, words),
            _ledger(digest, words),
            _oddities(digest, words),
            _method(digest, words),
        ),
    )


def _number(digest: Digest, words: Words) -> str:
    week = digest.week
    number = words.text("No. {week} of {year}", week=week.number, year=str(week.year))
    return number + _marks(digest, words)


def _subtitle(digest: Digest, words: Words) -> str:
    return words.week(digest.week) + _marks(digest, words)


def _marks(digest: Digest, words: Words) -> str:
    """Return what makes a report another one than usual: a draft, made up late, of the demo."""
    late = words.text(" (made up late)") if digest.is_late else ""
    draft = words.text(" (draft)") if digest.is_draft else ""
    demo = words.text(" · demonstration county, all data fictitious") if digest.is_demo else ""
    return f"{draft}{late}{demo}"


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
    faulty = [standing.project.name for standing in digest.standings if standing.plan.fault]
    unplanned = words.text(" {names} cannot be planned.", names=", ".join(faulty)) if faulty else ""
    summary = words.text(
        "{all} key projects: {black} cannot be met, {red} late, {yellow} at risk, {open} undecided,"
        " {grey} unclear, {blue} with the clock stopped, {green} on time, {hollow} not yet due,"
        " {done} done.",
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
    )
    return summary + unplanned + broken_words(digest, words)


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
        words.text("5. By leader"),
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
        words.text("6. By office"),
        table=Table(headings, rows, (0.4, 0.24, 0.18, 0.18)),
        empty=words.text("No office has pending work."),
    )


def _slips(digest: Digest, words: Words) -> Section:
    rows, lights = [], []
    for standing in digest.late:
        cause = digest.causes.get(standing.project.id)
        found = cause.accounting if cause else None
        if found is None or not found.slip:
            continue
        slip = Duration(abs(found.slip), DayKind.CALENDAR)
        template = "{days} earlier" if found.slip < 0 else "{days} later"
        rows.append(
            (
                standing.project.name,
                words.short_day(found.baseline),
                words.short_day(found.forecast),
                words.text(template, days=slip),
                shares_words(found.shares, words),
            )
        )
        lights.append(standing.light)
    headings = (
        words.text("Project"),
        words.text("As planned"),
        words.text("Forecast"),
        words.text("Change"),
        words.text("Made up of (calendar days)"),
    )
    return Section(
        words.text("7. Where the delays come from"),
        (
            words.text(
                "Measured against the plan that was agreed, or else the first that was known. Every"
                " day stands under one reason; what rests on days that nobody recorded is blamed on"
                " nobody."
            ),
        ),
        Table(headings, tuple(rows), (0.2, 0.1, 0.1, 0.12, 0.48), tuple(lights)),
        words.text("No late project has moved against its plan."),
    )


def _blocks(digest: Digest, words: Words) -> Section:
    rows = tuple((flag.project.name, words(flag.sentence)) for flag in digest.blocked)
    return Section(
        words.text("8. Land, funds and other blocks"),
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
        words.text("9. All projects"),
        table=Table(
            ("#", *(words(column.heading) for column in columns)),
            tuple(rows),
            (0.04, *(column.share for column in columns)),
            tuple(s.light for s in digest.standings),
        ),
        empty=words.text("No project is recorded."),
        is_in_workbook=False,
    )


def _oddities(digest: Digest, words: Words) -> Section:
    return Section(
        words.text("10. Worth a question"),
        tuple(words(each.sentence) for each in digest.oddities)
        or (words.text("Nothing is worth a question."),),
    )


def _rules(digest: Digest, words: Words) -> str:
    """Return the rules of the lights by name, with their numbers."""
    pack = digest.standings[0].pack if digest.standings else RulePack()
    late = (
        words.text(
            "a missed deadline is yellow, and red {months} months after its own",
            months=pack.late_months,
        )
        if pack.late_months
        else words.text(
            "red when the deadline is missed even at best, black when even the fastest lawful"
            " course misses it"
        )
    )
    limit = words.text("the office's promised time") if pack.by_promise else words.text("the limit")
    return words.text(
        "Lights follow the {pack}: {late}; red when {limit} is exceeded, yellow from {share} % of"
        " it or under {float} of float; grey after {stale} days without an update; undecided where"
        " the record decides neither.",
        pack=pack.name,
        late=late,
        limit=limit,
        share=round(pack.clock_share * 100),
        float=Duration(pack.float_working_days),
        stale=pack.stale_days,
    )


def _method(digest: Digest, words: Words) -> Section:
    provisional = any(p.provisional for s in digest.standings for p in s.plan.steps)
    overdue = sum(flag.kind is FlagKind.OVERDUE for s in digest.standings for flag in s.flags)
    finished, steps = digest.recorded_share
    lines = [
        _rules(digest, words),
        words.text(
            "{finished} of {steps} steps are recorded as finished or follow from that.",
            finished=finished,
            steps=steps,
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
