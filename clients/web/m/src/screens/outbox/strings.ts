import { strings } from "@pingji/shared"

export const t = strings(
  { none: "没有待发送的操作", waiting: "待发送", sent: "已发出，等待答复", expired: "已过期，未执行" },
  { none: "Nothing waits to be sent", waiting: "Waiting", sent: "Sent, no answer yet", expired: "Expired, not carried out" },
)
