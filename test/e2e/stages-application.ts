/** The application over the library whose numbers are known. */
import { mkdirSync } from 'node:fs'
import { libraryPath } from '../../engine/process/data-folder.ts'
import { stageNames } from '../../engine/contract/variant.ts'
import { writeStagesLibrary, type StagesLibrary } from '../fixtures/stages-library.ts'
import { dataFolderOf, launch, type Application } from './application.ts'

export async function launchOverStages(
  dataHome: string,
): Promise<Readonly<{ application: Application; ids: StagesLibrary }>> {
  mkdirSync(dataFolderOf(dataHome), { recursive: true })
  const ids = await writeStagesLibrary(libraryPath(dataFolderOf(dataHome)))
  return { application: await launch(dataHome), ids }
}

/** Where all stages are compared with the first; `words` are more of the question. */
export function stagesAddress({ stages }: StagesLibrary, words = ''): string {
  const [baseline, ...others] = stageNames.map((_, index) => `${stages}.${index}`)
  return `/compare?baseline=${baseline}&with=${others.join(',')}${words}`
}
