"""Files that no clerk made: each is written to a path and must be refused, or read without harm."""

import io
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import xlsxwriter
import xlwt

from tests.support.workbooks import HEADINGS, row, write

Maker = Callable[[Path], None]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def changed(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Write a good ledger and change its parts."""
    write(path, row())
    parts = parts_of(path)
    change(parts)
    pack(path, parts)


def with_sheet(path: Path, xml: Iterator[bytes] | bytes) -> None:
    def change(parts: dict[str, bytes]) -> None:
        body = xml if isinstance(xml, bytes) else b"".join(xml)
        head = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}">'.encode()
        parts["xl/worksheets/sheet1.xml"] = head + body + b"</worksheet>"

    changed(path, change)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def only_zeros(path: Path) -> None:
    path.write_bytes(b"\0" * 100_000)


def truncated(path: Path) -> None:
    write(path, row())
    path.write_bytes(path.read_bytes()[:-600])


def truncated_xls(path: Path) -> None:
    path.write_bytes(_xls()[:3000])


def noise_after_the_signature(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + Random(1).randbytes(50_000))


def noise_as_an_old_workbook(path: Path) -> None:
    path.write_bytes(_xls()[:512] + Random(2).randbytes(50_000))


def a_pdf(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n" + Random(3).randbytes(2000))


def a_pdf_of_text(path: Path) -> None:
    lines = (
        "%PDF-1.4",
        "1 0 obj",
        "<< /Type /Catalog, /Pages 2 0 R >>",
        "endobj",
        "trailer",
        "%%EOF",
    )
    path.write_text("\n".join(lines), encoding="ascii")


def a_web_page(path: Path) -> None:
    path.write_text("<html><table><tr><td>项目名称</td></tr></table></html>", encoding="utf-8")


def a_picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(3000))


def a_word_document(path: Path) -> None:
    pack(path, {"word/document.xml": b"<w/>", "[Content_Types].xml": b"<Types/>"})


def another_compound(path: Path) -> None:
    path.write_bytes(_renamed("WordDocument"))


def under_a_password(path: Path) -> None:
    path.write_bytes(_renamed("EncryptedPackage"))


def an_old_workbook_under_a_password(path: Path) -> None:
    data = _xls()
    at = data.index(b"\x42\x00\x02\x00")  # CODEPAGE becomes FILEPASS
    path.write_bytes(data[:at] + b"\x2f" + data[at + 1 :])


def with_macros(path: Path) -> None:
    changed(path, lambda parts: parts.__setitem__("xl/vbaProject.bin", b"\xd0\xcf" * 50))


def without_its_sheet(path: Path) -> None:
    changed(path, lambda parts: parts.pop("xl/worksheets/sheet1.xml"))


def without_its_relations(path: Path) -> None:
    changed(path, lambda parts: parts.pop("xl/_rels/workbook.xml.rels"))


def without_its_strings(path: Path) -> None:
    changed(path, lambda parts: parts.pop("xl/sharedStrings.xml"))


def a_bomb_in_a_sheet(path: Path) -> None:
    with_sheet(path, b"<sheetData>" + b" " * 60_000_000 + b"</sheetData>")


def a_bomb_in_a_picture(path: Path) -> None:
    changed(path, lambda parts: parts.__setitem__("xl/media/a.png", bytes(90_000_000)))


def a_bomb_that_lies(path: Path) -> None:
    """The directory says that a part is small."""
    a_bomb_in_a_sheet(path)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    path.write_bytes(bytes(data).replace(size, (1000).to_bytes(4, "little")))


def twenty_thousand_parts(path: Path) -> None:
    more = {f"xl/x{n}.bin": b"" for n in range(20_000)}
    changed(path, lambda parts: parts.update(more))


def two_parts_of_one_name(path: Path) -> None:
    write(path, row())
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of just this
        archive.writestr("xl/workbook.xml", "<workbook/>")


def outside_its_folder(path: Path) -> None:
    changed(path, lambda parts: parts.__setitem__("../../evil.txt", b"x"))


def a_billion_laughs(path: Path) -> None:
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    doctype = b'<!DOCTYPE w [<!ENTITY l0 "lol">' + entities + b"]>"

    def change(parts: dict[str, bytes]) -> None:
        part = parts["xl/sharedStrings.xml"]
        parts["xl/sharedStrings.xml"] = part.replace(b"?>", b"?>" + doctype, 1)

    changed(path, change)


def a_file_from_outside(path: Path) -> None:
    doctype = b'<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

    def change(parts: dict[str, bytes]) -> None:
        part = parts["xl/workbook.xml"]
        parts["xl/workbook.xml"] = part.replace(b"?>", b"?>" + doctype, 1)

    changed(path, change)


def a_link_to_the_network(path: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        part = parts["xl/_rels/workbook.xml.rels"]
        link = (
            b'<Relationship Id="rId99" Type="x" Target="http://127.0.0.1:9/x"'
            b' TargetMode="External"/>'
        )
        parts["xl/_rels/workbook.xml.rels"] = part.replace(b"</Rel", link + b"</Rel")

    changed(path, change)


def one_far_cell(path: Path) -> None:
    with_sheet(
        path, b'<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )


def one_cell_far_to_the_right(path: Path) -> None:
    with_sheet(
        path,
        b'<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row></sheetData>',
    )


def sixteen_thousand_columns(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["x"] * 16_384)


def a_million_rows(path: Path) -> None:
    rows = (
        b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n * 7919)
        for n in range(1, 1_048_577)
    )
    with_sheet(path, b"<sheetData>" + b"".join(rows) + b"</sheetData>")


def a_million_styled_rows(path: Path) -> None:
    """Nothing but formats, as when somebody coloured whole columns: harmless, and empty."""
    rows = (b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(1, 400_001))
    with_sheet(path, b"<sheetData>" + b"".join(rows) + b"</sheetData>")


def fifty_thousand_merges(path: Path) -> None:
    merges = (b'<mergeCell ref="A%d:B%d"/>' % (n, n) for n in range(1, 50_001))
    with_sheet(path, b"<sheetData/><mergeCells>" + b"".join(merges) + b"</mergeCells>")


def one_giant_merge(path: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        sheet = parts["xl/worksheets/sheet1.xml"]
        merge = b'<mergeCells count="1"><mergeCell ref="A6:XFD1048576"/></mergeCells>'
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", b"</sheetData>" + merge)

    changed(path, change)


def deep_markup(path: Path) -> None:
    with_sheet(path, b"<a>" * 200_000 + b"</a>" * 200_000)


def half_a_tag_often(path: Path) -> None:
    with_sheet(path, b"<c " * 300_000)


def a_long_text_shared_by_many(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("台账")
        page.write_row(0, 0, HEADINGS)
        for n in range(1, 3000):
            page.write(n, 1, "长" * 32_000)


def a_long_cell(path: Path) -> None:
    write(
        path,
        row(
            项目名称="甲" * 32_000, 立项="（" * 32_000, 完成时限="1" * 32_000, 总投资="1," * 16_000
        ),
    )


def markup_in_a_name(path: Path) -> None:
    write(path, row(项目名称="<script>alert(1)</script>{{7*7}}${x}"))


def formulas_as_text(path: Path) -> None:
    write(path, row(项目名称="@SUM(A1)", 专班="+cmd|'/c calc'!A1"))


def a_text_of_one_line(path: Path) -> None:
    path.write_bytes(b"," * 2_000_000)


def a_text_with_a_huge_cell(path: Path) -> None:
    path.write_bytes(("项目名称,建设单位,总投资\n" + '"' + "甲" * 3_000_000 + '",乙,1\n').encode())


def quotes_without_end(path: Path) -> None:
    path.write_bytes(("项目名称,建设单位,总投资\n" + '"' * 99_999 + "\n" * 9999).encode())


def _xls() -> bytes:
    out = io.BytesIO()
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("台账")
    for n, cells in enumerate((HEADINGS, row())):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(n, column, value)
    book.save(out)
    return out.getvalue()


def _renamed(stream: str) -> bytes:
    """Return a compound file whose stream has another name than a workbook's."""
    data, old = _xls(), "Workbook".encode("utf-16-le")
    at = data.index(old)
    name = stream.encode("utf-16-le")
    entry = name + bytes(64 - len(name)) + (len(name) + 2).to_bytes(2, "little")
    return data[:at] + entry + data[at + 66 :]


REFUSED: dict[Maker, str] = {
    empty: "empty_file",
    only_zeros: "not_a_workbook",
    truncated: "damaged_file",
    truncated_xls: "damaged_file",
    noise_after_the_signature: "damaged_file",
    noise_as_an_old_workbook: "not_a_workbook",
    a_pdf: "not_a_workbook",
    a_pdf_of_text: "not_a_workbook",
    a_web_page: "web_page",
    a_picture: "not_a_workbook",
    a_word_document: "not_a_workbook",
    another_compound: "not_a_workbook",
    under_a_password: "password",
    an_old_workbook_under_a_password: "password",
    with_macros: "macros",
    without_its_sheet: "damaged_file",
    without_its_relations: "damaged_file",
    a_bomb_in_a_sheet: "unsafe_file",
    a_bomb_in_a_picture: "unsafe_file",
    a_bomb_that_lies: "damaged_file",
    twenty_thousand_parts: "unsafe_file",
    two_parts_of_one_name: "unsafe_file",
    outside_its_folder: "unsafe_file",
    a_billion_laughs: "unsafe_file",
    a_file_from_outside: "unsafe_file",
    one_far_cell: "too_large",
    one_cell_far_to_the_right: "too_large",
    sixteen_thousand_columns: "too_large",
    a_million_rows: "too_large",
    a_million_styled_rows: "no_header",
    fifty_thousand_merges: "too_large",
    deep_markup: "unsafe_file",
    a_text_of_one_line: "too_large",
    a_text_with_a_huge_cell: "damaged_file",
    half_a_tag_often: "no_header",
    a_long_text_shared_by_many: "too_large",
}
"""What must be refused, and with which code."""

READ: tuple[Maker, ...] = (
    a_link_to_the_network,
    one_giant_merge,
    a_long_cell,
    markup_in_a_name,
    formulas_as_text,
    quotes_without_end,
)
"""What is read, since there is nothing wrong with it but its looks."""
