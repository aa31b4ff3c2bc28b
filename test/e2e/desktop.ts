/** What the desktop around the windows is told. */
import type { Application } from './application.ts'

const mostBlockers = 30 // more than a test starts; their numbers count up from 0

/** Notes from now on what the taskbar is told of the first window. */
export async function watchTaskbar({ electron }: Application): Promise<void> {
  await electron.evaluate(({ BrowserWindow }) => {
    const bars: number[] = []
    Object.assign(globalThis, { bars })
    const [window] = BrowserWindow.getAllWindows()
    if (window) window.setProgressBar = share => bars.push(share)
  })
}

/** Shares from 0 to 1 in the order they were told; -1 takes the bar away. */
export function taskbarShares({ electron }: Application): Promise<number[]> {
  return electron.evaluate(() => (globalThis as unknown as { bars: number[] }).bars)
}

export function isKeptAwake({ electron }: Application): Promise<boolean> {
  return electron.evaluate(
    ({ powerSaveBlocker }, most) =>
      Array.from({ length: most }, (_, id) => id).some(id => powerSaveBlocker.isStarted(id)),
    mostBlockers,
  )
}
