/** The phone's entry: small, and nothing in it that an old phone has to wait for. */
import "@pingji/shared/theme.css"
import "./phone.css"
import { useLanguage, useTheme } from "@pingji/shared"
import { createApp } from "vue"
import App from "./App.vue"

useLanguage()
useTheme("system")
createApp(App).mount("#app")

// The shell opens offline; a page that is being developed is never kept.
if (import.meta.env.PROD && "serviceWorker" in navigator)
  addEventListener("load", () => void navigator.serviceWorker.register("/m/sw.js", { scope: "/m/" }).catch(() => undefined))
