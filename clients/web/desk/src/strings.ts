/** Words of the desk's shell. Each screen has its own beside it. */
import { strings } from "@pingji/shared"

export const t = strings(
  {
    title: "平急 · 指挥台",
    navigation: "页面",
    skip: "跳到内容",
    switch: "平急切换台",
    overview: "总览",
    tasks: "任务板",
    people: "力量",
    situation: "情况",
    facilities: "阵地",
    timeline: "时间轴",
    report: "复盘",
    playbooks: "预案",
    duty: "值班",
    notFound: "没有这个页面",
    waiting: "{n} 条待答复",
  },
  {
    title: "Pingji · Command desk",
    navigation: "Screens",
    skip: "Skip to the content",
    switch: "Switch",
    overview: "Overview",
    tasks: "Tasks",
    people: "People",
    situation: "Situation",
    facilities: "Facilities",
    timeline: "Timeline",
    report: "Report",
    playbooks: "Playbooks",
    duty: "Duty",
    notFound: "There is no such screen",
    waiting: "{n} without an answer",
  },
)
