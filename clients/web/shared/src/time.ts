/** Instants as people read them: always the world's time, in China's zone. Ages are counted, never sent. */
import { t } from "./strings"

const two = (number: number): string => String(number).padStart(2, "0")

/** An instant as it stands on a board, in milliseconds; `null` stays `null`. */
export const instant = (text: string | null | undefined): number | null => (text ? Date.parse(text) : null)

/** China has one time, and every screen, page and print shows it: whatever zone the device is set to. */
const CHINA = 8 * 3_600_000
const there = (at: number): Date => new Date(at + CHINA)

/** `14:05:09` */
export function clockTime(at: number): string {
  const date = there(at)
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
}

/** `11-23 14:05` */
export function dayTime(at: number): string {
  const date = there(at)
  return `${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
}

/** `2026-11-23T14:05`: as a field for date and time holds it. */
export const toField = (at: number): string => there(at).toISOString().slice(0, 16)

/** And back, as the server takes it; empty for a field that is not filled in. */
export const fromField = (text: string): string => (text ? `${text}:00+08:00` : "")

const UNITS = [
  [86_400, "days"],
  [3_600, "hours"],
  [60, "minutes"],
  [1, "seconds"],
] as const

/** The largest units of a span in milliseconds, two or as many as asked: `1 h 5 min`. Never negative. */
export function span(milliseconds: number, units = 2): string {
  let seconds = Math.max(0, Math.round(milliseconds / 1000))
  const said: string[] = []
  for (const [size, unit] of UNITS) {
    const n = Math.floor(seconds / size)
    seconds -= n * size
    if (n > 0 || (size === 1 && said.length === 0)) said.push(t(unit, { n }))
    else if (said.length) break
    if (said.length >= units) break
  }
  return said.join(" ")
}
