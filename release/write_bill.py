#!/usr/bin/env python3
"""Write what a release is made of: the digest of every wheel, and a bill of materials (CycloneDX).

    ./run python release/write_bill.py WHEELS INTO

WHEELS is the folder of wheels that an installation without a network uses. Into INTO go
`hashes.txt`, which `pip install --require-hashes` reads, and `bill.json`, CycloneDX 1.6. Exit 1
where a wheel has no pin in `constraints.txt`, or another version: then nothing is written.
"""

import hashlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

HOME = Path(__file__).resolve().parents[1]
OWN = "tracker"


@dataclass(frozen=True)
class Wheel:
    """One wheel: its package by its canonical name, its version, its digest."""

    name: str
    version: str
    sha256: str


def main(arguments: list[str]) -> int:
    """Write both files, or say what does not fit."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    wheels, into = map(Path, arguments)
    found = sorted(wheels_in(wheels), key=lambda wheel: (wheel.name, wheel.sha256))
    pins = pinned((HOME / "constraints.txt").read_text(encoding="utf-8"))
    if faults := list(misfits(found, pins)):
        print("\n".join(faults), file=sys.stderr)
        return 1
    into.mkdir(parents=True, exist_ok=True)
    (into / "hashes.txt").write_text(hashes(found), encoding="utf-8")
    (into / "bill.json").write_text(bill(found), encoding="utf-8")
    print(f"{len(found)} wheels")
    return 0


def wheels_in(folder: Path) -> Iterator[Wheel]:
    """Yield the wheels of a folder."""
    for path in folder.glob("*.whl"):
        name, version, _, _ = parse_wheel_filename(path.name)
        with path.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
        yield Wheel(str(name), str(version), digest)


def pinned(constraints: str) -> Mapping[str, str]:
    """Return the version of every package that an installation here pins."""
    lines = (line.partition("#")[0].strip() for line in constraints.splitlines())
    wanted = (Requirement(line) for line in lines if line)
    here = (each for each in wanted if each.marker is None or each.marker.evaluate())
    return {
        canonicalize_name(each.name): str(Version(pin.version))
        for each in here
        for pin in each.specifier
        if pin.operator == "=="
    }


def misfits(wheels: list[Wheel], pins: Mapping[str, str]) -> Iterator[str]:
    """Yield the wheels that no pin names, and those of another version than their pin."""
    for wheel in wheels:
        pin = pins.get(wheel.name)
        if wheel.name != OWN and pin is None:
            yield f"{wheel.name} {wheel.version}: not in constraints.txt"
        elif pin not in (None, wheel.version):
            yield f"{wheel.name} {wheel.version}: constraints.txt has {pin}"
    if not any(wheel.name == OWN for wheel in wheels):
        yield f"{OWN}: no wheel"


def hashes(wheels: list[Wheel]) -> str:
    """Return the wheels as pip reads them with --require-hashes, a package a line."""
    lines: dict[str, list[str]] = {}
    for wheel in wheels:
        lines.setdefault(f"{wheel.name}=={wheel.version}", []).append(wheel.sha256)
    return "".join(
        f"{pin} {' '.join(f'--hash=sha256:{digest}' for digest in digests)}\n"
        for pin, digests in lines.items()
    )


def bill(wheels: list[Wheel]) -> str:
    """Return the bill of materials; the same wheels give the same one but for its time."""
    made = Bom(serial_number=uuid5(NAMESPACE_URL, hashes(wheels)))
    for wheel in wheels:
        purl = PackageURL("pypi", name=wheel.name, version=wheel.version)
        component = Component(
            bom_ref=str(purl),
            type=ComponentType.APPLICATION if wheel.name == OWN else ComponentType.LIBRARY,
            name=wheel.name,
            version=wheel.version,
            purl=purl,
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=wheel.sha256)],
        )
        made.components.add(component)
    return JsonV1Dot6(made).output_as_string(indent=2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
