/** What is wrong with a plan, in the words of the command line. */
import { describeInputError, Failure } from '../contract/failure.ts'

type InputError = Parameters<typeof describeInputError>[0]

/** The options that decide the parts of a plan. */
const options: Readonly<Record<string, string>> = {
  benchmarks: '--bench',
  variants: '--variant',
  sizeBytes: '--size',
  folioSizes: '--folio',
  folioBytes: '--folio',
  tasks: '--tasks',
  'stopping.rounds': '--samples',
  'stopping.resolutionPercent': '--resolution',
  'stopping.budgetSeconds': '--budget',
  warmupRounds: '--warmup',
  seed: '--seed',
  cpus: '--cpus',
  label: '--label',
}

/** The parts of a variant that options of their own decide. */
const variantOptions: Readonly<Record<string, string>> = {
  memoryBytes: '--memory',
  bootParameters: '--append',
  cpus: '--vm-cpus',
  readers: '--readers',
}

/** `command`: whose help lists the options. */
export function planFailure({ issues }: InputError, command: string): Failure {
  const named = issues.map(issue => ({ ...issue, path: optionPath(issue.path) }))
  return new Failure(
    'bad-input',
    `${describeInputError({ issues: named })}.`,
    `Correct the option; “folio-lab ${command} --help” lists all of them.`,
  )
}

function optionPath(path: readonly PropertyKey[]): PropertyKey[] {
  const [first, second, third] = path.map(String)
  const ofVariant = first === 'variants' ? variantOptions[third ?? ''] : undefined
  const option = ofVariant ?? options[`${first}.${second}`] ?? options[first ?? '']
  return option === undefined ? [...path] : [option]
}
