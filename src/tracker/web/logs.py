"""One line of JSON a request on standard error: its route and its outcome, never its content.

Addresses are logged by their pattern and people by their account, so that no name, key or password
of a request reaches a log. A failure is logged with its place in the program and not with its
message, which may quote what was typed.
"""

import json
import sys
import traceback

from fastapi import Request

from tracker import clock
from tracker.core.problems import TrackerError
from tracker.web.visits import visit_of

_LONGEST_GAP = ("/static/",)


def log_request(request: Request, status: int, error: BaseException | None = None) -> None:
    """Write the line of a request; pages that went well are not worth one."""
    if error is None and (status < 400 and request.method == "GET"):
        return
    if request.url.path.startswith(_LONGEST_GAP):
        return
    visit = visit_of(request)
    route = request.scope.get("route")
    line = {
        "at": clock.now().isoformat(timespec="milliseconds"),
        "request": request.state.number,
        "method": request.method,
        "route": getattr(route, "path", "?"),
        "status": status,
        "account": visit.user.account if visit else None,
    }
    if error is not None:
        line["error"] = error.code if isinstance(error, TrackerError) else type(error).__name__
        line["at_line"] = places_of(error)
    print(json.dumps(line, ensure_ascii=False), file=sys.stderr, flush=True)  # noqa: T201  a log


def places_of(error: BaseException) -> list[str]:
    """Return where an error arose in this program, the innermost place last."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "tracker" in frame.filename]
    return [f"{frame.filename.rpartition('tracker/')[2]}:{frame.lineno}" for frame in own[-5:]]
