/** Dark or light, chosen once for a device. The tokens themselves stand in `theme.css`. */
import { shallowRef, watchEffect } from "vue"

export type Theme = "dark" | "light"

const STORED = "pingji.theme"

export const theme = shallowRef<Theme>("light")

/** `otherwise`: where nobody has chosen yet; `system` follows the device. */
export function useTheme(otherwise: Theme | "system"): void {
  let chosen: string | null = null
  try {
    chosen = localStorage.getItem(STORED)
  } catch {
    // storage is forbidden here: the default, then
  }
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"
  theme.value = chosen === "dark" || chosen === "light" ? chosen : otherwise === "system" ? system : otherwise
  watchEffect(() => {
    document.documentElement.dataset["theme"] = theme.value
    document.documentElement.classList.toggle("dark", theme.value === "dark")
  })
}

export function setTheme(chosen: Theme): void {
  theme.value = chosen
  try {
    localStorage.setItem(STORED, chosen)
  } catch {
    // for this visit only, then
  }
}
