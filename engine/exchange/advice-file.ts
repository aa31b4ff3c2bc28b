import type { Advice } from '../contract/advice.ts'
import { AdviceFile, adviceFileFormat } from '../contract/atlas.ts'
import { shortened } from '../contract/bounds.ts'
import { describeInputError, Failure } from '../contract/failure.ts'
import { withoutCommandLine } from './without-command-line.ts'

const reasonCharacters = 1200

/** Advices as the text of a file for another library, without kernel command lines. */
export function exportAdvices(advices: readonly Advice[]): string {
  const file: AdviceFile = { format: adviceFileFormat, advices: advices.map(withoutCommandLine) }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** Whether a text says about itself that it is a file of advices; else it may be a run file. */
export function isAdviceFile(text: string): boolean {
  return /^\s*\{\s*"format"\s*:\s*"folio-lab\/advices\//.test(text)
}

/** The advices in the text of a file; throws `bad-input` that names what is wrong. */
export function readAdviceFile(text: string): readonly Advice[] {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    throw notAnAdviceFile(error instanceof Error ? error.message : String(error))
  }
  const file = AdviceFile.safeParse(content)
  if (!file.success) throw notAnAdviceFile(describeInputError(file.error))
  return file.data.advices
}

function notAnAdviceFile(why: string): Failure {
  return new Failure(
    'bad-input',
    `This is not a Folio Lab advice file (${adviceFileFormat}): ${shortened(why, reasonCharacters)}.`,
    'Export the answers again, or choose another file.',
  )
}
