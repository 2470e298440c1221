"""What would help a project: the levers of the law, tried on the world that its plan shows."""

from tracker.core.levers import Bench, Help, what_helps
from tracker.law import Catalog
from tracker.services.projects.lookup import View


def help_for(view: View, catalog: Catalog) -> Help:
    """Return the measures that make a project sooner; none of one that cannot be planned."""
    plan = view.standing.plan
    if plan.fault or plan.finish is None:
        return Help((), None)
    bench = Bench(
        ground=view.ground,
        plan=plan,
        facts=view.outlook.facts,
        told=view.standing.project.answers,
        assumed=view.outlook.answers,
    )
    return what_helps(bench, catalog.levers)
