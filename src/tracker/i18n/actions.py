"""What the entries of the audit chain are about, in words."""

from collections.abc import Mapping

from tracker.core.problems import Message, message
from tracker.i18n import Words

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
