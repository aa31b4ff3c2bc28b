/** The command line: `folio-lab COMMAND`. Results go to standard output, everything else to standard error. */
import { Command, CommanderError } from 'commander'
import pc from 'picocolors'
import { Failure, toFailureRecord } from '../contract/failure.ts'
import { addAdviseCommand } from './commands/advise.ts'
import { addBisectCommand } from './commands/bisect.ts'
import { addCalibrateCommand } from './commands/calibrate.ts'
import { addCompareCommand } from './commands/compare.ts'
import { addCountsCommand } from './commands/counts.ts'
import { addFactsCommand } from './commands/facts.ts'
import { addHistoryCommand } from './commands/history.ts'
import { addListCommand } from './commands/list.ts'
import { addProjectCommand } from './commands/project.ts'
import { addReportCommand } from './commands/report.ts'
import { addRunCommand } from './commands/run.ts'
import { addRunsCommand } from './commands/runs.ts'
import { applicationVersion, printJson, say } from './context.ts'

const failed = 1
const misused = 2 // bad options, or names that do not exist

const program = new Command('folio-lab')
  .description('Measures what Linux pays to account for mappings of large folios.')
  .version(applicationVersion)
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
addRunsCommand(program)
addReportCommand(program)
addBisectCommand(program)

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(failed) // whoever read the results has gone
  throw error
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

/** Tells what went wrong and what to do; returns the exit status. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : misused // commander has said it
  const failure = toFailureRecord(isMissingFile(error) ? missingFile(error) : error)
  if (process.argv.includes('--json')) printJson({ failure })
  say(`${pc.red('error:')} ${failure.message}`)
  if (failure.advice !== '') say(failure.advice)
  if (failure.code === 'internal' && error instanceof Error) say(error.stack ?? '')
  return failure.code === 'bad-input' || failure.code === 'not-found' ? misused : failed
}

function isMissingFile(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'path' in error
}

function missingFile(error: NodeJS.ErrnoException): Failure {
  return new Failure('bad-input', `${error.message}.`, 'Name a file that can be read or written.')
}
