/** A short vibration by how bad it is, where device and person allow one: always beside what is seen, never instead. */
import type { Concern } from "@pingji/shared"

const PATTERNS: Readonly<Record<Concern["severity"], readonly number[]>> = {
  notice: [60],
  urgent: [140, 90, 140],
  danger: [320, 120, 320, 120, 320],
}
const ORDER = ["notice", "urgent", "danger"] as const

export function buzz(severity: Concern["severity"]): void {
  // A browser refuses it before the first touch, and says so on the console each time.
  if ((navigator as { userActivation?: { readonly hasBeenActive: boolean } }).userActivation?.hasBeenActive === false) return
  navigator.vibrate?.([...PATTERNS[severity]])
}

export const worst = (of: readonly { readonly severity: Concern["severity"] }[]): Concern["severity"] =>
  ORDER[Math.max(0, ...of.map(({ severity }) => ORDER.indexOf(severity)))]!
