/** What ssh says when it cannot connect, as a failure that says what to do. */
import { Failure, type FailureCode } from '../contract/failure.ts'
import type { TargetMachine } from '../contract/target-machine.ts'
import { connectSeconds } from './ssh-words.ts'

type Cause = Readonly<{
  pattern: RegExp
  code: FailureCode
  message: (where: string) => string
  advice: (machine: TargetMachine) => string
}>

/** In this order: what ssh says of one attempt may match several. */
const causes: readonly Cause[] = [
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|host key.*has changed|differs from the key/i,
    code: 'host-key',
    message: where => `${where} has a different host key than the one you know: nothing was sent to it.`,
    advice: machine =>
      'If it was reinstalled, find out its new key there (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then: ' +
      `ssh-keygen -R ${knownName(machine)}. If it was not, somebody may be intercepting the connection.`,
  },
  {
    pattern: /Host key verification failed|host key is known for/,
    code: 'host-key',
    message: where => `The host key of ${where} is not known yet: nothing was sent to it.`,
    advice: machine => `Connect once by hand and compare the key: ${byHand(machine)}`,
  },
  {
    pattern: /Permission denied|Too many authentication failures/,
    code: 'not-permitted',
    message: where => `${where} accepts none of your keys.`,
    advice: machine =>
      `Put your public key there (ssh-copy-id), or load the private one (ssh-add). To try it: ${byHand(machine)}`,
  },
  {
    pattern: /Could not resolve hostname|Name or service not known/,
    code: 'unreachable',
    message: where => `There is no machine at the address of ${where}.`,
    advice: () => 'Correct the address, or add it to your ssh configuration.',
  },
  {
    pattern: /Connection refused/,
    code: 'unreachable',
    message: where => `${where} answers, but no ssh server is listening on that port.`,
    advice: () => 'Start its ssh server, or correct the port.',
  },
  {
    pattern: /timed out|No route to host|Network is unreachable|Host is down/,
    code: 'unreachable',
    message: where => `${where} did not answer within ${connectSeconds} seconds.`,
    advice: () => 'It may be asleep, off, or behind a firewall: wake it, then try again.',
  },
]

/** `said`: what ssh wrote to standard error before it gave up. */
export function sshFailure(machine: TargetMachine, said: string): Failure {
  const where = `“${machine.name}” (${machine.address})`
  const cause = causes.find(({ pattern }) => pattern.test(said))
  if (cause) return new Failure(cause.code, capitalised(cause.message(where)), cause.advice(machine))
  return new Failure(
    'unreachable',
    `ssh cannot connect to ${where}${said === '' ? '' : `: ${said.trim().split('\n').slice(-3).join(' ')}`}.`,
    `To see why: ${byHand(machine)}`,
  )
}

/** The failure of an ssh that cannot be started, with how to get it. */
export function sshMissing(cause: Error): Failure {
  return new Failure(
    'unsupported',
    `The program ssh cannot be started: ${cause.message}.`,
    'Install the OpenSSH client; on Debian: apt-get install openssh-client',
    { cause },
  )
}

/** The command with which people connect to the same machine. */
function byHand({ address, user, port, key }: TargetMachine): string {
  return [
    'ssh',
    ...(port === null ? [] : ['-p', String(port)]),
    ...(key === null ? [] : ['-i', key]),
    user === null ? address : `${user}@${address}`,
    'true',
  ].join(' ')
}

function knownName({ address, port }: TargetMachine): string {
  return port === null || port === 22 ? address : `'[${address}]:${port}'`
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
