/** Who used the processors: the whole machine against one process and its children (proc(5)). */
import { readFileSync } from 'node:fs'
import type { Seconds } from '../contract/units.ts'

// USER_HZ, the same on every architecture that Linux still runs on for servers.
const ticksPerSecond = 100

/**
 * Seconds of processor time since boot, summed over the processors, and how
 * many of these there are.
 */
export type ProcessorTime = Readonly<{ processors: number; busy: Seconds; stolen: Seconds }>

/** From the text of /proc/stat: busy is user, nice, system, irq and softirq. */
export function parseMachineTime(text: string): ProcessorTime {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (
    /^cpu +(.*)$/m.exec(text)?.[1] ?? ''
  )
    .split(' ')
    .map(Number)
  return {
    processors: text.match(/^cpu\d/gm)?.length ?? 1,
    busy: (user + nice + system + irq + softirq) / ticksPerSecond,
    stolen: steal / ticksPerSecond,
  }
}

/**
 * From the text of /proc/PID/stat: user and system time of the process and of its
 * children that have ended.
 */
export function parseProcessTime(text: string): Seconds {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / ticksPerSecond
}

/** Of this machine since it was booted. */
export function readMachineTime(): ProcessorTime {
  return parseMachineTime(readFileSync('/proc/stat', 'utf8'))
}

/** Of this process and, where one is named, of another one with its children. */
export function readOwnTime(pid?: number): Seconds {
  const { user, system } = process.cpuUsage()
  const other = pid === undefined ? 0 : parseProcessTime(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return (user + system) / 1e6 + other
}
