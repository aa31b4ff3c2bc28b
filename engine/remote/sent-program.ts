/** The agent as it is sent to another machine. */
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Failure } from '../contract/failure.ts'

/** A program as it is sent: compressed, since the way may be slow. */
export type SentProgram = Readonly<{ bytes: Buffer; programBytes: number }>

const compress = promisify(gzip)

/** The agent packed for its way; throws `agent-missing` when it cannot be read. */
export async function sentProgram(file: string): Promise<SentProgram> {
  try {
    const program = readFileSync(file)
    return { bytes: await compress(program, { level: 6 }), programBytes: program.length }
  } catch (error) {
    throw new Failure(
      'agent-missing',
      `The agent ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      'Build it with “npm run setup”.',
      { cause: error },
    )
  }
}
