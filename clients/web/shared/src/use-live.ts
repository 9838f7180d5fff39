/** How a component gets at the page's one connection: provided by the shell once signed in, injected anywhere below. */
import { inject, provide, type InjectionKey } from "vue"
import type { Api } from "./api"
import type { Live } from "./live"

interface Connected {
  readonly live: Live
  readonly api: Api
}

const KEY: InjectionKey<Connected> = Symbol("live")

export function provideLive(connected: Connected): void {
  provide(KEY, connected)
}

/** Throws outside of a signed-in shell. */
export function useLive(): Connected {
  const connected = inject(KEY)
  if (!connected) throw new Error("not below a signed-in shell")
  return connected
}
