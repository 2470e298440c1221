"""The words of headings: what counties call the columns of a ledger.

The longest word that a heading contains decides, so 用地规划 is not 用地 and 投向领域 is no 领域.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class Field(StrEnum):
    """What a column of a ledger can hold, apart from the state of a step."""

    NUMBER = "number"
    NAME = "name"
    CODE = "code"
    CATEGORY = "category"
    LOCATION = "location"
    REGIME = "regime"
    INVESTMENT = "total_investment"
    OWNER_UNIT = "owner_unit"
    RESPONSIBLE_UNIT = "responsible_unit"
    LEADER = "leader"
    TASK_FORCE = "task_force"
    PLANNED_START = "planned_start"
    PLANNED_FINISH = "planned_finish"
    APPROVAL_DEADLINE = "approval_deadline"
    DEADLINE = "deadline"
    PROBLEM_KIND = "problem_kind"
    PROBLEM = "problem"
    PROBLEM_DAY = "problem_day"
    EIA_KIND = "eia_kind"
    CHANNEL = "channel"
    LAND_KIND = "land_kind"
    CLASSIFIED = "classified"
    REMARK = "remark"
    STEP = "step"
    NOT_KEPT = "not_kept"


class Part(StrEnum):
    """What a column says of a step."""

    STATE = "state"
    PLANNED = "planned"
    ACTUAL = "actual"
    DAY = "day"
    """A day of which the heading says neither plan nor actual."""
    DOCUMENT = "document"


FIELD_WORDS: Mapping[Field, Sequence[str]] = {
    Field.NOT_KEPT: (
        "下步措施",
        "下步计划",
        "下一步",
        "下一步打算",
        "当前环节",
        "所处环节",
        "承诺办结",
        "更新时间",
        "状态灯",
        "预警",
        "超期天数",
        "需协调事项",
        "协调事项",
        "起止年限",
        "建设年限",
        "建设工期",
        "建设性质",
        "建设规模",
        "建设内容",
        "主要建设内容",
        "建设规模及内容",
        "建设规模及主要内容",
        "项目级别",
        "项目等级",
        "省市县重点",
        "储备阶段",
        "项目阶段",
        "投向领域",
        "支持领域",
        "专班负责人",
        "专班组长",
        "联系人",
        "联络员",
        "联系电话",
        "电话",
        "手机",
        "经办人",
        "责任人",
        "负责人",
        "职务",
        "年度计划投资",
        "年度投资计划",
        "当年计划",
        "本年计划",
        "年度投资",
        "年度计划",
        "年度目标",
        "本年完成",
        "累计完成",
        "累计投资",
        "自开工累计",
        "完成投资",
        "完成额",
        "形象进度",
        "中央预算内",
        "中央资金",
        "国家资金",
        "专项债",
        "一般债",
        "债券资金",
        "省级资金",
        "市级资金",
        "县级资金",
        "地方配套",
        "自筹",
        "社会资本",
        "到位资金",
        "资金到位",
        "资金支付",
        "下达资金",
        "拨付",
        "面积",
        "施工单位",
        "监理单位",
        "设计单位",
        "中标单位",
        "代理机构",
        "用地规模",
        "用地亩数",
        "法定代表人",
        "网址",
        "监理",
        "问题责任部门",
        "牵头解决单位",
        "解决措施",
        "密级说明",
    ),
    Field.EIA_KIND: ("环评类别", "环评类型", "环评文件类别", "环评形式"),
    Field.CHANNEL: ("资金渠道", "申报渠道", "资金来源", "资金性质"),
    Field.LAND_KIND: ("用地情况", "用地性质", "土地性质", "用地类型", "土地类型"),
    Field.PROBLEM_DAY: ("解决时限", "预计解决", "拟解决时间"),
    Field.PROBLEM_KIND: ("问题类型", "问题类别", "卡点类型", "卡点原因"),
    Field.PROBLEM: ("存在问题", "困难问题", "卡点堵点", "主要问题", "存在困难", "存在的问题"),
    Field.CLASSIFIED: ("涉密", "密级"),
    Field.APPROVAL_DEADLINE: ("立项时限", "立项完成时限", "计划立项时间", "立项计划完成时间"),
    Field.PLANNED_START: ("计划开工", "拟开工", "开工时间", "预计开工", "开工日期", "计划动工"),
    Field.PLANNED_FINISH: (
        "计划竣工",
        "拟竣工",
        "竣工时间",
        "计划完工",
        "预计竣工",
        "竣工日期",
        "完工时间",
    ),
    Field.DEADLINE: (
        "完成时限",
        "办结时限",
        "时间节点",
        "要求完成",
        "计划完成时间",
        "办理时限",
        "时限要求",
        "完成期限",
        "要求完成时间",
        "前期完成时限",
    ),
    Field.CODE: (
        "项目代码",
        "统一代码",
        "监管平台代码",
        "赋码",
        "项目编码",
        "国家代码",
        "投资项目代码",
    ),
    Field.NAME: ("项目名称", "工程名称", "项目全称"),
    Field.REGIME: (
        "立项类型",
        "审批类型",
        "审批核准备案",
        "管理方式",
        "项目类型",
        "立项方式",
        "投资性质",
        "审批方式",
    ),
    Field.CATEGORY: (
        "行业",
        "领域",
        "项目类别",
        "类别",
        "所属行业",
        "行业类别",
        "行业领域",
        "所属领域",
        "板块",
    ),
    Field.LOCATION: (
        "所属镇街",
        "建设地点",
        "乡镇",
        "街道",
        "园区",
        "地点",
        "镇街",
        "所在地",
        "属地",
        "建设地址",
        "所在乡镇",
        "项目地址",
        "镇办",
    ),
    Field.INVESTMENT: (
        "总投资",
        "投资额",
        "概算总额",
        "投资总额",
        "投资规模",
        "概算总投资",
        "估算总投资",
    ),
    Field.RESPONSIBLE_UNIT: (
        "责任单位",
        "牵头单位",
        "责任部门",
        "主管部门",
        "牵头部门",
        "行业主管",
    ),
    Field.OWNER_UNIT: (
        "建设单位",
        "项目单位",
        "业主",
        "法人单位",
        "投资主体",
        "项目法人",
        "实施单位",
        "项目业主",
        "业主单位",
        "实施主体",
        "申报单位",
    ),
    Field.LEADER: (
        "包保领导",
        "包联领导",
        "包抓领导",
        "挂钩领导",
        "责任领导",
        "县级领导",
        "县领导",
        "分管领导",
        "挂点领导",
        "挂联领导",
        "联系领导",
        "牵头领导",
        "包挂领导",
        "包保县领导",
        "包保责任人",
    ),
    Field.TASK_FORCE: ("专班", "工作组"),
    Field.REMARK: ("备注", "说明"),
    Field.NUMBER: ("序号", "编号"),
    Field.STEP: (
        "环节",
        "手续名称",
        "手续事项",
        "审批事项",
        "事项名称",
        "办理事项",
        "审批环节",
        "办理环节",
        "环节名称",
        "前期手续",
        "手续",
        "步骤",
        "报批事项",
    ),
}
"""Each field with the words that speak of it; NOT_KEPT is known, and of no use here."""

ALONE: Mapping[str, Field] = {
    "名称": Field.NAME,
    "项目": Field.NAME,
    "工程": Field.NAME,
    "代码": Field.CODE,
    "类型": Field.CATEGORY,
    "单位": Field.OWNER_UNIT,
    "投资": Field.INVESTMENT,
    "概算": Field.INVESTMENT,
    "领导": Field.LEADER,
}
"""What a heading means that is nothing but this word."""

STEP_WORDS: Mapping[str, Sequence[str]] = {
    "proposal": ("项目建议书", "建议书"),
    "feasibility": ("可研", "可行性研究", "可研报告", "可行性研究报告"),
    "verification": ("核准", "项目核准"),
    "filing": ("备案", "项目备案", "企业备案"),
    "approval": ("立项", "项目立项"),
    "site": ("用地预审", "选址", "规划选址", "预审", "选址意见"),
    "land_permit": (
        "用地规划",
        "用规",
        "用地规划许可",
        "用地规划许可证",
        "建设用地规划",
        "建设用地规划许可",
        "建设用地规划许可证",
    ),
    "works_permit": (
        "工程规划",
        "工规",
        "工程规划许可",
        "工程规划许可证",
        "建设工程规划",
        "建设工程规划许可",
        "建设工程规划许可证",
    ),
    "rural_permit": ("乡村规划", "乡村建设规划", "乡村建设规划许可", "乡村建设规划许可证"),
    "supply": (
        "供地",
        "国有建设用地使用权",
        "建设用地使用权",
        "国有土地使用权",
        "国有建设用地",
        "划拨",
        "出让",
        "土地供应",
        "土地出让",
        "土地划拨",
        "土地招拍挂",
        "招拍挂",
    ),
    "registration": ("不动产", "土地证", "土地登记", "土地使用证", "不动产权"),
    "land": (
        "用地报批",
        "农转用",
        "征收",
        "土地",
        "用地",
        "征地",
        "土地报批",
        "土地征收",
        "用地审批",
        "征地报批",
        "用地手续",
        "土地手续",
        "建设用地",
    ),
    "demolition": ("征拆", "征地拆迁", "拆迁", "清表"),
    "permit": ("规划许可", "规划", "规划许可证", "规划手续"),
    "conditions": ("规划条件",),
    "scheme": ("设计方案", "规划方案", "方案审查", "规划设计方案", "方案设计"),
    "eia": ("环评", "环境影响", "环保审批", "环评审批", "环评手续"),
    "energy": ("能评", "节能"),
    "stability": ("稳评", "社会稳定", "社稳"),
    "soil_water": ("水保", "水土"),
    "forest": ("林地", "使用林地", "林草"),
    "heritage": ("文物", "考古"),
    "mineral": ("压矿", "压覆"),
    "geohazard": ("地灾", "地质灾害"),
    "flood": ("洪评", "防洪", "洪水影响"),
    "water_intake": ("取水",),
    "design": ("初设", "初步设计", "概算", "初步设计概算"),
    "drawings": ("图审", "施工图", "施工图审查", "施工图设计"),
    "fire": ("消防", "消防设计"),
    "fire_accept": ("消防验收",),
    "airdefense": ("人防",),
    "fiscal": ("财评", "财政评审", "预算评审", "财审"),
    "tender": ("招标", "招投标", "开标", "施工招标"),
    "contract": ("施工合同", "合同签订"),
    "construction": ("施工许可", "开工许可", "施工许可证"),
    "start": ("开工", "动工"),
    "stat_entry": ("纳统", "入统"),
    "acceptance": ("竣工验收",),
}
"""Kinds of step columns with the words that speak of them."""

NO_STEP = (
    "面积",
    "亩",
    "规模",
    "单价",
    "金额",
    "费用",
    "投资",
    "资金",
    "费",
    "人数",
    "数量",
    "公司",
    "机构",
)
"""Words of a heading that is about a quantity or a firm and not about the state of a step."""

PART_WORDS: Sequence[tuple[Part, Sequence[str]]] = (
    (Part.DOCUMENT, ("文号", "批文", "批复号", "证号", "文件号", "编号", "许可证号", "批复文件")),
    (
        Part.PLANNED,
        ("计划", "拟", "预计", "时限", "应完成", "应办结", "目标", "承诺", "期限", "限时"),
    ),
    (
        Part.ACTUAL,
        (
            "实际",
            "批复时间",
            "批复日期",
            "办结时间",
            "办结日期",
            "取得时间",
            "取得日期",
            "发证",
            "获批",
        ),
    ),
    (Part.DAY, ("完成时间", "完成日期", "时间", "日期")),
    (Part.STATE, ("状态", "情况", "进展", "进度", "是否", "完成", "办理", "办结", "结果")),
)
"""Words of a heading that say what a column tells of its step; the first that is found decides."""
