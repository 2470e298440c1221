"""Accounts: the system administrator makes and disables them, the security one grants roles."""

from collections.abc import Mapping

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.security.policy import ADMINISTRATORS, Action, Role, might
from tracker.services.accounts import administration as service
from tracker.store import Session, accounts, audit, reading, transaction
from tracker.store.accounts import Account, Person
from tracker.web.errors import form_status
from tracker.web.pages import Pages, PagesDep
from tracker.web.visits import SIGNED_IN, FormDep, RefusedActError, UserDep, access, user_of

router = APIRouter()


class ChangedAccountError(TrackerError):
    """Somebody else has changed the account since it was shown."""

    code = "changed_meanwhile"
    kind = ErrorKind.CONFLICT

    def __init__(self, found: Account) -> None:
        super().__init__(
            message("Somebody else has changed '{login}' since it was shown.", login=found.login),
            remedy=message("The current state is shown: repeat the change if it is still needed."),
        )


@router.get("/accounts", **access(SIGNED_IN))
def show_accounts(request: Request, pages: PagesDep, user: UserDep) -> HTMLResponse:
    """Show all accounts to whoever may change something about them."""
    if not (might(user, Action.MANAGE_ACCOUNTS) or might(user, Action.GRANT_ROLES)):
        raise RefusedActError(Action.MANAGE_ACCOUNTS)
    return _page(request, pages)


def _page(request: Request, pages: Pages, *, status: int = 200, **told: object) -> HTMLResponse:
    with reading(pages.engine) as session:
        found = accounts.all_accounts(session)
        opened = accounts.sessions_of(session)
    count = {a.id: sum(s.account == a.id for s in opened) for a in found}
    values = {"why": "", "password": "", "login": "", **told}
    return pages.show(
        request,
        "accounts/accounts.html",
        status=status,
        accounts=found,
        sessions=count,
        roles=[role for role in Role if role not in ADMINISTRATORS],
        masked=service.masked,
        **values,
        may_change=lambda each: service.may_change(user_of(request), each),
    )


@router.post("/accounts", **access(Action.MANAGE_ACCOUNTS))
def add_account(request: Request, pages: PagesDep, form: FormDep) -> HTMLResponse:
    """Add an account without a role, and show its first password once."""
    fields = form.only(
        "login", "name", "office", "town", "leader", "task_force", "phone", "identity"
    )
    has_password = fields.pop("identity", "") == ""
    said = {name: text or None for name, text in fields.items()}
    forces = tuple(filter(None, [said.get("task_force")]))
    person = Person(
        name=said.get("name") or "",
        office=said.get("office"),
        town=said.get("town"),
        leader=said.get("leader"),
        task_forces=forces,
        phone=said.get("phone"),
    )
    password = service.first_password()
    login = fields.get("login", "")
    try:
        kept = service.hashed(pages.gate.hasher, password, login, person) if has_password else None
        with transaction(pages.engine) as session:
            act = pages.act(request)
            service.add(session, act, login, person, roles=[], password_hash=kept)
    except TrackerError as error:
        return _refused(request, pages, error)
    return _page(request, pages, password=password if has_password else "", login=login.lower())


def _refused(request: Request, pages: Pages, error: TrackerError) -> HTMLResponse:
    answer = _page(request, pages, status=form_status(error), why=pages.words(request)(error))
    if isinstance(error, service.NoPowerError):
        answer.background = pages.refusal_of(request, Action.GRANT_ROLES, about=error.login)
    return answer


def _there(session: Session, login: str) -> Account:
    found = accounts.by_login(session, login)
    if found is None:
        raise HTTPException(404)
    return found


def _own_version(found: Account, fields: Mapping[str, str]) -> None:
    """Raise ChangedAccountError when the form showed another version of the account."""
    if fields.get("version") != str(found.version):
        raise ChangedAccountError(found)


@router.post("/accounts/{login}/password", **access(Action.MANAGE_ACCOUNTS))
def give_password(login: str, request: Request, pages: PagesDep, form: FormDep) -> HTMLResponse:
    """Give an account a new first password and show it once."""
    fields = form.only("version")
    password = service.first_password()
    try:
        with reading(pages.engine) as session:
            found = _there(session, login)
        kept = service.hashed(pages.gate.hasher, password, found.login, found.person)
        with transaction(pages.engine) as session:
            found = _there(session, login)
            service.check_power(user_of(request), found)
            _own_version(found, fields)
            service.set_password(session, pages.act(request), login, kept, must_change=True)
    except TrackerError as error:
        return _refused(request, pages, error)
    return _page(request, pages, password=password, login=found.login)


@router.post("/accounts/{login}/state", **access(Action.MANAGE_ACCOUNTS))
def change_state(login: str, request: Request, pages: PagesDep, form: FormDep) -> Response:
    """Disable an account, or enable it again."""
    fields = form.only("state", "why", "version")
    if fields.get("state") not in ("enabled", "disabled"):
        raise HTTPException(400)
    try:
        with transaction(pages.engine) as session:
            found = _there(session, login)
            service.check_power(user_of(request), found)
            _own_version(found, fields)
            service.set_disabled(
                session,
                pages.act(request, fields.get("why")),
                found.login,
                is_disabled=fields["state"] == "disabled",
            )
    except TrackerError as error:
        return _refused(request, pages, error)
    return RedirectResponse("/accounts", status_code=303)


@router.post("/accounts/{login}/roles", **access(Action.GRANT_ROLES))
def change_roles(login: str, request: Request, pages: PagesDep, form: FormDep) -> Response:
    """Grant roles; the sessions of the account end."""
    names = {f"role_{role}": role for role in Role}
    fields = form.only("why", "version", *names)
    wanted = [role for name, role in names.items() if name in fields]
    try:
        with transaction(pages.engine) as session:
            found = _there(session, login)
            service.check_power(user_of(request), found, wanted)
            _own_version(found, fields)
            service.change_roles(
                session, pages.act(request, fields.get("why")), found.login, wanted
            )
    except TrackerError as error:
        return _refused(request, pages, error)
    return RedirectResponse("/accounts", status_code=303)


@router.post("/accounts/{login}/sessions", **access(Action.GRANT_ROLES))
def end_sessions(login: str, request: Request, pages: PagesDep, form: FormDep) -> Response:
    """End all sessions of an account."""
    form.only()
    with transaction(pages.engine) as session:
        found = _there(session, login)
        audit.record(
            session, pages.act(request), action="end sessions", about=found.login, content={}
        )
        accounts.close_sessions(session, account=found.id)
    return RedirectResponse("/accounts", status_code=303)
