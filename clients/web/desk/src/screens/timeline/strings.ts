import { strings } from "@pingji/shared"

export const t = strings(
  {
    title: "指令",
    empty: "没有指令",
    at: "时间",
    kind: "指令",
    level: "级别",
    area: "区域",
    issuer: "发布机构",
    ack: "签收",
  },
  {
    title: "Orders",
    empty: "There are no orders",
    at: "Time",
    kind: "Order",
    level: "Level",
    area: "Area",
    issuer: "Issuer",
    ack: "Acknowledged",
  },
)
