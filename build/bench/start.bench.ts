/**
 * How long the window takes until it can be used: from starting the program to the first paint of
 * the first view with its content (the page's performance mark `usable`), against an empty window
 * of the same runtime that marks its first paint. A first start shows the welcome, a later one the
 * machine as it was, until it has been asked again. Rounds of one start each, in alternating order;
 * the first round fills caches and is left out.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { launchOptions } from '../runtime.mjs'
import { hasDisplay } from '../setup/display.mjs'
import { inProject, root } from '../setup/paths.mjs'
import { startVirtualDisplay } from '../test/virtual-display.mjs'
import { printMeasurements } from './promise.ts'
import { startMs } from './start-time.ts'

const rounds = 11
const limitRatio = 1.25

const display = hasDisplay() ? null : await startVirtualDisplay()
const folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-bench-'))
const { electron, words, env } = launchOptions()

/** What is started, each with a data folder of its own. */
const emptyWindow = {
  name: 'empty window',
  program: inProject('build/bench/empty-window'),
  isWelcomed: false,
}
const ownStarts = [
  { name: 'first start', program: root, isWelcomed: false },
  { name: 'later start', program: root, isWelcomed: true },
]
const starts = [emptyWindow, ...ownStarts]
type Start = typeof emptyWindow

function measureMs({ name, program }: Start): Promise<number> {
  return startMs({
    program: electron,
    words: [...words, program],
    environment: {
      ...env,
      XDG_DATA_HOME: path.join(folder, name),
      ...(display && { DISPLAY: display.display }),
    },
  })
}

async function measureRound(isReversed: boolean): Promise<ReadonlyMap<string, number>> {
  const measured = new Map<string, number>()
  for (const start of isReversed ? starts.toReversed() : starts)
    measured.set(start.name, await measureMs(start))
  return measured
}

/** One value a round. */
function valuesOf(name: string): number[] {
  return measured.map(round => round.get(name) ?? NaN)
}

const measured: ReadonlyMap<string, number>[] = []
try {
  for (const { name, isWelcomed } of starts) {
    const data = path.join(folder, name, 'folio-lab')
    mkdirSync(data, { recursive: true })
    writeFileSync(path.join(data, 'settings.json'), JSON.stringify({ theme: 'system', isWelcomed }))
  }
  await measureRound(false)
  for (let round = 0; round < rounds; round++) measured.push(await measureRound(round % 2 === 1))
  const empty = valuesOf(emptyWindow.name)
  printMeasurements('Window usable', [
    ...starts.map(({ name }) => ({ name, unit: 'ms', values: valuesOf(name), limit: null })),
    ...ownStarts.map(({ name }) => ({
      name: `${name} / ${emptyWindow.name}`,
      unit: '×',
      values: valuesOf(name).map((value, round) => value / (empty[round] ?? NaN)),
      limit: limitRatio,
    })),
  ])
} finally {
  rmSync(folder, { recursive: true, force: true })
  display?.stop()
}
