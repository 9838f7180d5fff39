import { strings } from "@pingji/shared"

export const t = strings({ present: "在岗", needed: "应到", open: "未结任务" }, { present: "Present", needed: "Needed", open: "Open tasks" })
