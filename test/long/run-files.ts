/** Mutated run files are imported, or refused in words; what was imported can be listed, shown and deleted. */
import path from 'node:path'
import { editJson, editText } from './mutate.ts'
import { repeat, type Experiment } from './experiment.ts'
import { findUnanswered, inScratchFolder, notForUsers, openSmallLibrary, smallRun } from './small-library.ts'

export const runFiles: Experiment = {
  key: 'run-files',
  name: 'mutated run files imported',
  unit: 'files',
  full: 10_000,
  run: limit =>
    repeat(limit, async () => {
      const text =
        limit.random.below(3) === 0
          ? editText(smallRun, limit.random)
          : JSON.stringify(editJson(JSON.parse(smallRun), limit.random))
      const fault = await inScratchFolder(folder => importAndLook(path.join(folder, 'library.sqlite'), text))
      return fault === undefined ? undefined : `${fault}; the file began ${text.slice(0, 200)}`
    }),
}

async function importAndLook(file: string, text: string): Promise<string | undefined> {
  const library = await openSmallLibrary(file)
  try {
    let id: string
    try {
      id = await library.queries.importRun(text)
    } catch (error) {
      return notForUsers(error)
    }
    const fault = await findUnanswered(library)
    if (fault !== undefined) return fault
    await library.queries.deleteRun(id)
    const left = await library.queries.listRuns({ includeDeleted: false })
    return left.length === 0 ? undefined : 'an imported run could not be deleted'
  } finally {
    library.close()
  }
}
