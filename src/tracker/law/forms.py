"""The form of the files: JSON Schemas that editors use too, with a line for every fault."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from tracker.core.problems import BadFileError, Message, Place, message
from tracker.law.yaml_lines import Lined, fault

_CODES = {"additionalProperties": "unknown_field", "required": "missing_field"}
_WORDS: Mapping[str, tuple[Message, Message]] = {
    "bad_date": (
        message("'{value}' is not a date."),
        message("Write a day as 2026-08-15."),
    ),
    "bad_duration": (
        message("'{value}' is not a number of days."),
        message("Write working days as '20 wd', calendar days as '30 cd', a term as '5 y'."),
    ),
    "no_unit": (
        message("'{value}' does not say whether it counts working days or calendar days."),
        message("Write working days as '20 wd', calendar days as '30 cd', a term as '5 y'."),
    ),
    "bad_link": (
        message("'{value}' is no link."),
        message(
            "Write 'step logic', 'step SS law', 'step + 2 wd custom' or 'step by' with an article."
        ),
    ),
    "missing_article": (
        message("A law is cited without its article, or no law at all."),
        message("Write 'law: [{open}law: ..., article: ...{close}]'.", open="{", close="}"),
    ),
}


_KINDS: Mapping[str, Message | str] = {
    "array": message("a list, as [a, b]"),
    "object": message("fields, as {open}zh: ..., en: ...{close}", open="{", close="}"),
    "string": message("a text"),
    "boolean": message("true or false"),
    "integer": message("a whole number"),
}
_SHAPES: Mapping[str, tuple[Message, Message]] = {
    "type": (message("'{value}' is the wrong type of value."), message("Write {wanted}.")),
    "pattern": (
        message("'{value}' is not a valid name for a step or a question."),
        message("Use a small letter first, then small letters, digits and _."),
    ),
    "minLength": (message("'{value}' is too short."), message("Write it in full.")),
    "uniqueItems": (message("The list holds something twice."), message("Delete one of them.")),
}


def _is_text(_checker: object, value: object) -> bool:
    return isinstance(value, str | date)  # YAML reads a day as a date, JSON knows only text


_Validator = extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("string", _is_text),
)


def form_faults(data: Any, form: str, file: str, folder: Path) -> list[BadFileError]:
    """Return what in `data` breaks the schema `form`, in the order of the lines."""
    root = _root(data)
    errors = _validator(folder / "schema" / f"{form}.schema.json").iter_errors(_shown(data))
    found = [_fault(error, root, file) for error in errors]
    return sorted(found, key=lambda each: each.place.line or 0 if each.place else 0)


@cache
def _validator(path: Path) -> Any:
    return _Validator(json.loads(path.read_text(encoding="utf-8")))


def _shown(data: Any) -> Any:
    """Return the data with its days as text, as JSON has them."""
    if isinstance(data, Mapping):
        return {key: _shown(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_shown(value) for value in data]
    return data.isoformat() if isinstance(data, date) else data


def _root(data: Any) -> Lined:
    if isinstance(data, Lined):
        return data
    root = Lined({str(n): each for n, each in enumerate(data)})
    root.line, root.lines = 1, {str(n): each.line for n, each in enumerate(data)}
    return root


def _fault(error: ValidationError, root: Lined, file: str) -> BadFileError:
    path = [str(part) for part in error.absolute_path]
    if "propertyNames" in error.absolute_schema_path:
        path.append(str(error.instance))
    place, value, code = Place(file=file, line=_line(root, path)), error.instance, _code(error)
    if code == "unknown_field":
        known = error.schema["properties"]
        key = next(key for key in value if key not in known)
        what = message("'{key}' is not a field here.", key=key)
        remedy = message("Use one of: {known}.", known=", ".join(sorted(known)))
        return fault(code, what, Place(file=file, line=_line(root, [*path, key])), remedy)
    if value is None:
        return fault("missing_field", message("This field is empty."), place)
    if code == "missing_field":
        missing = ", ".join(key for key in error.validator_value if key not in value)
        return fault(code, message("The field '{key}' is missing.", key=missing), place)
    if error.validator == "enum":
        what = message(
            "'{value}' is not a valid value for '{key}'.", value=str(value), key=path[-1]
        )
        known = ", ".join(map(str, error.validator_value))
        return fault(code, what, place, message("Use one of: {known}.", known=known))
    if code in _WORDS:
        what, remedy = _WORDS[code]
        return fault(code, what.of(value=str(value)), place, remedy)
    if error.validator in _SHAPES:
        what, remedy = _SHAPES[str(error.validator)]
        wanted = _KINDS.get(str(error.validator_value), str(error.validator_value))
        return fault(code, what.of(value=str(value)), place, remedy.of(wanted=wanted))
    rule = f"{error.validator} {error.validator_value}"
    return fault(code, message("'{value}' breaks '{rule}'.", value=str(value), rule=rule), place)


def _code(error: ValidationError) -> str:
    code = str(error.schema.get("x-code") or _CODES.get(str(error.validator), "bad_value"))
    return "no_unit" if code == "bad_duration" and str(error.instance).isdigit() else code


def _line(data: Lined, path: Sequence[str]) -> int:
    """Return the line at which a path ends, or the nearest line above it that is known."""
    line = data.line
    at: Any = data
    for part in path:
        if isinstance(at, Lined):
            line, at = at.line_of(part), at.get(part)
        elif isinstance(at, list) and part.isdigit() and int(part) < len(at):
            at = at[int(part)]
            line = at.line if isinstance(at, Lined) else line
    return line
