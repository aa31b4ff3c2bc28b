import { largestTextForWindow } from '../../engine/contract/bounds.ts'
import { Failure, toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import { formatBytes } from '../../engine/text/size-text.ts'
import { useNotices } from './notices.ts'

/** A file that was not imported. */
type Refusal = Readonly<{ name: string; record: FailureRecord }>

/**
 * Imports the text of each file with `add`, which answers what it was. Those that could not be
 * imported share one banner, which names each with its reason.
 */
export async function importFiles(
  files: readonly File[],
  add: (text: string) => Promise<string>,
): Promise<void> {
  const notices = useNotices()
  const imported: string[] = []
  const refusals: Refusal[] = []
  for (const file of files)
    try {
      refuseTooLarge(file)
      imported.push(`${await add(await file.text())} from ${file.name}`)
    } catch (error) {
      refusals.push({ name: file.name, record: toFailureRecord(error) })
    }
  if (imported.length > 0)
    notices.tell(`Imported ${imported.length === 1 ? imported.join('') : `${imported.length} files`}.`)
  const [only] = refusals
  if (!only) notices.withdraw('import')
  else if (refusals.length === 1) notices.report(failureOf(only), 'import')
  else notices.report(failureOfAll(refusals, files.length), 'import', refusals.map(lineOf))
}

/** Before it is read: a text of any size would take the memory of the page. */
function refuseTooLarge({ size }: File): void {
  if (size > largestTextForWindow)
    throw new Failure(
      'bad-input',
      `It is larger than ${formatBytes(largestTextForWindow)}, too large for the window.`,
      'Import it with the command line: folio-lab runs import FILE',
    )
}

function failureOf({ name, record }: Refusal): Failure {
  return new Failure(record.code, `${name} was not imported. ${record.message}`, record.advice)
}

function failureOfAll(refusals: readonly Refusal[], files: number): Failure {
  const advices = new Set(refusals.map(({ record }) => record.advice))
  const [advice = ''] = advices.size === 1 ? advices : []
  return new Failure('bad-input', `${refusals.length} of ${files} files were not imported:`, advice)
}

function lineOf({ name, record }: Refusal): string {
  return `${name}: ${record.message}`
}
