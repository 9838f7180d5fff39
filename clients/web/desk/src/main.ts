/** The command desk's entry. Which screens there are stands in `screens.ts`. */
import "@pingji/shared/theme.css"
import "./desk.css"
import { useLanguage, useTheme } from "@pingji/shared"
import { createApp } from "vue"
import App from "./App.vue"
import { router } from "./router"

useLanguage()
useTheme("dark")
createApp(App).use(router).mount("#app")
