import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'
import type { Paths } from './paths.ts'

const mark = '--command-line' // set by the launcher of a package (build/package/launcher.sh)

/**
 * The arguments of the command line that this program was started for; null: it
 * was started for its window.
 */
export function commandLineWords(argv: readonly string[]): readonly string[] | null {
  const end = argv.indexOf('--')
  return end >= 0 && argv.slice(0, end).includes(mark) ? argv.slice(end + 1) : null
}

/** Paths of run files that a window is asked to import: what the launcher hands on after `--`. */
export function filesToOpen(argv: readonly string[], folder: string): readonly string[] {
  const end = argv.indexOf('--')
  return end < 0 ? [] : argv.slice(end + 1).map(file => path.resolve(folder, file))
}

/**
 * Runs the bundled command line in this process, before there is anything of a window,
 * and ends with its status.
 */
export async function runCommandLine(words: readonly string[], paths: Paths): Promise<never> {
  process.argv = [process.execPath, ...words]
  process.env.FOLIO_LAB_AGENT ??= paths.agent
  if (paths.sqliteBinding !== null) process.env.FOLIO_LAB_SQLITE_BINDING = paths.sqliteBinding
  await import(pathToFileURL(paths.commandLine).href)
  app.exit(Number(process.exitCode ?? 0))
  return new Promise(() => undefined) // nothing of a window begins in the meantime
}
