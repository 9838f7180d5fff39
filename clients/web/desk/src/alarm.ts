/**
 * Sound and vibration for what newly needs a person, by severity, where somebody has asked for them. They only ever
 * accompany what is shown: whoever hears nothing misses nothing.
 */
import { ref } from "vue"

export type Severity = "danger" | "urgent" | "notice"

const STORED = "pingji.alarm"
/** Tones of a severity: how high, and how often. A notice makes no sound. */
const TONES: Readonly<Record<Severity, { readonly hertz: number; readonly times: number } | null>> = {
  danger: { hertz: 880, times: 3 },
  urgent: { hertz: 620, times: 2 },
  notice: null,
}
const VIBRATION: Readonly<Record<Severity, readonly number[]>> = { danger: [300, 120, 300, 120, 300], urgent: [200, 120, 200], notice: [] }
const TONE = 0.16
const GAP = 0.1
/** A bad minute opens a hundred at once: one sound for all of them. */
const QUIET = 4_000

function first(): boolean {
  try {
    return localStorage.getItem(STORED) === "on"
  } catch {
    return false // storage is forbidden here
  }
}

export const sounding = ref(first())
let context: AudioContext | undefined
let last = -QUIET

/** Turned on by a click, which is what lets a browser make a sound at all; it says what it sounds like. */
export function setSounding(on: boolean): void {
  sounding.value = on
  try {
    localStorage.setItem(STORED, on ? "on" : "off")
  } catch {
    // for this visit only, then
  }
  last = -QUIET
  if (on) sound("urgent")
}

export function sound(severity: Severity): void {
  const tones = TONES[severity]
  if (!sounding.value || !tones || performance.now() - last < QUIET) return
  last = performance.now()
  navigator.vibrate?.([...VIBRATION[severity]])
  context ??= new AudioContext()
  void context.resume()
  for (let n = 0; n < tones.times; n++) {
    const begin = context.currentTime + n * (TONE + GAP)
    const tone = new OscillatorNode(context, { frequency: tones.hertz })
    const volume = new GainNode(context, { gain: 0 })
    volume.gain.setTargetAtTime(0.25, begin, 0.01)
    volume.gain.setTargetAtTime(0, begin + TONE, 0.02)
    tone.connect(volume).connect(context.destination)
    tone.start(begin)
    tone.stop(begin + TONE + GAP)
  }
}
