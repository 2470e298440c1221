"""One table says who may do what: `can(user, action, target)`.

What it does not allow is forbidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tracker.core.problems import Message, message


class Role(StrEnum):
    """What an account is for. No account holds two of the three administrators (三员分立)."""

    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"
    BUREAU_CLERK = "bureau_clerk"
    DEPARTMENT_CLERK = "department_clerk"
    TOWN_CLERK = "town_clerk"
    LEADER = "leader"
    TASK_FORCE = "task_force"
    AUDITOR = "auditor"
    READER = "reader"


ROLE_WORDS: Mapping[Role, Message] = {
    Role.SYSTEM_ADMIN: message("system administrator"),
    Role.SECURITY_ADMIN: message("security administrator"),
    Role.AUDIT_ADMIN: message("audit administrator"),
    Role.BUREAU_CLERK: message("clerk of the development bureau"),
    Role.DEPARTMENT_CLERK: message("clerk of a department"),
    Role.TOWN_CLERK: message("clerk of a town"),
    Role.LEADER: message("county leader"),
    Role.TASK_FORCE: message("member of a task force"),
    Role.AUDITOR: message("auditor"),
    Role.READER: message("reader"),
}
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


class Action(StrEnum):
    """What can be done. The first nine are about one project, the others about the county."""

    VIEW = "view"
    RECORD = "record"
    ANSWER = "answer"
    EDIT = "edit"
    AGREE = "agree"
    ASSIGN = "assign"
    SET_STATE = "set_state"
    FOLLOW_UP = "follow_up"
    CLOSE_FOLLOW_UP = "close_follow_up"
    ENTER = "enter"
    ADD = "add"
    IMPORT_LEDGER = "import_ledger"
    READ_REPORTS = "read_reports"
    READ_AUDIT = "read_audit"
    MANAGE_ACCOUNTS = "manage_accounts"
    GRANT_ROLES = "grant_roles"


class Scope(StrEnum):
    """On which projects a role may do something."""

    ALL = "all"
    RESPONSIBLE = "responsible"  # the user's office is the responsible unit
    OFFICE = "office"  # that, or a step of the project is the user's office's
    STEP = "step"  # that very step is the user's office's, or the office is responsible
    TOWN = "town"
    ASSIGNED = "assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who has signed in, with where they belong. `leader` is who they are as a leader."""

    account: int
    login: str
    name: str
    roles: frozenset[Role]
    office: str | None = None
    town: str | None = None
    leader: str | None = None
    task_forces: frozenset[str] = frozenset()
    must_change: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a permission asks of a project. `step_office` is that of the step an act is about."""

    responsible_unit: str | None = None
    town: str | None = None
    leader: str | None = None
    task_force: str | None = None
    offices: frozenset[str] = field(default_factory=frozenset)
    step_office: str | None = None
    is_archived: bool = False

    def at_step(self, office: str) -> "Target":
        """Return it for an act about a step of this office."""
        return replace(self, step_office=office)


_EVERYBODY = dict.fromkeys(Role, Scope.ALL)
_TABLE: Mapping[Action, Mapping[Role, Scope]] = {
    Action.VIEW: {
        Role.BUREAU_CLERK: Scope.ALL,
        Role.DEPARTMENT_CLERK: Scope.OFFICE,
        Role.TOWN_CLERK: Scope.TOWN,
        Role.LEADER: Scope.ASSIGNED,
        Role.TASK_FORCE: Scope.ASSIGNED,
        Role.AUDITOR: Scope.ALL,
        Role.READER: Scope.ALL,
    },
    Action.RECORD: {
        Role.BUREAU_CLERK: Scope.ALL,
        Role.DEPARTMENT_CLERK: Scope.STEP,
        Role.TOWN_CLERK: Scope.TOWN,
        Role.TASK_FORCE: Scope.ASSIGNED,
    },
    Action.ANSWER: {
        Role.BUREAU_CLERK: Scope.ALL,
        Role.DEPARTMENT_CLERK: Scope.RESPONSIBLE,
        Role.TOWN_CLERK: Scope.TOWN,
        Role.TASK_FORCE: Scope.ASSIGNED,
    },
    Action.EDIT: {Role.BUREAU_CLERK: Scope.ALL, Role.DEPARTMENT_CLERK: Scope.RESPONSIBLE},
    Action.AGREE: {Role.BUREAU_CLERK: Scope.ALL, Role.TASK_FORCE: Scope.ASSIGNED},
    Action.ASSIGN: {Role.BUREAU_CLERK: Scope.ALL},
    Action.SET_STATE: {Role.BUREAU_CLERK: Scope.ALL},
    Action.FOLLOW_UP: {
        Role.BUREAU_CLERK: Scope.ALL,
        Role.DEPARTMENT_CLERK: Scope.STEP,
        Role.TOWN_CLERK: Scope.TOWN,
        Role.LEADER: Scope.ASSIGNED,
        Role.TASK_FORCE: Scope.ASSIGNED,
    },
    Action.CLOSE_FOLLOW_UP: {Role.BUREAU_CLERK: Scope.ALL, Role.TASK_FORCE: Scope.ASSIGNED},
    Action.ENTER: _EVERYBODY,
    Action.ADD: {Role.BUREAU_CLERK: Scope.ALL},
    Action.IMPORT_LEDGER: {Role.BUREAU_CLERK: Scope.ALL},
    Action.READ_REPORTS: {
        Role.BUREAU_CLERK: Scope.ALL,
        Role.LEADER: Scope.ALL,
        Role.AUDITOR: Scope.ALL,
        Role.READER: Scope.ALL,
    },
    Action.READ_AUDIT: {Role.AUDIT_ADMIN: Scope.ALL, Role.AUDITOR: Scope.ALL},
    Action.MANAGE_ACCOUNTS: {Role.SYSTEM_ADMIN: Scope.ALL},
    Action.GRANT_ROLES: {Role.SECURITY_ADMIN: Scope.ALL},
}
_ON_ARCHIVED = frozenset({Action.VIEW, Action.SET_STATE})


def can(user: User, action: Action, target: Target | None = None) -> bool:
    """Tell whether a user may do something: to a project, or in the county at large.

    Without a target only a role that reaches all projects is enough. Of a closed project there is
    nothing to do but to look at it and to take it up again. Whoever still has the first password
    may do nothing but change it.
    """
    if user.must_change:
        return False
    if target and target.is_archived and action not in _ON_ARCHIVED:
        return False
    allowed = _TABLE[action]
    return any(_reaches(user, allowed[role], target) for role in user.roles if role in allowed)


def might(user: User, action: Action) -> bool:
    """Tell whether there could be something that a user may do this to; a page offers it then."""
    return not user.must_change and bool(user.roles & set(_TABLE[action]))


def _reaches(user: User, scope: Scope, target: Target | None) -> bool:
    if scope is Scope.ALL:
        return True
    if target is None:
        return False
    responsible = user.office is not None and user.office == target.responsible_unit
    reach = {
        Scope.RESPONSIBLE: responsible,
        Scope.OFFICE: responsible or (user.office is not None and user.office in target.offices),
        Scope.STEP: responsible or (user.office is not None and user.office == target.step_office),
        Scope.TOWN: user.town is not None and user.town == target.town,
        Scope.ASSIGNED: (user.leader is not None and user.leader == target.leader)
        or target.task_force in user.task_forces,
    }
    return reach[scope]
