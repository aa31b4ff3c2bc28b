/**
 * `npm run test:long [-- --budget 10m] [--seed N]`: what must never happen is sought again and again: each experiment as often
 * as it is made in full, or with a budget for its share of that time. Prints a Markdown table for docs/reliability.md; the
 * exit status is 0 only if nothing was found.
 */
import { release } from 'node:os'
import { parseArgs } from 'node:util'
import { createRandom } from '../../engine/plan/random.ts'
import { experiments } from './experiments.ts'

const { values } = parseArgs({
  options: { budget: { type: 'string' }, seed: { type: 'string', default: '1' } },
})
const minutes = values.budget === undefined ? Infinity : Number(/^(\d+)m$/.exec(values.budget)?.[1] ?? NaN)
const seed = Number(values.seed)
if (Number.isNaN(minutes) || !Number.isSafeInteger(seed) || seed < 0) {
  console.error('Write the budget in minutes, such as --budget 10m, and the seed as a whole number.')
  process.exit(2)
}
const shareMs = (60_000 * minutes) / experiments.length

const words = ['npm run test:long', ...(values.budget === undefined ? [] : ['--', '--budget', values.budget])]
console.log(
  `\`${words.join(' ')}\`, seed ${seed}, ${new Date().toISOString().slice(0, 10)}, Linux ${release()}\n`,
)
console.log('| Experiment | Done | In full | Seconds | Faults |\n| --- | ---: | ---: | ---: | ---: |')
const faults: string[] = []
for (const [index, { name, unit, full, impossible, run }] of experiments.entries()) {
  if (impossible !== undefined) {
    console.log(`| ${name} | left out: ${impossible} | ${full} | | |`)
    continue
  }
  const beganAt = performance.now()
  const found = await run({
    count: full,
    isOver: () => performance.now() - beganAt > shareMs,
    random: createRandom(seed, index),
  })
  const seconds = Math.round((performance.now() - beganAt) / 1000)
  console.log(`| ${name} | ${found.done} ${unit} | ${full} | ${seconds} | ${found.faults.length} |`)
  faults.push(...found.faults.map(fault => `${name}: ${fault}`))
}
for (const fault of faults) console.error(`\n${fault}`)
process.exitCode = faults.length === 0 ? 0 : 1
