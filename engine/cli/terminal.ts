/**
 * Standard output and standard error: the one place where text is made safe for a terminal, and
 * where a stream may fail.
 */
import pc from 'picocolors'
import { showControls } from '../text/escape-text.ts'
import type { Seconds } from '../contract/units.ts'

const failed = 1
const plainInterval: Seconds = 10 // between lines where a line cannot be rewritten

/** Prints a result on standard output. */
export function print(text: string): void {
  process.stdout.write(showControls(text.endsWith('\n') ? text : `${text}\n`))
}

/**
 * Prints a long result, each piece when the one before has been taken, until it
 * ends or its reader has gone.
 */
export async function printPieces(pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) if (!(await isTaken(showControls(piece)))) return
}

function isTaken(text: string): Promise<boolean> {
  return new Promise(resolve => {
    process.stdout.write(text, error => resolve(!error))
  })
}

/** Prints a result for programs. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}

/** Prints a message for people on standard error, apart from results. */
export function say(text: string): void {
  process.stderr.write(`${showControls(text)}\n`)
}

/** Prints on standard error what went wrong. */
export function sayError(text: string): void {
  process.stderr.write(`${pc.red('error:')} `)
  say(text)
}

/**
 * Shows a line in the place of the one before, where standard error is a terminal; an
 * empty one takes it away.
 */
export function showLine(text: string): void {
  const { isTTY, columns } = process.stderr
  if (isTTY) process.stderr.write(`\r\u001b[2K${showControls(text).slice(0, columns - 1)}`)
}

/**
 * Shows progress on standard error: one line that is rewritten on a terminal; elsewhere, such as in
 * a log, the first line and then one now and again.
 */
export function makeTeller<Progress extends Readonly<{ elapsedSeconds: Seconds }>>(
  words: (progress: Progress) => string,
): (progress: Progress) => void {
  let lastSeconds = -Infinity
  return progress => {
    if (process.stderr.isTTY) showLine(words(progress))
    else if (progress.elapsedSeconds - lastSeconds >= plainInterval) {
      lastSeconds = progress.elapsedSeconds
      say(words(progress))
    }
  }
}

/**
 * Lets the program outlive its streams. What is reported on the way is not worth a measurement, and
 * whoever closes standard output has read enough; only a result that could not be written, as on a
 * full disk, is a failure.
 */
export function outliveStreams(): void {
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || process.exitCode === failed) return
    process.exitCode = failed
    sayError(`The result could not be written to standard output: ${error.message}.`)
    say('The library keeps every run: “folio-lab runs show ID” prints one again.')
  })
}
