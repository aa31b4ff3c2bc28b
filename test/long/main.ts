/**
 * `npm run test:long [-- --budget 10m] [--only kills,stops] [--part 2/5] [--seed N]`: what must
 * never happen is searched for again and again: each experiment as often as it is made in full, in
 * one of so many equal parts, or with a budget for its share of that time. Prints a Markdown table;
 * the exit status is 0 only if nothing was found. `--write` puts the sums of all parts that were
 * made into docs/reliability.md.
 */
import { release } from 'node:os'
import { parseArgs } from 'node:util'
import { createRandom } from '../../engine/plan/random.ts'
import { experiments } from './experiments.ts'
import { keepFigures, writeFigures } from './figures.ts'
import { repetitions } from './repetitions.ts'

const { values } = parseArgs({
  options: {
    budget: { type: 'string' },
    only: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
})
const minutes = values.budget === undefined ? Infinity : Number(/^(\d+)m$/.exec(values.budget)?.[1] ?? NaN)
const [, part = NaN, parts = NaN] = (/^(\d+)\/(\d+)$/.exec(values.part) ?? []).map(Number)
const seed = Number(values.seed)
if (Number.isNaN(minutes) || !(part >= 1 && part <= parts) || !Number.isSafeInteger(seed) || seed < 0)
  stop(
    'Write the budget in minutes, such as --budget 10m, a part as --part 2/5, and the seed as a whole number.',
  )
const all = [...experiments, ...repetitions]
const keys =
  values.only
    ?.split(',')
    .flatMap(key => (key === 'repetitions' ? repetitions.map(each => each.key) : [key])) ??
  experiments.map(({ key }) => key) // the repetitions take hours, and only when they are asked for
const unknown = keys.filter(key => !all.some(experiment => experiment.key === key))
if (unknown.length > 0)
  stop(
    `No such experiment: ${unknown.join(', ')}. There are ${all.map(({ key }) => key).join(', ')}, and repetitions for all of those.`,
  )
if (values.write) {
  writeFigures(all)
  process.exit()
}
const shareMs = (60_000 * minutes) / keys.length

console.log('| Experiment | Done | In full | Seconds | Faults |\n| --- | ---: | ---: | ---: | ---: |')
const faults: string[] = []
for (const [index, { key, name, unit, full, run, ...conditions }] of all.entries()) {
  if (!keys.includes(key)) continue
  const { impossible, missing } = conditions
  if (impossible !== undefined || missing !== undefined) {
    console.log(`| ${name} | left out: ${impossible ?? `needs ${missing}`} | ${full} | | |`)
    continue
  }
  const beganAt = performance.now()
  const found = await run({
    count: Math.ceil(full / parts),
    isOver: () => performance.now() - beganAt > shareMs,
    random: createRandom(seed, index, part),
  })
  const seconds = Math.round((performance.now() - beganAt) / 1000)
  console.log(`| ${name} | ${found.done} ${unit} | ${full} | ${seconds} | ${found.faults.length} |`)
  keepFigures({
    key,
    name,
    part: values.part,
    seed,
    day: new Date().toISOString().slice(0, 10),
    system: `Linux ${release()}`,
    done: found.done,
    seconds,
    faults: found.faults.length,
  })
  faults.push(...found.faults.map(fault => `${name}: ${fault}`))
}
for (const fault of faults) console.error(`\n${fault}`)
process.exitCode = faults.length === 0 ? 0 : 1

function stop(words: string): never {
  console.error(words)
  process.exit(2)
}
