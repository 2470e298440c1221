"""Which projects a list shows, and in which order: part of its address."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends

from tracker.core.digest import led_by
from tracker.core.flag import Light, Standing
from tracker.i18n.pinyin import sounds_like


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which rows of the ledger are asked for, and in which order: part of the address."""

    q: str = ""
    light: str = ""
    leader: str = ""
    town: str = ""
    order: str = "worst"

    @property
    def query(self) -> str:
        """Return it as the query of an address."""
        return urlencode({key: value for key, value in asdict(self).items() if value})

    def rows(self, standings: Sequence[Standing]) -> list[Standing]:
        """Return the rows that fit."""
        led = led_by(standings, self.leader) if self.leader else standings
        found = [s for s in led if _fits(s, self.q, self.light, self.town)]
        if self.order == "name":
            found.sort(key=lambda s: s.project.name)
        elif self.order == "due":
            found.sort(key=lambda s: (s.plan.deadline is None, s.plan.deadline, s.project.name))
        return found


ChosenDep = Annotated[Chosen, Depends()]


def choices_of(standings: Sequence[Standing]) -> Mapping[str, Sequence[str]]:
    """Return what can be chosen among the projects: their lights, leaders and places."""
    return {
        "lights": [x for x in Light if any(s.light is x for s in standings)],
        "leaders": sorted({s.project.leader for s in standings if s.project.leader}),
        "towns": sorted({s.project.location for s in standings if s.project.location}),
    }


def _fits(standing: Standing, q: str, light: str, town: str) -> bool:
    project, asked = standing.project, q.strip().casefold()
    texts = (
        project.name,
        project.code or "",
        project.owner_unit or "",
        project.responsible_unit or "",
    )
    return (
        (not q or any(asked in text.casefold() for text in texts) or sounds_like(texts[0], asked))
        and (not light or standing.light == light)
        and (not town or project.location == town)
    )
