import { strings } from "@pingji/shared"

export const t = strings(
  {
    title: "统计",
    empty: "没有统计项",
    name: "统计项",
    area: "区域",
    value: "数值",
    total: "总数",
    at: "上报时间",
    unreported: "未上报",
  },
  {
    title: "Tallies",
    empty: "Nothing is counted here",
    name: "Figure",
    area: "Area",
    value: "Value",
    total: "Of",
    at: "Reported",
    unreported: "Unreported",
  },
)
