"""The words of ledgers, from `procedures/vocabulary.yaml`, whose head says what each list is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tracker.core.model import Regime
from tracker.resources import procedures_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """The headings of a kind of step and the steps that it may mean.

    `by_regime` is empty where all regimes mean the same.
    """

    words: Sequence[str]
    means: tuple[str, ...] = ()
    by_regime: Mapping[Regime, tuple[str, ...]]

    def steps(self, regime: Regime) -> tuple[str, ...]:
        """Return the steps that such a heading may mean in a project of a regime."""
        return self.by_regime.get(regime, ()) if self.by_regime else self.means


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The lists of the file, each under its name there; `kinds` are its `steps`."""

    states: Mapping[str, Sequence[str]]
    acts: Mapping[str, Sequence[str]]
    fields: Mapping[str, Sequence[str]]
    alone: Mapping[str, str]
    not_the_field: Mapping[str, Sequence[str]]
    kinds: Mapping[str, StepWords]
    not_steps: Sequence[str]
    beside_steps: Sequence[str]
    work: Sequence[str]
    several_steps: Sequence[str]
    parts: Mapping[str, Sequence[str]]
    questions: Mapping[str, Sequence[str]]
    owners: Mapping[str, Sequence[str]]
    categories: Mapping[str, Sequence[str]]
    units: Mapping[str, Sequence[str]]


_WORD, _PROJECT = "@", "#"


def word_key(word: str) -> str:
    """Return the key under which the meaning of a word of state is remembered among headings."""
    return f"{_WORD}{word}"


def word_in(key: str) -> str | None:
    """Return the word of such a key; None for the key of a heading."""
    return key.removeprefix(_WORD) if key.startswith(_WORD) else None


def project_key(name: str) -> str:
    """Return the key under which the procedure of a project is remembered among headings."""
    return f"{_PROJECT}{name}"


def project_in(key: str) -> str | None:
    """Return the project's comparable name of such a key; None for any other."""
    return key.removeprefix(_PROJECT) if key.startswith(_PROJECT) else None


@cache
def vocabulary() -> Vocabulary:
    """Return the words that come with the program; `tracker procedures lint` checks them."""
    text = (procedures_folder() / "vocabulary.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    kinds = {kind: _step_words(each) for kind, each in data.pop("steps").items()}
    return Vocabulary(kinds=kinds, **data)


def _step_words(data: Mapping[str, Any]) -> StepWords:
    by_regime = {Regime(key): tuple(steps) for key, steps in data.get("by_regime", {}).items()}
    return StepWords(words=data["words"], means=tuple(data.get("means", ())), by_regime=by_regime)
