import type { Command } from 'commander'
import { benchmarkNames } from '../../contract/benchmark.ts'
import type { Cell } from '../../contract/case.ts'
import { Failure } from '../../contract/failure.ts'
import type { Run } from '../../contract/run.ts'
import { findRun, withLibrary } from '../context.ts'
import { overwriteOption, writeOutput, type OutputOptions } from '../output-file.ts'
import { parseChoice, parseWholeNumber } from '../parse.ts'

type Options = OutputOptions & Readonly<{ bench: string; tasks?: string; output: string }>

/** `repro`: a benchmark of a run as one C file, with the table that a mail is about. */
export function addReproCommand(program: Command): void {
  program
    .command('repro <ID>')
    .description('write a benchmark of a run as one C file with the run’s table, for a mailing list')
    .requiredOption('--bench <NAME>', 'the benchmark')
    .option('--tasks <N>', 'task count; by default the first of the run')
    .option('--output <FILE>', 'where to write it; - for standard output', '-')
    .option(...overwriteOption)
    .option('--db <FILE>', 'the library to read')
    .action(repro)
}

async function repro(text: string, options: Options): Promise<void> {
  await withLibrary(options, async library => {
    const id = await findRun(library, text)
    const cell = cellOf(await library.queries.getRun(id), options)
    await writeOutput(options.output, await library.queries.reproducer({ id, cell }), options)
  })
}

function cellOf({ cells, plan }: Run, { bench, tasks }: Options): Cell {
  const benchmark = parseChoice('--bench', bench, benchmarkNames)
  const count = tasks === undefined ? undefined : parseWholeNumber('--tasks', tasks)
  const found = cells.find(
    cell => cell.benchmark === benchmark && (count === undefined || cell.parameters.tasks === count),
  )
  if (found) return found
  throw new Failure(
    'not-found',
    `The run has not measured ${benchmark}${count === undefined ? '' : ` with ${count} tasks`}.`,
    `Choose one of: ${plan.benchmarks.join(', ')}; tasks ${plan.tasks.join(', ')}.`,
  )
}
