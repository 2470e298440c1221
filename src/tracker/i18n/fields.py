"""What the fields of a project are called."""

from collections.abc import Mapping

from tracker.core.problems import Message, message

FIELDS: Mapping[str, Message] = {
    "name": message("Name"),
    "code": message("Project code"),
    "category": message("Category"),
    "location": message("Town"),
    "investment_wan": message("Total investment (10,000 yuan)"),
    "owner_unit": message("Project unit"),
    "responsible_unit": message("Responsible unit"),
    "procedure": message("Procedure"),
    "target": message("Target"),
    "deadline": message("Due"),
    "planned_start": message("Planned start"),
    "leader": message("Leader"),
    "task_force": message("Task force"),
    "remark": message("Remark"),
}
"""What can be written by hand, in the order in which it is shown."""
