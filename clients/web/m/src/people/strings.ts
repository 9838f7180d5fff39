import { strings } from "@pingji/shared"

export const t = strings(
  {
    title: "找谁",
    duty: "{place}值班",
    leads: "{place}队长",
    member: "队员",
    call: "打电话",
    onRecord: "拨号会记入日志",
    none: "名册里还没有可联系的人",
    offline: "要有网络才能查电话",
    rest: "还有 {n} 人",
    invented: "虚构人员，不能拨打",
    unnamed: "（已删除）",
  },
  {
    title: "Whom to call",
    duty: "On duty: {place}",
    leads: "Leads {place}",
    member: "Team member",
    call: "Call",
    onRecord: "Each number shown goes on record",
    none: "Nobody to call is in the roster yet",
    offline: "Phone numbers need a network",
    rest: "{n} more",
    invented: "Invented: nobody to dial",
    unnamed: "(erased)",
  },
)
