/** Names of cells for people. Pure. */
import type { Cell } from '../contract/case.ts'
import { formatBytes } from './size-text.ts'

/**
 * The parameters in which a cell differs from others of its benchmark among `cells`, in words:
 * `64 KiB`, `4 tasks`; empty where nothing does.
 */
export function distinguishingWords({ benchmark, parameters }: Cell, cells: readonly Cell[]): string[] {
  const siblings = cells.filter(other => other.benchmark === benchmark)
  const { sizeBytes, folioBytes, tasks } = parameters
  return [
    ...(differs(other => other.sizeBytes === sizeBytes) ? [`${formatBytes(sizeBytes)} region`] : []),
    ...(differs(other => other.folioBytes === folioBytes) ? [formatBytes(folioBytes)] : []),
    ...(differs(other => other.tasks === tasks) ? [tasks === 1 ? '1 task' : `${tasks} tasks`] : []),
  ]
  function differs(has: (other: Cell['parameters']) => boolean): boolean {
    return siblings.some(other => !has(other.parameters))
  }
}

/**
 * The benchmark, with its task count where there is more than one task, and with its folio size
 * where `cells`, among which it stands, have several: `fork 64 KiB`, `anon-cow-seq x4`.
 */
export function cellName({ benchmark, parameters }: Cell, cells: readonly Cell[] = []): string {
  const hasSizes = cells.some(other => other.parameters.folioBytes !== parameters.folioBytes)
  const tasks = parameters.tasks === 1 ? '' : ` x${parameters.tasks}`
  return `${benchmark}${tasks}${hasSizes ? ` ${formatBytes(parameters.folioBytes)}` : ''}`
}
