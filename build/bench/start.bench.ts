/**
 * How long the window takes until it can be used: from starting the program to the first paint of the first view with
 * its content (the page's performance mark `usable`), against an empty window of the same runtime that marks its first
 * paint. Rounds of one start each, in alternating order; the first round fills caches and is left out.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { _electron } from 'playwright-core'
import { launchOptions } from '../runtime.mjs'
import { hasDisplay } from '../setup/display.mjs'
import { inProject, root } from '../setup/paths.mjs'
import { startVirtualDisplay } from '../test/virtual-display.mjs'
import { printMeasurements } from './promise.ts'

const rounds = 15
const limitRatio = 1.5

const display = hasDisplay() ? null : await startVirtualDisplay()
const dataHome = mkdtempSync(path.join(tmpdir(), 'folio-lab-bench-'))
const { electron: executablePath, words, env } = launchOptions()
const environment = {
  ...env,
  XDG_DATA_HOME: dataHome,
  ...(display && { DISPLAY: display.display }),
}

/** Milliseconds from starting the program to its mark. */
async function measureMs(folder: string): Promise<number> {
  const begin = Date.now()
  const application = await _electron.launch({ executablePath, args: [...words, folder], env: environment })
  try {
    const page = await application.firstWindow()
    await page.waitForFunction(() => performance.getEntriesByName('usable').length > 0)
    const marked = await page.evaluate(
      () => performance.timeOrigin + (performance.getEntriesByName('usable')[0]?.startTime ?? NaN),
    )
    return marked - begin
  } finally {
    await application.close()
  }
}

async function measureRound(isReversed: boolean): Promise<{ own: number; empty: number }> {
  const emptyWindow = inProject('build/bench/empty-window')
  if (isReversed) {
    const own = await measureMs(root)
    return { own, empty: await measureMs(emptyWindow) }
  }
  const empty = await measureMs(emptyWindow)
  return { own: await measureMs(root), empty }
}

try {
  await measureRound(false)
  const measured: { own: number; empty: number }[] = []
  for (let round = 0; round < rounds; round++) measured.push(await measureRound(round % 2 === 1))
  printMeasurements('Window usable', [
    { name: 'Folio Lab', unit: 'ms', values: measured.map(({ own }) => own), limit: null },
    { name: 'empty window', unit: 'ms', values: measured.map(({ empty }) => empty), limit: null },
    {
      name: 'ratio of a round',
      unit: '×',
      values: measured.map(({ own, empty }) => own / empty),
      limit: limitRatio,
    },
  ])
} finally {
  rmSync(dataHome, { recursive: true, force: true })
  display?.stop()
}
