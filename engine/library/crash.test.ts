/** The library under kill -9 and on a full disk: no acknowledged sample is lost. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test, vi } from 'vitest'
import { createRandom } from '../plan/random.ts'
import { newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { openLibrary, type Library } from './library.ts'

vi.setConfig({ testTimeout: 120_000 }) // processes are started, on a machine that may be busy

const writer = path.join(import.meta.dirname, '../../test/fakes/library-writer.ts')
const kills = 12

function open(file: string): Promise<Library> {
  return openLibrary({ path: file, isOwn: false, binding: null, now: Date.now })
}

test(
  'killed writers lose nothing that they were told is stored, and the run goes on where it was',
  { timeout: 120_000 },
  async () => {
    const file = path.join(temporaryFolder('crash'), 'library.sqlite')
    const runLockName = `folio-lab-test-${newRunId()}`
    const id = newRunId()
    const random = createRandom(20_260_720)
    const acknowledged = new Set<number>()
    for (let kill = 0; kill < kills; kill++) {
      const child = spawn(process.execPath, [writer, file, id, runLockName], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const wanted = acknowledged.size + random.below(40)
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged.add(Number(line))
        if (acknowledged.size >= wanted) child.kill('SIGKILL')
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      expect(child.signalCode).toBe('SIGKILL')

      const library = await open(file) // refuses a damaged file
      const { summary, samples } = await library.queries.getRun(id)
      library.close()
      const stored = samples.map(sample => sample.scheduleIndex)
      expect(stored).toEqual([...stored.keys()])
      expect([...acknowledged].filter(index => !stored.includes(index))).toEqual([])
      expect(summary.status).toBe('interrupted')
    }
    expect(acknowledged.size).toBeGreaterThan(kills)
  },
)

test('a full disk ends the run as failed, with every acknowledged sample kept', () => {
  const folder = temporaryFolder('full')
  const file = path.join(folder, 'library.sqlite')
  const output = execFileSync(
    'unshare',
    [
      '--mount',
      '--map-root-user',
      'sh',
      '-c',
      `mount -t tmpfs -o size=1536k tmpfs ${folder} && exec "$0" "$@"`,
      process.execPath,
      writer,
      file,
      newRunId(),
      `folio-lab-test-${newRunId()}`,
      'until-full',
    ],
    { encoding: 'utf8' },
  )
  const lines = output.trim().split('\n')
  const report: unknown = JSON.parse(lines.pop() ?? '')
  expect(lines.length).toBeGreaterThan(50)
  expect(report).toEqual({
    failure: {
      code: 'disk-full',
      message: `The disk of ${file} is full; everything stored before is kept.`,
      advice: 'Free some space on it, then resume the run.',
    },
    status: 'failed',
    reason: 'the disk is full',
    stored: lines.map(Number),
  })
})
