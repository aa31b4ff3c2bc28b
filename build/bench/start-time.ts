import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { debuggingAddress, type ElectronCommand } from '../launch-electron.ts'

const undisturbedMs = 2_500 // twice what a start takes: until then nobody looks

/**
 * Milliseconds from starting the program to its page's performance mark `usable`, as people have
 * them: what reads the mark is attached to the page when that is over.
 */
export async function startMs({ program, words, environment }: ElectronCommand): Promise<number> {
  const begin = Date.now()
  const child = spawn(program, ['--remote-debugging-port=0', ...words], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    const address = await debuggingAddress(child)
    await delay(undisturbedMs)
    const browser = await chromium.connectOverCDP(address)
    const [page] = browser.contexts().flatMap(context => context.pages())
    if (!page) throw new Error('there is no window')
    await page.waitForFunction(() => performance.getEntriesByName('usable').length > 0)
    const marked = await page.evaluate(
      () => performance.timeOrigin + (performance.getEntriesByName('usable')[0]?.startTime ?? NaN),
    )
    await browser.close()
    return marked - begin
  } finally {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
}
