"""What is worth a question before a light is trusted, said neutrally: nobody is accused.

A deadline moved after it was missed, days entered long after they happened, the same words for
weeks, progress that goes down, an office whose projects are all on time and never move.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.core.flag import Light, Standing
from tracker.core.model import Event, EventKind, Project
from tracker.core.problems import Message, message

LONG_AFTER = timedelta(days=30)
"""A day that is entered so much later is worth a question."""
SAME_FOR = timedelta(days=21)
ALL_GREEN_FROM = 5
"""So many projects of one office that are all on time, and of which nothing moved, are."""
_GREEN = (Light.GREEN, Light.HOLLOW)


class OddityKind(StrEnum):
    """What is odd."""

    MOVED_AFTER_MISS = "moved_after_miss"
    BACK_DATED = "back_dated"
    SAME_WORDS = "same_words"
    PROGRESS_DOWN = "progress_down"
    ALL_GREEN = "all_green"


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something worth a question: of a project, or of an office where `project` is None."""

    kind: OddityKind
    project: int | None
    about: str
    day: date
    sentence: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What was said of a project over time: its versions with the day each was known, its events.

    `standing` is how it stands now.
    """

    standing: Standing
    versions: Sequence[tuple[date, Project]]
    events: Sequence[Event]

    @property
    def first_known(self) -> date:
        """Return the day from which the project was followed."""
        return self.versions[0][0]


def oddities(stories: Sequence[Story], since: date) -> tuple[Oddity, ...]:
    """Return what came up from a day on, the newest first."""
    found: list[Oddity] = []
    for story in stories:
        for look in (_moved, _back_dated, _same_words, _progress_down):
            found.extend(each for each in look(story) if each.day >= since)
    found.extend(_all_green(stories))
    return tuple(sorted(found, key=lambda each: (each.day, each.about), reverse=True))


def _moved(story: Story) -> Iterator[Oddity]:
    """Yield the deadlines that were put off once they had passed."""
    for (_, before), (day, after) in zip(story.versions, story.versions[1:], strict=False):
        old, new = before.deadline, after.deadline
        if old and day > old and (new is None or new > old) and before.target == after.target:
            yield Oddity(
                OddityKind.MOVED_AFTER_MISS,
                after.id,
                after.name,
                day,
                message(
                    "{project}: the deadline of {old} had passed when it was moved to {new} on"
                    " {day}. Was that agreed?",
                    project=after.name,
                    old=old,
                    new=new or message("none"),
                    day=day,
                ),
            )


def _back_dated(story: Story) -> Iterator[Oddity]:
    """Yield the events of a project that was followed already and heard of them late."""
    project = story.standing.project
    for event in story.events:
        day = event.day
        is_late = day and event.known_by - day > LONG_AFTER and day > story.first_known
        if day and is_late and event.corrects is None:
            yield Oddity(
                OddityKind.BACK_DATED,
                project.id,
                project.name,
                event.known_by,
                message(
                    "{project}: {step} of {day} was entered on {known}, {days} days later. Is there"
                    " a paper?",
                    project=project.name,
                    step=_name(story, event.step),
                    day=day,
                    known=event.known_by,
                    days=(event.known_by - day).days,
                ),
            )


def _same_words(story: Story) -> Iterator[Oddity]:
    """Yield the remark that stood the same through weeks of updates of unfinished work."""
    project, plan = story.standing.project, story.standing.plan
    text, since = project.remark, None
    for day, version in reversed(story.versions):
        if version.remark != text:
            break
        since = day
    last = project.updated_on
    if not text or since is None or last is None or plan.is_done or last - since < SAME_FOR:
        return
    yield Oddity(
        OddityKind.SAME_WORDS,
        project.id,
        project.name,
        last,
        message(
            "{project}: the remark has been the same for {weeks} weeks: {text}",
            project=project.name,
            weeks=(last - since).days // 7,
            text=text,
        ),
    )


def _progress_down(story: Story) -> Iterator[Oddity]:
    """Yield the steps that were reported as finished and then as less."""
    project = story.standing.project
    finished: dict[str, Event] = {}
    for event in story.events:
        before = finished.get(event.step)
        if event.kind in (EventKind.FINISHED, EventKind.GRANTED):
            finished[event.step] = event
        elif before and event.kind in _LESS and event.known_by > before.known_by:
            del finished[event.step]
            yield Oddity(
                OddityKind.PROGRESS_DOWN,
                project.id,
                project.name,
                event.known_by,
                message(
                    "{project}: {step} was reported as finished by {before}, and as less on {day}."
                    " What happened?",
                    project=project.name,
                    step=_name(story, event.step),
                    before=before.known_by,
                    day=event.known_by,
                ),
            )


_LESS = (EventKind.NOT_STARTED, EventKind.STARTED, EventKind.RETURNED, EventKind.SUSPENDED)


def _all_green(stories: Sequence[Story]) -> Iterator[Oddity]:
    """Yield the offices all of whose projects are on time, with nothing new for weeks."""
    groups: dict[str, list[Story]] = defaultdict(list)
    for story in stories:
        if unit := story.standing.project.responsible_unit:
            groups[unit].append(story)
    for unit, group in groups.items():
        day = group[0].standing.plan.status_date
        alive = [story for story in group if not story.standing.plan.is_done]
        lights = {story.standing.light for story in alive}
        newest = max((_newest(story) for story in alive), default=day)
        if len(alive) >= ALL_GREEN_FROM and lights <= set(_GREEN) and day - newest >= SAME_FOR:
            yield Oddity(
                OddityKind.ALL_GREEN,
                None,
                unit,
                day,
                message(
                    "{unit}: all {count} projects are on time, and nothing was recorded of them"
                    " since {day}.",
                    unit=unit,
                    count=len(alive),
                    day=newest,
                ),
            )


def _newest(story: Story) -> date:
    """Return the day on which something of a project was said last."""
    return max([story.versions[-1][0], *(event.known_by for event in story.events)])


def _name(story: Story, step: str) -> object:
    steps = story.standing.plan.steps
    return next((each.step.name for each in steps if each.step.id == step), step)
