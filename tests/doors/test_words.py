"""No text without its Chinese, no Chinese without its text, and every field kept."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.support.catalogue import ROOT, marked_texts
from tracker.i18n import catalogue as compiled

FIELD = re.compile(r"\{(\w+)\}")


def catalogue() -> dict[str, str]:
    with (ROOT / "src/tracker/i18n/zh_CN.po").open("rb") as file:
        found = read_po(file)
    return {str(entry.id): str(entry.string) for entry in found if entry.id}


def test_every_text_is_translated_and_none_is_left_over() -> None:
    known, marked = catalogue(), set(marked_texts())
    assert {text for text in marked if not known.get(text)} == set()
    assert set(known) - marked == set()


def test_a_translation_keeps_the_fields_of_its_text() -> None:
    for text, translated in catalogue().items():
        assert set(FIELD.findall(text)) == set(FIELD.findall(translated)), text


def test_nothing_chinese_is_said_outside_the_catalogue_and_the_data() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    spoken = [text for text in marked_texts() if chinese.search(text)]
    names_of_cells = (
        "项目名称",
        "已办结",
        "用地规划",
        "立项类型",
        "问题类型",
        "单位：万元",
        "涉密",
        "万元",
        "台账",
        "农业产业园",
        "批文",
        "示发改〔2025〕12号",
        "计划 or 实际",
        "拟 or 计划",
        "是 or 否",
        "快了",
        "不需要",
    )
    assert [text for text in spoken if not any(name in text for name in names_of_cells)] == []


@pytest.mark.parametrize("left", [b"", b"\xde\x12", b"nothing of the kind"])
def test_a_compiled_catalogue_that_is_damaged_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: bytes
) -> None:
    place = tmp_path / "kept" / "zh_CN.1-1.mo"
    place.parent.mkdir()
    place.write_bytes(left)
    monkeypatch.setattr(compiled, "_compiled", lambda: place)
    read = compiled.translations.__wrapped__  # the one that is not kept for the process
    assert read("zh").gettext("late") == "滞后"
    assert place.read_bytes() != left
    assert [path.name for path in place.parent.iterdir()] == [place.name]
