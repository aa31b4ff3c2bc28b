import { AgentReply } from '../contract/agent-protocol.ts'
import { describeInputError, Failure } from '../contract/failure.ts'

// The longest true reply (facts of a large machine) is some ten kilobytes.
const maximumLineLength = 1024 * 1024
const shownLength = 120 // of a line that is quoted in a message

/**
 * Turns chunks of text into replies. The returned function takes each chunk as it arrives and calls
 * `receive` for each complete line; it throws `agent-protocol` on a line that is not a reply of the
 * protocol or does not end.
 */
export function createReplyReader(receive: (reply: AgentReply) => void): (chunk: string) => void {
  let rest = ''
  return chunk => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) receive(parseReply(line))
    if (rest.length > maximumLineLength)
      throw protocolFailure(`sent a line longer than ${maximumLineLength} characters`)
  }
}

/** Parses one line; throws `agent-protocol` when it is not a reply. */
export function parseReply(line: string): AgentReply {
  const reply = AgentReply.safeParse(parseJson(line))
  if (reply.success) return reply.data
  throw protocolFailure(`sent “${shorten(line)}”, which is not a reply (${describeInputError(reply.error)})`)
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw protocolFailure(`sent “${shorten(line)}”, which is not JSON`)
  }
}

function protocolFailure(what: string): Failure {
  return new Failure(
    'agent-protocol',
    `The agent ${what}.`,
    'Make sure that the agent belongs to this version of Folio Lab: rebuild it with “npm run setup”.',
  )
}

function shorten(line: string): string {
  return line.length <= shownLength ? line : `${line.slice(0, shownLength)}…`
}
