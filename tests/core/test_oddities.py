"""Detectors: seeded manipulations are found, and clean records raise next to nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from tests.conftest import DemoCounty
from tracker.core.flag import Light
from tracker.core.model import Event, EventKind
from tracker.core.oddities import OddityKind, Story, oddities
from tracker.i18n.words import words_in

EPOCH = date(2000, 1, 1)


def clean(demo: DemoCounty, draw: Random) -> list[Story]:
    """Half a year of each project: deadlines moved in time, days told soon, words that change."""
    found = []
    for standing in demo.result.standings:
        now = standing.plan.status_date
        first = now - timedelta(days=180)
        project = replace(standing.project, remark="开展前期工作", updated_on=now)
        versions = [(first, project)]
        for n in range(1, 12):
            day = first + timedelta(days=15 * n)
            project = replace(project, remark=f"第{n}次调度")
            if draw.random() < 0.2 and project.deadline and project.deadline > day:
                project = replace(project, deadline=project.deadline + timedelta(days=20))
            versions.append((day, project))
        events, day = [], first
        for step in standing.plan.steps[: draw.randrange(8)]:
            day += timedelta(days=draw.randrange(1, 12))
            known = min(now, day + timedelta(days=draw.randrange(20)))
            events.append(
                Event(step=step.step.id, kind=EventKind.FINISHED, day=day, known_by=known)
            )
        changed = replace(standing, project=project, light=draw.choice(list(Light)))
        found.append(Story(standing=changed, versions=versions, events=events))
    return found


def moved(story: Story) -> Story:
    (first, project), *rest = story.versions
    due = first + timedelta(days=20)
    late = [(day, replace(each, deadline=due + timedelta(days=90))) for day, each in rest[2:]]
    early = [(day, replace(each, deadline=due)) for day, each in [(first, project), *rest[:1]]]
    return replace(story, versions=[*early, *late])


def back_dated(story: Story) -> Story:
    step, day = story.standing.plan.steps[-1].step.id, story.first_known + timedelta(days=5)
    event = Event(step=step, kind=EventKind.FINISHED, day=day, known_by=day + timedelta(days=60))
    return replace(story, events=[*story.events, event])


def same_words(story: Story) -> Story:
    versions = [(day, replace(each, remark="正在推进")) for day, each in story.versions]
    return replace(
        story,
        versions=versions,
        standing=replace(
            story.standing, project=replace(story.standing.project, remark="正在推进")
        ),
    )


def down(story: Story) -> Story:
    step = story.standing.plan.steps[0].step.id
    at = story.first_known + timedelta(days=30)
    events = [
        Event(step=step, kind=EventKind.FINISHED, day=None, known_by=at),
        Event(step=step, kind=EventKind.STARTED, day=None, known_by=at + timedelta(days=14)),
    ]
    return replace(story, events=events)


MANIPULATIONS: list[tuple[OddityKind, Callable[[Story], Story]]] = [
    (OddityKind.MOVED_AFTER_MISS, moved),
    (OddityKind.BACK_DATED, back_dated),
    (OddityKind.SAME_WORDS, same_words),
    (OddityKind.PROGRESS_DOWN, down),
]


def test_clean_records_raise_next_to_nothing(demo: DemoCounty) -> None:
    stories = [story for seed in range(5) for story in clean(demo, Random(seed))]
    found = [each for each in oddities(stories, EPOCH) if each.project]
    assert len(found) <= 0.05 * len(stories)


@pytest.mark.parametrize(("kind", "manipulate"), MANIPULATIONS)
def test_manipulations_are_found(
    demo: DemoCounty, kind: OddityKind, manipulate: Callable[[Story], Story]
) -> None:
    usable = [
        story
        for story in clean(demo, Random(7))
        if story.standing.plan.steps and not story.standing.plan.is_done
    ]
    stories = [manipulate(story) for story in usable]
    found = {each.project for each in oddities(stories, EPOCH) if each.kind is kind}
    assert len(usable) > 60
    assert len(found) >= 0.95 * len(usable)


def test_an_office_that_is_all_green_and_silent_is_named(demo: DemoCounty) -> None:
    stories = []
    for story in clean(demo, Random(3))[:6]:
        now = story.standing.plan.status_date
        project = replace(story.standing.project, responsible_unit="县某局")
        old = [(now - timedelta(days=60), project)]
        standing = replace(story.standing, project=project, light=Light.GREEN)
        alive = replace(standing, plan=replace(standing.plan, finish=now + timedelta(days=9)))
        stories.append(Story(standing=alive, versions=old, events=[]))
    (green,) = [o for o in oddities(stories, EPOCH) if o.kind is OddityKind.ALL_GREEN]
    assert "县某局" in words_in("zh")(green.sentence)
    red = replace(stories[0], standing=replace(stories[0].standing, light=Light.RED))
    assert not [o for o in oddities([red, *stories[1:]], EPOCH) if o.kind is OddityKind.ALL_GREEN]


def test_a_correction_with_its_reason_is_no_oddity(demo: DemoCounty) -> None:
    story = back_dated(clean(demo, Random(1))[0])
    corrected = [*story.events[:-1], replace(story.events[-1], corrects=1, why="收件章")]
    found = oddities([replace(story, events=corrected)], EPOCH)
    assert OddityKind.BACK_DATED not in {each.kind for each in found}


def test_nothing_accuses(demo: DemoCounty) -> None:
    story = clean(demo, Random(7))[3]
    for _, manipulate in MANIPULATIONS:
        for each in oddities([manipulate(story)], EPOCH):
            said = words_in("zh")(each.sentence)
            assert not any(word in said for word in ("造假", "虚报", "违规", "作弊"))
