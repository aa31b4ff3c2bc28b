/**
 * Test files again and again in random order, while two busy loops take the processors from them:
 * what only passes on an idle machine, or after another test, fails here.
 */
import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { inProject } from '../../build/setup/paths.mjs'
import { startVirtualDisplay } from '../../build/test/virtual-display.mjs'
import { repeat, type Experiment } from './experiment.ts'

const timesEach = 20
const busyLoops = 2
const outputBytes = 64 * 1024 * 1024

/** Those first that wait for most: for keys, groups of controls, samples, processes. */
const endToEnd = [
  ...['advisor', 'screens', 'full', 'life', 'library-states', 'compare', 'data-screens', 'report'],
  ...['variants', 'kernels', 'machines', 'across', 'returns', 'disturbed', 'security', 'crash'],
]
const inNode = ['renderer', 'main', 'engine/session', 'engine/agent', 'engine/library', 'engine/process']

/** Asked for by `repetitions` all together, or one by its own key. */
export const repetitions: readonly Experiment[] = [
  ...endToEnd.map(name => repetitionsOf(`e2e-${name}`, `test/e2e/${name}.e2e.ts`, ['e2e'])),
  ...inNode.map(folder =>
    repetitionsOf(folder.replace('/', '-'), `${folder}/**/*.test.ts`, ['node', 'renderer']),
  ),
]

function repetitionsOf(key: string, files: string, projects: readonly string[]): Experiment {
  return {
    key: `repetitions-${key}`,
    name: `\`${files}\` in random order beside two busy loops`,
    unit: 'times',
    full: timesEach,
    run: async limit => {
      const display = projects.includes('e2e') ? await startVirtualDisplay() : undefined
      const loops = Array.from({ length: busyLoops }, () => spawn('sh', ['-c', 'while :; do :; done']))
      try {
        const env = display === undefined ? process.env : { ...process.env, DISPLAY: display.display }
        return await repeat(limit, () =>
          runOnce(files.replace('/**/*.test.ts', '/'), projects, limit.random.below(2 ** 31), env),
        )
      } finally {
        for (const loop of loops) loop.kill()
        display?.stop()
      }
    },
  }
}

/** Runs the tests whose files have `filter` in their names; answers with what failed. */
export async function runOnce(
  filter: string,
  projects: readonly string[],
  seed: number,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const words = [
    ...[inProject('node_modules/vitest/vitest.mjs'), 'run', filter],
    ...projects.flatMap(project => ['--project', project]),
    ...['--sequence.shuffle.files', '--sequence.shuffle.tests', `--sequence.seed=${seed}`],
  ]
  try {
    await promisify(execFile)(process.execPath, words, { cwd: inProject('.'), env, maxBuffer: outputBytes })
    return undefined
  } catch (error) {
    const { stdout = '', stderr = '' } = error as Readonly<{ stdout?: string; stderr?: string }>
    return `seed ${seed}: ${(stdout + stderr).slice(-4000)}`
  }
}
