"""The made-up county: its offices, its towns and the 86 projects of its ledger.

Numbers follow the county of the source speech: 86 projects, twelve leaders, twenty departments,
nine towns, a town park stuck on land quota, a hospital's new campus, an old river course. Leaders
are offices, never names. The same seed gives the same county.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from tracker.ledger.values.codes import check_digit

SEED = 20250620
DAY = date(2025, 6, 20)
WEEK_BEFORE = date(2025, 6, 13)
NAME = "示范县"

TOWNS = ("甲镇", "乙镇", "丙镇", "丁镇", "戊镇", "己镇", "庚镇", "辛街道", "壬街道")
LEADERS = (
    "县委副书记、县长",
    "县委副书记",
    "县委常委、常务副县长",
    "县委常委、组织部部长",
    "县委常委、宣传部部长",
    "县委常委、统战部部长",
    "副县长（分管农业农村）",
    "副县长（分管城建、交通）",
    "副县长（分管工业园区）",
    "副县长（分管教育、卫生）",
    "县人大常委会副主任",
    "县政协副主席",
)
DEPARTMENTS = (
    "县发展和改革局",
    "县财政局",
    "县自然资源和规划局",
    "市生态环境局县分局",
    "县住房和城乡建设局",
    "县交通运输局",
    "县水利局",
    "县农业农村局",
    "县林业局",
    "县教育局",
    "县卫生健康局",
    "县文化广电和旅游局",
    "县工业和信息化局",
    "县商务局",
    "县民政局",
    "县人力资源和社会保障局",
    "县应急管理局",
    "县行政审批服务局",
    "县城市管理局",
    "县乡村振兴服务中心",
)

COLUMNS = (
    "项目建议书",
    "立项",
    "用地预审与选址",
    "用地报批",
    "工程规划许可",
    "环评",
    "能评",
    "水保",
    "初设及概算",
    "施工图审查",
    "财评",
    "招标",
    "施工许可",
)
"""The step columns of the ledger, in its order."""

_GOV_ORDER = (
    "项目建议书",
    "用地预审与选址",
    "立项",
    "用地报批",
    "初设及概算",
    "工程规划许可",
    "施工图审查",
    "财评",
    "招标",
    "施工许可",
)
_ROAD_ORDER = tuple(c for c in _GOV_ORDER if c not in ("工程规划许可", "施工图审查"))
_FILING_ORDER = ("立项", "工程规划许可", "施工图审查", "施工许可")
_NEVER = {
    "filing": ("项目建议书", "用地预审与选址", "用地报批", "初设及概算", "财评", "招标"),
    "road": ("工程规划许可", "能评", "施工图审查"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One project of the made-up ledger.

    `stage` counts the steps of its order that are done, -1 when nothing is begun; `delayed` says
    how the deadline lies to the forecast: 0 well after it, 3 just after, 1 before, 2 long before.
    `seen_on` is the day of the ledger: what was decided later is still to come there.
    """

    name: str
    kind: str
    category: str
    town: str
    unit: str
    department: str
    leader: str
    task_force: str
    investment_wan: float
    land: str
    eia: str
    stage: int
    delayed: int
    pace: float
    code: str
    problem: str = ""
    problem_kind: str = ""
    problem_day: str = ""
    approval_deadline: str = ""
    deadline: str = ""
    remark: str = ""
    returned: bool = False
    seen_on: date = DAY

    @property
    def order(self) -> tuple[str, ...]:
        """Return the step columns in the order in which this project passes them."""
        return {"building": _GOV_ORDER, "road": _ROAD_ORDER}.get(self.kind, _FILING_ORDER)

    @property
    def never(self) -> tuple[str, ...]:
        """Return the columns this project does not need."""
        return _NEVER.get(self.kind, ())


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the ledger, headed as clerks do (一、交通水利类)."""

    title: str
    rows: tuple[Row, ...]


_TITLES = ("交通类", "水利生态类", "农业农村类", "教育卫生类", "城建市政类", "产业园区类")
_CATEGORIES = ("交通运输", "水利生态", "农业农村", "教育卫生", "城建市政", "工业")
_PLANS = (
    (
        "road",
        "县交通运输局",
        7,
        ("至县城公路改建工程", "旅游公路新建工程", "农村公路提升工程", "大桥新建工程"),
    ),
    ("road", "县水利局", 6, ("灌区续建配套工程", "中小河流治理工程", "供水一体化工程")),
    ("building", "县农业农村局", 6, ("冷链物流中心", "农产品加工车间", "高标准育苗基地")),
    ("building", "县教育局", 9, ("中心小学新建项目", "卫生院改扩建项目", "养老服务中心")),
    (
        "building",
        "县住房和城乡建设局",
        7,
        ("污水处理厂", "保障性住房项目", "公共停车场", "体育公园配套用房"),
    ),
    (
        "filing",
        "县工业和信息化局",
        8,
        ("智能装备生产线项目", "食品加工项目", "新材料项目", "仓储物流项目"),
    ),
)
_COUNTS = (16, 14, 14, 16, 13, 13)


def sections(seed: int = SEED) -> tuple[Section, ...]:
    """Return the ledger of the demo day: 86 rows in six sections."""
    random = Random(seed)  # noqa: S311  a demo, no secret
    found = []
    number = 0
    for n, title in enumerate(_TITLES):
        rows = []
        for k in range(_COUNTS[n]):
            number += 1
            rows.append(_special(n, k, number, random) or _row(n, k, number, random))
        found.append(Section(f"{'一二三四五六'[n]}、{title}", tuple(rows)))
    return tuple(found)


def _code(number: int, kind: str, random: Random) -> str:
    month = random.randint(1, 12)
    digits = (
        f"24{month:02d}99009904{'05' if kind == 'filing' else '01'}{random.randint(0, 99999):05d}"
    )
    check = check_digit(digits)
    return f"{digits[:4]}-{digits[4:10]}-{digits[10:12]}-{digits[12:14]}-{digits[14:]}{check}"


def _row(section: int, k: int, number: int, random: Random) -> Row:
    kind, department, leader, endings = _PLANS[section]
    town = TOWNS[k % len(TOWNS)]
    ending = endings[(k // len(TOWNS) + k) % len(endings)]
    order = {"building": _GOV_ORDER, "road": _ROAD_ORDER}.get(kind, _FILING_ORDER)
    name = f"{town.rstrip('街道镇')}{'街道' if '街道' in town else '镇'}{ending}"
    if k >= len(TOWNS):
        name += "（二期）"
    unit = f"{town}人民政府" if "镇" in town and section in (2, 4) else department
    if kind == "filing":
        unit = f"{'甲乙丙丁戊己庚辛壬癸子丑寅'[k]}号（示范）实业有限公司"
    stages = range(-1, len(order) + 1)  # -1: nothing is begun
    stage = random.choices(stages, weights=(5, *range(len(order) + 2, 2, -1), 5))[0]
    land = random.choice(("新征集体土地", "新征集体土地", "已批建设用地"))
    if kind == "filing":
        land = random.choice(("已取得土地", "拟出让"))
    return Row(
        name=name,
        kind=kind,
        category=_CATEGORIES[section],
        town=town,
        unit=unit,
        department=DEPARTMENTS[number // 2 % len(DEPARTMENTS)] if k % 2 else department,
        leader=LEADERS[leader if k % 2 else number * 5 % len(LEADERS)],
        task_force=f"{_TITLES[section].rstrip('类')}项目专班",
        investment_wan=float(random.randrange(12, 900) * 50),
        land=land,
        eia=random.choices(("报告表", "登记表", "报告书"), weights=(5, 3, 1))[0],
        stage=stage,
        delayed=random.choices((0, 1, 2, 3), weights=(13, 2, 2, 3))[0],
        pace=random.random(),
        code=_code(number, kind, random) if stage >= 0 else "",
        returned=random.random() < 0.05,
    )


def _special(section: int, k: int, number: int, random: Random) -> Row | None:
    """Return the projects that the source names, and the rows that show what clerks do."""
    if (section, k) == (1, 0):
        return Row(
            name="黄河故道生态修复工程",
            kind="road",
            category="水利生态",
            town="丁镇",
            unit="县自然资源和规划局",
            department="县自然资源和规划局",
            leader=LEADERS[2],
            task_force="黄河故道修复专班",
            investment_wan=42_000.0,
            land="已批建设用地",
            eia="报告书",
            stage=3,
            delayed=0,
            pace=0.4,
            code=_code(number, "road", random),
            remark="一个项目、一名领导、一个专班、一套方案",
        )
    if (section, k) == (2, 0):
        return Row(
            name="丙镇农业产业园",
            kind="building",
            category="农业农村",
            town="丙镇",
            unit="丙镇人民政府",
            department="县自然资源和规划局",
            leader=LEADERS[6],
            task_force="农业产业园专班",
            investment_wan=15_000.0,
            land="新征集体土地",
            eia="报告表",
            stage=1,
            delayed=2,
            pace=0.9,
            code=_code(number, "building", random),
            problem="用地指标未落实，拟申请纳入省级重点项目清单",
            problem_kind="用地指标",
            problem_day="9月底前",
            approval_deadline="2025年3月底前",
            deadline="2025年10月底前",
        )
    if (section, k) == (3, 0):
        return Row(
            name="县人民医院新院区",
            kind="building",
            category="教育卫生",
            town="壬街道",
            unit="县卫生健康局",
            department="县卫生健康局",
            leader=LEADERS[9],
            task_force="医院新院区专班",
            investment_wan=86_000.0,
            land="已批建设用地",
            eia="报告书",
            stage=4,
            delayed=1,
            pace=0.6,
            code=_code(number, "building", random),
            remark="设床位600张",
        )
    return None


def seen_on(row: Row, day: date) -> Row:
    """Return a row as the ledger of an earlier day had it.

    What was decided later is still to come, and so is a code that was given later. A day without
    a year is of the ledger's own, so it is given one.
    """
    registered = date(2000 + int(row.code[:2]), int(row.code[2:4]), 28) if row.code else day
    is_elder = day.year < DAY.year
    return replace(
        row,
        seen_on=day,
        code=row.code if registered <= day else "",
        deadline=_with_year(row.deadline) if is_elder else row.deadline,
        problem_day=_with_year(row.problem_day) if is_elder else row.problem_day,
    )


def _with_year(text: str) -> str:
    return text if not text or text.startswith(("20", "19")) else f"{DAY.year}年{text}"


def days_of(row: Row) -> dict[str, date]:
    """Return when the steps that were finished by `row.seen_on` were decided."""
    random = Random(row.name)  # noqa: S311  a demo, no secret
    found, last = {}, DAY - timedelta(days=random.randint(3, 24))
    for column in reversed(row.order[: max(0, row.stage)]):
        found[column] = last
        last -= timedelta(days=random.randint(18, 55))
    return {column: day for column, day in found.items() if day <= row.seen_on}
