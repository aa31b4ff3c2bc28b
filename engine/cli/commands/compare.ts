import type { Command } from 'commander'
import { CompareRequest, type VariantReference } from '../../contract/comparison.ts'
import { describeInputError, Failure } from '../../contract/failure.ts'
import { reportFormats, type ReportFormat } from '../../contract/report-format.ts'
import { isMeasuredForItself, type RunId, type RunSummary } from '../../contract/run.ts'
import { TargetName } from '../../contract/variant.ts'
import type { Library } from '../../library/library.ts'
import { defaultThresholdPercent } from '../../statistics/verdict.ts'
import { findRun, withLibrary, type CommonOptions } from '../context.ts'
import { print } from '../terminal.ts'
import { commandLineOption } from '../output-file.ts'
import { parseChoice, parseFormat, parsePercent } from '../parse.ts'

type Options = CommonOptions &
  Readonly<{
    baseline?: string
    run?: string[]
    format: string
    confidence: string
    threshold: string
    by: string
    variant?: string
    insist?: boolean
    withCommandLine?: boolean
  }>

const waysToCompare = ['run', 'machine'] as const

type LabelledVariant = Readonly<{ label: string; reference: VariantReference }>

/** `compare`: percent change of every variant of some runs against a baseline. */
export function addCompareCommand(program: Command): void {
  program
    .command('compare')
    .description('show the percent change of variants against a baseline')
    .option(
      '--baseline <VARIANT>',
      'label of the baseline; by default the pinned one, else the first variant',
    )
    .option('--run <ID...>', 'runs whose variants are compared; by default the newest')
    .option('--format <NAME>', reportFormats.join(', '), 'text')
    .option('--confidence <PERCENT>', 'confidence level of each interval', '95%')
    .option('--threshold <PERCENT>', 'ignore changes smaller than this', `${defaultThresholdPercent}%`)
    .option(
      '--by <WAY>',
      'run: against one baseline; machine: each machine against its own, by default in its newest run',
      'run',
    )
    .option('--variant <NAME>', 'with --by machine, the one variant to compare; by default all')
    .option(
      '--insist',
      'compare runs measured under different conditions too, with a warning and without verdicts',
    )
    .option(...commandLineOption)
    .option('--db <FILE>', 'the library to read')
    .option('--json', 'the same as --format json')
    .action(compare)
}

async function compare(options: Options): Promise<void> {
  const format = parseFormat(options)
  if (parseChoice('--by', options.by, waysToCompare) === 'machine') return compareByMachine(options, format)
  const { withCommandLine = false } = options
  const choices = {
    confidence: parsePercent('--confidence', options.confidence) / 100,
    thresholdPercent: parsePercent('--threshold', options.threshold),
    insist: options.insist ?? false,
  }
  await withLibrary(options, async library => {
    const all = (await chosenRuns(library, options.run)).flatMap(variantsOf)
    const baseline = await chosenBaseline(library, all, options.baseline)
    const variants = all
      .map(({ reference }) => reference)
      .filter(({ runId, variantIndex }) => runId !== baseline.runId || variantIndex !== baseline.variantIndex)
    if (variants.length === 0)
      throw new Failure(
        'not-comparable',
        'There is nothing to compare the baseline with.',
        'Add runs with --run, or measure two variants: folio-lab run --variant a,b',
      )
    const request = CompareRequest.safeParse({ baseline, variants, ...choices })
    if (!request.success)
      throw new Failure(
        'bad-input',
        `These options do not describe a comparison: ${describeInputError(request.error)}.`,
        'Correct these options; “folio-lab compare --help” lists all of them.',
      )
    print(await library.queries.renderComparison({ request: request.data, format, withCommandLine }))
  })
}

/** Each machine against its own baseline, and all of them together. */
async function compareByMachine(options: Options, format: ReportFormat): Promise<void> {
  const { baseline, variant = null } = options
  await withLibrary(options, async library => {
    const runs = options.run && (await Promise.all(options.run.map(id => findRun(library, id))))
    const request = {
      runs: runs ?? null,
      ...(await baselineOfMachines(library, runs, baseline)),
      variant,
      thresholdPercent: parsePercent('--threshold', options.threshold),
    }
    print(await library.queries.renderMachines({ request, format }))
  })
}

/** The name given, else that of the first variant of the newest run that has two. */
async function baselineOfMachines(
  library: Library,
  ids: readonly RunId[] | undefined,
  name: string | undefined,
): Promise<Readonly<{ target: TargetName; baseline: string }>> {
  const runs = await library.queries.listRuns({ includeDeleted: ids !== undefined })
  const chosen = runs
    .filter(({ id }) => ids === undefined || ids.includes(id))
    .filter(({ variantLabels }) => variantLabels.length > 1)
  const fitting = chosen.find(({ variantLabels }) => name === undefined || variantLabels.includes(name))
  const target = TargetName.safeParse(fitting?.target)
  const [first] = fitting?.variantLabels ?? []
  if (target.success && first !== undefined) return { target: target.data, baseline: name ?? first }
  throw new Failure(
    'not-found',
    name === undefined
      ? 'The library holds no run of two variants.'
      : `No run has a variant “${name}” and another one to compare it with.`,
    'Start one, or import runs of other machines: folio-lab runs import FILE',
  )
}

async function chosenRuns(library: Library, ids: readonly string[] | undefined): Promise<RunSummary[]> {
  const runs = await library.queries.listRuns({ includeDeleted: ids !== undefined })
  if (ids === undefined) {
    const newest = runs.find(isMeasuredForItself)
    if (newest) return [newest]
    throw new Failure('not-found', 'The library holds no run.', 'Start one: folio-lab run')
  }
  const wanted = await Promise.all(ids.map(id => findRun(library, id)))
  return [...new Set(wanted)].flatMap(id => runs.filter(run => run.id === id))
}

function variantsOf({ id, variantLabels }: RunSummary): LabelledVariant[] {
  return variantLabels.map((label, variantIndex) => ({ label, reference: { runId: id, variantIndex } }))
}

async function chosenBaseline(
  library: Library,
  all: readonly LabelledVariant[],
  label: string | undefined,
): Promise<VariantReference> {
  if (label === undefined) {
    const reference = (await library.queries.getBaseline()) ?? all[0]?.reference
    if (reference) return reference
  }
  const found = all.find(variant => variant.label === label)
  if (found) return found.reference
  throw new Failure(
    'not-found',
    `No variant of these runs has the label “${label ?? ''}”.`,
    `Choose one of: ${[...new Set(all.map(variant => variant.label))].join(', ')}.`,
  )
}
