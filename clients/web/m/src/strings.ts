/** Words of the phone's shell. Each screen has its own beside it. */
import { strings } from "@pingji/shared"

export const t = strings(
  { title: "平急", tabs: "页面", tasks: "我的任务", grid: "我的网格", outbox: "发件箱" },
  { title: "Pingji", tabs: "Screens", tasks: "My tasks", grid: "My grid", outbox: "Outbox" },
)
