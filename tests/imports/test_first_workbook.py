"""A county's first workbook, as a clerk keeps it who has never seen the program."""

import json
from pathlib import Path

import xlsxwriter

from tests.support.command import tracker

HEADINGS = (
    "序号",
    "项目名称",
    "所属乡镇",
    "建设单位",
    "总投资（万元）",
    "包联领导",
    "立项",
    "用地",
    "环评",
    "施工许可",
    "存在问题",
    "计划开工",
)
LINES = """
一|社会事业
1|二中迁建|城关镇|教育局|12600|县委副书记|已办 2025.3.6 示发改〔2025〕9号|组卷报审|报告表已批|没办||
2|中医院门诊楼|城关镇|县卫健局|1.2亿元（含专项债6000万）|副县长（分管卫生）|已立项|同意|待批复|12月5日前||2025年底
3|敬老院改造|柳河乡|县民政局|860（暂估）||立项已批|原有用地|—|未动||
二|基础设施
4|县道X012改建|石桥镇|县城投公司|5400|副县长（分管交通）|可研批复，2025年2月|征地中|正在编报告|未办|坟地未迁|9月
5|污水管网二期|城关镇|县水务投资公司|7200|副县长（分管城建）|100%|已报市局|50%|0%||8月
6|河道治理|白沙镇|县水利局|3300|常务副县长 副县长（分管农业）|批了|不涉及|已批（3.20）|待办||
7|通村公路|白沙镇|县交通局|2100|副县长（分管交通）|已完成|已办结|备案|正在办||7月
三|产业
8|食品加工厂|石桥镇|某某食品有限公司|9800|县政协主席|备案 2025-4-1|摘牌|登记表|未办|融资|2025.9
9|冷链物流园|石桥镇|某某冷链公司|15000|县委常委、统战部长|已备案|正在走程序|受理|未办||三季度
10|光伏电站|柳河乡|某某新能源公司|21000||2025.4.8备案|租地|公示|×||
11|高标准农田|各乡镇|县农业农村局|4600|副县长（分管农业）|√|不需要|免|√||已开工
合计|11个
""".strip().splitlines()


def test_eleven_projects_come_in_with_few_questions(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "台账.xlsx")) as book:
        sheet = book.add_worksheet("6月")
        sheet.merge_range(0, 0, 0, 11, "2025年全县重点项目前期手续办理情况")
        sheet.write(1, 9, "单位：万元")
        sheet.write_row(2, 0, HEADINGS)
        for n, line in enumerate(LINES):
            cells = [int(text) if text.isdigit() else text or None for text in line.split("|")]
            sheet.write_row(3 + n, 0, cells)
        sheet.write(3 + len(LINES), 0, "注：√表示办完，×表示没办。")
    day = ("--as-of", "2025-06-20", "--data", "d")
    shown = tracker("import", "台账.xlsx", "--dry-run", "--json", *day, cwd=tmp_path)
    found = json.loads(shown.stdout)
    errors = [i["message"] for i in found["issues"] if i["severity"] == "error"]
    assert (len(found["projects"]), errors) == (11, [])
    asked = [q["question"] for q in found["questions"]]
    assert len(asked) <= 6, asked
    done = tracker("import", "台账.xlsx", "--yes", *day, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    again = tracker("import", "台账.xlsx", "--dry-run", "--json", *day, cwd=tmp_path)
    assert json.loads(again.stdout)["changes"]["unchanged"] == 11
