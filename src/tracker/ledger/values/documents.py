"""Document numbers: 示发改〔2025〕12号, 地字第350926202500012号, and what is none."""

import re

from tracker.ledger.values.words import plain

_LETTER = re.compile(
    r"^(?!.*(?:退|待|拟|未|不|补正|正在|办理|见|按|据|依|参|请示|申请|上报"
    r"|报送))[\u4e00-\u9fffA-Za-z]{1,20}[〔\[(【<《]\d{4}[〕\])】>》](?:第)?\d{1,6}号?$"
)
_CERTIFICATE = re.compile(
    r"^(?:[\u4e00-\u9fff]{1,6}字)?第?[A-Za-z]?\d{4,20}(?:-\d{1,6}){0,4}号?$"
    r"|^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$"
)
_PERMIT = re.compile(r"^[\u4e00-\u9fff]{1,6}字第[A-Za-z]?\d{6,20}号$")
_WITHOUT_ISSUER = re.compile(r"^[〔\[(【]\d{4}[〕\])】]第?\d{1,6}号$")
_NONE = re.compile(r"^(?:无|暂无|无文号|/|-+|—+|–|待批|待定|未取得|办理中|)$")
_DOUBT = re.compile(r"退|待|拟|未|不|补正|？|\?")
_LONGEST = 60


def is_document(text: str) -> bool:
    """Tell whether a text, read anywhere, can be nothing but the number of a document."""
    bare = plain(text)
    return bool(_LETTER.match(bare) or _PERMIT.match(bare))


def number_in(text: str) -> str | None:
    """Return the number that a text is, perhaps without its issuer (〔2025〕9号); None for none."""
    return text if is_document(text) or _WITHOUT_ISSUER.match(plain(text)) else None


def is_no_document(text: str) -> bool:
    """Tell whether a text in a column of document numbers says that there is none."""
    return bool(_NONE.match(plain(text)))


def read_document(text: str) -> tuple[str | None, str]:
    """Return the number that a cell of such a column holds, and the rule.

    None when it is unsure.
    """
    bare = plain(text)
    if _LETTER.match(bare):
        return text.strip(), "letter"
    if _CERTIFICATE.match(bare):
        return text.strip(), "certificate"
    has_number = any(mark.isdigit() for mark in bare) and ("号" in bare or "字" in bare)
    if has_number and len(bare) <= _LONGEST and not _DOUBT.search(bare):
        return text.strip(), "numbered"
    return None, "none"
