/**
 * The command line: `folio-lab COMMAND`. Results go to standard output,
 * everything else to standard error.
 */
import { CommanderError } from 'commander'
import { Failure, toFailureRecord } from '../contract/failure.ts'
import { interruptedStatus } from './execute-session.ts'
import { makeProgram } from './program.ts'
import { outliveStreams, printJson, say, sayError } from './terminal.ts'

const failed = 1
const misused = 2 // bad options, or names that do not exist

outliveStreams()

try {
  await makeProgram().parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

/** Prints what went wrong and what to do; returns the exit status. */
function report(error: unknown): number {
  // Commander has said it.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : misused
  const failure = toFailureRecord(isFileError(error) ? fileFailure(error) : error)
  if (process.argv.includes('--json')) printJson({ failure })
  sayError(failure.message)
  if (failure.advice !== '') say(failure.advice)
  if (failure.code === 'internal') sayFault(error)
  if (failure.code === 'cancelled') return interruptedStatus
  return failure.code === 'bad-input' || failure.code === 'not-found' ? misused : failed
}

/** The report of an unforeseen error; where it arose is for those who can fix it. */
function sayFault(error: unknown): void {
  say('This is a bug in Folio Lab. Everything stored is kept. FOLIO_LAB_TRACE=1 shows where it happened.')
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
          ? 'Its name is not valid UTF-8, which folio-lab cannot open: rename the file.'
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
