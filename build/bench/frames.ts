import type { Page } from 'playwright-core'

/** How evenly a page painted for a while. */
export type Frames = Readonly<{
  /** Milliseconds from one frame to the next, on average. */
  meanMs: number
  /** Of a hundred frames, how many came within a sixtieth of a second, half of one tolerated. */
  inTimePercent: number
  longestMs: number
  /** Tasks of more than 50 ms, which a person notices. */
  longTasks: number
}>

const measuredMs = 3_000
// The display ticks 60 times a second: a later frame has missed a tick.
const lateMs = (1000 / 60) * 1.5

/**
 * Counts frames; in the meantime what `scrolled` selects, if anything, is scrolled by
 * `step` pixels each frame.
 */
export async function measureFrames(page: Page, scrolled?: string, step = 60): Promise<Frames> {
  const { intervals, longTasks } = await page.evaluate(
    async ([selector, pixels, ms]) => {
      const element = selector === null ? null : document.querySelector(selector)
      if (selector !== null && !element) throw new Error(`nothing is ${selector}`)
      let tasks = 0
      const observer = new PerformanceObserver(list => (tasks += list.getEntries().length))
      observer.observe({ type: 'longtask' })
      const moments: number[] = []
      await new Promise<void>(resolve => {
        function frame(moment: number): void {
          moments.push(moment)
          element?.scrollBy(0, pixels)
          if (moment - (moments[0] ?? moment) < ms) requestAnimationFrame(frame)
          else resolve()
        }
        requestAnimationFrame(frame)
      })
      tasks += observer.takeRecords().length // what is not told yet
      observer.disconnect()
      return {
        intervals: moments.slice(1).map((moment, index) => moment - (moments[index] ?? NaN)),
        longTasks: tasks,
      }
    },
    [scrolled ?? null, step, measuredMs] as const,
  )
  return {
    meanMs: intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length,
    inTimePercent: (100 * intervals.filter(interval => interval <= lateMs).length) / intervals.length,
    longestMs: Math.max(...intervals),
    longTasks,
  }
}
