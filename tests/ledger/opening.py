"""Open a file as the import does, and say what it cost: python -m tests.ledger.opening FILE."""

import json
import resource
import sys
from datetime import date
from pathlib import Path

from tracker.law import catalog
from tracker.ledger.book.refusal import RefusedFileError
from tracker.ledger.reading import bytes_of, read_ledger


def most_memory(who: int) -> int:
    """Return the most memory that was held, in MB."""
    return resource.getrusage(who).ru_maxrss // 1024


def spent() -> float:
    """Return the seconds of processor that this process and its children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main(path: Path) -> None:
    day = date(2025, 6, 20)
    law = catalog().in_force(day)
    idle, begun = most_memory(resource.RUSAGE_SELF), spent()
    try:
        code = f"read {len(read_ledger(bytes_of(path), path.name, day, law, {}).projects)}"
    except RefusedFileError as error:
        code = error.code
    seconds = spent() - begun
    above = most_memory(resource.RUSAGE_SELF) - idle + most_memory(resource.RUSAGE_CHILDREN)
    print(json.dumps({"code": code, "seconds": seconds, "megabytes": above}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
