import { describe, expect, it } from "vitest"
import type { Switch } from "@pingji/shared"
import { quantiles, receipts, slowestOf, told } from "../src/receipts"

const T0 = Date.parse("2026-07-01T08:00:00Z")
const after = (minutes: number | null): string | null =>
  minutes === null ? null : new Date(T0 + minutes * 60_000).toISOString()

function place(area: string, signed: number | null, ready: number | null = null, asked = true): Switch {
  return {
    id: `op@${area}`,
    area,
    community: area.length === 12,
    level: "III",
    mode: "activating",
    operation: "op",
    recorded_at: after(0) as string,
    revision: 1,
    sign_by: asked ? after(15) : null,
    signed_at: after(signed),
    ready_at: after(ready),
  }
}

describe("the receipt tree", () => {
  it("takes nearest ranks, each a time that was really taken", () => {
    expect(quantiles([])).toBeNull()
    expect(quantiles([3, 1, 2])).toEqual({ p50: 2, p95: 3, p99: 3 })
    expect(quantiles([...Array(100).keys()])).toEqual({ p50: 49, p95: 94, p99: 98 })
  })

  it("counts communities that have to sign, and names the slow first", () => {
    const { whole, branches } = receipts(
      told([
        place("420107001001", 4, 9),
        place("420107001002", 6),
        place("420107002001", null),
        place("420107003001", 2, 3),
        place("420107001", null),
        place("420107003002", null, null, false),
      ]),
    )
    expect([whole.places, whole.signed.done, whole.ready.done]).toEqual([4, 3, 2])
    expect(branches.map((one) => one.area)).toEqual(["420107002", "420107001", "420107003"])
    expect(branches.map(slowestOf)).toEqual(["420107002001", "420107001002", "420107003001"])
    expect(whole.signed.times).toEqual({ p50: 240, p95: 360, p99: 360 })
  })
})
