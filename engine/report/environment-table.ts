import type { Environment } from '../contract/environment.ts'
import { formatBytes } from '../contract/size-text.ts'
import { left, textCell, type Table } from './table.ts'

/** The facts that explain a number, in the order in which people ask for them. */
export function environmentTable(
  { facts, agentVersion, applicationVersion }: Environment,
  runLabel?: string,
): Table {
  const { cpu, kernel, thp, frequency, memory, virtualisation, identity } = facts
  const rows: [string, string | null][] = [
    ['processor', cpu.name ?? cpu.vendor],
    ['cores and threads', `${cpu.cores ?? 'unknown'} cores, ${cpu.threads ?? 'unknown'} threads`],
    ['machine', identity.product],
    ['virtualisation', virtualisation.hypervisor],
    ['memory', formatBytes(memory.totalBytes)],
    ['kernel', `${kernel.release} ${kernel.version}`],
    ['kernel command line', kernel.commandLine],
    ['transparent huge pages', thp.enabled],
    ['frequency governor', frequency.governor],
    ['boost', frequency.boost === null ? null : frequency.boost ? 'on' : 'off'],
    ['Folio Lab', `${applicationVersion}, agent ${agentVersion}`],
  ]
  return {
    title: runLabel === undefined ? 'Environment' : `Environment of ${runLabel}`,
    columns: [left('fact'), left('value')],
    rows: rows.map(([fact, value]) => [textCell(fact), textCell(value ?? 'not told by this machine')]),
    notes: [],
  }
}
