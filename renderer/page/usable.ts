import { nextTick } from 'vue'

let marked = false
let tell: () => void

/** Resolves when the window can be used: whatever can wait waits for this. */
export const usable = new Promise<void>(resolve => (tell = resolve))

/**
 * Sets the performance mark `usable` once, and resolves the promise of that name: after
 * the first paint of the first view that shows its content. A view calls this when its
 * content has been rendered.
 */
export async function markUsable(): Promise<void> {
  if (marked) return
  marked = true
  await painted()
  performance.mark('usable')
  tell()
}

/** Resolves when what has changed so far is on the screen. */
export async function painted(): Promise<void> {
  await nextTick()
  // The callback of the second frame runs after the first one has been painted.
  await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
}
