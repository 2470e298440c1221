"""Why a network cannot be scheduled: one code, the place, and what to do."""

from tracker.core.problems import Message, TrackerError


class RefusedNetworkError(TrackerError):
    """A network that is not scheduled; `where` is the field or step, as its author would look."""

    def __init__(self, code: str, where: str, what: Message, remedy: Message) -> None:
        super().__init__(what, remedy=remedy)
        self.code, self.where = code, where
