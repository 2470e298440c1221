"""Notes of cells: the comments of a sheet, and the drawing of the boxes that show them."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from lxml import etree

from tracker.ledger.book.grid import letters, place_of

_AUTHOR = "tracker"
_MARKER = "【tracker】"
"""How our notes begin: programs that save the file drop the author, and nobody types this."""
_V, _O = "urn:schemas-microsoft-com:vml", "urn:schemas-microsoft-com:office:office"
_X = "urn:schemas-microsoft-com:office:excel"
_SHAPES_A_BLOCK = 1024
_WIDE, _LINE = 3, 18  # columns that a box takes, and characters of a line in it
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
_SHAPE_NUMBER = re.compile(r"_s(\d+)$")


class Notes:
    """The notes of one sheet; those of other people stay as they are."""

    def __init__(
        self, namespace: str, comments: bytes | None, drawing: bytes | None, block: int
    ) -> None:
        self.space = f"{{{namespace}}}"
        self.tree = _parsed(comments) if comments else self._no_comments(namespace)
        self.boxes = _parsed(drawing) if drawing else _no_boxes(block)
        self.block, self.number = block, 0

    def replace(self, texts: Mapping[tuple[int, int], str]) -> None:
        """Let these be our notes on the sheet, in the place of earlier ones."""
        self._forget()
        self.number = self._newest_box()
        author = self._author()
        listed = self.tree.find(f"{self.space}commentList")
        known = {place_of(each.get("ref", "A1")): each for each in listed}
        for place, text in sorted(texts.items()):
            if place in known:
                self._add_run(known[place].find(f"{self.space}text"), f"\n{_MARKER}{text}")
                continue
            words = f"{_MARKER}{text}"
            each = etree.SubElement(listed, f"{self.space}comment")
            each.set("ref", f"{letters(place[1])}{place[0] + 1}")
            each.set("authorId", str(author))
            self._add_run(etree.SubElement(each, f"{self.space}text"), words)
            self._add_box(place, words)
        listed[:] = sorted(listed, key=lambda each: place_of(each.get("ref", "A1")))

    def comments(self) -> bytes:
        """Return the part that holds the texts."""
        return bytes(
            etree.tostring(self.tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        )

    def drawing(self) -> bytes:
        """Return the part that draws the boxes."""
        return bytes(etree.tostring(self.boxes, encoding="UTF-8"))

    def _no_comments(self, namespace: str) -> Any:
        tree = etree.Element(f"{self.space}comments", nsmap={None: namespace})
        etree.SubElement(tree, f"{self.space}authors")
        etree.SubElement(tree, f"{self.space}commentList")
        return tree

    def _author(self) -> int:
        authors = self.tree.find(f"{self.space}authors")
        names = [each.text for each in authors]
        if _AUTHOR not in names:
            etree.SubElement(authors, f"{self.space}author").text = _AUTHOR
            names.append(_AUTHOR)
        return names.index(_AUTHOR)

    def _forget(self) -> None:
        """Take our earlier notes away, and our words from the notes of others."""
        listed = self.tree.find(f"{self.space}commentList")
        gone = set()
        for each in list(listed):
            if "".join(each.itertext()).strip().startswith(_MARKER):
                listed.remove(each)
                gone.add(place_of(each.get("ref", "A1")))
            else:
                self._cut(each)
        self._remove_boxes(gone)

    def _cut(self, comment: Any) -> None:
        """Cut our words off the end of a note.

        A program that saved it may have joined it with the rest.
        """
        is_ours = False
        for text in list(comment.iter(f"{self.space}t")):
            words = text.text or ""
            begin = words.find(f"\n{_MARKER}")
            if is_ours:
                text.text = ""
            elif begin >= 0:
                text.text, is_ours = words[:begin], True

    def _add_run(self, text: Any, words: str) -> None:
        run = etree.SubElement(text, f"{self.space}r")
        each = etree.SubElement(run, f"{self.space}t")
        each.text = words
        each.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _remove_boxes(self, places: Collection[tuple[int, int]]) -> None:
        for shape in list(self.boxes.iter(f"{{{_V}}}shape")):
            row, column = (shape.findtext(f".//{{{_X}}}{key}") for key in ("Row", "Column"))
            if row is not None and column is not None and (int(row), int(column)) in places:
                shape.getparent().remove(shape)

    def _newest_box(self) -> int:
        """Return the highest number of a box; those of a sheet begin with a block of its own."""
        numbers = [
            int(found[1])
            for shape in self.boxes.iter(f"{{{_V}}}shape")
            if (found := _SHAPE_NUMBER.search(shape.get("id", "")))
        ]
        return max(numbers, default=self.block * _SHAPES_A_BLOCK)

    def _add_box(self, place: tuple[int, int], text: str) -> None:
        row, column = place
        self.number += 1
        lines = 2 + len(text) // _LINE + text.count("\n")
        anchor = (
            f"{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 1 + _WIDE}, 15,"
            f" {max(row - 1, 0) + lines}, 4"
        )
        shape = etree.SubElement(self.boxes, f"{{{_V}}}shape")
        shape.set("id", f"_x0000_s{self.number}")
        shape.set("type", "#_x0000_t202")
        shape.set("style", "position:absolute;z-index:1;visibility:hidden")
        shape.set("fillcolor", "#ffffe1")
        shape.set(f"{{{_O}}}insetmode", "auto")
        etree.SubElement(shape, f"{{{_V}}}fill").set("color2", "#ffffe1")
        etree.SubElement(shape, f"{{{_V}}}path").set(f"{{{_O}}}connecttype", "none")
        box = etree.SubElement(shape, f"{{{_V}}}textbox")
        box.set("style", "mso-direction-alt:auto")
        etree.SubElement(box, "div").set("style", "text-align:left")
        data = etree.SubElement(shape, f"{{{_X}}}ClientData")
        data.set("ObjectType", "Note")
        for name, said in (
            ("MoveWithCells", None),
            ("SizeWithCells", None),
            ("Anchor", anchor),
            ("AutoFill", "False"),
            ("Row", str(row)),
            ("Column", str(column)),
        ):
            etree.SubElement(data, f"{{{_X}}}{name}").text = said


def _parsed(data: bytes) -> Any:
    return etree.fromstring(data, _PARSER)


def _no_boxes(block: int) -> Any:
    tree = etree.Element("xml", nsmap={"v": _V, "o": _O, "x": _X})
    layout = etree.SubElement(tree, f"{{{_O}}}shapelayout")
    layout.set(f"{{{_V}}}ext", "edit")
    number = etree.SubElement(layout, f"{{{_O}}}idmap")
    number.set(f"{{{_V}}}ext", "edit")
    number.set("data", str(block))
    kind = etree.SubElement(tree, f"{{{_V}}}shapetype")
    kind.set("id", "_x0000_t202")
    kind.set("coordsize", "21600,21600")
    kind.set(f"{{{_O}}}spt", "202")
    kind.set("path", "m,l,21600r21600,l21600,xe")
    etree.SubElement(kind, f"{{{_V}}}stroke").set("joinstyle", "miter")
    path = etree.SubElement(kind, f"{{{_V}}}path")
    path.set("gradientshapeok", "t")
    path.set(f"{{{_O}}}connecttype", "rect")
    return tree
