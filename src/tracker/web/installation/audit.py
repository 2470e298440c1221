"""The audit page: who did what, when and why."""

import csv
import json
from collections.abc import Mapping
from io import StringIO
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from tracker.i18n.actions import ACTIONS, action_words, who_words
from tracker.i18n.words import Words
from tracker.security.policy import Action
from tracker.store import accounts, audit, reading
from tracker.store.audit import Entry
from tracker.store.audit import rows as audit_rows
from tracker.web.pages import PagesDep
from tracker.web.visits import access

router = APIRouter()
_PAGE = 200
_KEYS = ("seq", "at", "by", "action", "about", "project", "cause", "why", "request", "digest")


@router.get("/audit", **access(Action.READ_AUDIT))
def show_audit(
    request: Request,
    pages: PagesDep,
    *,
    project: str = "",
    by: str = "",
    action: str = "",
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    form: Annotated[str, Query(alias="format")] = "",
    check: bool = False,
) -> Response:
    """Show who did what, when and why, the newest first; or as a file to take along, in order.

    `project` is a number or a part of a name, `by` a login or a part of somebody's name.
    """
    with reading(pages.engine) as session:
        is_number = project.isascii() and project.isdigit() and len(project) < 10
        people = {a.login: a.person.name for a in accounts.all_accounts(session)}
        logins = {login for login, name in people.items() if by and (by == login or by in name)}
        found = (
            entry
            for entry in audit.entries(
                session,
                project=int(project) if is_number else None,
                action=action or None,
                before=before,
                newest_first=not form,
            )
            if not by or entry.by == by or entry.by in logins
            if is_number or not project or (entry.project and project in entry.about)
        )
        rows = list(found if form else islice(found, _PAGE + 1))
        broken = audit_rows.first_fault(session) if check else None
        head = audit.head(session)
    if form in ("csv", "json"):
        return _file(rows, form)
    words = pages.words(request)
    return pages.show(
        request,
        "installation/audit.html",
        who=lambda name: _called(name, people, words),
        entries=[(entry, action_words(entry.action, words)) for entry in rows[:_PAGE]],
        next=rows[_PAGE - 1].seq if len(rows) > _PAGE else None,
        broken=broken,
        head=head,
        is_checked=check,
        actions=ACTIONS.items(),
        chosen={"project": project, "by": by, "action": action},
    )


def _called(name: str, people: Mapping[str, str], words: Words) -> str:
    """Return a person by name and login, the program in words, anything else as it is."""
    person = people.get(name)
    if person and person != name:
        return words.text("{name} ({login})", name=person, login=name)
    return who_words(name, words)


def _file(rows: list[Entry], form: str) -> Response:
    if form == "json":
        data = [{key: getattr(e, key) for key in _KEYS} | {"content": e.content} for e in rows]
        text, kind = json.dumps(data, ensure_ascii=False), "application/json"
    else:
        out = StringIO()
        writer = csv.writer(out)
        writer.writerow([*_KEYS, "content"])
        for entry in rows:
            content = json.dumps(entry.content, ensure_ascii=False)
            writer.writerow([_inert(getattr(entry, key)) for key in _KEYS] + [_inert(content)])
        text, kind = "\ufeff" + out.getvalue(), "text/csv; charset=utf-8"
    disposition = f'attachment; filename="audit.{form}"'
    return Response(text, media_type=kind, headers={"Content-Disposition": disposition})


def _inert(value: object) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
