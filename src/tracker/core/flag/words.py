"""Words that several flags share."""

from collections.abc import Mapping
from datetime import date

from tracker.core.model import BlockReason, Step
from tracker.core.plan import PlannedStep
from tracker.core.problems import Message, message

BLOCK_WORDS: Mapping[BlockReason, Message] = {
    BlockReason.LAND_QUOTA: message("land quota not settled"),
    BlockReason.PLAN_CONFLICT: message("conflict with a plan"),
    BlockReason.CONSTRAINT: message("protected land or forest in the way"),
    BlockReason.FUNDS: message("funds not in place"),
    BlockReason.DEMOLITION: message("land not cleared"),
    BlockReason.SUPERIOR: message("waiting for a superior"),
    BlockReason.POLICY: message("policy changed"),
    BlockReason.DESIGN_CHANGE: message("design changed or over its estimate"),
    BlockReason.FORCE_MAJEURE: message("force majeure"),
    BlockReason.DECISION: message("waiting for a leader's decision"),
}


def law_words(step: Step, day: date) -> Message:
    """Return the rule a step rests on, or say that no statutory limit exists."""
    law = step.law_on(day)
    if law is None:
        return message("no statutory limit")
    return message("{law}").of(law=law)


def held_words(step: PlannedStep) -> Message | str:
    """Return what holds a step and until when, as a clause."""
    block = step.progress.block
    if block is None:
        return ""
    reason = BLOCK_WORDS[block.reason]
    if block.expected is None:
        return message(", blocked: {reason}; release date unknown", reason=reason)
    return message(", blocked until {day}: {reason}", reason=reason, day=block.expected)
