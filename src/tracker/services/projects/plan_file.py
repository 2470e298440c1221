"""A project's plan as Microsoft Project XML, for those who work with it there."""

from dataclasses import replace

from tracker.core.plan.as_draft import draft_of, with_closing_days
from tracker.core.plan.draft import Draft, facts_of, network_of
from tracker.core.plan.engine.solve import solve
from tracker.core.plan.schedule import Schedule
from tracker.core.problems import Message
from tracker.exchange.mspdi import left_out, write_mspdi
from tracker.i18n.words import Words
from tracker.services.projects.lookup import View


def plan_file(view: View, words: Words) -> tuple[bytes, list[Message]]:
    """Return the shown plan of a project as XML, and what that cannot say."""
    draft = _draft(view, words)
    network = network_of(draft, draft.steps)
    schedule = Schedule(solve(network, facts_of(draft, network)).column(0))
    return write_mspdi(draft, schedule), left_out(draft)


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
