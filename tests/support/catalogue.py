"""Every text that is marked for translation, as the sources stand."""

from pathlib import Path

from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).parents[2]
_METHODS = [("**.py", "python"), ("web/**.html", "jinja2.ext:babel_extract")]
_SQL = ("store/migrations", "store/tables")  # there a function of the same name speaks SQL
_KEYWORDS = {"message": None, "mark": None, "text": None, "_": None}


def marked_texts() -> dict[str, str]:
    """Return each text and where it stands."""
    found = extract_from_dir(
        str(ROOT / "src" / "tracker"),
        method_map=_METHODS,
        keywords=_KEYWORDS,
        options_map={"web/**.html": {"silent": "false"}},
    )
    return {
        text: f"{file}:{line}"
        for file, line, text, _, _ in found
        if isinstance(text, str)
        and not file.startswith(_SQL)
        and any(mark.isascii() and mark.isalpha() for mark in text)
    }
