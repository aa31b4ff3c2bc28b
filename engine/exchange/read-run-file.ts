import { describeInputError, Failure } from '../contract/failure.ts'
import { RunFile, runFileFormat } from '../contract/run-file.ts'
import { upgradeRunFile } from './upgrade-run-file.ts'

/** The run in the text of a run file, brought to the current format; throws `bad-input` that names what is wrong. */
export function readRunFile(text: string): RunFile {
  const file = RunFile.safeParse(upgradeRunFile(parseJson(text)))
  if (file.success) return file.data
  throw notARunFile(describeInputError(file.error))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw notARunFile(error instanceof Error ? error.message : String(error))
  }
}

function notARunFile(why: string): Failure {
  return new Failure(
    'bad-input',
    `This is no run file of format ${runFileFormat}: ${why}.`,
    'Export the run anew, or choose another file.',
  )
}
