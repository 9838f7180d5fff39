import { strings } from "@pingji/shared"

export const t = strings(
  {
    title: "叫应",
    empty: "没有正在叫应的地方",
    area: "区域",
  },
  {
    title: "Confirmed calls",
    empty: "Nowhere is being called",
    area: "Area",
  },
)
