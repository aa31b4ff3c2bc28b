/** Which agent runs on which kind of processor. */
import { existsSync } from 'node:fs'
import { machine as ownArchitecture } from 'node:os'
import path from 'node:path'
import { Failure } from '../contract/failure.ts'

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
