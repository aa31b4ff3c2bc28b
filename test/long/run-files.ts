/**
 * Mutated run files are imported, or refused in words; what was imported can be
 * listed, shown and deleted.
 */
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { Library } from '../../engine/library/library.ts'
import type { Random } from '../../engine/plan/random.ts'
import { editJson, editText } from './mutate.ts'
import { repeat, type Experiment } from './experiment.ts'
import {
  findUnanswered,
  inScratchFolder,
  notForUsers,
  openSmallLibrary,
  smallRun,
  smallRunId,
} from './small-library.ts'

/** Making a library takes longer than importing a file. */
const filesPerLibrary = 100

export const runFiles: Experiment = {
  key: 'run-files',
  name: 'mutated run files imported',
  unit: 'files',
  full: 10_000,
  run: limit =>
    inScratchFolder(async folder => {
      let library: Library | undefined
      const found = await repeat(limit, async index => {
        if (index % filesPerLibrary === 0) {
          library?.close()
          library = await openSmallLibrary(path.join(folder, `library-${index}.sqlite`))
        }
        const text = mutated(limit.random)
        const fault = library && (await importAndLook(library, text))
        return fault === undefined ? undefined : `${fault}; the file began ${text.slice(0, 200)}`
      })
      library?.close()
      return found
    }),
}

function mutated(random: Random): string {
  return random.below(3) === 0
    ? editText(smallRun, random)
    : JSON.stringify(editJson(JSON.parse(smallRun), random))
}

async function importAndLook(library: Library, text: string): Promise<string | undefined> {
  let id: string
  try {
    id = await library.queries.importRun(asNewRun(text))
  } catch (error) {
    return notForUsers(error)
  }
  const fault = await findUnanswered(library, false)
  if (fault !== undefined) return fault
  await library.queries.deleteRun(id)
  const left = await library.queries.listRuns({ includeDeleted: false })
  return left.length === 0 ? undefined : 'an imported run could not be deleted'
}

/**
 * Where the mutation has left the id alone it becomes another one: the library keeps
 * deleted runs for a while.
 */
function asNewRun(text: string): string {
  return text.replace(smallRunId, randomUUID())
}
