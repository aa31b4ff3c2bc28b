import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import type { Estimate } from '../../contract/api.ts'
import { Failure } from '../../contract/failure.ts'
import { presetNames } from '../../plan/presets.ts'
import { returnsChoices } from '../../contract/returns.ts'
import type { RunOutcome } from '../../contract/run.ts'
import { checkWritable } from '../../files/write-file.ts'
import type { Library } from '../../library/library.ts'
import { cellName } from '../../report/words.ts'
import { inspectMachine } from '../../session/inspect-machine.ts'
import { systemClock } from '../../process/clock.ts'
import { applicationVersion, startAgent, withLibrary } from '../context.ts'
import { print, say } from '../terminal.ts'
import { executeSession, statusOf } from '../execute-session.ts'
import {
  commandLineOption,
  isStandardOutput,
  overwriteOption,
  writeOutput,
  writeRules,
  type OutputOptions,
} from '../output-file.ts'
import { planFrom, type RunOptions } from '../plan-options.ts'
import { beginQuietly, whenQuietOption, type WhenQuiet } from '../when-quiet.ts'

type Options = OutputOptions & RunOptions & WhenQuiet & Readonly<{ report?: string }>

/** `run`: takes samples by a plan, stores them, prints medians or JSON. */
export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('run benchmarks and store every sample')
    .option('--preset <NAME>', `where the plan starts from: ${presetNames.join(', ')}`, 'quick')
    .option('--target <NAME>', 'where operations run: host, model, vm', 'host')
    .option('--bench <LIST>', 'benchmarks separated by commas, or “all”')
    .option(
      '--variant <LIST>',
      'on host, labels that are measured interleaved; on model, schemes, “all-stages” or “all-schemes”',
    )
    .option('--size <BYTES>', 'size of the region, such as 64M or 1G')
    .option('--folio <BYTES>', 'size of a folio, such as 64K or 2M')
    .option('--tasks <LIST>', 'task counts for anon-cow-seq and anon-cow-rand')
    .option('--samples <N>', 'samples of each case')
    .option('--budget <TIME>', 'stop after this time, such as 60s')
    .option('--resolution <PERCENT>', 'stop when every interval is as narrow as ± this')
    .option('--warmup <N>', 'rounds that are run first and left out')
    .option('--seed <N>', 'of the order of samples and of what is random in them')
    .option('--cpus <LIST>', 'CPUs to pin the tasks to, in turn')
    .option('--change-settings', 'let the agent change THP settings for the run; it undoes them')
    .option('--work <KIND>', 'model: full, or accounting alone', 'full')
    .option('--form <NAME>', 'model: sound, or as posted', 'sound')
    .option('--readers <N>', 'model: concurrent readers', '0')
    .option(
      '--returns <LIST>',
      `model: how functions return: ${returnsChoices.join(', ')}; several are measured interleaved`,
      'host',
    )
    .option(
      '--kernel <LIST>',
      'vm: kernels to boot: images, Debian packages, releases in /boot; or LABEL=ONE',
    )
    .option(
      '--append <WORDS>',
      'vm: words for the command line of the kernel; measures each kernel without and with them. May be repeated',
      (words: string, before: readonly string[] | undefined): readonly string[] | undefined => [
        ...(before ?? []),
        words,
      ],
    )
    .option('--clock <NAME>', 'vm: wall, or instructions, which repeat exactly', 'instructions')
    .option('--memory <BYTES>', 'vm: memory of each virtual machine')
    .option('--vm-cpus <N>', 'vm: processors of each virtual machine')
    .option(...whenQuietOption)
    .option('--label <TEXT>', 'name of the run')
    .option('--report <FILE>', 'write an HTML report')
    .option(...overwriteOption)
    .option(...commandLineOption)
    .option('--db <FILE>', 'the library to store in')
    .option('--json', 'print the run as JSON')
    .addHelpText(
      'after',
      `
What mispredicted returns (AMD Zen 1 to 4) cost the kernel of this machine is seen in two boots:
  booted with spec_rstack_overflow=off:  folio-lab run --preset standard --variant off
  booted without it:                     folio-lab run --preset standard --variant on
  folio-lab compare --run ID-OF-OFF ID-OF-ON --baseline off
Two boots of one machine are compared, and a table names in what they differ; but nothing pairs their rounds,
so that whatever else has changed meanwhile is part of the result. A kernel in a virtual machine needs no
reboot: --target vm --kernel IMAGE --append spec_rstack_overflow=off`,
    )
    .action(run)
}

async function run(options: Options): Promise<void> {
  if (options.report !== undefined) await checkReport(options.report, options)
  const plan = planFrom(options, await inspectMachine(startAgent, applicationVersion, systemClock))
  await withLibrary(options, async library => {
    sayDetectable(await library.queries.estimate(plan))
    await beginQuietly(options)
    const id = randomUUID()
    const outcome = await executeSession(library, session => session.start(id, plan))
    await showOutcome(library, outcome, options)
  })
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
  const known = detectable.flatMap(({ cell, percent }) =>
    percent === null ? [] : [`${cellName(cell)} ${percent.toFixed(1)} %`],
  )
  if (known.length > 0) say(`The smallest change that this run can show: ${known.join(', ')}.`)
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
  print(await library.queries.renderRun({ id, format: json === true ? 'json' : 'text', withCommandLine }))
  process.exitCode = statusOf(outcome)
  if (report === undefined) return
  await writeOutput(report, await library.queries.renderRun({ id, format: 'html', withCommandLine }), options)
  say(`Report: ${report}`)
}
