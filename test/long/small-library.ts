/** A library with one run, in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Failure } from '../../engine/contract/failure.ts'
import { exportRun } from '../../engine/exchange/export-run.ts'
import { openLibrary, type Library } from '../../engine/library/library.ts'
import { examplePlan, exampleSamples, runOf } from '../fixtures/run.ts'

const plan = examplePlan()
const samples = exampleSamples(plan, place => 1_000_000 + place.scheduleIndex)

const run = runOf(plan, samples)
export const smallRunId = run.summary.id

/** As text of a run file. */
export const smallRun = [...exportRun(run, samples)].join('')

export function openSmallLibrary(file: string, isOwn = true): Promise<Library> {
  return openLibrary({
    path: file,
    isOwn,
    binding: null,
    now: Date.now,
  })
}

export async function inScratchFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-long-'))
  try {
    return await action(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Why an error is none that a user should meet; undefined when it is a failure in words. */
export function notForUsers(error: unknown): string | undefined {
  if (error instanceof Failure && error.code !== 'internal' && error.message !== '') return undefined
  return `an error that is not for users: ${String(error)}`
}

/**
 * Asks a library for all that it holds, also what was deleted unless told not to; what it neither
 * answers nor refuses in words.
 */
export async function findUnanswered(
  { queries }: Library,
  includeDeleted = true,
): Promise<string | undefined> {
  try {
    await queries.listAdvices(undefined)
    for (const { id } of await queries.listRuns({ includeDeleted })) {
      const asked = [
        () => queries.getRun(id),
        () => queries.exportRun({ id }),
        () => queries.renderRuns({ ids: [id], format: 'markdown' }),
      ]
      for (const ask of asked) {
        const fault = await faultOf(ask)
        if (fault !== undefined) return fault
      }
    }
    return undefined
  } catch (error) {
    return notForUsers(error)
  }
}

async function faultOf(ask: () => unknown): Promise<string | undefined> {
  try {
    await ask()
    return undefined
  } catch (error) {
    return notForUsers(error)
  }
}
