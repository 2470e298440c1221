"""The parts of an .xlsx and how they relate, under change.

What nobody touches stays byte for byte.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from posixpath import basename, dirname, join, normpath
from typing import Any

from lxml import etree

from tracker.ledger.book.grid_xlsx import Parts, name_places

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATIONS = f"{_PACKAGE}/relationships"
_TYPES = f"{_PACKAGE}/content-types"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


@dataclass
class Package:
    """An .xlsx as its parts; the file must have passed the guard."""

    data: bytes
    changed: dict[str, bytes] = field(default_factory=dict)
    trees: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the parts."""
        self.parts = Parts(self.data)

    def save(self) -> bytes:
        """Return the file with what was changed."""
        source = self.parts.archive
        for part, tree in self.trees.items():
            is_new = part not in self.parts.names
            if is_new or _text(tree) != _text(etree.fromstring(source.read(part), PARSER)):
                self.changed[part] = _text(tree)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for info in source.infolist():
                data = self.changed.pop(info.filename, None)
                target.writestr(info, source.read(info) if data is None else data)
            for name, data in sorted(self.changed.items()):
                target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
        return out.getvalue()

    def tree(self, part: str) -> Any:
        """Return a part as a tree that may be changed.

        The rows and cells of a sheet say where they are.
        """
        if part not in self.trees:
            self.trees[part] = etree.fromstring(self.parts.archive.read(part), PARSER)
            if part in self.parts.sheets.values():
                name_places(self.trees[part])
        return self.trees[part]

    def read(self, part: str) -> bytes:
        """Return a part as it is now."""
        return self.changed.get(part) or self.parts.archive.read(part)

    def target(self, part: str, wanted: Callable[[Any], bool]) -> str | None:
        """Return the part that the first wanted relation of a part leads to."""
        relations = relations_of(part)
        if relations not in self.parts.names and relations not in self.trees:
            return None
        for each in self.tree(relations):
            if wanted(each):
                target: str = each.get("Target", "")
                inside = normpath(join(dirname(part), target))
                return target.lstrip("/") if target.startswith("/") else inside
        return None

    def relate(self, part: str, kind: str, name: str) -> str:
        """Let a part relate to another; return the key of the relation."""
        relations = relations_of(part)
        if relations not in self.parts.names and relations not in self.trees:
            empty = etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS})
            self.trees[relations] = empty
        tree = self.tree(relations)
        keys = {each.get("Id") for each in tree}
        key = next(f"rId{n}" for n in range(1, len(keys) + 2) if f"rId{n}" not in keys)
        each = etree.SubElement(tree, f"{{{_RELATIONS}}}Relationship")
        for attribute, value in (("Id", key), ("Type", kind), ("Target", f"/{name}")):
            each.set(attribute, value)
        return key

    def add_part(self, stem: str, ending: str, part: str, kind: str) -> tuple[str, str]:
        """Return a new part that a part relates to, and the key of the relation."""
        taken = self.parts.names | set(self.changed)
        number = next(n for n in range(1, len(taken) + 2) if f"{stem}{n}{ending}" not in taken)
        name = f"{stem}{number}{ending}"
        key = self.relate(part, kind, name)
        self.changed.setdefault(name, b"")
        return name, key

    def add_type(self, part: str, kind: str) -> None:
        """Say what kind of content a new part has."""
        tree = self.tree("[Content_Types].xml")
        each = etree.SubElement(tree, f"{{{_TYPES}}}Override")
        each.set("PartName", f"/{part}")
        each.set("ContentType", kind)

    def add_extension(self, ending: str, kind: str) -> None:
        """Say what kind of content the parts of an ending have."""
        tree = self.tree("[Content_Types].xml")
        known = {each.get("Extension", "").lower() for each in tree}
        if ending not in known:
            each = etree.Element(f"{{{_TYPES}}}Default")
            each.set("Extension", ending)
            each.set("ContentType", kind)
            tree.insert(0, each)


def space_of(root: Any) -> str:
    """Return the namespace of a part, as names of its elements begin."""
    return f"{{{etree.QName(root).namespace}}}"


def _text(tree: Any) -> bytes:
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def relations_of(part: str) -> str:
    """Return where the relations of a part stand."""
    return join(dirname(part), "_rels", f"{basename(part)}.rels")
