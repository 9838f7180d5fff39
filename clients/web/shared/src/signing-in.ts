/**
 * From a page that knows nobody to one that is connected: a link's code, a kept token, or one that is typed. The token
 * is kept only once the server has taken it, and forgotten when it says that it is no good.
 */
import { shallowRef, watch, type ShallowRef } from "vue"
import { Api, Failed } from "./api"
import { language } from "./language"
import { Live, type LiveOptions } from "./live"
import { tokenFromLink } from "./sign-in"
import { t } from "./strings"
import { closed } from "./words"

/** Where a page keeps its token: a desk for the visit, a phone on the device. */
export interface TokenPlace {
  load(): Promise<string | null>
  keep(token: string): Promise<void>
  forget(): Promise<void>
}

export interface SignedInPage {
  readonly live: Live
  readonly api: Api
}

/** Close codes that say that the token is no good. */
const NO_GOOD = new Set([4500, 4501])

export class SigningIn {
  readonly page: ShallowRef<SignedInPage | null> = shallowRef(null)
  readonly problem = shallowRef("")
  readonly busy = shallowRef(true)

  constructor(
    private readonly place: TokenPlace,
    private readonly options: () => LiveOptions | Promise<LiveOptions> = () => ({}),
  ) {}

  /** By a link or by what was kept; otherwise the form is shown. */
  async begin(): Promise<void> {
    try {
      const redeemed = await tokenFromLink()
      if (redeemed !== null) await this.place.keep(redeemed) // its code is used up: nobody gets another for it
      const token = redeemed ?? (await this.place.load())
      if (token !== null) return await this.by(token, true)
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      this.problem.value = language.value === "zh" ? error.problem.detail : error.problem.detail_en
    }
    this.busy.value = false
  }

  /** `known`: the server has taken it before, so that the page opens without a network as well. */
  async by(token: string, known = false): Promise<void> {
    this.busy.value = true
    this.problem.value = ""
    const live = new Live(token, await this.options())
    const page = { live, api: new Api(token) }
    if (known) this.#open(page)
    const stop = watch([live.link, live.me], async ([link, me]) => {
      if (me && !this.page.value) {
        this.#open(page)
        await this.place.keep(token)
      } else if (link.state === "ended" && (NO_GOOD.has(link.code) || !me)) {
        stop()
        live.close()
        if (NO_GOOD.has(link.code)) await this.place.forget()
        this.page.value = null
        this.#fail(closed(link.code))
      } else if (link.state === "lost" && !this.page.value) {
        stop()
        live.close()
        this.#fail(t("unreachable"))
      }
    })
  }

  async out(): Promise<void> {
    this.page.value?.live.close()
    this.page.value = null
    this.problem.value = ""
    this.busy.value = false
    await this.place.forget()
  }

  #open(page: SignedInPage): void {
    this.page.value = page
    this.busy.value = false
  }

  #fail(why: string): void {
    this.problem.value = why
    this.busy.value = false
  }
}
