"""Limits of YAML documents, checked on the text before it is parsed.

A file of 200,000 brackets crashes the parser, one of 400,000 small mappings takes a gigabyte.
"""

import re

from tracker.core.problems import Message, message

MOST_CHARACTERS, MOST_DEPTH, MOST_PARTS = 1_000_000, 32, 50_000
"""Our own largest file has a tenth of the characters."""
_BRACKETS = re.compile(r"[\[\]{}]")
_PARTS = re.compile(r"[,\n{\[]")
_RUN = re.compile(rf"(?:[-?:][ \t]+){{{MOST_DEPTH},}}")
"""Nested lists that begin on one line: - - - -."""
_INDENT = re.compile(r"^( *)[^ \n#]", re.MULTILINE)


def limit_exceeded(text: str) -> Message | None:
    """Return which limit a YAML document exceeds, size or depth; None for neither."""
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
    """Return the greatest number of indentations within one another."""
    open_: list[int] = []
    deepest = 0
    for found in _INDENT.finditer(text):
        indent = len(found[1])
        while open_ and open_[-1] >= indent:
            open_.pop()
        open_.append(indent)
        deepest = max(deepest, len(open_))
    return deepest
