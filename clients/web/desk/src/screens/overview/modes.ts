/** Modes as they are drawn: in this order, each with its shape. Their colours are the class `toned` of desk.css. */
import type { Mode } from "@pingji/shared"

export const MODES: readonly Mode[] = ["normal", "activating", "emergency", "standing_down"]
export const SHAPES: Readonly<Record<Mode, string>> = {
  normal: "●",
  activating: "▲",
  emergency: "■",
  standing_down: "◆",
}
