"""Work that takes longer than a page may: done beside the requests, one result for each key."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock, Semaphore, Thread

from tracker.ledger.reading import Watch
from tracker.services.imports.preview import Import

_AT_ONCE, _KEPT = 2, 6
Work = Callable[[Watch, Import | None], Import]


@dataclass(slots=True)
class Reading:
    """A workbook being read, or read: how far it is, and what came of it.

    `stamp` tells what it was read for: other decisions, or another record, need another reading.
    """

    stamp: str
    future: Future[Import] = field(default_factory=Future)
    sheet: str | None = None
    done: int = 0
    total: int = 0

    def watch(self, sheet: str | None, done: int, total: int) -> None:
        """Note how far it is."""
        self.sheet, self.done, self.total = sheet, done, total


class Readings:
    """The newest readings, two at a time under way; the others wait their turn."""

    def __init__(self) -> None:
        self._lock, self._turn = Lock(), Semaphore(_AT_ONCE)
        self._kept: OrderedDict[str, Reading] = OrderedDict()

    def of(self, key: str, stamp: str, work: Work) -> Reading:
        """Return the reading of a key for a stamp; begin it where it is not there yet.

        `work` is given what tells how far it is, and the result of the reading before it.
        """
        with self._lock:
            known = self._kept.get(key)
            if known is None or known.stamp != stamp:
                before = known.future if known else None
                known = self._kept[key] = Reading(stamp)
                # a daemon: the server need not wait for it to stop
                Thread(target=self._run, args=(key, known, work, before), daemon=True).start()
            self._kept.move_to_end(key)
            done = [each for each, reading in self._kept.items() if reading.future.done()]
            for old in done[: max(0, len(self._kept) - _KEPT)]:
                if old != key:
                    del self._kept[old]
            return known

    def drop(self, key: str) -> None:
        """Let a reading go."""
        with self._lock:
            self._kept.pop(key, None)

    def _run(self, key: str, reading: Reading, work: Work, before: Future[Import] | None) -> None:
        is_read = before is not None and before.done() and before.exception() is None
        result = before.result() if before and is_read else None
        with self._turn:
            if self._kept.get(key) is not reading:  # nobody asks for it any more
                reading.future.cancel()
                return
            try:
                reading.future.set_result(work(reading.watch, result))
            except BaseException as error:
                reading.future.set_exception(error)
