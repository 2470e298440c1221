"""The inbox of whoever records: what waits for them now, the most urgent first."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from tracker.core.flag import Standing
from tracker.core.inbox import Item, inbox
from tracker.security.policy import Action, Role, User, can
from tracker.web.pages import County, PagesDep, target_of
from tracker.web.visits import UserDep, access

router = APIRouter()
_PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the inbox is shown, as its address says."""

    office: str = ""
    show: str = "mine"
    page: int = 1


WantedDep = Annotated[Wanted, Depends()]


@router.get("/inbox", **access(Action.RECORD))
def show_inbox(request: Request, pages: PagesDep, user: UserDep, wanted: WantedDep) -> HTMLResponse:
    """Show what the reader can record now: theirs, or what waits for others."""
    seen = pages.county(request)
    by_id = {s.project.id: s for s in seen.standings}
    items = list(_recordable(seen, user, by_id))
    mine = [item for item in items if _is_turn(item, user)]
    others = [item for item in items if not _is_turn(item, user)]
    shown = others if wanted.show == "others" else mine
    offices = sorted({item.step.step.office.zh for item in shown})
    if wanted.office:
        shown = [item for item in shown if item.step.step.office.zh == wanted.office]
    last = max(1, -(-len(shown) // _PAGE))
    page = min(max(wanted.page, 1), last)
    return pages.show(
        request,
        "county/inbox.html",
        items=shown[(page - 1) * _PAGE : page * _PAGE],
        mine=len(mine),
        others=len(others),
        overdue=sum(1 for item in mine if item.due and item.due < seen.as_of),
        offices=offices,
        wanted=wanted,
        page=page,
        last=last,
        address=lambda **changed: (
            "/inbox?"
            + urlencode({"show": wanted.show, "office": wanted.office, "page": page} | changed)
        ),
        back=quote("inbox?" + urlencode(asdict(wanted)), safe=""),
        today=seen.as_of,
    )


def _recordable(seen: County, user: User, by_id: dict[int, Standing]) -> Iterator[Item]:
    targets = {number: target_of(standing) for number, standing in by_id.items()}
    for item in inbox(seen.standings):
        office = item.step.step.office.zh
        if can(user, Action.RECORD, targets[item.project.id].at_step(office)):
            yield item


def _is_turn(item: Item, user: User) -> bool:
    """Tell whether it is for the reader to act: their office's, or for their town the owner's.

    Whoever answers for projects as a whole waits for nobody.
    """
    if user.roles & {Role.BUREAU_CLERK, Role.TASK_FORCE}:
        return True
    if item.is_with_authority:
        return user.office == item.step.step.office.zh
    is_town = Role.TOWN_CLERK in user.roles and user.town == item.project.location
    return is_town or user.office == item.project.responsible_unit
