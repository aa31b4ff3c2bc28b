import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import type { Estimate } from '../../contract/api.ts'
import type { Facts } from '../../contract/environment.ts'
import { Failure, toFailureRecord } from '../../contract/failure.ts'
import type { Plan } from '../../contract/plan.ts'
import type { RunOutcome } from '../../contract/run.ts'
import { checkWritable } from '../../files/write-file.ts'
import type { Library } from '../../library/library.ts'
import { cellName } from '../../text/cell-text.ts'
import { inspectMachine } from '../../session/inspect-machine.ts'
import { systemClock } from '../../process/clock.ts'
import type { MeasuringPlace } from '../../place/measuring-place.ts'
import {
  applicationVersion,
  lockForRun,
  onOption,
  withLibrary,
  withPlaces,
  type OnOption,
} from '../context.ts'
import { print, say, sayError } from '../terminal.ts'
import { executeSession, recordingTo, statusOf } from '../execute-session.ts'
import { sharedLock } from '../../process/shared-lock.ts'
import {
  commandLineOption,
  isStandardOutput,
  overwriteOption,
  writeOutput,
  writeRules,
  type OutputOptions,
} from '../output-file.ts'
import { archOption, armProcessorOption } from '../kernel-options.ts'
import { ownVariantHelp } from '../model-variants.ts'
import { addPlanOptions } from '../plan-command.ts'
import { planFrom, seedFrom, type RunOptions } from '../plan-options.ts'
import { beginQuietly, whenQuietOption, type WhenQuiet } from '../when-quiet.ts'

type Options = OutputOptions & OnOption & RunOptions & WhenQuiet & Readonly<{ report?: string }>

/** `run`: takes samples by a plan, stores them, prints medians or JSON. */
export function addRunCommand(program: Command): void {
  const command = program.command('run').description('run benchmarks and store every sample')
  addPlanOptions(command)
    .option(
      '--kernel <LIST>',
      'vm: kernels to boot: images, Debian packages, releases in /boot; or LABEL=ONE',
    )
    .option(
      '--append <WORDS>',
      'vm: boot parameters; measures each kernel without and with them. May be repeated',
      (words: string, before: readonly string[] | undefined): readonly string[] | undefined => [
        ...(before ?? []),
        words,
      ],
    )
    .option(...archOption)
    .option(...armProcessorOption)
    .option('--clock <NAME>', 'vm: wall, or instructions, whose counts repeat exactly', 'instructions')
    .option('--memory <BYTES>', 'vm: memory of each virtual machine')
    .option('--vm-cpus <N>', 'vm: processors of each virtual machine')
    .option(...onOption)
    .option(...whenQuietOption)
    .option('--report <FILE>', 'write an HTML report')
    .option(...overwriteOption)
    .option(...commandLineOption)
    .option('--db <FILE>', 'the library to store in')
    .option('--json', 'print the run as JSON')
    .addHelpText(
      'after',
      `${ownVariantHelp}

What mispredicted returns (AMD Zen 1 to 4) cost the kernel of this machine is seen in two boots:
  booted with spec_rstack_overflow=off:  folio-lab run --preset standard --variant off
  booted without it:                     folio-lab run --preset standard --variant on
  folio-lab compare --run ID-OF-OFF ID-OF-ON --baseline off
Two boots of one machine can be compared, and a table lists how they differ; but their rounds are not paired,
so anything else that changed between the boots is part of the result. A kernel in a virtual machine needs no
reboot: --target vm --kernel IMAGE --append spec_rstack_overflow=off`,
    )
    .action(run)
}

async function run(options: Options): Promise<void> {
  if (options.report !== undefined) await checkReport(options.report, options)
  // One for all machines, so that all have one schedule.
  const seed = String(seedFrom(options))
  await withPlaces(options, async places => {
    const planned = await Promise.all(
      places.map(async place => {
        const report = await inspectMachine(place.startLooking, applicationVersion, systemClock, place)
        return { place, facts: report.environment.facts, plan: planFrom({ ...options, seed }, report) }
      }),
    )
    await withLibrary(options, library => runAll(library, planned, options))
  })
}

type PlannedRun = Readonly<{ place: MeasuringPlace; facts: Facts; plan: Plan }>

/** Runs on all places at once. What one of them refuses is reported when the others have ended. */
async function runAll(library: Library, planned: readonly PlannedRun[], options: Options): Promise<void> {
  const [first, ...others] = planned
  if (first && others.length === 0) return runOne(library, first, options)
  if (options.report !== undefined)
    throw new Failure(
      'bad-input',
      '--report: a report covers one run, but several were asked for.',
      'Write one for each run afterwards: folio-lab report ID --html FILE',
    )
  const acquireLock = sharedLock(() => lockForRun(library, { machine: '' }))
  const runs = await Promise.all(
    planned.map(async ({ place, plan }) => {
      const machine = place.machine ?? ''
      const parts = { library, place, acquireLock, prefix: `${machine}: ` }
      try {
        await beginQuietly(options, place.watcher)
        const outcome = await executeSession(parts, session => session.start(randomUUID(), plan))
        return { machine, outcome, failure: null }
      } catch (error) {
        return { machine, outcome: null, failure: toFailureRecord(error) }
      }
    }),
  )
  const { json, withCommandLine = false } = options
  const texts: string[] = []
  for (const { machine, outcome, failure } of runs) {
    if (outcome) {
      say(`${machine}: run ${outcome.runId} ${outcome.status}: ${outcome.reason}`)
      const format = json === true ? 'json' : 'text'
      texts.push(await library.queries.renderRuns({ ids: [outcome.runId], format, withCommandLine }))
    } else {
      sayError(`${machine}: ${failure.message} ${failure.advice}`)
      if (json === true) texts.push(JSON.stringify({ machine, failure }, null, 2))
    }
  }
  print(json === true ? `[${texts.join(',\n')}]` : texts.join('\n'))
  process.exitCode = Math.max(...runs.map(({ outcome }) => (outcome ? statusOf(outcome) : 1)))
}

async function runOne(library: Library, { place, facts, plan }: PlannedRun, options: Options): Promise<void> {
  sayDetectable(await library.queries.estimate({ plan, facts }))
  await beginQuietly(options, place.watcher)
  const outcome = await executeSession(recordingTo(library, place), session =>
    session.start(randomUUID(), plan),
  )
  await showOutcome(library, outcome, options)
}

/** Refuses a report that could not be written, before anything is measured for it. */
async function checkReport(report: string, options: OutputOptions): Promise<void> {
  if (isStandardOutput(report))
    throw new Failure(
      'bad-input',
      '--report: standard output already carries the result of the run.',
      'Name a file, or print the page later: folio-lab report ID --html -',
    )
  await checkWritable(report, writeRules(options))
}

/** How small a change the plan can show, where this machine is calibrated for it. */
function sayDetectable({ detectable }: Estimate): void {
  const cells = detectable.map(({ cell }) => cell)
  const known = detectable.flatMap(({ cell, percent }) =>
    percent === null ? [] : [`${cellName(cell, cells)} ${percent.toFixed(1)} %`],
  )
  if (known.length > 0) say(`The smallest change that this run can detect: ${known.join(', ')}.`)
}

/** Prints a run that has ended, sets the exit status, and writes the report that was asked for. */
export async function showOutcome(
  library: Library,
  outcome: RunOutcome,
  options: OutputOptions & Readonly<{ report?: string }>,
): Promise<void> {
  const { json, report, withCommandLine = false } = options
  const { runId: id, status, reason } = outcome
  say(`Run ${id} ${status}: ${reason}`)
  print(
    await library.queries.renderRuns({ ids: [id], format: json === true ? 'json' : 'text', withCommandLine }),
  )
  process.exitCode = statusOf(outcome)
  if (report === undefined) return
  await writeOutput(
    report,
    await library.queries.renderRuns({ ids: [id], format: 'html', withCommandLine }),
    options,
  )
  say(`Report: ${report}`)
}
