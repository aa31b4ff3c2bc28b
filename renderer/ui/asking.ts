import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'

/** What a click asks the engine for, and what becomes of it. */
export type Asking<Question extends readonly unknown[], Answer> = Readonly<{
  /** Null until it is there. The one before stays while another is on its way. */
  answer: ShallowRef<Answer | null>
  failure: ShallowRef<FailureRecord | null>
  isAsking: Ref<boolean>
  ask: (...question: Question) => Promise<void>
  /** Once another question is to be put: what is there, or still comes, is not its answer. */
  forget: () => void
}>

/** Puts a question by `call` whenever it is asked. */
export function useAsking<Question extends readonly unknown[], Answer>(
  call: (...question: Question) => Promise<Answer>,
): Asking<Question, Answer> {
  const answer: ShallowRef<Answer | null> = shallowRef(null)
  const failure = shallowRef<FailureRecord | null>(null)
  const isAsking = ref(false)
  let newest = 0

  async function ask(...question: Question): Promise<void> {
    const mine = ++newest
    isAsking.value = true
    failure.value = null
    try {
      const given = await call(...question)
      if (mine === newest) answer.value = given
    } catch (error) {
      if (mine === newest) failure.value = toFailureRecord(error)
    } finally {
      if (mine === newest) isAsking.value = false
    }
  }

  function forget(): void {
    newest++
    answer.value = null
    failure.value = null
    isAsking.value = false
  }

  return { answer, failure, isAsking, ask, forget }
}
