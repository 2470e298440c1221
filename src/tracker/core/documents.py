"""What a document may hold before a parser sees it: parsers nest as deep as they are told to.

A YAML file of 200,000 brackets ends the process, one of 400,000 small mappings takes a gigabyte.
"""

import re

from tracker.core.problems import Message, message

MOST_CHARACTERS, MOST_DEPTH, MOST_PARTS = 1_000_000, 32, 50_000
"""Of a file that people write by hand; the largest of ours has a tenth."""
_BRACKETS = re.compile(r"[\[\]{}]")
_PARTS = re.compile(r"[,\n{\[]")
_RUN = re.compile(rf"(?:[-?:][ \t]+){{{MOST_DEPTH},}}")
"""Lists in lists may be begun on one line: - - - -."""
_INDENT = re.compile(r"^( *)[^ \n#]", re.MULTILINE)


def limit_exceeded(text: str) -> Message | None:
    """Return why a YAML document is not read at all, or None: it is too large or nests too deep."""
    if len(text) > MOST_CHARACTERS or sum(1 for _ in _PARTS.finditer(text)) > MOST_PARTS:
        return message("The file is larger than any that is needed.")
    depth = deepest = 0
    for bracket in _BRACKETS.findall(text):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    if deepest > MOST_DEPTH or _RUN.search(text) or _steps(text) > MOST_DEPTH:
        return message("The file nests deeper than any that is needed.")
    return None


def _steps(text: str) -> int:
    """Return how many times lines are indented within one another."""
    open_: list[int] = []
    deepest = 0
    for found in _INDENT.finditer(text):
        indent = len(found[1])
        while open_ and open_[-1] >= indent:
            open_.pop()
        open_.append(indent)
        deepest = max(deepest, len(open_))
    return deepest
