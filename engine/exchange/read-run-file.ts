import { shortened } from '../contract/bounds.ts'
import { describeInputError, Failure } from '../contract/failure.ts'
import { RunFile, runFileFormat } from '../contract/run-file.ts'
import { Sample } from '../contract/sample.ts'
import { splitRunFile, type RunFilePart } from './split-run-file.ts'
import { upgradeRunFile } from './upgrade-run-file.ts'

/** A run file whose samples are read when they are asked for. */
export type ReadRunFile = Omit<RunFile, 'samples'> & Readonly<{ samples: () => Iterable<Sample> }>

const reasonCharacters = 1200

/**
 * The run in the text of a run file, brought to the current format; throws `bad-input` that
 * names what is wrong. The text comes in pieces and is read twice: the samples of a large run
 * are never in memory all at once.
 */
export function readRunFile(pieces: () => Iterable<string>): ReadRunFile {
  const members = new Map<string, unknown>()
  for (const part of partsOf(pieces()))
    if (part.kind === 'member') members.set(part.name, parseJson(part.text))
  const file = RunFile.safeParse(upgradeRunFile(Object.fromEntries(members)))
  if (!file.success) throw notARunFile(describeInputError(file.error))
  return { ...file.data, samples: () => samplesIn(pieces()) }
}

function* samplesIn(pieces: Iterable<string>): Generator<Sample> {
  for (const part of partsOf(pieces)) if (part.kind === 'sample') yield sampleOf(part.index, part.text)
}

function sampleOf(index: number, text: string): Sample {
  const sample = Sample.safeParse(parseJson(text))
  if (sample.success) return sample.data
  const issues = sample.error.issues.map(issue => ({ ...issue, path: ['samples', index, ...issue.path] }))
  throw notARunFile(describeInputError({ issues }))
}

function* partsOf(pieces: Iterable<string>): Generator<RunFilePart> {
  try {
    yield* splitRunFile(pieces)
  } catch (error) {
    throw error instanceof SyntaxError ? notARunFile(error.message) : error
  }
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
    `This is not a Folio Lab run file (${runFileFormat}): ${shortened(why, reasonCharacters)}.`,
    'Export the run again, or choose another file.',
  )
}
