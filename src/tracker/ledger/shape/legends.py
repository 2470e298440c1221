"""What the marks of a sheet mean, where its own legend says so; it wins over the usual words."""

import re
from collections.abc import Iterable, Mapping

from tracker.ledger.values.rules import Status
from tracker.ledger.values.statuses import status_of_word
from tracker.ledger.values.words import plain

_LEGEND = re.compile(r"^(?:图例|符号说明|标识说明|标记说明)")
_MARK = r"[√✓✔×✗✘○●◎△▲☆★□■◇◆＋+－\-—/VvXxOo]|空白|[甲乙丙丁ABCD]"
_MEANS = r"(?:表示|代表|指的是|为|是|即|[:=])"
_PAIR = re.compile(
    rf"[\"“'「]?(?:(?P<mark>[√✓✔×✗✘○●◎△▲☆★□■◇◆]){_MEANS}?|(?P<other>{_MARK})[\"”'」]?{_MEANS})"
    r"[\"”'」]?(?:表示|代表)?(?P<word>[\u4e00-\u9fff]{2,6})"
)
"""A dash, a stroke or a letter stands in any text, so it counts only where a legend says so."""
_WORD_FIRST = re.compile(
    rf"(?P<word>[\u4e00-\u9fff]{{2,6}})(?:用|画|打|填|的?标)[\"“'「]?(?P<mark>{_MARK})[\"”'」]?"
)


def is_legend(text: str) -> bool:
    """Tell whether a line is a legend by its first word, or explains two marks or more."""
    return bool(_LEGEND.match(plain(text))) or len(legend_in([text])) >= 2


def explained_in(texts: Iterable[str]) -> Mapping[str, Status]:
    """Return what marks mean in lines that are no legends, where a line says 表示 or 代表."""
    return legend_in(text for text in texts if re.search("表示|代表", text))


def legend_in(texts: Iterable[str]) -> Mapping[str, Status]:
    """Return what each mark means, as far as the texts of a sheet explain it."""
    found: dict[str, Status] = {}
    for text in map(plain, texts):
        for pattern in (_PAIR, _WORD_FIRST):
            for match in pattern.finditer(text):
                status = status_of_word(match["word"])
                mark = match["mark"] or match.groupdict().get("other")
                if status is not None and mark:
                    found.setdefault(plain(mark), status)
    return found
