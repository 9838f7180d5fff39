import { strings } from "@pingji/shared"

export const t = strings(
  { none: "现在没有要您做的事", due: "期限 {time}" },
  { none: "Nothing is asked of you now", due: "Due {time}" },
)
