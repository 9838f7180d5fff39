import { Refused, type Corrective, type DrillHeld, type HazardCovered, type SignedIn } from "@pingji/shared"
import { describe, expect, it } from "vitest"
import { useActing } from "../src/screens/practice/acting"
import { countsOf, listed, may, toneOf, type Wanted } from "../src/screens/practice/correctives"
import { coverOf, lastThere, practisedStreets } from "../src/screens/practice/coverage"

const STREET = "320113102"
const FIRST = "320113102001"

const corrective = (id: string, more: Partial<Corrective> = {}): Corrective => ({
  id,
  area: FIRST,
  key: "answered",
  text: `p.${FIRST}.a`,
  verify: `p.${FIRST}.b`,
  due: "2026-12-01T15:59:00Z",
  practice: "p",
  ...more,
})

const ALL = [
  corrective("later", { due: "2027-01-01T15:59:00Z", area: STREET, practice: "q" }),
  corrective("soon"),
  corrective("late", { due: "2026-12-20T15:59:00Z", overdue: true }),
  corrective("unseen", { stage: "done", overdue: true, due: "2026-12-25T15:59:00Z" }),
  corrective("seen", { stage: "verified", due: "2026-01-01T15:59:00Z" }),
]
const ids = (wanted: Partial<Wanted>): string[] =>
  listed(ALL, { state: "all", drill: "", text: "", ...wanted }, ({ key }) => key).map(({ id }) => id)

describe("corrective actions", () => {
  it("stand with the overdue first, then by date, and what is verified last", () => {
    expect(ids({})).toEqual(["late", "unseen", "soon", "later", "seen"])
  })

  it("are filtered by state, drill and words, and each state counts what it lists", () => {
    expect(ids({ state: "unfinished" })).toEqual(["late", "unseen", "soon", "later"])
    expect(ids({ state: "overdue" })).toEqual(["late", "unseen"])
    expect(ids({ state: "done" })).toEqual(["unseen"])
    expect(ids({ drill: "q" })).toEqual(["later"])
    expect(ids({ text: " answ" })).toHaveLength(5)
    expect(ids({ text: FIRST })).not.toContain("later")
    expect(countsOf(ALL)).toEqual({ unfinished: 4, open: 3, overdue: 2, done: 1, verified: 1, all: 5 })
  })

  it("are red when overdue, also where only the verifying is", () => {
    expect(ALL.map(toneOf)).toEqual(["yellow", "yellow", "red", "red", "green"])
  })

  it("are reported done by the office or one above, and verified by another", () => {
    const me = (role: string, area: string, person = "me"): Pick<SignedIn, "role" | "person" | "area"> => ({ role: role as SignedIn["role"], area, person })
    const done = corrective("done", { stage: "done", done_by: "officer", done_from: FIRST })
    expect(may(corrective("open"), me("community", FIRST), false)).toBe("complete")
    expect(may(corrective("open"), me("grid", FIRST), false)).toBe("")
    expect(may(corrective("open"), me("street", "320113103"), false)).toBe("")
    expect(may(done, me("community", FIRST), false)).toBe("")
    expect(may(done, me("street", STREET), false)).toBe("verify")
    expect(may({ ...done, done_from: STREET }, me("street", STREET), false)).toBe("same")
    expect(may({ ...done, area: "32", done_from: "32" }, me("commander", "32"), true)).toBe("verify")
    expect(may({ ...done, area: "32", done_from: "32" }, me("commander", "32", "officer"), true)).toBe("same")
    expect(may(corrective("seen", { stage: "verified" }), me("commander", "320113"), false)).toBe("")
  })
})

const covered = (more: Partial<HazardCovered> = {}): HazardCovered => ({
  hazard: "flood_typhoon",
  last: "2026-11-01T00:00:00Z",
  days: 20,
  communities: 3,
  of: 10,
  drills: 1,
  ...more,
})

const held = (id: string, more: Partial<DrillHeld> = {}): DrillHeld => ({
  id,
  area: STREET,
  script: "s",
  digest: "d",
  name: "",
  name_en: "",
  kind: "functional",
  hazard: "flood_typhoon",
  places: [FIRST],
  held: "2026-11-01T00:00:00Z",
  grade: "good",
  points: 85,
  observed: 90,
  ratings: {},
  simulated: false,
  ...more,
})

describe("coverage", () => {
  it("says what was never practised, and what not within the period", () => {
    expect(coverOf(covered({ last: null, days: null, communities: 0 }))).toBe("never")
    expect(coverOf(covered({ days: 500, communities: 0 }))).toBe("lapsed")
    expect(coverOf(covered())).toBe("part")
    expect(coverOf(covered({ communities: 10 }))).toBe("whole")
  })

  it("counts streets in which somebody practised it, those that did not included", () => {
    const streets = [
      { area: "1", name: "", covered: [covered(), covered({ hazard: "snow_cold", communities: 0 })] },
      { area: "2", name: "", covered: [covered(), covered({ hazard: "snow_cold", last: null, days: null, communities: 0 })] },
    ]
    expect(practisedStreets(streets)).toEqual({ flood_typhoon: 2, snow_cold: 0 })
  })

  it("takes a street's grade from its latest drill of real people, held above or below it", () => {
    const all = [held("simulated", { simulated: true }), held("elsewhere", { places: ["320113103"] }), held("other", { hazard: "snow_cold" }), held("district", { places: ["320113"] }), held("older")]
    expect(lastThere(all, STREET, "flood_typhoon")?.id).toBe("district")
    expect(lastThere(all, STREET, "earthquake")).toBeUndefined()
  })
})

describe("acting", () => {
  const refused = new Refused({ code: "same_office", zh: "x", en: "x", retry: false } as Refused["error"], {} as Refused["result"])

  it("says of which one something was refused until it is put away or done again, and sends nothing twice", async () => {
    const acting = useActing()
    let sent = 0
    let answer: (() => void) | undefined
    const work = (): Promise<void> => ((sent += 1), new Promise((done) => (answer = done)))
    const first = acting.act("a", work)
    void acting.act("a", work)
    expect([sent, acting.busy("a"), acting.busy("b")]).toEqual([1, true, false])
    answer?.()
    await first
    expect(acting.busy("a")).toBe(false)

    await acting.act("a", () => Promise.reject(refused))
    expect([acting.problem("a"), acting.problem("b"), acting.busy("a")]).toEqual(["x", "", false])
    await acting.act("a", () => Promise.resolve())
    expect(acting.problem("a")).toBe("")
    await expect(acting.act("a", () => Promise.reject(new Error("a bug")))).rejects.toThrow("a bug")
  })
})
