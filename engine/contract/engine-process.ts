import * as z from 'zod'
import { TargetMachine } from './target-machine.ts'

/**
 * How the engine's processes are started and joined. Whoever starts one passes its options as JSON
 * in the first argument, then hands it ports: each arrives on the process's parent port as a
 * `ConnectMessage` with the one port transferred. A process serves or calls the named api on that
 * port; which of both follows from what it is:
 *
 *     library process   serves `library` (one port a window, one for main), `library-files`,
 *                       `fleet` and `kernels` (main alone) and `recording` (one a session)
 *     session process   serves `session`, calls `recording`
 *
 * A library that cannot be opened does not end its process: every request is answered with
 * the failure that says what to do. A session process ends when its `recording` port
 * closes, and with it the agent.
 */
export const EngineApiName = z.enum(['library', 'library-files', 'fleet', 'kernels', 'recording', 'session'])
export type EngineApiName = z.infer<typeof EngineApiName>

export const ConnectMessage = z.object({ kind: z.literal('connect'), api: EngineApiName })
export type ConnectMessage = z.infer<typeof ConnectMessage>

export const LibraryProcessOptions = z.object({
  /** Absolute path of the database. */
  databasePath: z.string(),
  /** better-sqlite3's addon built for this runtime; null: the one in its package. */
  sqliteBinding: z.string().nullable(),
})
export type LibraryProcessOptions = z.infer<typeof LibraryProcessOptions>

export const SessionProcessOptions = LibraryProcessOptions.extend({
  /** Absolute path of folio-agent. */
  agentPath: z.string(),
  applicationVersion: z.string(),
  /** Another machine to measure on; null: this one. */
  machine: TargetMachine.nullable(),
})
export type SessionProcessOptions = z.infer<typeof SessionProcessOptions>
