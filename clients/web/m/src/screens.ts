/** The three screens of the phone. Each is loaded when it is first opened; the first one with the page. */
import { defineAsyncComponent, type Component } from "vue"
import Tasks from "./screens/tasks/Screen.vue"

export const SCREENS: readonly { readonly name: "tasks" | "grid" | "outbox"; readonly component: Component }[] = [
  { name: "tasks", component: Tasks },
  { name: "grid", component: defineAsyncComponent(() => import("./screens/grid/Screen.vue")) },
  { name: "outbox", component: defineAsyncComponent(() => import("./screens/outbox/Screen.vue")) },
]
