"""What the entries of the audit chain are about, in words."""

from collections.abc import Mapping
from typing import Any

from tracker.core.events import EventKind
from tracker.core.problems import Message, message
from tracker.i18n.fields import field_words, value_words
from tracker.i18n.words import Words

ACTIONS: Mapping[str, Message] = {
    "import": message("ledger imported"),
    "add project": message("project added"),
    "change project": message("project changed"),
    "answer": message("questions answered"),
    "record event": message("event recorded"),
    "correct event": message("event corrected"),
    "attach evidence": message("files attached"),
    "assign": message("assigned"),
    "hand over": message("handed over"),
    "agree plan": message("plan agreed"),
    "open follow-up": message("follow-up opened"),
    "weekly report": message("weekly report made"),
    "load calendar": message("holidays loaded"),
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
    "begin demo": message("demonstration begun"),
}


def action_words(action: str, words: Words) -> str:
    """Return what an entry is about in the user's language."""
    what = ACTIONS.get(action)
    return words(what) if what else action


def told_lines(action: str, content: Mapping[str, Any], words: Words) -> list[str]:
    """Return the fields, events, files and people that an entry tells of, a line each."""
    lines = []
    for field, (before, after) in content.get("fields", {}).items():
        old, new = value_words(field, before, words), value_words(field, after, words)
        lines.append(f"{field_words(field, words)}: {old} → {new}")
    rows = content.get("rows", {})
    for row in rows.get("event", ()):
        number = f" ({row['document']})" if row["document"] else ""
        lines.append(f"{row['step']}: {words(EventKind(row['kind']))} {row['day'] or '?'}{number}")
    lines += [f"{row['name']} ({row['size']} B)" for row in rows.get("evidence", ())]
    if action == "assign":
        days = [row["from_day"] for row in rows.get("assignment", ())]
        lines.append(f"{content['role']}: {content['name']} {' '.join(days)}")
    return lines
