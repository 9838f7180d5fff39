/** Drills lie a year apart: their dates are shown with the year. */
import { toField } from "@pingji/shared"

/** `2026-11-23 14:05`, in China's time as everywhere. */
export const fullTime = (at: string | number): string => toField(typeof at === "string" ? Date.parse(at) : at).replace("T", " ")

/** `2026-11-23` */
export const fullDate = (at: string): string => fullTime(at).slice(0, 10)
