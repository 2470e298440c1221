"""What the entries of the audit chain are about, in words."""

from collections.abc import Mapping
from typing import Any

from tracker.core.events import EventKind
from tracker.core.problems import Message, message
from tracker.i18n.catalogue import translations
from tracker.i18n.fields import Names, field_words, value_words
from tracker.i18n.words import Words

ACTIONS: Mapping[str, Message] = {
    "import": message("ledger imported"),
    "add project": message("project added"),
    "change project": message("project changed"),
    "answer": message("questions answered"),
    "undo import": message("import undone"),
    "withdraw project": message("project withdrawn with its import"),
    "name columns": message("headings and words explained"),
    "answer track": message("states of a track given"),
    "record event": message("event recorded"),
    "correct event": message("event corrected"),
    "attach evidence": message("files attached"),
    "assign": message("assigned"),
    "hand over": message("handed over"),
    "agree plan": message("baseline set"),
    "issue slip": message("slip issued"),
    "open follow-up": message("follow-up opened"),
    "follow up": message("follow-up carried on"),
    "review follow-up": message("follow-up reviewed by the plan"),
    "weekly report": message("weekly report made"),
    "load calendar": message("holidays loaded"),
    "keep usual": message("usual numbers of the county kept"),
    "audit algorithm": message("digest chosen"),
    "purge": message("old entries purged"),
    "seal": message("older data sealed"),
    "restore": message("backup restored"),
    "add account": message("account added"),
    "change roles": message("roles changed"),
    "change password": message("password changed"),
    "disable account": message("account disabled"),
    "enable account": message("account enabled"),
    "lock account": message("sign-in locked"),
    "sign in": message("signed in"),
    "sign out": message("signed out"),
    "end sessions": message("sessions ended"),
    "begin demo": message("demonstration data created"),
    "seal runs": message("earlier scheduled runs counted"),
    "job done": message("scheduled run completed"),
    "refuse": message("access refused"),
}
REFUSED_ACTS: Mapping[str, Message] = {
    "view": message("view the project"),
    "record": message("record an event"),
    "answer": message("answer questions"),
    "edit": message("change the project"),
    "agree": message("set a baseline"),
    "assign": message("assign the project"),
    "set_state": message("suspend, resume or close the project"),
    "follow_up": message("speak of a follow-up"),
    "close_follow_up": message("close a follow-up"),
    "enter": message("open the pages"),
    "add": message("add a project"),
    "import_ledger": message("import a ledger"),
    "read_reports": message("read reports"),
    "read_audit": message("read the audit log"),
    "manage_accounts": message("manage accounts"),
    "grant_roles": message("grant roles"),
    "foreign form": message("send a form from another page or an expired session"),
}
JOBS: Mapping[str, Message] = {
    "nightly": message("nightly run"),
    "weekly": message("weekly report"),
    "backup": message("backup"),
}


PROGRAMS: Mapping[str, Message] = {
    "local": message("this machine"),
    "link": message("one-time link"),
    "demo": message("demonstration"),
    "nightly": message("nightly run"),
    "weekly": message("weekly run"),
    "backup": message("backup"),
    "sign-in": message("sign-in"),
    "upgrade": message("upgrade"),
}
"""Who acts in the record without being a person."""


def who_words(name: str, words: Words) -> str:
    """Return who acts or is acted on: a person as written, the program in words."""
    return words(PROGRAMS[name]) if name in PROGRAMS else name


def action_words(action: str, words: Words) -> str:
    """Return what an entry is about in the user's language."""
    what = ACTIONS.get(action)
    return words(what) if what else action


def action_named(text: str) -> str:
    """Return the action that is called so in either language; else the text as it is."""
    chinese = translations("zh").gettext
    for action, what in ACTIONS.items():
        if text in (action, what.template, chinese(what.template)):
            return action
    return text


def told_lines(action: str, content: Mapping[str, Any], words: Words, names: Names) -> list[str]:
    """Return the fields, events, files and people that an entry tells of, a line each.

    What came from a ledger begins with its file, sheet and row.
    """
    lines = [_place(content, words)] if content.get("row") else []
    for key, (before, after) in content.get("fields", {}).items():
        old, new = (value_words(key, value, words, names) for value in (before, after))
        lines.append(f"{field_words(key, words)}: {old} → {new}")
    rows = content.get("rows", {})
    for row in rows.get("event", ()):
        number = f" ({row['document']})" if row["document"] else ""
        day = row["day"] or words.text("day unknown")
        step = words(names.step(row["step"]))
        lines.append(f"{step}: {words(EventKind(row['kind']))} {day}{number}")
    proofs = (*rows.get("evidence", ()), *rows.get("follow_up_file", ()))
    lines += [f"{row['name']} ({row['size']} B)" for row in proofs]
    if action == "assign":
        days = [row["from_day"] for row in rows.get("assignment", ())]
        lines.append(f"{field_words(content['role'], words)}: {content['name']} {' '.join(days)}")
    if action == "refuse":
        lines += _refused_lines(content, words)
    if action == "job done" and content["kind"] in JOBS:
        lines.append(words(JOBS[content["kind"]]))
    return lines


def _refused_lines(content: Mapping[str, Any], words: Words) -> list[str]:
    """Return what was refused, and how often more since the account's entry before."""
    what = REFUSED_ACTS.get(content["act"])
    lines = [words(what)] if what else []
    if more := content.get("untold"):
        lines.append(words.text("{count} more before it, not listed", count=more))
    return lines


def _place(content: Mapping[str, Any], words: Words) -> str:
    """Return where in which workbook an entry's values stand, as far as it says."""
    file, sheet, row = content.get("file"), content.get("sheet"), str(content["row"])
    if not file:
        return words.text("from the ledger, row {row}", row=row)
    if not sheet:
        return words.text("from {file}, row {row}", file=file, row=row)
    return words.text("from {file}, sheet {sheet}, row {row}", file=file, sheet=sheet, row=row)
