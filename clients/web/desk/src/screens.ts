/**
 * Every screen of the desk, in the order of the navigation. To add one: a folder below `screens/` with `Screen.vue` and
 * `strings.ts`, a line here, and its name in `strings.ts`. Each is loaded when it is first opened.
 */
import {
  Bell,
  Clock,
  DataAnalysis,
  DataBoard,
  Flag,
  List,
  Location,
  Notebook,
  Phone,
  OfficeBuilding,
  Switch,
  User,
} from "@element-plus/icons-vue"
import type { Component } from "vue"

type Load = () => Promise<{ default: Component }>

export const SCREENS = [
  { name: "switch", icon: Switch, load: () => import("./screens/switch/Screen.vue") },
  { name: "overview", icon: DataBoard, load: () => import("./screens/overview/Screen.vue") },
  { name: "tasks", icon: List, load: () => import("./screens/tasks/Screen.vue") },
  { name: "people", icon: User, load: () => import("./screens/people/Screen.vue") },
  { name: "situation", icon: Location, load: () => import("./screens/situation/Screen.vue") },
  { name: "facilities", icon: OfficeBuilding, load: () => import("./screens/facilities/Screen.vue") },
  { name: "orders", icon: Bell, load: () => import("./screens/orders/Screen.vue") },
  { name: "duty", icon: Phone, load: () => import("./screens/duty/Screen.vue") },
  { name: "timeline", icon: Clock, load: () => import("./screens/timeline/Screen.vue") },
  { name: "report", icon: DataAnalysis, load: () => import("./screens/report/Screen.vue") },
  { name: "practice", icon: Flag, load: () => import("./screens/practice/Screen.vue") },
  { name: "playbooks", icon: Notebook, load: () => import("./screens/playbooks/Screen.vue") },
] as const satisfies readonly { name: string; icon: Component; load: Load }[]

export const FIRST = "overview"
