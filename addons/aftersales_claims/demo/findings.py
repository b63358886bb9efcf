# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the demo company's people find out about the faults of its year, see
``FAULTS`` of the service story."""

from typing import NamedTuple


class Finding(NamedTuple):
    """What is behind a fault, once quality has the old part on the table."""

    #: code of the cause the claim is counted under
    cause: str
    #: result of the inspection, its note, and what happens with the part
    result: str
    note: str
    disposition: str


#: cause in the technician's report -> finding
FINDINGS = {
    "轴承保持架断裂": Finding(
        "material", "supplier", "保持架铆钉断裂，材质不合格", "supplier"
    ),
    "密封件老化": Finding("assembly", "own", "唇口有装配划伤，提前老化", "scrap"),
    "压紧螺栓松动": Finding("assembly", "own", "螺栓未按力矩预紧，背面磨损", "scrap"),
    "键槽磨损": Finding("process", "own", "键槽宽度超差，配合松动", "rework"),
    "齿轮泵磨损": Finding(
        "material", "supplier", "齿轮端面间隙超差，异常磨损", "supplier"
    ),
    "油冷却器堵塞": Finding("use", "misuse", "滤芯超期未换，油液污染", "scrap"),
    "电磁换向阀卡滞": Finding(
        "material", "supplier", "阀芯毛刺未清除，卡滞", "supplier"
    ),
    "给料粒度超限": Finding("use", "misuse", "进料粒度超过设计值，局部过载", "scrap"),
    "板锤磨损不均": Finding("process", "own", "热处理硬度不均，高低差超标", "scrap"),
    "接触器触点烧蚀": Finding(
        "material", "supplier", "触点镀银层不足，早期烧蚀", "supplier"
    ),
    "抛料头磨损": Finding("design", "own", "合金块镶嵌深度不足，须改图", "evidence"),
    "润滑不良": Finding("use", "misuse", "未按说明书周期加注润滑脂", "scrap"),
    "物料冲击": Finding("design", "own", "筛网支撑间距偏大，须改图", "evidence"),
    "激振器轴承失效": Finding("assembly", "own", "装配游隙过小，滚道剥落", "scrap"),
    "焊接应力": Finding("design", "own", "开孔处应力集中，开裂，须改图", "evidence"),
    "热继电器动作": Finding(
        "material", "supplier", "整定电流偏差超限，误动作", "supplier"
    ),
    "弹簧断裂": Finding("process", "own", "淬火组织粗大，疲劳断裂", "scrap"),
}
#: cause of the claim -> what technology and quality write before the old part is back,
#: and why it is granted
ANALYSES = {
    "material": ("与设计无关", "外购件质量问题，拟追偿供应商", "质保期内，同意赔偿"),
    "assembly": ("与设计无关", "装配质量问题，责任待认定", "质保期内，同意赔偿"),
    "process": ("与设计无关", "加工质量问题，责任待认定", "质保期内，同意赔偿"),
    "design": ("结构需改进，已列入改进计划", "非制造问题", "质保期内，同意赔偿"),
    "use": ("与设计无关", "使用维护不当，零件无缺陷", "首次发生，从优处理"),
}
#: a part that nobody claimed
WEAR = Finding("use", "wear", "正常磨损，无质量缺陷", "scrap")
