import { strings } from "@pingji/shared"

export const t = strings(
  {
    title: "阵地",
    empty: "没有阵地",
    name: "阵地",
    area: "区域",
    state: "状态",
    capacity: "容量",
    occupancy: "在住",
    unreported: "未上报",
  },
  {
    title: "Facilities",
    empty: "There are no facilities",
    name: "Facility",
    area: "Area",
    state: "State",
    capacity: "Capacity",
    occupancy: "Occupied",
    unreported: "Unreported",
  },
)
