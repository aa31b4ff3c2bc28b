/** Where a command writes what it was asked to write to a file. */
import { writeFile, type WriteRules } from '../files/write-file.ts'
import { knownLibraries, type CommonOptions } from './context.ts'
import { print, printPieces } from './terminal.ts'

export type OutputOptions = CommonOptions & Readonly<{ overwrite?: boolean; withCommandLine?: boolean }>

/** The one option with which any command replaces a file. */
export const overwriteOption = ['--overwrite', 'replace FILE if it exists'] as const

/** The one option with which anything that leaves the library has the kernel command line. */
export const commandLineOption = [
  '--with-command-line',
  'include the kernel command line, which may hold secrets',
] as const

/** Whether the user means the standard output. */
export function isStandardOutput(file: string): boolean {
  return file === '-' || file === '/dev/stdout'
}

/** What may be overwritten, as the options say. */
export function writeRules(options: OutputOptions): WriteRules {
  return { overwrite: options.overwrite ?? false, libraries: knownLibraries(options) }
}

/**
 * Writes to the file, or prints; a long text comes in pieces, the next when the
 * one before has been taken.
 */
export async function writeOutput(
  file: string,
  content: string | Iterable<string>,
  options: OutputOptions,
): Promise<void> {
  if (isStandardOutput(file))
    if (typeof content === 'string') print(content)
    else await printPieces(content)
  else await writeFile(file, content, writeRules(options))
}
