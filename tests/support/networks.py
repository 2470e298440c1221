"""Random networks, calendars and worlds."""

from datetime import date, timedelta

from hypothesis import strategies as st

from tracker.core.calendars import EVERY_DAY, Calendar
from tracker.core.model import DayKind, Duration, Link, LinkType
from tracker.core.network import Network, Node, build
from tracker.core.track import Progress, State

START = date(2026, 4, 1)
WEEKDAYS = Calendar.of("weekdays", lambda day: day.weekday() < 5)
_OFF = {START + timedelta(n) for n in (2, 29, 30, 31, 32, 33, 78)}
_ON = {START + timedelta(n) for n in (24, 38)}
HOLIDAYS = Calendar.of(
    "holidays", lambda day: day in _ON or (day.weekday() < 5 and day not in _OFF)
)
CALENDARS = (HOLIDAYS, WEEKDAYS, EVERY_DAY)


@st.composite
def networks(draw: st.DrawFn, most: int = 9) -> Network:
    """A network of a few steps with links forward in their order."""
    count = draw(st.integers(1, most))
    nodes = [
        Node(f"s{n}", draw(st.integers(0, 6)), draw(st.sampled_from(CALENDARS)))
        for n in range(count)
    ]
    links = []
    for n in range(1, count):
        for before in sorted(draw(st.sets(st.integers(0, n - 1), max_size=3))):
            kind = draw(st.sampled_from(LinkType))
            lag = Duration(draw(st.integers(0, 3)), draw(st.sampled_from(DayKind)))
            links.append(Link(f"s{before}", f"s{n}", kind, lag))
    return build(nodes, links, EVERY_DAY)


def unstarted(network: Network) -> dict[str, Progress]:
    return {node.id: Progress() for node in network.nodes}


@st.composite
def progress(draw: st.DrawFn, network: Network, status_date: date) -> dict[str, Progress]:
    """Any mixture of progress, sensible or not: ledgers hold both."""
    found = {}
    for node in network.nodes:
        state = draw(
            st.sampled_from((State.NOT_STARTED, State.UNDER_WAY, State.FINISHED, State.NOT_NEEDED))
        )
        day = status_date - timedelta(days=draw(st.integers(0, 20)))
        known = draw(st.booleans())
        found[node.id] = Progress(
            state,
            start=day if known and state is State.UNDER_WAY else None,
            finish=day if known and state is State.FINISHED else None,
            known_by=status_date,
        )
    return found
