/** Which agent runs on which kind of processor. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { machine as ownArchitecture } from 'node:os'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Failure } from '../contract/failure.ts'

/** A program as it is sent: compressed, since the way may be slow. */
export type SentProgram = Readonly<{ bytes: Buffer; programBytes: number }>

const compress = promisify(gzip)
const builtElsewhere: readonly string[] = ['aarch64']

/**
 * The agent for an architecture, as uname(1) names it: `agentPath` is that of this machine, others
 * are beside it with the name of the architecture at the end.
 */
export function agentFor(agentPath: string, architecture: string): string {
  if (architecture === ownArchitecture()) return agentPath
  const file = path.join(path.dirname(agentPath), `folio-agent-${architecture}`)
  if (existsSync(file)) return file
  throw new Failure(
    'agent-missing',
    `There is no agent for ${architecture} here, only for ${ownArchitecture()}.`,
    builtElsewhere.includes(architecture)
      ? `Build it with “npm run setup -- ${architecture}”, which makes ${file}.`
      : `Folio Lab has no agent for this architecture. If you have built one elsewhere, put it at ${file}.`,
  )
}

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
