/**
 * Damaged libraries open, or are set aside as they are; what is asked of them is
 * answered, or refused in words.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { repeat, type Experiment } from './experiment.ts'
import { editBytes } from './mutate.ts'
import { findUnanswered, inScratchFolder, notForUsers, openSmallLibrary, smallRun } from './small-library.ts'

export const damagedLibraries: Experiment = {
  key: 'databases',
  name: 'damaged databases opened',
  unit: 'databases',
  full: 1_000,
  run: async limit => {
    const sound = await soundLibrary()
    return repeat(limit, () => openDamaged(editBytes(sound, limit.random)))
  },
}

function soundLibrary(): Promise<Buffer> {
  return inScratchFolder(async folder => {
    const file = path.join(folder, 'library.sqlite')
    const library = await openSmallLibrary(file)
    await library.queries.importRun(smallRun)
    library.close() // which puts its log into the file
    return readFileSync(file)
  })
}

function openDamaged(damaged: Buffer): Promise<string | undefined> {
  return inScratchFolder(async folder => {
    const file = path.join(folder, 'library.sqlite')
    writeFileSync(file, damaged)
    try {
      const library = await openSmallLibrary(file)
      try {
        const { recovered } = await library.queries.location(undefined)
        if (recovered !== null && !readFileSync(recovered).equals(damaged))
          return 'what was set aside is not what was there'
        return await findUnanswered(library)
      } finally {
        library.close()
      }
    } catch (error) {
      return notForUsers(error)
    }
  })
}
