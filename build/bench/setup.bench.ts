/** How long `npm start` and `npm test` wait for set-up when nothing is missing. */
import { spawnSync } from 'node:child_process'
import { inProject, root } from '../setup/paths.mjs'
import { printMeasurements } from './promise.ts'

const rounds = 15
const limitMs = 1000

function measureMs(purpose: string): number {
  const begin = performance.now()
  const { status, stderr } = spawnSync(process.execPath, [inProject('build/setup.mjs'), purpose], {
    cwd: root,
    encoding: 'utf8',
  })
  const elapsed = performance.now() - begin
  if (status !== 0) throw new Error(`set-up for ${purpose} failed: ${stderr}`)
  if (stderr !== '') throw new Error(`set-up for ${purpose} had something to do: ${stderr}`)
  return elapsed
}

for (const purpose of ['lab', 'test']) {
  spawnSync(process.execPath, [inProject('build/setup.mjs'), purpose], { cwd: root, stdio: 'inherit' })
}
const measured = ['lab', 'test'].map(purpose => ({
  name: `set-up for ${purpose}`,
  unit: 'ms',
  values: Array.from({ length: rounds }, () => measureMs(purpose)),
  limit: limitMs,
}))
printMeasurements('Set-up when nothing is missing', measured)
