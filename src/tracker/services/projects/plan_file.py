"""A project's plan as Microsoft Project XML, for those who work with it there."""

from collections.abc import Sequence
from dataclasses import replace

from tracker.core.plan import PlannedStep
from tracker.core.plan.as_draft import draft_of, with_closing_days
from tracker.core.plan.draft import Draft, facts_of, network_of
from tracker.core.plan.engine.solve import solve
from tracker.core.plan.schedule import Schedule
from tracker.core.problems import Message, message
from tracker.core.track import State
from tracker.exchange.mspdi import left_out, write_mspdi
from tracker.i18n.words import Words
from tracker.services.projects.lookup import View


def plan_file(view: View, words: Words) -> tuple[bytes, list[Message]]:
    """Return the shown plan of a project as XML, and what that cannot say."""
    draft = _draft(view, words)
    network = network_of(draft, draft.steps)
    schedule = Schedule(solve(network, facts_of(draft, network)).column(0))
    untold = _untold(view)
    written = write_mspdi(draft, schedule, _notes(draft, untold, words))
    return written, [*left_out(draft), *_told(untold)]


def _untold(view: View) -> list[PlannedStep]:
    """Return the steps that are over though nobody recorded on which day.

    A schedule gives every step that is over an actual finish; these have one that only keeps the
    others where they are.
    """
    return [
        step
        for step in view.standing.plan.steps
        if step.progress.state is State.FINISHED and step.progress.finish is None
    ]


def _notes(draft: Draft, untold: Sequence[PlannedStep], words: Words) -> dict[str, str]:
    found = {}
    for step in untold:
        known = step.progress.known
        if step.step.id in draft.by_id:
            why = words.text(
                "The day of completion is not recorded ({known}); the actual finish in this file"
                " only keeps its place.",
                known=known,
            )
            found[step.step.id] = why
    return found


def _told(untold: Sequence[PlannedStep]) -> list[Message]:
    if not untold:
        return []
    what = message(
        "Steps that are over without a recorded day carry an actual finish all the same, and a note"
        " that says so: {steps}."
    )
    return [what.of(steps=tuple(step.step.name for step in untold))]


def _draft(view: View, words: Words) -> Draft:
    """Return the shown plan with the names that its steps have in a language."""
    project, blueprint = view.standing.project, view.blueprint
    draft = draft_of(
        blueprint.network,
        view.outlook.facts,
        id_=project.code or str(project.id),
        calendar=blueprint.working_days,
    )
    names = {step.id: words(step.name) for step in blueprint.steps}
    steps = tuple(replace(step, name=names[step.id]) for step in draft.steps)
    named = replace(draft, name=project.name, steps=steps)
    return with_closing_days(named, lambda name: words.text("{step}: last day", step=name))
