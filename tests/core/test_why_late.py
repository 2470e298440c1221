"""Why late in one sentence: short enough, with its article, and in the planner's numbers."""

import re
from datetime import date

import pytest

from tests.conftest import DemoCounty
from tracker.core.flag import LATE_LIGHTS
from tracker.core.levers import Help
from tracker.core.model import Duration, Name, Sight, Step
from tracker.core.problems import message
from tracker.core.why_late import Part, WhyLate, why_late
from tracker.demo import DAY as DEMO_DAY
from tracker.i18n.late import BRIEF, FULL, late_sentence
from tracker.i18n.words import Words, words_in
from tracker.law import Catalog
from tracker.services.projects import lookup
from tracker.services.projects.help import help_for
from tracker.store import reading

LANGUAGES = [words_in("zh"), words_in("en")]
DAY = date(2026, 11, 30)


def every_step(law: Catalog) -> list[Step]:
    found: dict[str, Step] = {}
    for procedure in law.in_force(DAY).values():
        found |= procedure.by_id
    return list(found.values())


def why_of(step: Step) -> WhyLate:
    return WhyLate(
        step=step.name,
        office=step.office,
        law=step.limit_law_on(DAY) if step.limit_on(DAY) else step.law_on(DAY),
        cause=Part(
            message(
                "accepted {accepted}, due {due}, {over} over",
                accepted=date(2026, 9, 30),
                due=date(2026, 10, 30),
                over=Duration(120),
            ),
            message("{over} over", over=Duration(120)),
        ),
        effect=Part(
            message("{target} at least {days} late", target=step.name, days=Duration(1234)),
            message("≥{days} wd late", days=1234),
        ),
        help=Part(
            message("{count} measures keep the deadline ({days} working days)", count=12, days=345),
            message("{count} measures save {days} wd", count=12, days=345),
        ),
    )


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
@pytest.mark.parametrize("most", [BRIEF, FULL])
def test_any_step_fits_with_its_article_and_the_days(law: Catalog, words: Words, most: int) -> None:
    for step in every_step(law):
        why = why_of(step)
        said = late_sentence(why, words, most)
        assert len(said) <= most, said
        assert "1234" in said
        article = why.law.article if why.law else words(message("no statutory limit"))
        assert article in said
        if why.law and not why.law.sure:
            assert words(message(" (unconfirmed)")) in said


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
def test_every_late_project_has_a_sentence_in_the_planners_numbers(
    demo: DemoCounty, law: Catalog, words: Words
) -> None:
    late = [each for each in demo.result.standings if each.light in LATE_LIGHTS]
    assert len(late) > 5
    for standing in late:
        why = why_late(standing, Help((), None))
        assert why
        for most in (BRIEF, FULL):
            said = late_sentence(why, words, most)
            assert len(said) <= most
            days = standing.plan.days_late or standing.flags[0].working_days
            assert str(days) in re.findall(r"\d+", said)


def test_what_would_help_is_named(demo: DemoCounty, law: Catalog) -> None:
    zh, found = words_in("zh"), 0
    for standing in demo.result.standings:
        if standing.light not in LATE_LIGHTS:
            continue
        with reading(demo.engine) as session:
            record = lookup.by_number(session, standing.project.id, Sight.on(DEMO_DAY))
        assert record
        helped = help_for(lookup.look_at(record, law, DEMO_DAY), law)
        why = why_late(standing, helped)
        assert why
        if helped.best:
            kept = "可按期" if helped.best.is_in_time else f"可省{helped.best.saved}"
            assert kept in late_sentence(why, zh)
            found += 1
    assert found > 2


def test_what_fits_not_is_left_out_from_the_least_weighty_on() -> None:
    name = Name("环评", "EIA")
    why = WhyLate(
        step=name,
        office=Name("县局" * 30, "Office " * 12),
        law=None,
        cause=Part(message("under way"), message("under way")),
        effect=Part(message("{days} wd late", days=3), message("{days} wd late", days=3)),
        help=None,
    )
    assert late_sentence(why, words_in("zh"), BRIEF) == "环评（无法定时限）办理中，晚3个工作日"
    assert late_sentence(why, words_in("en"), BRIEF) == (
        "EIA (no statutory limit): under way; 3 wd late"
    )
