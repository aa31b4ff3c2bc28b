import { defineStore } from 'pinia'
import { ref } from 'vue'
import { fromFailureRecord, toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import { useLab } from '../page/lab.ts'

export type Notice = Readonly<{
  id: number
  text: string
  /** Takes back what the notice reports. */
  undo?: () => Promise<void>
}>

/**
 * What a failure is about. It replaces the earlier one of the same cause, and goes when the same
 * has succeeded: a run that starts takes along why the last one did not.
 */
export type Cause = 'start' | 'import' | 'save'

/** One banner: a failure, or several of one action as a list. */
type ToldFailure = Readonly<{
  id: number
  record: FailureRecord
  /** Beside a failure that sums up several: one line for each. */
  details: readonly string[]
  cause: Cause | null
}>

/**
 * What the application has to tell whatever screen is open: failures that stay, and short notices.
 */
export const useNotices = defineStore('notices', () => {
  const failures = ref<readonly ToldFailure[]>([])
  const notices = ref<readonly Notice[]>([])
  const restart = ref<string | null>(null)
  let nextId = 1

  function report(error: unknown, cause: Cause | null = null, details: readonly string[] = []): void {
    const record = toFailureRecord(error)
    // The same failure told twice is one failure.
    const others = failures.value.filter(
      told => told.record.message !== record.message && (cause === null || told.cause !== cause),
    )
    failures.value = [...others, { id: nextId++, record, details, cause }]
  }

  /** Its cause is gone: the same has succeeded. */
  function withdraw(cause: Cause): void {
    failures.value = failures.value.filter(told => told.cause !== cause)
  }

  function dismissFailure(id: number): void {
    failures.value = failures.value.filter(failure => failure.id !== id)
  }

  function tell(text: string, undo?: () => Promise<void>): void {
    notices.value = [...notices.value, { id: nextId++, text, ...(undo ? { undo } : {}) }]
  }

  function dismissNotice(id: number): void {
    notices.value = notices.value.filter(notice => notice.id !== id)
  }

  function dismissRestart(): void {
    restart.value = null
  }

  /**
   * Runs an action of the user; its failure becomes a banner, its cancellation a notice.
   * Answers whether it succeeded.
   */
  async function attempt(action: () => Promise<unknown>, cause: Cause | null = null): Promise<boolean> {
    try {
      await action()
      if (cause !== null) withdraw(cause)
      return true
    } catch (error) {
      const { code, message } = toFailureRecord(error)
      if (code === 'cancelled') tell(message)
      else report(error, cause)
      return false
    }
  }

  /** Shows what went wrong before there was a window. */
  async function load(): Promise<void> {
    for (const record of await useLab().main.call.takeNotices()) report(fromFailureRecord(record))
  }

  function listen(): () => void {
    return useLab().main.on('libraryRestarted', ({ reason }) => {
      restart.value = reason
    })
  }

  return {
    failures,
    notices,
    restart,
    report,
    withdraw,
    dismissFailure,
    tell,
    dismissNotice,
    dismissRestart,
    attempt,
    load,
    listen,
  }
})
