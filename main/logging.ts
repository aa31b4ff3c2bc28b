import { appendFileSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { showControls } from '../engine/text/escape-text.ts'
import { makeFolder } from '../engine/files/make-folder.ts'

/**
 * One file for main and, line by line, for what the engine's processes write
 * to their standard streams.
 */
export type Logger = Readonly<{
  info: (message: string) => void
  warn: (message: string) => void
  error: (message: string, cause?: unknown) => void
}>

const largestBytes = 2 * 1024 * 1024 // then the file becomes `.old`, and the `.old` before it goes

/** A log that never fails: where the file cannot be written, lines go to standard error. */
export function openLog(file: string, now: () => Date = () => new Date()): Logger {
  prepare(file)
  return {
    info: message => write('info', message),
    warn: message => write('warn', message),
    error: (message, cause) =>
      write('error', cause === undefined ? message : `${message}: ${describe(cause)}`),
  }

  function write(level: string, message: string): void {
    // It is read in a terminal.
    const line = `${now().toISOString()} ${level.padEnd(5)} ${showControls(message)}\n`
    try {
      appendFileSync(file, line)
    } catch {
      process.stderr.write(line)
    }
  }
}

function prepare(file: string): void {
  try {
    makeFolder(path.dirname(file))
    const found = statSync(file, { throwIfNoEntry: false })
    // Appending to a pipe would wait for a reader.
    if (found && (!found.isFile() || found.size > largestBytes)) renameSync(file, `${file}.old`)
  } catch {
    // Writing will fail as well, and then says each line elsewhere.
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}
