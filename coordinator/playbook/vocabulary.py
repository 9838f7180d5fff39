"""The words a playbook may use, with their names: routines, channels, skills, kinds of facility.

A playbook adds skills and facilities of its own under `words`; routines and channels are closed, because the
registers and the senders know exactly these.
"""

from __future__ import annotations

from typing import Final

from coordinator.domain.area import ATTRIBUTES, AreaLevel
from coordinator.domain.text import Text

SCOPES: Final = (AreaLevel.GRID, AreaLevel.COMMUNITY, AreaLevel.STREET)
"""Where posts, tasks and conversions can stand, the smallest first."""

ATTRIBUTES_OF: Final = {
    AreaLevel.GRID: frozenset(ATTRIBUTES),
    AreaLevel.COMMUNITY: frozenset((*ATTRIBUTES, "grids")),
    AreaLevel.STREET: frozenset((*ATTRIBUTES, "grids", "communities")),
}
"""What an expression of that scope may read."""

ROUTINES: Final = {
    "household_visit": Text("入户走访", "Household visits"),
    "service_window": Text("服务窗口", "Service windows"),
    "community_event": Text("社区活动", "Community events"),
    "project_works": Text("项目施工", "Project works"),
    "routine_patrol": Text("日常巡查", "Routine patrols"),
    "facility_booking": Text("场地预约", "Facility bookings"),
}
"""Normal work that a playbook may suspend; a routine of the register carries one of these keys."""

CHANNELS: Final = {
    "app": Text("手机应用", "App"),
    "sms": Text("短信", "Text message"),
    "voice_call": Text("语音电话", "Voice call"),
    "estate_screen": Text("小区屏幕", "Estate screen"),
    "notice": Text("张贴告示", "Posted notice"),
    "loudspeaker": Text("大喇叭", "Loudspeaker"),
    "megaphone": Text("手持喊话器", "Megaphone"),
    "gong": Text("铜锣", "Gong"),
    "whistle": Text("口哨", "Whistle"),
    "knock": Text("敲门", "Knocking on doors"),
    "radio": Text("对讲机", "Radio"),
    "radio_offline": Text("断网对讲与跑腿", "Radio and runners without network"),
}
"""Ways by which people are told."""

SKILLS: Final = {
    "boat": Text("驾艇", "Boat handling"),
    "building_map": Text("熟悉楼栋", "Knows the buildings"),
    "data": Text("数据填报", "Data entry"),
    "dialect": Text("会方言", "Speaks the dialect"),
    "disinfection": Text("消杀", "Disinfection"),
    "driver": Text("驾驶", "Driving"),
    "electric": Text("电工", "Electrician"),
    "fire": Text("灭火", "Fire fighting"),
    "first_aid": Text("急救", "First aid"),
    "lift": Text("电梯解困", "Lift rescue"),
    "lifting": Text("搬抬", "Lifting and carrying"),
    "logistics": Text("物流", "Logistics"),
    "medic": Text("医护", "Medical care"),
    "medic_sampling": Text("核酸采样", "Sampling"),
    "operator": Text("接线", "Hotline operator"),
    "organiser": Text("组织协调", "Organising"),
    "plough": Text("铲雪车", "Snow plough"),
    "plumber": Text("水暖工", "Plumber"),
    "police_support": Text("辅警", "Police support"),
    "psych": Text("心理疏导", "Psychological support"),
    "pump": Text("水泵", "Pumps"),
    "radio": Text("电台通信", "Radio operation"),
    "registrar": Text("登记", "Registration"),
    "rescue_basic": Text("基础救援", "Basic rescue"),
    "saw": Text("油锯", "Chain saw"),
    "traffic": Text("交通疏导", "Traffic control"),
}
"""What qualifies for a post."""

FACILITIES: Final = {
    "party_service_centre": Text("党群服务中心", "Party and mass service centre"),
    "shelter": Text("安置点", "Shelter"),
    "open_shelter": Text("室外应急避难场所", "Open-air refuge"),
    "school_gym": Text("学校体育馆", "School gymnasium"),
    "school": Text("学校", "School"),
    "stadium_park": Text("体育场和公园", "Stadium or park"),
    "hotel": Text("酒店", "Hotel"),
    "isolation_site": Text("集中隔离点", "Isolation site"),
    "sampling_site": Text("采样点", "Sampling site"),
    "warm_station": Text("取暖点", "Warming station"),
    "temp_assembly": Text("临时集合点", "Temporary assembly point"),
    "metro_underpass": Text("地铁口和下穿通道", "Metro entrance or underpass"),
}
"""Kinds of facility."""
