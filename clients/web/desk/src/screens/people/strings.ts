import { strings } from "@pingji/shared"

export const t = strings(
  {
    title: "岗位",
    empty: "没有岗位",
    name: "岗位",
    area: "区域",
    called: "已召",
    coming: "在途",
    present: "在岗",
  },
  {
    title: "Posts",
    empty: "There are no posts",
    name: "Post",
    area: "Area",
    called: "Called",
    coming: "Coming",
    present: "Present",
  },
)
