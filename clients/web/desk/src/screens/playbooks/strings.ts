import { strings } from "@pingji/shared"

export const t = strings(
  { title: "已发布预案", hazard: "灾种", name: "名称", version: "版本", digest: "摘要", empty: "没有已发布的预案" },
  { title: "Published playbooks", hazard: "Hazard", name: "Name", version: "Version", digest: "Digest", empty: "No playbook is published" },
)
