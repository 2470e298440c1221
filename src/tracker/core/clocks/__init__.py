"""The law's own clocks: what happened to an application, who held it, and what an office has left.

The day of an event is not counted (民法典 art. 201): what an event changes, it changes from the
next day on. While a case is back with the applicant no clock of the authority runs (行政许可法
§32).
"""

from tracker.core.clocks.case import COMPLETENESS_LAW, Case, Span, Stay
from tracker.core.clocks.counting import Clock, ClockKind, last_day
from tracker.core.clocks.moves import Account, Holder, State, holder_of
from tracker.core.clocks.refusal import IllegalMoveError, check_move, legal_moves
from tracker.core.clocks.replay import case_of, duty_clock

__all__ = [
    "COMPLETENESS_LAW",
    "Account",
    "Case",
    "Clock",
    "ClockKind",
    "Holder",
    "IllegalMoveError",
    "Span",
    "State",
    "Stay",
    "case_of",
    "check_move",
    "duty_clock",
    "holder_of",
    "last_day",
    "legal_moves",
]
