/** The desk's addresses: `/desk/SCREEN/AREA`, where the area is the place that is looked at; left out: one's own. */
import { createRouter, createWebHistory } from "vue-router"
import { FIRST, SCREENS } from "./screens"

export const router = createRouter({
  history: createWebHistory("/desk/"),
  routes: [
    { path: "/", redirect: { name: FIRST } },
    ...SCREENS.map(({ name, load }) => ({ path: `/${name}/:area(\\d+)?`, name, component: load, props: true })),
    { path: "/wall/:area(\\d+)?", name: "wall", component: () => import("./screens/wall/Screen.vue"), props: true },
    { path: "/:rest(.*)*", name: "not-found", component: () => import("./NotFound.vue") },
  ],
})
