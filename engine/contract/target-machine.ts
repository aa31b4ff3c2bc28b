import * as z from 'zod'
import { lineCharacters, listUpTo, textUpTo } from './bounds.ts'

/** Name and version of the file format of the list. */
const machineListFormat = 'folio-lab/machines/1'

const mostMachines = 1000
const mostLabels = 32

/** What `--on` takes: it needs no quotes in a shell and is not an option. */
export const MachineName = z
  .string()
  .trim()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'a name has letters, digits, “.”, “_” and “-”, a letter or digit first',
  )
  .max(60, 'a name has at most 60 characters')

/**
 * A host name, an address, or a name that ssh's own configuration knows; never an option of ssh.
 */
const Address = z
  .string()
  .trim()
  .regex(
    /^[A-Za-z0-9[:][A-Za-z0-9._:%[\]-]*$/,
    'an address is a host name, an IP address, or a Host of your ssh configuration',
  )
  .max(255, 'an address has at most 255 characters')

const UserName = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._@$-]*$/, 'a user name has letters, digits, “.”, “_” and “-”')
  .max(100, 'a user name has at most 100 characters')

const MachineLabel = z
  .string()
  .trim()
  .min(1, 'a label needs a character')
  .max(60, 'a label has at most 60 characters')

/** Another machine to measure on, and how ssh reaches it; null: as ssh's configuration has it. */
export const TargetMachine = z.object({
  name: MachineName,
  address: Address,
  user: UserName.nullable(),
  port: z
    .int('a port is a whole number')
    .min(1, 'a port is at least 1')
    .max(65_535, 'a port is at most 65535')
    .nullable(),
  /** Path of the private key; null: the keys of ssh's agent and configuration. */
  key: textUpTo(lineCharacters).startsWith('/', 'the key is an absolute path').nullable(),
  labels: listUpTo(MachineLabel, mostLabels),
})
export type TargetMachine = z.infer<typeof TargetMachine>

/** The machines of one user, as their file has them. */
export const MachineList = z.object({
  format: z.literal(machineListFormat),
  machines: listUpTo(TargetMachine, mostMachines).refine(
    machines => new Set(machines.map(({ name }) => name)).size === machines.length,
    'two machines have one name',
  ),
})
export type MachineList = z.infer<typeof MachineList>

export const noMachines: MachineList = { format: machineListFormat, machines: [] }

/** The list with this machine in the place of the one of its name, or at the end. */
export function withMachine(list: MachineList, machine: TargetMachine): MachineList {
  const isKnown = list.machines.some(({ name }) => name === machine.name)
  const machines = isKnown
    ? list.machines.map(other => (other.name === machine.name ? machine : other))
    : [...list.machines, machine]
  return { ...list, machines }
}

/** The list without the machine of this name, if it is there. */
export function withoutMachine(list: MachineList, name: string): MachineList {
  return { ...list, machines: list.machines.filter(machine => machine.name !== name) }
}

/** The list of machines inside a data folder. */
export function machineListPath(folder: string): string {
  return `${folder}/machines.json`
}
