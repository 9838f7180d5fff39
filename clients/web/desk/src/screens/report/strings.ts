import { strings } from "@pingji/shared"

export const t = strings(
  {
    title: "情况报告",
    empty: "没有情况报告",
    area: "区域",
    number: "期次",
    signed: "签发",
    by: "签发人",
  },
  {
    title: "Situation reports",
    empty: "There are no situation reports",
    area: "Area",
    number: "Number",
    signed: "Signed",
    by: "By",
  },
)
