"""The network of each procedure under some facts, as text to be looked at and kept.

./run python -m tests.support.golden        # writes the files anew; read the difference
"""

from datetime import date
from pathlib import Path

from tracker.core.compile import switched_off
from tracker.core.model import LinkType
from tracker.core.plan import Plan, plan
from tracker.core.track import State, progress
from tracker.law import Catalog, catalog

FOLDER = Path(__file__).parents[1] / "procedures" / "golden"
DAY = date(2026, 12, 1)
SMALL = {
    "forest": "no",
    "geohazard": "no",
    "relics": "no",
    "energy_tce": "100",
    "coal_t": "0",
    "land_ha": "3",
    "earthwork_m3": "20000",
    "eia": "form",
    "detailed_plan": "in_place",
    "grassland": "no",
    "lightning": "no",
    "draws_water": "no",
    "hazardous": "no",
    "over_land_standard": "no",
    "river": "no",
}
FARMLAND = {**SMALL, "land": "new_collective", "farmland": "yes"}
CONVERTED = {**SMALL, "land": "approved"}
CASES = {
    "gov_building-careful": ("gov_building", {}),
    "gov_building-farmland": ("gov_building", FARMLAND),
    "gov_building-batch": ("gov_building", {**FARMLAND, "lot": "batch"}),
    "gov_building-converted": ("gov_building", CONVERTED),
    "gov_building-objections": (
        "gov_building",
        {**FARMLAND, "objections": "yes", "hold_outs": "yes"},
    ),
    "gov_building-bond": ("gov_building+special_bond", CONVERTED),
    "gov_municipal-careful": ("gov_municipal", {}),
    "gov_municipal-converted": ("gov_municipal", {**CONVERTED, "river": "no"}),
    "gov_water-careful": ("gov_water", {}),
    "gov_water-intake": ("gov_water", {**FARMLAND, "draws_water": "yes"}),
    "gov_road-careful": ("gov_road", {}),
    "gov_road-budget": ("gov_road+central_budget", {**FARMLAND, "river": "no"}),
    "gov_park-careful": ("gov_park", {}),
    "gov_park-village": ("gov_park", {**FARMLAND, "in_town": "no", "river": "no"}),
    "enterprise_verification-careful": ("enterprise_verification", {}),
    "enterprise_verification-hazardous": (
        "enterprise_verification",
        {**CONVERTED, "hazardous": "yes", "lightning": "yes", "river": "no"},
    ),
    "enterprise_filing-careful": ("enterprise_filing", {}),
    "enterprise_filing-listed": (
        "enterprise_filing",
        {**SMALL, "special_fire": "no", "land_supplied": "no"},
    ),
    "enterprise_filing-supplied": (
        "enterprise_filing",
        {**SMALL, "special_fire": "no", "land_supplied": "yes"},
    ),
    "enterprise_filing-instrument": ("enterprise_filing+policy_instrument", SMALL),
}


def planned(law: Catalog, procedure: str, facts: dict[str, str]) -> Plan:
    """Return the plan of a project of which nothing is recorded yet."""
    blueprint = law.blueprint(procedure, "start", DAY, answers=facts)
    off = switched_off(blueprint.procedure, facts)
    known = progress(blueprint, [], off, DAY)
    return plan(blueprint, known, status_date=DAY, deadline=None)


def text_of(law: Catalog, procedure: str, facts: dict[str, str]) -> str:
    """Return the steps that the facts leave, what each waits for, and when it can be done."""
    blueprint = law.blueprint(procedure, "start", DAY, answers=facts)
    found = planned(law, procedure, facts)
    said = (
        ", ".join(f"{fact} {answer}" for fact, answer in sorted(facts.items())) or "nothing known"
    )
    lines = [f"{procedure} from {DAY}: {said}", f"start of works {found.finish}", ""]
    for step in found.steps:
        if step.progress.state is State.NOT_NEEDED:
            continue
        waits = [
            f"{link.predecessor}{'' if link.type is LinkType.FINISH_TO_START else ' ' + link.type}"
            for link in blueprint.links
            if link.successor == step.step.id
        ]
        mark = "*" if step.on_longest_path else " "
        lines.append(
            f"{mark} {step.step.id:24} {step.takes!s:>7}  {step.early_start} {step.early_finish}"
            f"  {', '.join(waits)}".rstrip()
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, (procedure, facts) in CASES.items():
        (FOLDER / f"{name}.txt").write_text(text_of(catalog(), procedure, facts), encoding="utf-8")
