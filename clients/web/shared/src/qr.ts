/** A QR code as the outline of an SVG: drawn here, so that a code that signs somebody in is shown to no other host. */
import { generate } from "lean-qr"

/** Modules of white around it, without which a camera does not find it. */
export const QUIET = 4

export interface QrCode {
  readonly size: number
  readonly path: string
}

export function qrCode(text: string): QrCode {
  const code = generate(text)
  let path = ""
  for (let y = 0; y < code.size; y += 1)
    for (let x = 0; x < code.size; x += 1)
      if (code.get(x, y)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`
  return { size: code.size + 2 * QUIET, path }
}
