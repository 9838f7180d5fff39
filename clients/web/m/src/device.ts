/**
 * What the phone keeps in IndexedDB: its token, who it speaks for, every act that was ever given here and not put away
 * by a person, and the boards as they were last seen. Where storage is forbidden, the page works for this visit.
 */
import type { ErrorBody, Outgoing, SignedIn, TokenPlace, Upload } from "@pingji/shared"
import { openDB, type DBSchema, type IDBPDatabase } from "idb"
import type { KeptPart } from "./keep/boards"

/** What an act needs in the vault before it can be sent, then the reference to it. */
export interface Paper extends Upload {
  ref?: string
}

/** `packed`: its papers are not in the vault yet. */
export type ActState = Outgoing["state"] | "packed"

export interface Act extends Pick<Outgoing, "key" | "name" | "body" | "result"> {
  /** Who gave it: nobody else's sign-in ever sends it. */
  readonly owner: string
  /** What it is, in the words in which it was given. */
  readonly label: string
  readonly at: number
  state: ActState
  operation?: string
  papers?: Paper[]
  /** Why its papers were not taken; then it is never sent. */
  problem?: Pick<ErrorBody, "zh" | "en">
}

export interface Known {
  readonly me: SignedIn
  /** The server's clock against this device's, and the world's at that moment: keys made offline are dated by it. */
  readonly ahead: number
  readonly world: number
  readonly at: number
}

interface Device extends DBSchema {
  settings: { key: string; value: string }
  known: { key: string; value: Known }
  /** By the command's key; keys are dated, so their order is that in which they were given. */
  outbox: { key: string; value: Act }
  boards: { key: string; value: Record<string, KeptPart> }
  /** By person: which tab sends what they do. */
  turns: { key: string; value: { readonly tab: string; readonly until: number } }
}

let opened: Promise<IDBPDatabase<Device> | null> | undefined

function device(): Promise<IDBPDatabase<Device> | null> {
  opened ??= openDB<Device>("pingji", 3, {
    upgrade(db, before) {
      if (before < 1) {
        db.createObjectStore("settings")
        db.createObjectStore("outbox", { keyPath: "key" })
      }
      if (before < 2) {
        db.createObjectStore("known")
        db.createObjectStore("boards")
      }
      db.createObjectStore("turns")
    },
    /** A newer page in another tab wants to change what is kept: it must not wait for this one to be closed. */
    blocking: (_, __, { target }) => (target as IDBDatabase).close(),
  }).catch(() => null)
  return opened
}

const TOKEN = "token"
const ME = "me"

export const tokenPlace: TokenPlace = {
  async load() {
    return (await (await device())?.get("settings", TOKEN)) ?? null
  },
  async keep(token) {
    await (await device())?.put("settings", token, TOKEN)
  },
  /** What was seen goes with the token; what was done here stays until it is sent or put away. */
  async forget() {
    const db = await device()
    await Promise.all([db?.delete("settings", TOKEN), db?.clear("known"), db?.clear("boards")])
  },
}

export async function known(): Promise<Known | undefined> {
  return (await device())?.get("known", ME)
}

export async function keepKnown(one: Known): Promise<void> {
  await (await device())?.put("known", plain(one), ME)
}

/** Everything that was done here and not put away, oldest first, what others gave too; `null`: storage is forbidden. */
export async function acts(): Promise<Act[] | null> {
  return (await (await device())?.getAll("outbox")) ?? null
}

export async function keepAct(act: Act): Promise<void> {
  const { papers, ...rest } = act
  await (await device())?.put("outbox", papers ? { ...plain(rest), papers: papers.map((one) => ({ ...one })) } : plain(rest))
}

/** Only when a person says so. */
export async function putAway(key: string): Promise<void> {
  await (await device())?.delete("outbox", key)
}

export async function keptBoard(key: string): Promise<Record<string, KeptPart> | undefined> {
  return (await device())?.get("boards", key)
}

export async function keepBoard(key: string, parts: Record<string, KeptPart>): Promise<void> {
  await (await device())?.put("boards", parts, key)
}

/** In one transaction, so that two tabs never both get it. Without storage there is nobody to share with. */
export async function takeTurn(owner: string, tab: string, lasts: number): Promise<boolean> {
  const db = await device()
  if (!db) return true
  const { store, done } = db.transaction("turns", "readwrite")
  const held = await store.get(owner)
  const free = !held || held.tab === tab || held.until < Date.now()
  if (free) await store.put({ tab, until: Date.now() + lasts }, owner)
  await done
  return free
}

export async function leaveTurn(owner: string, tab: string): Promise<void> {
  const db = await device()
  if (!db) return
  const { store, done } = db.transaction("turns", "readwrite")
  if ((await store.get(owner))?.tab === tab) await store.delete(owner)
  await done
}

/** What a reactive page holds may be a proxy, which IndexedDB does not take. */
const plain = <T>(one: T): T => JSON.parse(JSON.stringify(one)) as T

/** When it was given, by its key: 48 bits of milliseconds. */
export const dated = (key: string): number => parseInt(key.slice(0, 8) + key.slice(9, 13), 16)
