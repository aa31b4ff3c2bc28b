/**
 * A disk that is full after each number of pages that a write needs: the write is refused in words,
 * what was stored before is whole, and with room again the same write succeeds.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../engine/contract/failure.ts'
import { checkIntegrity } from '../e2e/stored-run.ts'
import { repeat, type Experiment } from './experiment.ts'
import { inScratchFolder, notForUsers, openSmallLibrary, smallRun } from './small-library.ts'

const pageBytes = 4096

export const fullDisk: Experiment = {
  key: 'full-disk',
  name: 'disk full at a write of an import',
  unit: 'places of the first refused page',
  full: 200, // more pages than the import writes
  impossible: process.getuid?.() === 0 ? undefined : 'needs root, to mount a small tmpfs',
  run: limit => repeat(limit, index => inScratchFolder(folder => onSmallDisk(folder, index))),
}

async function onSmallDisk(folder: string, freePages: number): Promise<string | undefined> {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'folio-lab-long', folder])
  try {
    const file = path.join(folder, 'library.sqlite')
    const library = await openSmallLibrary(file)
    try {
      const first = await library.queries.importRun(smallRun)
      const filler = path.join(folder, 'filler')
      fill(folder, filler, freePages)
      const second = smallRun.replaceAll(first, '00000000-0000-4000-8000-00000000000f')
      let refusal: unknown
      try {
        await library.queries.importRun(second)
      } catch (error) {
        refusal = error
      }
      const wrong = refusal === undefined ? undefined : notFullDisk(refusal)
      if (wrong !== undefined) return wrong
      await library.queries.getRun(first)
      rmSync(filler)
      if (refusal !== undefined) await library.queries.importRun(second)
      const runs = await library.queries.listRuns({ includeDeleted: false })
      if (runs.length !== 2) return `${runs.length} runs in place of 2`
      const integrity = checkIntegrity(file)
      return integrity === 'ok' ? undefined : integrity
    } finally {
      library.close()
    }
  } finally {
    execFileSync('umount', [folder])
  }
}

function notFullDisk(error: unknown): string | undefined {
  if (error instanceof Failure && error.code === 'disk-full') return undefined
  return notForUsers(error) ?? `refused as something else than a full disk: ${String(error)}`
}

/** Leaves this many pages of the disk. */
function fill(folder: string, file: string, freePages: number): void {
  const descriptor = openSync(file, 'w')
  try {
    const { bavail, bsize } = statfsSync(folder)
    const page = Buffer.alloc(pageBytes, 1)
    for (let left = (bavail * bsize) / pageBytes; left > freePages; left--) writeSync(descriptor, page)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
