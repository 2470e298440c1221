"""What a row of a table is, when it holds no project."""

import re
from collections.abc import Sequence

from tracker.ledger.book.grid import Grid
from tracker.ledger.shape.aliases import Field
from tracker.ledger.shape.columns import Column
from tracker.ledger.shape.headings import Heading, texts_of
from tracker.ledger.shape.legends import is_legend
from tracker.ledger.values.words import plain, shown

_NUMERAL = re.compile(r"^(?:[(][一二三四五六七八九十]+[)]|[一二三四五六七八九十]+[)、.:])")
_SECTION = re.compile(
    _NUMERAL.pattern + r".{1,30}$|^第[一二三四五六七八九十]+[类批](?:项目)?(?:[:：(、].*)?$"
)
_ONLY_A_NUMERAL = re.compile(r"^[(]?[一二三四五六七八九十]{1,3}[)]?[、.]?$")
_OF_A_GROUP = re.compile(
    r"(?:类|领域|板块|行业|方面|续建|新开工|新建|前期|储备|谋划|在建|竣工|收尾)(?:类|项目)?(?:[(].*[)])?$"
)
"""How a name ends that stands alone, without a number, where projects have one: a section."""
_ONLY_A_COUNT = re.compile(r"^(?:共|计)?\d+[个项]?$")
_COUNTS = r"[:(]?[\d,.共计个项目亿万元()]*$"
_SUBTOTAL = re.compile(rf"^小计{_COUNTS}|^.{{1,12}}小计{_COUNTS}")
_TOTAL = re.compile(rf"^(?:合计|总计|共计){_COUNTS}|^.{{1,12}}(?:合计|总计){_COUNTS}")
"""合计：14个 is a total; 合计供水工程 is the name of a project."""
_NOTE = re.compile(
    r"^(?:注|备注|说明|填报说明|填表说明|填报人|填表人|审核人|联系人|联系电话|制表人?|审核"
    r"|分管领导|主要领导|填报单位|填报日期"
    r"|填报时间|单位负责人|负责人)(?:签字|签名|\(签字\))?[:\d]|^(?:注|备注|说明)$"
)
_NO_NAME = re.compile(
    r"^(?:责任|牵头|配合|建设|实施|主管|监理|设计|施工|代建)单位[:：]|^(?:项目|工作)?专班[:：]"
    r"|^(?:包联|分管|责任|牵头|县级)(?:领导|干部)[:：]|^(?:联系人|责任人|电话)[:：]|^以下空白$|^(?:无|空)$"
    r"|等\d+个(?:项目|标段|工程)$|^(?:完成率|办结率|平均|占(?:总数|比)?比?例?|已完成占比|较?上[周月](?:增加|减少)?|本[周月]"
    r"|(?:已办结|在办|未办|已完成|未完成)[数个]?|总投资|.{0,8}汇总)(?:[:：].*)?$"
)
"""What stands in the name's column and is the name of no project."""
_STARRED = re.compile(r"^[※*]")
"""What begins so is a note when nothing stands beside it."""
_LONGEST_SECTION = 30
_FEW = 4  # texts of a line that signs or explains


CAPTION = re.compile(r"台账|清单|一览表|汇总表|统计表|^附[表件]|^表[一二三四五六\d]|填报|填表")
"""What a line over a table says."""


class KindOfRow:
    """Tells what each row of a table is; the rows are asked about in their order."""

    def __init__(self, grid: Grid, heading: Heading, columns: Sequence[Column]) -> None:
        self.grid, self.heading = grid, heading
        self.indices = frozenset(column.index for column in columns)
        self.name = next(c.index for c in columns if c.field is Field.NAME)
        self.numbers = frozenset(c.index for c in columns if c.field is Field.NUMBER)
        self.telling = frozenset(
            c.index for c in columns if c.step_kind or c.field in (Field.INVESTMENT, Field.DEADLINE)
        )
        self.steps = frozenset(c.index for c in columns if c.step_kind)
        self.listing = frozenset(c.index for c in columns if c.field is Field.STEP)
        self.wide = {
            top: (left, right)
            for top, left, bottom, right in grid.merges
            if top == bottom and right - left >= 2
        }
        self.tall = frozenset(
            row
            for top, left, bottom, right in grid.merges
            if left <= self.name <= right and top > heading.rows[-1]
            for row in range(top + 1, min(bottom, len(grid.rows)) + 1)
        )
        self.struck = grid.struck
        self.counts = any(
            plain(shown(grid.at(row, column)) or "").isdigit()
            for row in range(heading.rows[-1] + 1, len(grid.rows))
            for column in self.numbers
        )
        self.is_over = False

    def __call__(self, row: int) -> str | None:
        """Return why a row holds no project, or None when it does."""
        texts = [text for text in map(shown, self.grid.rows[row]) if text]
        if row <= self.heading.rows[-1]:
            return self._above(row, texts)
        if row in self.grid.hidden_rows:
            return "hidden"
        if (row, self.name) in self.struck and self.grid.at(row, self.name) is None:
            return "hidden"
        if not self._holds_something(row):
            return "blank"
        if texts_of(self.grid, row) in self.heading.texts:
            return "header"
        return self._by_words(row, texts)

    def _above(self, row: int, texts: Sequence[str]) -> str:
        if row in self.heading.rows:
            return "header"
        if not texts:
            return "blank"
        return "legend" if is_legend(texts[0]) else "title"

    def _holds_something(self, row: int) -> bool:
        """Tell whether a cell of the row holds more than a number that was printed beforehand."""
        filled = {n: text for n, value in enumerate(self.grid.rows[row]) if (text := shown(value))}
        mine = {n: text for n, text in filled.items() if n in self.indices}
        more = any(n not in self.numbers or not text.isdigit() for n, text in mine.items())
        return more or (bool(mine) and row in self.tall)

    def _by_words(self, row: int, texts: Sequence[str]) -> str | None:
        name = shown(self.grid.at(row, self.name))
        first = plain(texts[0])
        label = plain(name) if name else first
        if _SUBTOTAL.match(first) or _SUBTOTAL.match(label):
            return "subtotal"
        if _TOTAL.match(first) or _TOTAL.match(label):
            self.is_over = True
            return "total"
        few = len(texts) <= _FEW
        if few and is_legend(" ".join(texts)):
            return "legend"
        tells = any(self.grid.at(row, column) is not None for column in self.telling)
        starred = _STARRED.match(first) and len(texts) == 1
        if few and (_NOTE.match(first) or starred or (name and _NO_NAME.search(label))):
            return "note"
        if self._is_numbered(row, texts):
            return "section"
        if len(texts) == 1 and not name and not tells and not self._lists_a_step(row):
            return "title" if CAPTION.search(texts[0]) else "note"
        if self._is_line(row, texts):
            return "section" if len(first) <= _LONGEST_SECTION and not self.is_over else "note"
        return "note" if self.is_over and few and not name and not tells else None

    def _is_numbered(self, row: int, texts: Sequence[str]) -> bool:
        """Tell whether a row begins like a section: 一、交通类, or 一 where projects have 1."""
        first = plain(texts[0])
        if len(texts) <= 2 and _SECTION.match(first) and len(first) <= _LONGEST_SECTION:
            return True
        counted = _ONLY_A_COUNT.match(plain(shown(self.grid.at(row, self.name)) or ""))
        is_numeral = self._has_numeral(row) or (counted and _ONLY_A_NUMERAL.match(first))
        if self.counts and len(texts) <= 2 and first == plain(self.grid.at(row, self.name)):
            is_alone = len(texts) == 1 or not self._tells_of_steps(row)
            return is_alone and row not in self.tall and _OF_A_GROUP.search(first) is not None
        return self.counts and bool(is_numeral) and not self._tells_of_steps(row)

    def _has_numeral(self, row: int) -> bool:
        """Tell whether 一 or （二） stands where the projects have 1 and 2."""
        return any(
            _ONLY_A_NUMERAL.match(plain(shown(self.grid.at(row, column)) or ""))
            for column in self.numbers
        )

    def _lists_a_step(self, row: int) -> bool:
        """Tell whether the one text of a row is that of a long table's column of steps."""
        return any(self.grid.at(row, column) is not None for column in self.listing)

    def _tells_of_steps(self, row: int) -> bool:
        return any(self.grid.at(row, column) is not None for column in self.steps)

    def _is_line(self, row: int, texts: Sequence[str]) -> bool:
        """Tell whether a row is one text written across the columns, the name's among them."""
        left, right = self.wide.get(row, (0, -1))
        return len(texts) == 1 and left <= self.name <= right


def section_name(text: str) -> str:
    """Return a section's name without its numeral and its count: 一、交通类（3个） is 交通类."""
    bare = re.sub(r"[（(]\s*(?:共)?\d+\s*[个项]\s*[)）]$", "", text)
    return re.sub(r"^[（(]?[一二三四五六七八九十]+[）)]?[、.．:：]?", "", bare).strip()
