import { nextTick } from 'vue'

let marked = false

/**
 * Sets the performance mark `usable` once: after the first paint of the first view that shows its content.
 * A view calls this when its content has been rendered.
 */
export async function markUsable(): Promise<void> {
  if (marked) return
  marked = true
  await nextTick()
  // The callback of the second frame runs after the first one has been painted.
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('usable')))
}
