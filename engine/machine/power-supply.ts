import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Where this machine's power comes from; `unknown` where the kernel does not
 * say, as on most servers.
 */
export type PowerSource = 'mains' | 'battery' | 'unknown'

const suppliesFolder = '/sys/class/power_supply'

/** Reads the power source from sysfs (Documentation/ABI/testing/sysfs-class-power). */
export function readPowerSupply(folder: string = suppliesFolder): PowerSource {
  const supplies = list(folder).map(name => ({
    type: read(path.join(folder, name, 'type')),
    online: read(path.join(folder, name, 'online')),
    status: read(path.join(folder, name, 'status')),
  }))
  if (supplies.some(({ type, online }) => type === 'Mains' && online === '1')) return 'mains'
  if (supplies.some(({ type, status }) => type === 'Battery' && status === 'Discharging')) return 'battery'
  return 'unknown'
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // a kernel without power supplies
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return null // an attribute that this supply does not have
  }
}
