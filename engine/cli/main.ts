/**
 * The command line: `folio-lab COMMAND`. Results go to standard output,
 * everything else to standard error.
 */
import { Command, CommanderError } from 'commander'
import { showControls } from '../text/escape-text.ts'
import { Failure, toFailureRecord } from '../contract/failure.ts'
import { addAdviseCommand } from './commands/advise.ts'
import { addAtlasCommand } from './commands/atlas.ts'
import { addBisectCommand } from './commands/bisect.ts'
import { addCalibrateCommand } from './commands/calibrate.ts'
import { addCompareCommand } from './commands/compare.ts'
import { addCountsCommand } from './commands/counts.ts'
import { addFactsCommand } from './commands/facts.ts'
import { addFleetCommand } from './commands/fleet.ts'
import { addFunctionsCommand } from './commands/functions.ts'
import { addHistoryCommand } from './commands/history.ts'
import { addKernelsCommand } from './commands/kernels.ts'
import { addListCommand } from './commands/list.ts'
import { addMachinesCommand } from './commands/machines.ts'
import { addProjectCommand } from './commands/project.ts'
import { addReportCommand } from './commands/report.ts'
import { addReproCommand } from './commands/repro.ts'
import { addRunCommand } from './commands/run.ts'
import { addRunsCommand } from './commands/runs.ts'
import { applicationVersion } from './context.ts'
import { interruptedStatus } from './execute-session.ts'
import { outliveStreams, printJson, say, sayError } from './terminal.ts'

const failed = 1
const misused = 2 // bad options, or names that do not exist

const program = new Command('folio-lab')
  .description('Measures what Linux pays to account for mappings of large folios.')
  .version(applicationVersion)
  .configureOutput({
    writeOut: text => process.stdout.write(showControls(text)),
    writeErr: text => process.stderr.write(showControls(text)),
  })
  .exitOverride()
addFactsCommand(program)
addListCommand(program)
addRunCommand(program)
addCompareCommand(program)
addHistoryCommand(program)
addCountsCommand(program)
addProjectCommand(program)
addCalibrateCommand(program)
addAdviseCommand(program)
addAtlasCommand(program)
addRunsCommand(program)
addReportCommand(program)
addMachinesCommand(program)
addFleetCommand(program)
addKernelsCommand(program)
addReproCommand(program)
addBisectCommand(program)
addFunctionsCommand(program)

outliveStreams()

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

/** Tells what went wrong and what to do; returns the exit status. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : misused // commander has said it
  const failure = toFailureRecord(isFileError(error) ? fileFailure(error) : error)
  if (process.argv.includes('--json')) printJson({ failure })
  sayError(failure.message)
  if (failure.advice !== '') say(failure.advice)
  if (failure.code === 'internal') sayFault(error)
  if (failure.code === 'cancelled') return interruptedStatus
  return failure.code === 'bad-input' || failure.code === 'not-found' ? misused : failed
}

/** Of an error that nothing foresaw; where it arose is for those who can mend it. */
function sayFault(error: unknown): void {
  say('This is a fault of Folio Lab. What is stored is kept. FOLIO_LAB_TRACE=1 shows where it arose.')
  if (process.env.FOLIO_LAB_TRACE !== undefined && error instanceof Error) say(error.stack ?? '')
}

function isFileError(error: unknown): error is NodeJS.ErrnoException & Readonly<{ path: string }> {
  return error instanceof Error && 'syscall' in error && 'path' in error && typeof error.path === 'string'
}

/** What is wrong with a file that the user named. */
function fileFailure(error: NodeJS.ErrnoException & Readonly<{ path: string }>): Failure {
  const options = { cause: error }
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new Failure(
        'not-found',
        `There is no file ${error.path}.`,
        error.path.includes('\ufffd')
          ? 'Its name is not in UTF-8, which folio-lab cannot be given: rename the file.'
          : 'Check its name and folder.',
        options,
      )
    case 'EACCES':
    case 'EPERM':
      return new Failure(
        'bad-input',
        `You may not read ${error.path}.`,
        'Change its permissions, or choose another file.',
        options,
      )
    default:
      return new Failure(
        'bad-input',
        `${error.path} cannot be used: ${error.message}.`,
        'Choose another file.',
        options,
      )
  }
}
