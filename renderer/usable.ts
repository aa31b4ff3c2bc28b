import { nextTick } from 'vue'

let marked = false

/**
 * Sets the performance mark `usable` once: after the first paint of the first view that shows its content.
 * A view calls this when its content has been rendered.
 */
export async function markUsable(): Promise<void> {
  if (marked) return
  marked = true
  await painted()
  performance.mark('usable')
}

/** Resolves when what has changed so far is on the screen. */
export async function painted(): Promise<void> {
  await nextTick()
  // The callback of the second frame runs after the first one has been painted.
  await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
}
