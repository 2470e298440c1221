"""Which units a cell names, and a person beside them."""

import re
from collections.abc import Sequence

from tracker.ledger.values.words import name_text, shown
from tracker.ledger.vocabulary import vocabulary

__all__ = ["read_units"]

_ENDS = tuple(word for words in vocabulary().owners.values() for word in words)
_SHORTEST = 3  # 医院 behind 县中心 goes on with its name; 住建局 behind 发改局 is another
_NO_UNIT_ALONE = ("委员会", "办公室", "人民政府", "管委会", "管理局", "分公司", "有限公司")
_PERSON = re.compile(
    "^(?:欧阳|司马|上官|诸葛|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶"
    "程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔"
    "向汤])[\u4e00-\u9fff]{1,2}$"
)
"""A name by its surname, of the hundred that most people have."""


def read_units(value: object) -> tuple[str | None, str | None]:
    """Return the units of a cell, joined by 、, and the person named beside them, if any.

    A break inside one name (县自然资源 和规划局) is none between two.
    """
    pieces = (shown(value) or "").split(" ")
    units: list[str] = []
    person = None
    for piece in pieces:
        before = units[-1] if units else ""
        if before.endswith(_ENDS) and _PERSON.match(piece) and not piece.endswith(_ENDS):
            person = piece
        elif before.endswith(_ENDS) and _is_unit(piece):
            units.append(piece)
        elif units:
            units[-1] += f" {piece}"
        else:
            units.append(piece)
    return _joined(units), person


def _is_unit(text: str) -> bool:
    return len(text) >= _SHORTEST and text.endswith(_ENDS) and text not in _NO_UNIT_ALONE


def _joined(units: Sequence[str]) -> str | None:
    return "、".join(name for name in map(name_text, units) if name) or None
