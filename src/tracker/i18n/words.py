"""What a thing of the core is called in the user's language: messages, days, amounts, durations."""

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from babel.dates import format_date

from tracker.core.calendars import ProvisionalDate
from tracker.core.model import Citation, DayKind, Duration, Name, NeededWhen, Term
from tracker.core.problems import Message, TrackerError
from tracker.core.weeks import Week
from tracker.i18n.catalogue import translations


@cache
def words_in(language: str) -> "Words":
    """Return the words of `zh` or `en`."""
    return Words(language)


class Words:
    """Says things in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = "zh_CN" if language == "zh" else "en_GB"
        self.catalogue = translations(language)
        self._ways: tuple[tuple[type, Callable[[Any], str]], ...] = (
            (Message, self._message),
            (Name, self._name),
            (Duration, self._duration),
            (Citation, self._citation),
            (Term, self._term),
            (NeededWhen, self._needed_when),
            (date, self.day),
            (TrackerError, self.error),
            (Week, self.week),
        )

    def __call__(self, thing: object) -> str:
        """Return how people of this language read a thing of the core."""
        if isinstance(thing, StrEnum):
            return self._label(thing)
        if isinstance(thing, tuple):
            comma = "、" if self.language == "zh" else ", "
            return comma.join(self._choice(each) for each in thing)
        for kind, way in self._ways:
            if isinstance(thing, kind):
                return way(thing)
        return "" if thing is None else str(thing)

    def _choice(self, thing: object) -> str:
        """Return one of several things to type: the word of the language, which is understood."""
        label = self(thing)
        if not isinstance(thing, StrEnum) or self.language == "zh" or label == str(thing):
            return label
        return f"{thing} ({label})"

    def _message(self, thing: Message) -> str:
        text = self.catalogue.gettext(thing.template)
        return text.format(**{key: self(value) for key, value in thing.values.items()})

    def _name(self, thing: Name) -> str:
        return thing.zh if self.language == "zh" else thing.en

    def _label(self, thing: StrEnum) -> str:
        from tracker.i18n.labels import label_of  # noqa: PLC0415  it draws in the whole core

        label = label_of(thing)
        return self(label) if label else str(thing)

    def text(self, template: str, **values: object) -> str:
        """Translate a template given as text, as pages do."""
        return self(Message(template, values))

    def joined(self, sentences: Iterable[str]) -> str:
        """Return sentences as one paragraph."""
        return ("" if self.language == "zh" else " ").join(sentences)

    def day(self, day: date | None) -> str:
        """Return a day as people write it: 2025年6月30日, 30 June 2025."""
        if day is None:
            return ""
        marked = isinstance(day, ProvisionalDate)
        if self.language == "zh":  # a table of hundreds of days is worth a shortcut
            return f"{day.year}年{day.month}月{day.day}日{'（暂定）' if marked else ''}"
        text = format_date(day, "d MMMM y", locale=self.locale)
        return f"{text}{' (provisional)' if marked else ''}"

    def week(self, week: Week | str) -> str:
        """Return a week, or its ISO name, as people write it: 2025年第25周."""
        found = Week.parse(week) if isinstance(week, str) else week
        return self.text("{year}, week {week}", year=str(found.year), week=found.number)

    def short_day(self, day: date | None) -> str:
        """Return a day for a table: 2025-06-30 in both languages, * where it is provisional."""
        mark = "*" if isinstance(day, ProvisionalDate) else ""
        return f"{day.isoformat()}{mark}" if day else ""

    def weekday(self, day: date) -> str:
        """Return the name of the day of the week."""
        return str(format_date(day, "EEEE", locale=self.locale))

    def wan(self, amount: float | None) -> str:
        """Return an amount of 万元 as a ledger prints it: at most two decimals, no separators."""
        if amount is None:
            return ""
        return f"{amount:.2f}".rstrip("0").rstrip(".")

    def error(self, error: TrackerError) -> str:
        """Return place, fault and remedy."""
        where = f"{error.place}: " if error.place else ""
        return (
            f"{where}{self(error.what)}{' ' if self.language == 'en' else ''}{self(error.remedy)}"
        )

    def _citation(self, law: Citation) -> str:
        unsure = self.text(" (to be confirmed)") if not law.sure else ""
        return f"{law}{unsure}"

    def _needed_when(self, needed: NeededWhen) -> str:
        from tracker.i18n.questions import condition_words  # noqa: PLC0415  it needs words itself

        questions = {question.fact: question for question in needed.questions}
        return condition_words(needed.condition, questions, self)

    def _term(self, term: Term) -> str:
        # not by Babel: its Chinese has no words for a number of months
        years, months = divmod(term.months, 12)
        count, units = (term.months, ("个月", "month")) if months else (years, ("年", "year"))
        if self.language == "zh":
            return f"{count}{units[0]}"
        return f"{count} {units[1]}{'' if count == 1 else 's'}"

    def _duration(self, duration: Duration) -> str:
        if self.language == "zh":
            unit = "个工作日" if duration.kind is DayKind.WORKING else "个自然日"
            return f"{duration.days}{unit}"
        unit = "working day" if duration.kind is DayKind.WORKING else "calendar day"
        return f"{duration.days} {unit}{'' if duration.days == 1 else 's'}"
