import { randomInt, randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import { benchmarkNames, publishedBenchmarkNames } from '../../contract/benchmark.ts'
import type { Facts } from '../../contract/environment.ts'
import { Plan } from '../../contract/plan.ts'
import { calibrationPlan } from '../../plan/presets.ts'
import { hostReturns } from '../../contract/returns.ts'
import { schemeVariant, type Variant } from '../../contract/variant.ts'
import { noiseFloorTable } from '../../report/content/noise-floor-table.ts'
import { renderText } from '../../report/format/text.ts'
import { systemClock } from '../../process/clock.ts'
import { inspectMachine } from '../../session/inspect-machine.ts'
import type { MeasuringPlace } from '../../place/measuring-place.ts'
import {
  applicationVersion,
  onOption,
  withLibrary,
  withPlace,
  type CommonOptions,
  type OnOption,
} from '../context.ts'
import { print, printJson, say } from '../terminal.ts'
import { executeSession, recordingTo, statusOf } from '../execute-session.ts'
import {
  parseChoice,
  parseDuration,
  parseList,
  parseSize,
  parseSizes,
  parseWholeNumber,
  parseWholeNumbers,
} from '../parse.ts'
import { readModelVariants } from '../model-variants.ts'
import { planFailure } from '../plan-failure.ts'
import { beginQuietly, whenQuietOption, type WhenQuiet } from '../when-quiet.ts'

type Options = CommonOptions &
  OnOption &
  WhenQuiet &
  Readonly<{
    target: string
    bench?: string
    variant: string
    work: string
    size?: string
    folio?: string
    tasks?: string
    budget?: string
    seed?: string
    cpus?: string
    changeSettings?: boolean
  }>

/** `calibrate`: what this machine shows where nothing was changed; verdicts rest on it. */
export function addCalibrateCommand(program: Command): void {
  program
    .command('calibrate')
    .description('measure the noise floor of this machine: one variant under two labels')
    .option('--target <NAME>', 'host, or model', 'host')
    .option('--bench <LIST>', 'benchmarks separated by commas; by default all')
    .option('--variant <SCHEME>', 'model: the scheme that is measured twice', 'baseline')
    .option('--work <KIND>', 'model: full operations, or accounting: the accounting calls alone', 'full')
    .option('--size <BYTES>', 'size of the region; the floor also holds for larger regions')
    .option('--folio <LIST>', 'folio sizes, such as 4K,64K,2M; each has a floor of its own')
    .option('--tasks <LIST>', 'task counts for anon-cow-seq and anon-cow-rand')
    .option('--budget <TIME>', 'stop after this time, such as 60s; calibrations accumulate')
    .option('--seed <N>', 'seed for the order of samples and for random choices within them')
    .option('--cpus <LIST>', 'CPUs to pin the tasks to, in turn')
    .option(...onOption)
    .option('--change-settings', 'let the agent change THP settings for the run; it restores them')
    .option(...whenQuietOption)
    .option('--db <FILE>', 'the library to store in')
    .option('--json', 'print the noise floors as JSON')
    .action(calibrate)
}

async function calibrate(options: Options): Promise<void> {
  await withPlace(options, place => calibrateAt(place, options))
}

async function calibrateAt(place: MeasuringPlace, options: Options): Promise<void> {
  const { environment } = await inspectMachine(place.startLooking, applicationVersion, systemClock, place)
  const plan = planFrom(options, environment.facts)
  await withLibrary(options, async library => {
    const { seconds } = await library.queries.estimate({ plan, facts: environment.facts })
    say(`This takes at most about ${Math.ceil(seconds / 60)} min. Keep the machine idle.`)
    await beginQuietly(options, place.watcher)
    const id = randomUUID()
    const outcome = await executeSession(recordingTo(library, place), session => session.start(id, plan))
    say(`Run ${id} ${outcome.status}: ${outcome.reason}`)
    const floors = await library.queries.noiseFloors(environment.facts)
    if (options.json === true) printJson({ run: id, noiseFloors: floors })
    else print(renderText([noiseFloorTable(floors)]))
    process.exitCode = statusOf(outcome)
  })
}

function planFrom(options: Options, facts: Facts): Plan {
  const target = parseChoice('--target', options.target, ['host', 'model'])
  const benchmarks =
    options.bench === undefined || options.bench === 'all'
      ? publishedBenchmarkNames
      : parseList(options.bench).map(name => parseChoice('--bench', name, benchmarkNames))
  const budget = options.budget === undefined ? null : parseDuration('--budget', options.budget)
  const preset = calibrationPlan(variantFrom(target, options, facts), benchmarks, budget)
  const plan = Plan.safeParse({
    ...preset,
    label: `calibration ${target}`,
    target,
    sizeBytes: options.size === undefined ? preset.sizeBytes : parseSize('--size', options.size),
    folioSizes: parseSizes('--folio', options.folio) ?? preset.folioSizes,
    tasks: parseWholeNumbers('--tasks', options.tasks) ?? preset.tasks,
    seed: options.seed === undefined ? randomInt(2 ** 32) : parseWholeNumber('--seed', options.seed),
    changeSettings: options.changeSettings ?? false,
    cpus: parseWholeNumbers('--cpus', options.cpus) ?? [],
  })
  if (plan.success) return plan.data
  throw planFailure(plan.error, 'calibrate')
}

function variantFrom(target: 'host' | 'model', { variant, work }: Options, { cpu }: Facts): Variant {
  if (target === 'host') return { target, label: 'kernel' }
  const [{ scheme } = { scheme: variant }] = readModelVariants(variant, [])
  return schemeVariant(scheme, {
    work: parseChoice('--work', work, ['full', 'accounting']),
    returns: hostReturns({ kernel: cpu.kernelReturns }),
  })
}
