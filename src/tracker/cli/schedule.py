"""`tracker schedule`: network files in, schedules out; nothing is stored."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli.door import FINE, Door, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson
from tracker.core.plan.chances import StepChance
from tracker.core.plan.facts import Stage
from tracker.core.plan.schedule import Dates
from tracker.core.problems import ErrorKind, TrackerError, UnknownStepError, message
from tracker.exchange.mspdi import MOST_BYTES, left_out, read_mspdi, write_mspdi
from tracker.exchange.network_file import read_network
from tracker.exchange.schedule_file import (
    chances_record,
    explanation_record,
    paths_record,
    refusal_record,
    schedule_record,
)
from tracker.i18n.words import Words
from tracker.services.schedule import (
    NothingToExplainError,
    Outcome,
    built_in_calendars,
    schedule_draft,
)

INFEASIBLE, REFUSED = 1, 3

_GLANCE = 1024
"""Bytes that tell XML from a network file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a person wants to see beside the dates."""

    as_json: bool
    draws: int | None
    seed: int
    wanted: float
    explain: str | None
    paths: int | None
    into: str | None
    to_xml: Path | None


def schedule(
    door: Door,
    networks: Annotated[
        list[str],
        typer.Argument(
            metavar=mark("NETWORK..."),
            help=mark(
                "network files or Microsoft Project XML; - reads one network per line from"
                " standard input"
            ),
        ),
    ],
    *,
    as_json: AsJson = False,
    explain: Annotated[
        str | None,
        typer.Option(metavar=mark("STEP"), help=mark("explain the dates of this step")),
    ] = None,
    paths: Annotated[
        int | None,
        typer.Option(
            min=1, max=1000, metavar="N", help=mark("list the N tightest paths to an end point")
        ),
    ] = None,
    into: Annotated[
        str | None,
        typer.Option(metavar=mark("STEP"), help=mark("the end point for --paths")),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1_000_000,
            metavar="N",
            help=mark("simulate the chance of finishing on time from p50 and p80"),
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help=mark("the same seed draws the same"))
    ] = 1,
    chance: Annotated[
        float,
        typer.Option(
            min=0.01,
            max=1.0,
            metavar=mark("SHARE"),
            help=mark("show the latest start for this probability of finishing on time"),
        ),
    ] = 0.8,
    to_xml: Annotated[
        Path | None,
        typer.Option(metavar=mark("FILE"), help=mark("write Microsoft Project XML too")),
    ] = None,
) -> None:
    """Schedule every network and exit with the worst of their codes."""
    extras = Extras(
        as_json=as_json,
        draws=draws,
        seed=seed,
        wanted=chance,
        explain=explain,
        paths=paths,
        into=into,
        to_xml=to_xml,
    )
    _check_target(networks, extras)
    calendars = built_in_calendars(door.catalog)
    worst = FINE
    for name, content in _contents(networks):
        try:
            draft = (
                read_mspdi(content) if _is_xml(content) else read_network(_text(content), calendars)
            )
            worst = max(worst, _answer(door, schedule_draft(draft), extras))
        except (UnknownStepError, NothingToExplainError):
            raise
        except TrackerError as error:
            worst = max(worst, REFUSED)
            _refuse(door, name, content, error, as_json=as_json)
    raise typer.Exit(worst)


class OneNetworkError(TrackerError):
    """Several networks cannot be written to one file, nor one over itself."""

    code = "one_network"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("--to-xml writes one network, to a file of its own."),
            remedy=message("Name one network file and another file to write."),
        )


def _check_target(files: Sequence[str], extras: Extras) -> None:
    if extras.to_xml is None:
        return
    is_itself = any(Path(name).resolve() == extras.to_xml.resolve() for name in files)
    if len(files) != 1 or files[0] == "-" or is_itself:
        raise OneNetworkError


def _contents(files: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield each file with its name; standard input gives one network a line."""
    for name in files:
        if name == "-":
            for n, line in enumerate(sys.stdin.buffer, start=1):
                if line.strip():
                    yield f"-:{n}", line
        else:
            with Path(name).open("rb") as file:
                first = file.read(_GLANCE)
                most = -1 if not _is_xml(first) else MOST_BYTES  # more of it is refused anyway
                yield name, first + file.read(most)


def _is_xml(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\0").startswith(b"<")


def _text(content: bytes) -> bytes:
    return content.removeprefix(b"\xef\xbb\xbf")


def _answer(door: Door, outcome: Outcome, extras: Extras) -> int:
    record = _record(door.words, outcome, extras)
    if extras.as_json:
        show_json(record)
    else:
        _show(door.words, outcome, extras)
    if extras.to_xml:
        extras.to_xml.write_bytes(write_mspdi(outcome.draft, outcome.schedule))
        for words in left_out(outcome.draft):
            say(door.words(words))
    if outcome.split.uncomputed:
        return REFUSED
    return FINE if outcome.is_feasible else INFEASIBLE


def _record(words: Words, outcome: Outcome, extras: Extras) -> dict[str, Any]:
    record = schedule_record(
        outcome.draft, outcome.schedule, outcome.findings, feasible=outcome.is_feasible, say=words
    )
    if extras.draws and outcome.schedule:
        found = outcome.chances(extras.draws, extras.seed, extras.wanted)
        record["chance"] = found and chances_record(outcome.draft, outcome.schedule, found)
    if extras.explain:
        record["explain"] = explanation_record(outcome.explained(extras.explain), words)
    if extras.paths and outcome.schedule:
        record["paths"] = paths_record(
            outcome.schedule, outcome.paths_into(extras.into, extras.paths)
        )
    return record


def _refuse(door: Door, name: str, content: bytes, error: TrackerError, *, as_json: bool) -> None:
    where = str(getattr(error, "where", "") or error.place or "")
    if as_json:
        show_json(refusal_record(_id_of(content), error, where=where, say=door.words))
    else:
        at = f"{name}: {where}: " if where else f"{name}: "
        say(at + door.words(error))


def _id_of(content: bytes) -> str | None:
    """Return a refused network's id where it can be made out."""
    try:
        found = json.loads(_text(content))
    except (ValueError, RecursionError):
        return None
    named = found.get("id") if isinstance(found, dict) else None
    return named if isinstance(named, str) else None


def _show(words: Words, outcome: Outcome, extras: Extras) -> None:
    """Print a network for people."""
    draft, schedule = outcome.draft, outcome.schedule
    typer.echo(_printable(draft.name or draft.id))
    typer.echo(verdict(words, outcome))
    if schedule:
        headings = (
            words.text("Step"),
            words.text("Early start"),
            words.text("Early finish"),
            words.text("Late start"),
            words.text("Late finish"),
            words.text("Total float"),
            words.text("Free float"),
            "",
        )
        show_table(headings, [_row(words, outcome, step.id) for step in draft.steps])
    for finding in outcome.findings:
        typer.echo(f"! {_printable(words(finding.sentence))}")
    if extras.explain:
        _show_explanation(words, outcome, extras.explain)
    if extras.paths:
        _show_paths(words, outcome, extras)
    if extras.draws:
        _show_chances(words, outcome, extras)


def verdict(words: Words, outcome: Outcome) -> str:
    """Return in a sentence when the network ends and whether that is in time."""
    schedule, deadline = outcome.schedule, outcome.draft.deadline
    finish = schedule.finish if schedule else None
    if schedule is None:
        return words.text("Nothing can be computed.")
    if finish is None:
        return words.text("Nothing is left to be done.")
    left = [n for n, is_left in enumerate(schedule.column.is_left) if is_left]
    if outcome.split.uncomputed:
        return words.text(
            "Some steps wait for one another; the others end {finish}.", finish=finish
        )
    if schedule.is_feasible and deadline is None:
        return words.text("Ends {finish}.", finish=finish)
    least = min(schedule.total_floats[n] for n in left)
    if schedule.is_feasible:
        return words.text(
            "Ends {finish}, due {deadline}; the least float is {least} d.",
            finish=finish,
            deadline=deadline,
            least=least,
        )
    return words.text(
        "Ends {finish}; deadlines are missed by up to {late} d.", finish=finish, late=-least
    )


def _row(words: Words, outcome: Outcome, step_id: str) -> list[str]:
    schedule = outcome.schedule
    step = outcome.draft.by_id[step_id]
    n = schedule.column.network.position.get(step_id) if schedule else None
    title = _printable(f"{step_id} {step.name}" if step.name else step_id)
    if schedule is None or n is None:
        return [title, *[""] * 6, words.text("not computed")]
    if step.stage is Stage.OFF:
        return [title, *[""] * 6, words.text("not needed")]
    if step.stage is Stage.FINISHED:
        done = [words.short_day(step.actual_start), words.short_day(step.actual_finish)]
        return [title, *done, *[""] * 4, words.text("complete")]
    early, late = schedule.early(n), schedule.late(n)
    total, free = schedule.total_floats[n], schedule.free_floats[n]
    marks = [words.text("critical")] if schedule.is_critical(n) else []
    if step.stage is Stage.BEGUN:
        since = words.short_day(step.actual_start)
        marks.append(words.text("under way since {day}, the rest is shown", day=since))
    numbers = (str(total), str(free))
    return [title, *_days(words, early), *_days(words, late), *numbers, ", ".join(marks)]


def _printable(text: str) -> str:
    """Return a name as it may be shown: no name can move the cursor or turn the line around."""
    return "".join(mark if mark.isprintable() else "\ufffd" for mark in text)


def _days(words: Words, dates: Dates) -> list[str]:
    """Return first and last day; a milestone has the one day that people see."""
    if dates.seen:
        return ["", words.short_day(dates.seen)]
    return [words.short_day(dates.start), words.short_day(dates.finish)]


def _show_explanation(words: Words, outcome: Outcome, step: str) -> None:
    found = outcome.explained(step)
    typer.echo("")
    typer.echo(words.text("Why {step} cannot start sooner:", step=step))
    for early in found.early:
        typer.echo(f"  {words(early.sentence)}")
    typer.echo(words.text("Why {step} cannot end later:", step=step))
    for late in found.late:
        typer.echo(f"  {words(late.sentence)}")


def _show_paths(words: Words, outcome: Outcome, extras: Extras) -> None:
    if outcome.schedule is None:
        return
    nodes = outcome.schedule.column.network.nodes
    typer.echo("")
    for number, path in enumerate(outcome.paths_into(extras.into, extras.paths or 0), start=1):
        steps = " → ".join(nodes[n].id for n in path.steps)
        line = words.text(
            "Path {number}: {slack} d of further delay before it affects the end: {steps}",
            number=number,
            slack=path.slack,
            steps=steps,
        )
        typer.echo(line)


def _show_chances(words: Words, outcome: Outcome, extras: Extras) -> None:
    found = outcome.chances(extras.draws or 0, extras.seed, extras.wanted)
    if found is None or outcome.schedule is None:
        return
    typer.echo("")
    typer.echo(
        words.text(
            "In {draws} simulations, 50 % finish by {p50}, 80 % by {p80} and 95 % by {p95}.",
            draws=found.draws,
            p50=found.finish.p50,
            p80=found.finish.p80,
            p95=found.finish.p95,
        )
    )
    if found.chance is not None:
        kept = words.text("{share} % of them meet the deadline.", share=_percent(found.chance))
        typer.echo(kept)
    by = words.text("Latest start for {share} % confidence", share=_percent(extras.wanted))
    headings = (
        words.text("Step"),
        "P50",
        "P80",
        "P95",
        words.text("Critical in"),
        by,
    )
    nodes = outcome.schedule.column.network.nodes
    rows = [
        _chance_row(words, node.id, chance)
        for node, chance in zip(nodes, found.steps, strict=True)
        if chance
    ]
    show_table(headings, rows)


def _chance_row(words: Words, step: str, found: StepChance) -> list[str]:
    days = (found.finish.p50, found.finish.p80, found.finish.p95)
    share = f"{_percent(found.criticality)} %"
    return [step, *map(words.short_day, days), share, words.short_day(found.start_by)]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0")
