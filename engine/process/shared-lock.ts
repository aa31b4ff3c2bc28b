import type { RunLock } from './run-lock.ts'

/**
 * One lock for several runs of this process, on machines of their own: taken by the
 * first, released with the last.
 */
export function sharedLock(acquire: () => Promise<RunLock>): () => Promise<RunLock> {
  let holders = 0
  let lock: Promise<RunLock> | undefined
  return async () => {
    holders++
    const held = (lock ??= acquire())
    try {
      await held
    } catch (error) {
      leave()
      throw error
    }
    return {
      release: async () => {
        if (leave()) await (await held).release()
      },
    }
  }

  /** Whether nobody is left. */
  function leave(): boolean {
    if (--holders > 0) return false
    lock = undefined
    return true
  }
}
