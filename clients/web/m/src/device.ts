/**
 * What the phone keeps in IndexedDB: its token and every command that has not been answered for good, so that one that
 * goes flat forgets nothing. Where storage is forbidden, the page works for this visit.
 */
import { Outbox, type Outgoing, type TokenPlace } from "@pingji/shared"
import { openDB, type DBSchema, type IDBPDatabase } from "idb"

export type Kept = Pick<Outgoing, "key" | "name" | "body" | "state" | "result"> & { readonly at: number }

interface Device extends DBSchema {
  settings: { key: string; value: string }
  /** By the command's key; keys are dated, so their order is that in which they were given. */
  outbox: { key: string; value: Kept }
}

let opened: Promise<IDBPDatabase<Device>> | undefined

function device(): Promise<IDBPDatabase<Device>> {
  opened ??= openDB<Device>("pingji", 1, {
    upgrade(db) {
      db.createObjectStore("settings")
      db.createObjectStore("outbox", { keyPath: "key" })
    },
  })
  return opened
}

const TOKEN = "token"

export const tokenPlace: TokenPlace = {
  async load() {
    return (await (await device()).get("settings", TOKEN)) ?? null
  },
  async keep(token) {
    await (await device()).put("settings", token, TOKEN)
  },
  async forget() {
    await (await device()).delete("settings", TOKEN)
  },
}

/** Everything that was done here and not dismissed, oldest first: also what was refused. */
export async function history(): Promise<Kept[]> {
  return (await device()).getAll("outbox")
}

/** Only when a person says so. */
export async function dismiss(key: string): Promise<void> {
  await (await device()).delete("outbox", key)
}

/** The outbox as it stood when the page was last open; what has its answer is in `history` only. */
export async function keptOutbox(): Promise<Outbox> {
  const waiting = (await history()).filter(({ result }) => result === null || result.error?.code === "key_expired")
  return new Outbox(waiting, (one, here) => {
    if (here) void keep(one)
  })
}

/** The answer beside what was asked: accepted or refused, it stays visible. */
export async function keep({ key, name, body, state, result }: Outgoing): Promise<void> {
  // What a reactive page holds may be a proxy, which IndexedDB does not take.
  await (await device()).put("outbox", { ...(JSON.parse(JSON.stringify({ key, name, body, state, result })) as Kept), at: dated(key) })
}

/** When it was given, by its key: 48 bits of milliseconds. */
const dated = (key: string): number => parseInt(key.slice(0, 8) + key.slice(9, 13), 16)
