"""What a drill that is on record is called: its kind, its grade, what was rated in it and how.

Words by code alone; what they stand for is decided in `drills`, which takes its words from here.
"""

from __future__ import annotations

from typing import Final

from coordinator.domain.text import Text

DRILL_KINDS: Final = {
    "tabletop": Text("桌面演练", "Table-top"),
    "functional": Text("功能演练", "Functional"),
    "full_scale": Text("全面演练", "Full scale"),
    "raid": Text("突击演练", "Raid"),
}

GRADES: Final = {
    "excellent": Text("优", "Excellent"),
    "good": Text("良", "Good"),
    "fair": Text("中", "Fair"),
    "poor": Text("差", "Poor"),
}

RATINGS: Final = {
    "P": Text("顺利完成", "Performed without challenges"),
    "S": Text("完成，有些困难", "Performed with some challenges"),
    "M": Text("完成，困难很大", "Performed with major challenges"),
    "U": Text("没能完成", "Unable to be performed"),
}

CAPABILITIES: Final = {
    "coordination": Text("指挥协调", "Operational coordination"),
    "warning": Text("公众预警", "Public information and warning"),
    "communications": Text("应急通信", "Operational communications"),
    "situation": Text("态势研判", "Situational assessment"),
    "mobilisation": Text("力量动员", "Mobilisation of people and means"),
    "evacuation": Text("转移避险", "Evacuation and protective action"),
    "mass_care": Text("安置保障", "Mass care"),
    "infrastructure": Text("基础设施", "Infrastructure"),
    "public_health": Text("公共卫生", "Public health"),
    "recovery": Text("恢复", "Recovery"),
}
