"""What the marks of a sheet mean, where its own legend says so; it wins over the usual words."""

import re
from collections.abc import Iterable, Mapping

from tracker.ledger.values.rules import Status
from tracker.ledger.values.statuses import status_of_word
from tracker.ledger.values.words import plain

_LEGEND = re.compile(r"^(?:图例|说明|注|备注|符号说明|标识说明|标记说明)[:：]?")
_BEGINS = re.compile(r"^(?:图例|符号说明|标识说明|标记说明)")
_SIGNS = "√✓✔×✗✘○●◎△▲☆★□■◇◆◐◑◒◓◔◕▶▷⬤⭕🟢🟡🔴🟠🔵⚪⚫🟩🟨🟥"
_MARK = rf"[{_SIGNS}＋+－\-—/VvXxOo]|空白|[甲乙丙丁ABCD]|[0-9](?!\d)"
_COLOUR = re.compile(
    r"(?P<none>(?:无|没有|未填)(?:底色|颜色|填充色?)|白色)|(?P<name>[绿黄红橙蓝灰紫])(?:色|灯|底|底色|填充)?"
)
_COLOUR_PAIR = re.compile(
    rf"(?:{_COLOUR.pattern})(?:的|单元格|底纹|标注|格)*(?:表示|代表|为|是|即|[:=\-—])?"
    r"(?P<word>(?:(?![绿黄红橙蓝灰紫白无](?:色|灯|底))[\u4e00-\u9fff]){2,6})"
)
NO_COLOUR = "无底色"
COLOURS = frozenset({*"绿黄红橙蓝灰紫", NO_COLOUR})
"""What fills are called, as `Grid.colours` names them."""
_MEANS = r"(?:表示|代表|指的是|为|是|即|[:=])"
_PAIR = re.compile(
    rf"[\"“'「]?(?:(?P<mark>[{_SIGNS}]){_MEANS}?|(?P<other>{_MARK})[\"”'」]?{_MEANS})"
    r"[\"”'」]?(?:表示|代表)?(?P<word>[\u4e00-\u9fff]{2,6})"
)
"""A dash, a stroke or a letter stands in any text, so it counts only where a legend says so."""
_WORD_FIRST = re.compile(
    rf"(?P<word>[\u4e00-\u9fff]{{2,6}})(?:用|画|打|填|的?标)[\"“'「]?(?P<mark>{_MARK})[\"”'」]?"
)


def is_legend(text: str) -> bool:
    """Tell whether a line is a legend by its first word, or explains two marks or more."""
    return bool(_BEGINS.match(plain(text))) or len(legend_in([text])) >= 2


def explained_in(texts: Iterable[str]) -> Mapping[str, Status]:
    """Return what marks mean in lines that are no legends, where a line says 表示 or 代表."""
    return legend_in(text for text in texts if re.search("表示|代表", text))


def _colours_in(text: str) -> dict[str, Status]:
    """Return what colours mean: 绿色为已办结, 黄 正在办理; a light is one too, 绿灯."""
    found: dict[str, Status] = {}
    for match in _COLOUR_PAIR.finditer(text):
        status = status_of_word(match["word"])
        if status is None and not _LEGEND.match(text):
            continue
        status = status or Status.UNKNOWN
        if match["none"]:
            found[NO_COLOUR] = status
            continue
        name = match["name"]
        found |= dict.fromkeys((name, f"{name}色", f"{name}灯"), status)
    return found


def legend_in(texts: Iterable[str]) -> Mapping[str, Status]:
    """Return what each mark means, as far as the texts of a sheet explain it."""
    found: dict[str, Status] = {}
    for text in map(plain, texts):
        for pattern in (_PAIR, _WORD_FIRST):
            for match in pattern.finditer(text):
                status = status_of_word(match["word"])
                mark = match["mark"] or match.groupdict().get("other")
                if mark and (status is not None or _LEGEND.match(text)):
                    found.setdefault(plain(mark), status or Status.UNKNOWN)
        found |= {k: v for k, v in _colours_in(text).items() if k not in found}
    return found
