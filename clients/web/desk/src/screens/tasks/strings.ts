import { strings } from "@pingji/shared"

export const t = strings(
  {
    title: "任务",
    empty: "没有任务",
    name: "任务",
    area: "区域",
    state: "状态",
    due: "期限",
    lead: "牵头",
  },
  {
    title: "Tasks",
    empty: "There are no tasks",
    name: "Task",
    area: "Area",
    state: "State",
    due: "Due",
    lead: "Lead",
  },
)
