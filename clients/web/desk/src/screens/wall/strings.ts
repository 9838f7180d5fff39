import { strings } from "@pingji/shared"

export const t = strings(
  {
    map: "各区域平急状态",
    tiles: "各社区平急状态",
    concerns: "需要人处理",
    receipts: "{hazard} · 签收树",
    since: "{time} 起",
    calm: "没有进行中的响应",
    leave: "离开大屏",
  },
  {
    map: "Areas",
    tiles: "Communities",
    concerns: "Needs a person",
    receipts: "{hazard} · receipts",
    since: "since {time}",
    calm: "No operation is running",
    leave: "Leave the wall",
  },
)
