"""Short texts that several layouts share."""

from datetime import date

from tracker.core.flag import Light, law_words
from tracker.core.model import Step
from tracker.i18n.words import Words
from tracker.pictures.palette import TONES


def light_words(light: Light, words: Words) -> str:
    """Return a light as a mark and a word, so that colour never stands alone."""
    return f"{TONES[light].mark} {words(light)}"


def step_and_law(step: Step, day: date, words: Words) -> str:
    """Return a step with the rule it rests on."""
    return words.text("{step} {law}", step=step.name, law=law_words(step, day))
