/**
 * The last figures of each experiment and part, kept beside what is built, and as a
 * table in docs/reliability.md.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inProject } from '../../build/setup/paths.mjs'
import type { Experiment } from './experiment.ts'

export type Figures = Readonly<{
  key: string
  /** What was made then: with which build of the agent, for one. */
  name: string
  /** Such as `2/5`. */
  part: string
  seed: number
  day: string
  system: string
  done: number
  seconds: number
  faults: number
}>

const file = inProject('out/test-long.json')
const page = inProject('docs/reliability.md')
const mark = '<!-- What follows is written by the command. -->\n'

function keptFigures(): Figures[] {
  // Written by this module alone.
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Figures[]) : []
}

/**
 * Keeps figures in place of those of the same part; a part of another
 * division takes the place of all.
 */
export function keepFigures(figures: Figures): void {
  const others = keptFigures().filter(
    ({ key, part }) =>
      key !== figures.key || (part !== figures.part && partsOf(part) === partsOf(figures.part)),
  )
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify([...others, figures], null, 2))
}

function partsOf(part: string): string | undefined {
  return part.split('/')[1]
}

/** Writes the sums of what was made of each experiment; of others what is written there stays. */
export function writeFigures(experiments: readonly Experiment[]): void {
  const text = readFileSync(page, 'utf8')
  const end = text.indexOf(mark)
  if (end < 0) throw new Error(`${page} has no place for the figures`)
  const begin = end + mark.length
  writeFileSync(page, text.slice(0, begin) + figuresTable(experiments, keptFigures(), text.slice(begin)))
}

/**
 * A row for each experiment, also for one that was never made. `written` is the table so far: its
 * rows stay for what was made elsewhere.
 */
export function figuresTable(
  experiments: readonly Experiment[],
  kept: readonly Figures[],
  written = '',
): string {
  const rows = experiments.map(experiment => {
    const parts = kept.filter(({ key }) => key === experiment.key)
    return (parts.length === 0 ? writtenRow(experiment, written) : null) ?? rowOf(experiment, parts)
  })
  return [
    '',
    '| Experiment | Done | In full | Seconds | Faults | When and where | `npm run test:long --` |',
    '| --- | ---: | ---: | ---: | ---: | --- | --- |',
    ...rows.map(cells => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n')
}

function writtenRow({ key }: Experiment, table: string): string[] | null {
  const command = `\`--only ${key}`
  const row = table.split('\n').find(line => [' ', '`'].some(end => line.includes(command + end)))
  if (row === undefined) return null
  return row
    .split('|')
    .slice(1, -1)
    .map(cell => cell.trim())
}

function rowOf({ key, name, unit, full }: Experiment, parts: readonly Figures[]): string[] {
  const [one] = parts
  if (!one) return [name, 'not made', full.toLocaleString('en'), '', '', '', `\`--only ${key}\``]
  return [
    one.name,
    `${sum(parts.map(part => part.done)).toLocaleString('en')} ${unit}`,
    full.toLocaleString('en'),
    String(sum(parts.map(part => part.seconds))),
    String(sum(parts.map(part => part.faults))),
    [...new Set(parts.map(({ day, system }) => `${day}, ${system}`))].join('; '),
    `\`--only ${key} --part 1/${partsOf(one.part)}\` …, seed ${one.seed}`,
  ]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
