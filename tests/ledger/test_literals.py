"""A table of what clerks write, and what each must become: a value, or a question."""

from datetime import date

import pytest

from tracker.ledger.book.grid import Value
from tracker.ledger.values.dates import DayRole, read_day
from tracker.ledger.values.money import read_amount
from tracker.ledger.values.rules import CellRules
from tracker.ledger.values.statuses import read_status

AS_OF = date(2025, 6, 20)
ASK = "ask"

DAYS = """
2025-06-30               2025-06-30
2025-6-30                2025-06-30
2025-06-3                2025-06-03
2025.06.30               2025-06-30
2025.6.30                2025-06-30
2025.6.3                 2025-06-03
2025/06/30               2025-06-30
2025/6/30                2025-06-30
2025/6/3                 2025-06-03
2025、6、30              2025-06-30
2025年6月30日            2025-06-30
2025年06月30日           2025-06-30
2025年6月30号            2025-06-30
2025年6月3日             2025-06-03
2025年6月30              2025-06-30
２０２５年６月３０日     2025-06-30
２０２５－０６－３０     2025-06-30
２０２５．６．３０       2025-06-30
20250630                 2025-06-30
25.6.30                  2025-06-30
25-6-30                  2025-06-30
25/6/30                  2025-06-30
25年6月30日              2025-06-30
2025-06-30_00:00:00      2025-06-30
2025-06-30_17:30         2025-06-30
2025-06-3_17:30          2025-06-03
2025/6/3_8:00            2025-06-03
2025/5/3_1:05:09         2025-05-03
2025-06-30T00:00:00      2025-06-30
2025-06-30_00:00:00.000  2025-06-30
2025年6月30日_星期一     2025-06-30
2025年6月30日（星期一）  2025-06-30
2025年6月30日（周一）    2025-06-30
2025_年_6_月_30_日       2025-06-30
2025年_6月30日前         2025-06-30
2025年6月30日前          2025-06-30
2025年6月30日之前        2025-06-30
2025年6月30日以前        2025-06-30
2025年6月30日前完成      2025-06-30
2025.6.30前              2025-06-30
2025-06-30前办结         2025-06-30
2025年6月30日止          2025-06-30
预计2025年6月30日        2025-06-30
计划2025年6月30日前完成  2025-06-30
拟于2025年6月30日        2025-06-30
力争2025年6月30日        2025-06-30
确保6月30日前完成        2025-06-30
6月30日                  2025-06-30
6月30号                  2025-06-30
06月30日                 2025-06-30
6月30日前                2025-06-30
6.30                     2025-06-30
06-30                    2025-06-30
6-30                     2025-06-30
6/30                     2025-06-30
12.31                    2025-12-31
六月三十日               2025-06-30
十二月三十一日           2025-12-31
十月十日                 2025-10-10
二〇二五年六月三十日     2025-06-30
二○二五年六月三十日      2025-06-30
二零二五年六月三十日     2025-06-30
二〇二六年二月二十八日前 2026-02-28
2025年六月三十日         2025-06-30
2024-02-29               2024-02-29
2028年2月29日            2028-02-29
2025年6月底              2025-06-30
2025年6月末              2025-06-30
2025年6月底前            2025-06-30
2025年6月底前完成        2025-06-30
2025年2月底              2025-02-28
2028年2月底              2028-02-29
6月底                    2025-06-30
6月末                    2025-06-30
6月底前                  2025-06-30
六月底前                 2025-06-30
十二月底                 2025-12-31
25年6月底                2025-06-30
2025.6底                 ask
2025年6月                2025-06-30  2025-06-01
2025年06月               2025-06-30  2025-06-01
2025年6月份              2025-06-30  2025-06-01
2025年6月内              2025-06-30  2025-06-01
2025-6                   2025-06-30  2025-06-01
2025-06                  2025-06-30  2025-06-01
2025.6                   2025-06-30  2025-06-01
2025.06                  2025-06-30  2025-06-01
2025/6                   2025-06-30  2025-06-01
2025.10                  2025-10-31  2025-10-01
202506                   2025-06-30  2025-06-01
25年6月                  2025-06-30  2025-06-01
6月                      2025-06-30  2025-06-01
6月份                    2025-06-30  2025-06-01
9月                      2025-09-30  2025-09-01
二〇二五年六月           2025-06-30  2025-06-01
计划2026年3月            2026-03-31  2026-03-01
2026年3月开工            2026-03-31  2026-03-01
2025年6月上旬            2025-06-10  2025-06-01
2025年6月中旬            2025-06-20  2025-06-11
2025年6月下旬            2025-06-30  2025-06-21
2025年2月下旬            2025-02-28  2025-02-21
6月上旬                  2025-06-10  2025-06-01
6月中旬前                ask
六月下旬                 2025-06-30  2025-06-21
一季度                   2025-03-31  2025-01-01
二季度                   2025-06-30  2025-04-01
三季度                   2025-09-30  2025-07-01
四季度                   2025-12-31  2025-10-01
第三季度                 2025-09-30  2025-07-01
3季度                    2025-09-30  2025-07-01
三季度末                 2025-09-30  2025-07-01
三季度前                 ask
2026年前                 ask
2025年9月前              ask
三季度末前               2025-09-30  2025-07-01
今年底                   2025-12-31
今年年底前               2025-12-31
年内                     2025-12-31
今年6月底                2025-06-30
本年12月底前             2025-12-31
2025.6-8                 ask
2025/6-7                 ask
6-8月                    ask
2025.6-2025.8            ask
本季度                   ask
开工后18个月             ask
2025年三季度             2025-09-30  2025-07-01
2025年第3季度            2025-09-30  2025-07-01
2026年一季度末           2026-03-31  2026-01-01
2025Q3                   2025-09-30  2025-07-01
2025年Q4                 2025-12-31  2025-10-01
Q3                       2025-09-30  2025-07-01
上半年                   2025-06-30  2025-01-01
下半年                   2025-12-31  2025-07-01
2025年上半年             2025-06-30  2025-01-01
2025上半年               2025-06-30  2025-01-01
2026年下半年             2026-12-31  2026-07-01
年底                     2025-12-31
年底前                   2025-12-31
年末                     2025-12-31
今年底                   2025-12-31
2025年底                 2025-12-31
2025年年底               ask
2026年底前               2026-12-31
2026年                   2026-12-31  2026-01-01
2026年度                 2026-12-31  2026-01-01
2026年内                 2026-12-31  2026-01-01
45838                    2025-06-30
2025-02-30               ask
2025年2月29日            ask
2025-06-31               ask
2025年13月               ask
2025-13-01               ask
2025年6月31日            ask
2025年0月5日             ask
2025-00-10               ask
2月30日                  ask
13月底                   ask
五季度                   ask
2205年6月底              ask
1990年1月1日             ask
2099-12-31               ask
2041.6                   ask
2025                     ask
6                        ask
30                       ask
2025630                  ask
2025.6.30.1              ask
30/6/2025                ask
06/30/2025               ask
30.6.25                  ask
6.31                     ask
13.1                     ask
2025年6月30日至7月5日    ask
2025.6.1-2025.6.30       ask
2025年3月至6月           ask
3-6月                    ask
6月1日~6月30日           ask
6月底或7月初             ask
2025-06-30/2025-07-05    ask
6月30日（原3月31日）     ask
明年6月底                ask
去年底                   ask
本月底                   ask
下月初                   ask
下周五                   ask
本周                     ask
月底                     ask
月底前                   ask
6月初                    ask
6月中                    ask
年初                     ask
年中                     ask
近期                     ask
尽快                     ask
抓紧                     ask
春节前                   ask
国庆节前                 ask
五一前                   ask
中秋后                   ask
元旦                     ask
10天内                   ask
30个工作日内             ask
3个月内                  ask
批复后20日内             ask
开工后                   ask
6月30日左右              ask
约6月底                  ask
6月底前后                ask
待定                     ask
未定                     ask
待确定                   ask
暂无                     ask
无                       ask
长期                     ask
/                        ask
—                        ask
已完成                   ask
√                        ask
是                       ask
#REF!                    ask
1月                      2025-01-31  2025-01-01
"""
"""A literal (`_` is a blank), its day as an end, and as a start where that is another one."""

AMOUNTS = """
1200余万元           about:1200
1200多万             about:1200
1.5千万元            1500
300_200              300200
30_20                ask
1200_800_元          ask
3000                 3000
3000.0               3000
3000.50              3000.5
0                    0
0.5                  0.5
.5                   0.5
8,450                8450
8，450               8450
1,234,567            1234567
1,234.5              1234.5
8_450                8450
１２００             1200
１,２００            1200
1200．５             1200.5
3000万               3000
3000万元             3000
3000_万元            3000
3000（万元）         ask
３０００万元         3000
8,450万元            8450
1200.5万元           1200.5
1.2亿                12000
1.2亿元              12000
0.12亿               1200
0.12亿元             1200
12亿                 120000
1亿2000万            12000
1亿2000万元          12000
1.5亿500万           15500
1亿元2000万元        12000
30000000元           3000
3000000元            300
5000元               0.5
￥5000               5000
¥5000万元            5000
人民币3000万元       3000
总投资3000万元       3000
投资：3000           3000
概算3000万元         3000
3000万元整           3000
壹仟万元             1000
壹仟贰佰万元整       1200
人民币壹仟贰佰万元整 1200
壹亿贰仟万元         12000
壹亿元               10000
贰佰伍拾万元         250
叁仟零伍拾万元       3050
伍万元               5
拾万元               10
一千二百万元         1200
一亿二千万元         12000
三千万               3000
两千万元             2000
约3000               about:3000
约3000万元           about:3000
大约1.2亿元          about:12000
近3000万元           about:3000
3000左右             about:3000
3000万元左右         about:3000
预计3000万元         about:3000
待定                 ask
未定                 ask
待核定               ask
待评审               ask
待批复               ask
暂无                 ask
无                   ask
/                    ask
-                    ask
—                    ask
——                   ask
1000-1200            ask
1000-1200万元        ask
1000~1200            ask
1000～1200万元       ask
1000至1200万元       ask
1亿-1.2亿            ask
很多                 ask
若干                 ask
三千                 ask
3,5亿元              ask
5,00                 ask
12,34                ask
1,23,456             ask
-5                   ask
-300万元             ask
3000万美元           ask
$3000                ask
3000千元             ask
3百万                300
3000万元/年          ask
3000（含征地500）    3000
3000+500             ask
3000万元（概算）     ask
一期3000             ask
A3000                ask
3000吨               ask
3000平方米           ask
1.2.3                ask
#VALUE!              ask
2025-06-30           ask
万元                 ask
亿                   ask
壹贰叁               ask
千百万元             ask
"""

STATES = """
编制中_示自然资〔2025〕3号      unknown
暂停_示发改〔2025〕9号          unknown
已办结_示发改〔2025〕12号       done
用字第350926202500012号         done
已办结（上报省自然资源厅）      unknown
完成（等县发改局批复）          unknown
已完成（催县水利局）            unknown
已办结（移交住建局）            unknown
已办结（县局）                  done
已办结（县政府）                done
已办结（行政审批局）            done
不需要（待林业局确认）          unknown
不涉及，待出函                  unknown
免（一期），二期需办            unknown
不需要，正在办理                unknown
不需要（自行办理）              not_required
未办理（已受理）                unknown
未报，正在组卷                  unknown
完成，报局审核中                unknown
已完成（初稿）                  unknown
已完成，等批文                  unknown
是，正在办                      unknown
已办结（注销）                  unknown
已办结（无效）                  unknown
已完成（3/5）                   unknown
已办结（县发改局）              done
已办结，见附件                  done
1-2                             unknown
2025.5.6_示发改〔2025〕12号     done     2025-05-06
2025年5月6日示发改〔2025〕12号  done     2025-05-06
正办                            in_progress
受理中                          in_progress
已办结                          done
已办                            done
已完成                          done
完成                            done
√                               done
✓                               done
是                              done
批复                            done
已_办_结                        done
已办结\\n                       done
示发改〔2025〕12号              done
示发改[2025]12号                done
示发改（2025）12号              done
县发改审批〔2025〕3号           done
2025-05-06                      done     2025-05-06
2025年5月6日                    done     2025-05-06
2025.5.6                        done     2025-05-06
5月6日                          done     2025-05-06
2025-06-20                      done     2025-06-20
已办结（2025年5月6日）          done     2025-05-06
已办结(2025.5.6)                done     2025-05-06
已办结，2025.5.6                done     2025-05-06
已办结2025.5.6                  done     2025-05-06
2025.5.6办结                    done     2025-05-06
2025年5月6日批复                done     2025-05-06
√（5月6日）                     done     2025-05-06
已批复（示发改〔2025〕12号）    done
已批复，示发改〔2025〕12号      done
已批复（示发改〔2025〕12号，2025年5月6日）  done  2025-05-06
示发改〔2025〕12号（2025.5.6）  done     2025-05-06
办理中                          in_progress
在办                            in_progress
正在办理                        in_progress
已报                            in_progress
受理                            in_progress
组卷                            in_progress
审批中                          in_progress
正在编制                        in_progress
办理中（6.10受理）              in_progress  2025-06-10
办理中(5月6日报送)              in_progress  2025-05-06
已受理（2025-06-10）            in_progress  2025-06-10
在办，待批复                    in_progress
正在办理，预计9月底完成         in_progress
办理中（80%）                   in_progress
已上报，正在审查                in_progress
未启动                          not_started
未办                            not_started
未开始                          not_started
×                               not_started
否                              not_started
未报                            not_started
尚未启动                        not_started
2025-09-30                      unknown
9月底前                         unknown
2025年三季度                    unknown
未启动（计划9月底）             not_started
不需要                          not_required
无需                            not_required
无需办理                        not_required
不涉及                          not_required
—                               not_required
/                               not_required
免                              not_required
退回                            returned
补正                            returned
退回（6月3日）                  returned  2025-06-03
暂停                            suspended
暂缓                            suspended
快了                            unknown
抓紧办                          unknown
差不多                          unknown
基本完成                        in_progress
已办结（部分）                  unknown
已办结（未盖章）                unknown
已办结，尚缺测绘报告            unknown
部分办结                        unknown
未办结                          unknown
待批复                          in_progress
5月                             unknown
5月底前                         unknown
2025年5月                       unknown
2025-02-30                      unknown
1                               unknown
80%                             in_progress
13812345678                     unknown
退回示发改〔2025〕12号          unknown
拟报示发改〔2025〕3号           unknown
已办结（2025年9月10日）         unknown
已办结，办理中                  unknown
2025.5.6，2025.5.9              unknown
示发改〔2025〕1号、示发改〔2025〕2号  unknown
无                              unknown
有                              unknown
待定                            unknown
预计3月5日办结                  unknown
3月5日前办结                    unknown
拟于3月5日办结                  unknown
1/3                             unknown
完成（50%）                     unknown
已办结（存疑）                  unknown
已办结（一期）                  unknown
3月5日开工                      unknown
正在办理甲发改〔2025〕12号      unknown
见丙发改〔2025〕12号            unknown
张三负责                        unknown
"""


def lines(table: str) -> list[list[str]]:
    found = [line.split() for line in table.strip().splitlines()]
    return [[line[0].replace("_", " ").replace("\\n", "\n"), *line[1:]] for line in found]


def day_or_ask(value: Value, role: DayRole) -> str:
    reading = read_day(value, role, AS_OF)
    assert (reading.day is None) == bool(reading.problem), value  # a value, or a question
    return str(reading.day) if reading.day else ASK


@pytest.mark.parametrize("line", lines(DAYS), ids=lambda line: line[0])
def test_days(line: list[str]) -> None:
    text, end, start = line if len(line) == 3 else [*line, line[-1]]
    assert (day_or_ask(text, DayRole.END), day_or_ask(text, DayRole.START)) == (end, start)


@pytest.mark.parametrize("line", lines(AMOUNTS), ids=lambda line: line[0])
def test_amounts(line: list[str]) -> None:
    found = read_amount(line[0], "万元")
    said = ASK if found.wan is None else f"{found.wan:.10g}"
    said = f"about:{said}" if found.problem == "about_amount" else said
    assert said == line[1]
    assert (said == ASK or "about" in said) == bool(found.problem)


@pytest.mark.parametrize("line", lines(STATES), ids=lambda line: line[0])
def test_states(line: list[str]) -> None:
    found = read_status(line[0], CellRules(as_of=AS_OF))
    day = line[2] if len(line) == 3 else None
    assert (str(found.status), str(found.day) if found.day else None) == (line[1], day)
    assert (line[1] == "unknown") <= bool(found.problem or found.planned)


def test_the_tables_are_as_long_as_promised() -> None:
    counts = [len({line[0] for line in lines(table)}) for table in (DAYS, AMOUNTS, STATES)]
    assert counts[0] >= 150, counts
    assert counts[1] >= 80, counts
    assert counts[2] >= 80, counts
