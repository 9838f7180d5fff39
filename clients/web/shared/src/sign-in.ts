/**
 * Signing in by a link: `#code=…` is taken out of the address at once, redeemed once, and becomes this device's own
 * token. A token itself never stands in an address.
 */
import { Api } from "./api"

/** The code of a link, gone from the address and the history from now on. */
export function codeFromLink(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get("code")
  if (code !== null) history.replaceState(history.state, "", location.pathname + location.search)
  return code
}

/** Throws `Failed`: the code is used, too old, or its grant was revoked. */
export async function redeem(code: string): Promise<string> {
  const { token } = await new Api("").post<{ token: string }>("/api/v1/sign-in-codes/redeem", { code })
  return token
}

/** The token of a link, if we came by one. */
export async function tokenFromLink(): Promise<string | null> {
  const code = codeFromLink()
  return code === null ? null : redeem(code)
}
