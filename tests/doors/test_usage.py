"""A command line that is wrong is answered in the user's language, with where help is."""

import re
from pathlib import Path

import pytest

from tests.support.command import tracker

CHINESE = re.compile(r"[\u4e00-\u9fff]")
WRONG = [
    (("nope",), "没有命令“nope”"),
    (("audit", "verify", "--digest"), "须写明取值"),
    (("flags", "--nope"), "没有选项 --nope"),
    (("record",), "缺少 项目"),
    (("project", "suspend", "1"), "缺少 --until"),
    (("record", "1", "fs", "granted", "--file", "nowhere.pdf"), "--file 的取值不对：没有这个文件"),
    (("flags", "--as-of", "2025-02-30"), "日期请写成 2025-06-30"),
    (("record", "1", "fs", "granted", "--corrects", "abc"), "请写数字"),
    (("project", "history", "1", "--most", "0"), "不得小于 1"),
    (("flags", "x"), "多余的参数：x"),
    (("flags", "--as-of"), "须写明取值"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_a_wrong_command_line_is_answered_in_chinese(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = tracker(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert re.fullmatch(r"用法见：tracker( \w+)* -h", done.stderr.splitlines()[-1])


def test_and_in_english_to_who_reads_english(tmp_path: Path) -> None:
    done = tracker("--lang", "en", "flags", "--as-of", "2025-02-30", cwd=tmp_path)
    assert "write days as 2025-06-30" in done.stderr
    assert not CHINESE.search(done.stderr)
