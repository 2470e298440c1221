"""YAML in which every mapping knows its lines, so that a fault can be pointed at."""

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from tracker.core.documents import limit_exceeded
from tracker.core.problems import BadFileError, Message, Place, message


class Lined(dict[str, Any]):
    """A mapping that remembers on which line each key stands (1-based)."""

    line: int
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        """Return the line of `key`, or of the mapping where the key is missing."""
        return self.lines.get(key, self.line)


class _Loader(yaml.CSafeLoader):
    """Safe, without aliases (a bomb needs them), and strict about keys given twice."""

    file = ""

    def get_single_node(self) -> yaml.Node | None:
        root = super().get_single_node()
        if root is not None:
            self._refuse_aliases(root)
        return root

    def _refuse_aliases(self, root: yaml.Node) -> None:
        """Raise when a node hangs in two places: only an alias puts it there."""
        seen, waiting = {id(root)}, [root]
        while waiting:
            node = waiting.pop()
            pairs = isinstance(node, yaml.MappingNode)
            below = [each for pair in node.value for each in pair] if pairs else node.value
            for each in below if isinstance(node, yaml.CollectionNode) else ():
                if id(each) in seen:
                    place = Place(file=self.file, line=node.start_mark.line + 1)
                    raise fault("alias", message("Aliases are not allowed here."), place)
                seen.add(id(each))
                waiting.append(each)

    # the signature is the library's own
    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002
    ) -> dict[Hashable, Any]:
        found = Lined()
        found.line, found.lines = node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            key, line = str(self.construct_object(key_node)), key_node.start_mark.line + 1
            if key in found:
                what = message("The key '{key}' appears twice.", key=key)
                raise fault("duplicate_key", what, Place(file=self.file, line=line))
            found[key] = self.construct_object(value_node, deep=True)
            found.lines[key] = line
        return found  # type: ignore[return-value]

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            what = message("'{day}' is not a date.", day=str(node.value))
            raise fault(
                "bad_date", what, Place(file=self.file, line=node.start_mark.line + 1)
            ) from None


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)
# only true and false are truth values, as in YAML 1.2: yes and no are answers here
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))


def fault(code: str, what: Message, place: Place, remedy: Message | None = None) -> BadFileError:
    """Return an error about a file of ours."""
    return BadFileError(code, what, remedy=remedy or message("Correct this line."), place=place)


def read_yaml(path: Path) -> Lined:
    """Read a file whose top is a mapping. Raises BadFileError with the line."""
    found = _load(path)
    if not isinstance(found, Lined):
        raise fault(
            "bad_yaml",
            message("The file must contain keys with values."),
            Place(file=path.name, line=1),
        )
    return found


def read_list(path: Path) -> list[Lined]:
    """Read a file whose top is a list of mappings. Raises BadFileError with the line."""
    found = _load(path)
    if not isinstance(found, list) or not all(isinstance(each, Lined) for each in found):
        raise fault(
            "bad_yaml", message("The file holds no list of entries."), Place(file=path.name, line=1)
        )
    return found


def _load(path: Path) -> Any:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        what = message("The file is missing.")
        remedy = message("The procedures folder is incomplete: copy the whole folder again.")
        raise fault("missing_file", what, Place(file=path.name), remedy) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        what = message("The file is not written in UTF-8.")
        remedy = message("Save it again with the encoding UTF-8.")
        raise fault("bad_encoding", what, Place(file=path.name, line=line), remedy) from None
    if excess := limit_exceeded(text):
        raise fault("too_large", excess, Place(file=path.name))
    try:
        loader = _Loader(text)
    except yaml.YAMLError as error:
        raise fault("bad_yaml", _no_yaml(error), Place(file=path.name, line=1)) from None
    loader.file = path.name
    try:
        return loader.get_single_data()
    except RecursionError:
        what = message("The file nests deeper than any that is needed.")
        raise fault("too_large", what, Place(file=path.name)) from None
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        place = Place(file=path.name, line=mark.line + 1 if mark else None)
        raise fault("bad_yaml", _no_yaml(error), place) from None
    finally:
        loader.dispose()


def _no_yaml(error: yaml.YAMLError) -> Message:
    problem = error.problem if isinstance(error, yaml.MarkedYAMLError) else str(error)
    return message("This is not valid YAML: {problem}.", problem=str(problem).splitlines()[0])
