import { strings } from "@pingji/shared"

export const t = strings(
  {
    title: "平急切换台",
    empty: "没有正在运行的响应",
    hazard: "灾种",
    issuer: "发布机构",
    targets: "目标区域",
    effective: "生效时间",
    until: "预计至",
  },
  {
    title: "Switch",
    empty: "No operation is running",
    hazard: "Hazard",
    issuer: "Issuer",
    targets: "Targets",
    effective: "In effect from",
    until: "Expected until",
  },
)
