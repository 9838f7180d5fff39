/** A document that is no board: fetched, then again every two minutes and when what is asked for changes. Old figures look old. */
import { clockTime, Failed, refusal, shared, span, useLive, type Query } from "@pingji/shared"
import { computed, onUnmounted, ref, shallowRef, watch, type ComputedRef, type ShallowRef } from "vue"

const EVERY = 120_000
const OLD = 150_000

export interface Fetched<T> {
  readonly value: Readonly<ShallowRef<T | null>>
  readonly problem: ComputedRef<string>
  /** 数据截至, in words. */
  readonly asOf: ComputedRef<string>
}

/** `query`: null where it is not known yet what to ask for. */
export function useFetched<T extends { readonly at: string }>(path: string, query: () => Query | null): Fetched<T> {
  const { live, api } = useLive()
  const value = shallowRef(null) as ShallowRef<T | null>
  const failed = shallowRef<Failed | null>(null)
  const got = ref(0)
  const question = computed(() => JSON.stringify(query()))

  async function load(): Promise<void> {
    const asked = question.value
    const wanted = query()
    if (!wanted) return
    try {
      const found = await api.get<T>(path, wanted)
      if (asked !== question.value) return
      value.value = found
      failed.value = null
      got.value = Date.now()
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      if (asked === question.value) failed.value = error
    }
  }
  watch(question, () => void ((value.value = null), load()), { immediate: true })
  const timer = setInterval(() => void load(), EVERY)
  onUnmounted(() => clearInterval(timer))

  return {
    value,
    problem: computed(() => {
      const found = failed.value?.problem
      return found ? refusal({ zh: found.detail, en: found.detail_en }) : ""
    }),
    asOf: computed(() => {
      void live.now.value // once a second
      if (!value.value) return ""
      const age = Date.now() - got.value
      const time = clockTime(Date.parse(value.value.at))
      return age > OLD || failed.value ? shared("asOfAge", { time, age: span(age) }) : shared("asOf", { time })
    }),
  }
}
