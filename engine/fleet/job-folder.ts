/**
 * What a job leaves in its folder: for each node that began it a folder, and in
 * one of them the run file.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import type { RunId } from '../contract/run.ts'

const ending = '.folio-run.json'
const runFileName = /^([0-9a-f-]{36})\.folio-run\.json$/

export type JobRun = Readonly<{ id: RunId; file: string; node: string }>

/** The folder of job `index` in that of its fleet. */
export function jobFolder(fleetFolder: string, index: number): string {
  return path.join(fleetFolder, 'jobs', String(index))
}

/** Where a node keeps what it measured for a job. */
export function runFileFolder(job: string, node: string): string {
  return path.join(job, node)
}

/** The complete run of a job; undefined: there is none yet. */
export function runFileIn(job: string): JobRun | undefined {
  return runFilesIn(job)[0]
}

/** All of them: two nodes may finish a job that was moved while one of them was lost from sight. */
export function runFilesIn(job: string): JobRun[] {
  return nodesOf(job).flatMap(node =>
    readdirSync(path.join(job, node)).flatMap(name => {
      const [, id] = runFileName.exec(name) ?? []
      return id === undefined ? [] : [{ id, node, file: path.join(job, node, id + ending) }]
    }),
  )
}

/** The nodes that began a job, the last one first. */
export function nodesOf(job: string): string[] {
  if (!existsSync(job)) return []
  return readdirSync(job)
    .filter(name => statSync(path.join(job, name), { throwIfNoEntry: false })?.isDirectory() === true)
    .sort((one, other) => changedAt(job, other) - changedAt(job, one))
}

function changedAt(job: string, node: string): number {
  const journal = path.join(job, node, 'journal')
  return statSync(existsSync(journal) ? journal : path.join(job, node)).mtimeMs
}
