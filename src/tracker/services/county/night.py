"""The nightly run: look at every project again and open the follow-ups that are needed."""

from collections.abc import Mapping
from datetime import date

from tracker.core.digest import count_lights
from tracker.core.model import Sight
from tracker.law import Catalog
from tracker.services.county import follow_ups, plans
from tracker.store import Session
from tracker.store.audit import Act


def recompute(
    session: Session, act: Act, catalog: Catalog, status_date: date
) -> Mapping[str, object]:
    """Return how the county stands as of a day, after opening the cases it needs."""
    standings = plans.refresh(session, catalog, Sight.on(status_date))
    opened = follow_ups.review(session, act, standings, catalog, status_date)
    lights = {str(light): count for light, count in count_lights(standings).items()}
    return {
        "as_of": status_date,
        "projects": len(standings),
        "lights": lights,
        "opened": len(opened),
    }
