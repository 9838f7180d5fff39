/**
 * Words of the pages, in Chinese and English. Every screen has a `strings.ts` of its own; a key that is missing in one
 * language or asked for and not there does not compile, and a test looks for Chinese that stands anywhere else.
 */
import { shallowRef, watchEffect } from "vue"

export type Language = "zh" | "en"
export type Facts = Readonly<Record<string, string | number>>

const STORED = "pingji.language"

function first(): Language {
  try {
    return localStorage.getItem(STORED) === "en" ? "en" : "zh"
  } catch {
    return "zh" // storage is forbidden here
  }
}

export const language = shallowRef<Language>(first())

/** The page says which language it is in: for screen readers and for the choice of glyphs. */
export function useLanguage(): void {
  watchEffect(() => {
    document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en"
  })
}

export function setLanguage(chosen: Language): void {
  language.value = chosen
  try {
    localStorage.setItem(STORED, chosen)
  } catch {
    // for this visit only, then
  }
}

/**
 *     export const t = strings({ title: "任务板", open: "{n} 项未办" }, { title: "Tasks", open: "{n} open" })
 *     t("open", { n: 3 })
 */
export function strings<Zh extends Readonly<Record<string, string>>>(
  zh: Zh,
  en: { readonly [K in keyof Zh]: string },
): (key: keyof Zh & string, facts?: Facts) => string {
  return (key, facts) => fill((language.value === "zh" ? zh : en)[key] as string, facts)
}

const CHINESE = /[\u3400-\u9fff]/

/** What a report proposed is kept in both languages, a line of Chinese and one of English; anything else stands as it is. */
export function inLanguage(text: string): string {
  const [zh, en, ...more] = text.split("\n")
  if (!zh || !en || more.length || !CHINESE.test(zh) || CHINESE.test(en)) return text
  return language.value === "zh" ? zh : en
}

/** `{name}` by the fact of that name; `…` where it is not given. */
export function fill(template: string, facts: Facts = {}): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? "…"))
}
