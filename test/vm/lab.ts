import { spawn, type ChildProcess } from 'node:child_process'
import { labProgram } from '../fixtures/lab-program.ts'

type Output = { stdout: string; stderr: string }

/** Starts the command line with its library in `folder`; `output` is what it has said so far. */
export function startLab(
  folder: string,
  words: readonly string[],
): Readonly<{ child: ChildProcess; output: Output; ended: Promise<number | null> }> {
  const child = spawn(process.execPath, [labProgram, ...words], {
    env: { ...process.env, XDG_DATA_HOME: folder, XDG_RUNTIME_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  return { child, output, ended }
}

/** What it prints; throws with what it says on standard error unless its exit status is 0. */
export async function lab(folder: string, words: readonly string[]): Promise<string> {
  const { output, ended } = startLab(folder, words)
  const status = await ended
  if (status !== 0) throw new Error(`folio-lab ended with ${String(status)}: ${output.stderr}`)
  return output.stdout
}
