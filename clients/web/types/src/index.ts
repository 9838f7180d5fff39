/**
 * The published language as TypeScript: messages, commands and the entries of boards under the names they have in the
 * documents. `openapi.ts` and `entries.ts` are generated (docs/web.md); nothing here is written from memory.
 */
import type { components as Entries } from "./entries"
import type { components, paths } from "./openapi"

type Schemas = components["schemas"]

/** A default on the server's side; on the wire a message always says what it is. */
type Sent<M extends { readonly type?: string }> = M & { readonly type: NonNullable<M["type"]> }

export type SignIn = Sent<Schemas["SignIn"]>
export type Subscribe = Sent<Schemas["Subscribe"]>
export type Unsubscribe = Sent<Schemas["Unsubscribe"]>
export type CommandMessage = Sent<Schemas["CommandMessage"]>
export type Ping = Sent<Schemas["Ping"]>
export type ClientMessage = SignIn | Subscribe | Unsubscribe | CommandMessage | Ping

export type SignedIn = Schemas["SignedIn"]
export type Snapshot = Schemas["Snapshot"]
export type Delta = Schemas["Delta"]
export type Result = Schemas["Result"]
export type Status = Schemas["Status"]
export type ErrorMessage = Schemas["ErrorMessage"]
export type Pong = Schemas["Pong"]
export type ServerMessage = SignedIn | Snapshot | Delta | Result | Status | ErrorMessage | Pong

export type ErrorBody = Schemas["ErrorBody"]
export type ErrorCode = Schemas["ErrorCode"]
export type Problem = Schemas["Problem"]
export type WholeBoard = Schemas["WholeBoard"]
export type AreaPage = Schemas["AreaPage"]
export type AreaShown = AreaPage["areas"][number]
export type AreaOutlines = Schemas["AreaOutlines"]
export type OutlineShape = Schemas["OutlineShape"]
export type PublishedPlaybooks = Schemas["PublishedPlaybooks"]
export type PublishedPlaybook = PublishedPlaybooks["playbooks"][number]
export type PlaybookVersion = Schemas["PlaybookVersion"]
export type PlaybookDifference = Schemas["PlaybookDifference"]
export type Plan = Schemas["Plan"]
export type PlanRequest = Schemas["PlanRequest"]
export type Me = Schemas["Me"]
export type PeoplePage = Schemas["PeoplePage"]
export type PersonKnown = Schemas["PersonKnown"]
export type Duty = Schemas["Duty"]
export type AreaDuty = Duty["here"]
export type Shift = Duty["shifts"][number]
export type Practised = Schemas["Practised"]
export type DrillHeld = Practised["held"][number]
export type StreetCovered = Practised["streets"][number]
export type HazardCovered = StreetCovered["covered"][number]
export type DrillCalendar = Schemas["DrillCalendar"]
export type Paths = paths
export type LogPage = Schemas["LogPage"]
export type LogEntry = Schemas["LogEntry"]
export type Reviewables = Schemas["Reviewables"]
export type Reviewable = Schemas["Reviewable"]
export type ReviewGoesOn = Schemas["ReviewGoesOn"]
export type OperationReport = Schemas["OperationReport"]
export type Arrivals = Schemas["Arrivals"]

/** Where one part of a board stands: epoch and position. */
export type Cursor = readonly [epoch: number, position: number]
export type Entry = Readonly<Record<string, unknown>>

type Requests = { [N in keyof Schemas as N extends `${string}Request` ? N : never]: Schemas[N] }
type Request = Extract<Requests[keyof Requests], { readonly name: string; readonly body: object }>

/** Every command by its name, with what stands in its body. */
export type Commands = {
  [R in Request as R["name"] extends infer N extends string ? (string extends N ? never : N) : never]: R["body"]
}
export type CommandName = keyof Commands

type Records = Entries["schemas"]

/** Sections of boards with what stands in them. A field that has its default is left out. */
export type Sections = Readonly<Records["Sections"]>
/** A row of an area: `row/` is the board's own, `rows/` those below it. Totals are folded from `counts`. */
export type Row = Sections["rows"]
export type SectionName = keyof Sections

export type AreaLevel = Schemas["AreaLevel"]
export type Switch = Sections["switches"]
export type Post = Sections["posts"]
export type CallOut = Sections["call_outs"]
export type Task = Sections["tasks"]
export type Facility = Sections["facilities"]
export type RoutineWork = Sections["routines"]
export type Tally = Sections["tallies"]
export type Hazard = Sections["hazards"]
export type Report = Sections["reports"]
export type HelpRequest = Sections["help_requests"]
export type ConfirmedCall = Sections["calls"]
export type Concern = Sections["concerns"]
export type Operation = Sections["operations"]
export type PendingChange = Sections["pending"]
export type TeamStatus = Sections["teams"]
export type Order = Sections["orders"]
export type Receipt = Sections["receipts"]
export type Standing = Sections["standings"]
export type Drill = Sections["drills"]
export type Corrective = Sections["correctives"]
export type Observation = Sections["observations"]
export type Mode = Switch["mode"]
