"""Flags about approvals that lapse before they are used, or are about to."""

from tracker.core.flag.kinds import Flag, FlagKind, Light, RulePack
from tracker.core.model import DayKind, Duration, Project
from tracker.core.plan import Expiry, Plan
from tracker.core.problems import Message, message


def approval_flags(project: Project, plan: Plan, pack: RulePack) -> list[Flag]:
    """Return the flags of approvals that lapse."""
    found = (_expiry_flag(project, plan, each, pack) for each in plan.expiries)
    return [flag for flag in found if flag]


def _expiry_flag(project: Project, plan: Plan, expiry: Expiry, pack: RulePack) -> Flag | None:
    """Return the flag of an approval that lapses before it is used, or is about to."""
    validity = expiry.giver.validity
    laws = validity.laws if validity else ()
    law = next((law for law in laws if law.holds_on(plan.status_date)), None)
    left = (expiry.expires - plan.status_date).days
    values = {
        "step": expiry.giver.name,
        "user": expiry.user.name,
        "issued": expiry.issued,
        "expires": expiry.expires,
        "used": expiry.used,
        "law": law or "",
        "renewal": _renewal(expiry),
    }
    if expiry.is_broken and expiry.is_recorded:
        words = message(
            "{step}, issued on {issued}, is valid until {expires}, but {user} is planned for"
            " {used}.{renewal} {law}"
        )
        rule = message("the approval lapses before it is used")
        return Flag(
            project=project,
            kind=FlagKind.EXPIRED,
            light=Light.RED if plan.shows_best else Light.YELLOW,
            working_days=0,
            sentence=words.of(**values),
            rule=rule,
            step=expiry.giver,
        )
    if expiry.is_broken:
        words = message(
            "{step} is planned for {issued} and would lapse on {expires}, before {user} on"
            " {used}.{renewal} {law}"
        )
        rule = message("the approval would lapse before it is used")
        return Flag(
            project=project,
            kind=FlagKind.EXPIRED,
            light=Light.YELLOW,
            working_days=0,
            sentence=words.of(**values),
            rule=rule,
            step=expiry.giver,
        )
    if left > pack.expiry_days:
        return None
    words = message(
        "{step}, issued on {issued}, expires on {expires}; {user} must start before that"
        " date.{renewal} {law}"
    )
    rule = message(
        "an approval lapses within {days}", days=Duration(pack.expiry_days, DayKind.CALENDAR)
    )
    return Flag(
        project=project,
        kind=FlagKind.EXPIRING,
        light=Light.YELLOW,
        working_days=left,
        sentence=words.of(**values),
        rule=rule,
        step=expiry.giver,
    )


def _renewal(expiry: Expiry) -> Message | str:
    if expiry.not_before:
        return message(" It should not be issued before {day}.").of(day=expiry.not_before)
    validity = expiry.giver.validity
    if validity is None or validity.renewal is None:
        return ""
    return message(" {renewal}.", renewal=validity.renewal)
