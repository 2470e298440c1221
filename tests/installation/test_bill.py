"""What a release is made of: digests that pip checks, and a bill that others read."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest

HOME = Path(__file__).parents[2]


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_bill", HOME / "release/write_bill.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "write_bill", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "HOME", tmp_path)
    (tmp_path / "constraints.txt").write_text("small==1.0\ngone==2 ; sys_platform == 'none'\n")
    return module


def a_wheel(folder: Path, name: str, version: str, code: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", code)
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\nRoot-Is-Purelib: true\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


def test_every_wheel_is_listed_with_its_digest(release: ModuleType, tmp_path: Path) -> None:
    wheels, into = tmp_path / "wheels", tmp_path / "out"
    for name, version in (("small", "1.0"), ("tracker", "0.1.0")):
        a_wheel(wheels, name, version)
    assert release.main([str(wheels), str(into)]) == 0
    bill = json.loads((into / "bill.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    found = {part["name"]: part["hashes"][0]["content"] for part in bill["components"]}
    lines = (into / "hashes.txt").read_text().splitlines()
    assert lines == [
        f"{n}=={v} --hash=sha256:{found[n]}" for n, v in (("small", "1.0"), ("tracker", "0.1.0"))
    ]


@pytest.mark.parametrize(
    ("name", "version"), [("small", "1.1"), ("other", "1.0")], ids=["another version", "no pin"]
)
def test_a_wheel_that_no_pin_names_stops_the_release(
    release: ModuleType, tmp_path: Path, name: str, version: str
) -> None:
    wheels = tmp_path / "wheels"
    a_wheel(wheels, "tracker", "0.1.0")
    a_wheel(wheels, name, version)
    assert release.main([str(wheels), str(tmp_path / "out")]) == 1
    assert not (tmp_path / "out").exists()


def test_a_wheel_that_was_changed_is_not_installed(release: ModuleType, tmp_path: Path) -> None:
    wheels, into = tmp_path / "wheels", tmp_path / "out"
    a_wheel(wheels, "small", "1.0")
    a_wheel(wheels, "tracker", "0.1.0")
    release.main([str(wheels), str(into)])
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-index",
        "--no-deps",
        "--require-hashes",
    ]
    install += ["--find-links", str(wheels), "--target", str(tmp_path / "site")]
    install += ["-r", str(into / "hashes.txt")]
    assert subprocess.run(install, capture_output=True, check=False).returncode == 0
    a_wheel(wheels, "small", "1.0", "import os")
    done = subprocess.run([*install, "--upgrade"], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "HASH" in done.stderr.upper()


def test_what_is_installed_fits_together() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
