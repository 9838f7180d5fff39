/** The screens of the phone. Each is loaded when it is first opened; the first one with the page. */
import { defineAsyncComponent, type Component } from "vue"
import Tasks from "./screens/tasks/Screen.vue"

export type ScreenName = "tasks" | "grid" | "observe" | "outbox"

export const SCREENS: Readonly<Record<ScreenName, Component>> = {
  tasks: Tasks,
  grid: defineAsyncComponent(() => import("./screens/grid/Screen.vue")),
  observe: defineAsyncComponent(() => import("./screens/observe/Screen.vue")),
  outbox: defineAsyncComponent(() => import("./screens/outbox/Screen.vue")),
}

/** An observer of a drill has no tasks and no grid, and nobody else ticks. The first one is opened first. */
export const screensOf = (role: string): readonly ScreenName[] => (role === "observer" ? ["observe", "outbox"] : ["tasks", "grid", "outbox"])
