import type { TargetMachine } from '../contract/target-machine.ts'

/** Of the machine that asks, when a connection or an answer does not come. */
export const connectSeconds = 10
const aliveSeconds = 5
const aliveMost = 3

/**
 * The words of every call of ssh. They go before its configuration: nobody is asked for anything,
 * an unknown or changed host key ends the attempt, and nothing of this machine is lent to the
 * other. `socket` is where the one connection is.
 */
export function sshWords(machine: TargetMachine, socket: string): string[] {
  const options = {
    BatchMode: 'yes',
    StrictHostKeyChecking: 'yes',
    ControlPath: socket,
    ControlPersist: 'no',
    ConnectTimeout: String(connectSeconds),
    ServerAliveInterval: String(aliveSeconds),
    ServerAliveCountMax: String(aliveMost),
    ForwardAgent: 'no',
    ForwardX11: 'no',
    ClearAllForwardings: 'yes',
    PermitLocalCommand: 'no',
    RequestTTY: 'no',
    RemoteCommand: 'none',
    LogLevel: 'ERROR', // what the other machine greets people with is not for here
  }
  return [
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...(machine.port === null ? [] : ['-p', String(machine.port)]),
    ...(machine.user === null ? [] : ['-l', machine.user]),
    ...(machine.key === null ? [] : ['-i', machine.key, '-o', 'IdentitiesOnly=yes']),
  ]
}

/** Opens the connection and keeps it, without a command on the other machine. */
export function masterWords(machine: TargetMachine, socket: string): string[] {
  return [...sshWords(machine, socket), '-o', 'ControlMaster=yes', '-N', '-T', '--', machine.address]
}

/**
 * Runs a command over the connection that is there; without one it fails, and asks for no other.
 */
export function commandWords(machine: TargetMachine, socket: string, command: string): string[] {
  const overThisOne = ['-o', 'ControlMaster=no', '-o', 'ProxyCommand=false', '-T']
  return [...sshWords(machine, socket), ...overThisOne, '--', machine.address, command]
}
