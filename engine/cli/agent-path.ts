import { existsSync } from 'node:fs'
import path from 'node:path'

const program = 'native/release/folio-agent'

/**
 * The agent program: the one that `FOLIO_LAB_AGENT` names, else the one built in this checkout. The
 * command line runs from `engine/cli` in a checkout and from `out/engine` when bundled.
 */
export function agentPath(environment: Readonly<Record<string, string | undefined>>): string {
  const named = environment.FOLIO_LAB_AGENT
  if (named) return path.resolve(named)
  const bundled = path.join(import.meta.dirname, '..', program)
  return existsSync(bundled) ? bundled : path.join(import.meta.dirname, '../../out', program)
}

/** What runs on the nodes of a fleet, which is bundled into one file. */
export function runnerPath(): string {
  const bundled = path.join(import.meta.dirname, 'runner.js')
  return existsSync(bundled) ? bundled : path.join(import.meta.dirname, '../../out/engine/runner.js')
}
