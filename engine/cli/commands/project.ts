import type { Command } from 'commander'
import type { VariantReference } from '../../contract/comparison.ts'
import { Failure } from '../../contract/failure.ts'
import { ProjectionRequest } from '../../contract/projection.ts'
import { reportFormats } from '../../contract/report-format.ts'
import type { RunId, RunSummary } from '../../contract/run.ts'
import type { TargetName } from '../../contract/variant.ts'
import type { Library } from '../../library/library.ts'
import { findRun, withLibrary, type CommonOptions } from '../context.ts'
import { print } from '../terminal.ts'
import { parseFormat, parsePercent } from '../parse.ts'

type Options = CommonOptions &
  Readonly<{ model?: string; host?: string; baseline?: string; format: string; confidence: string }>

/** `project`: what the extra times of the model would change on a measured kernel, beside the published tables. */
export function addProjectCommand(program: Command): void {
  program
    .command('project')
    .description('estimate a kernel’s change from results of the model; nothing is measured')
    .option('--model <ID>', 'a run of stages on the model; by default the newest')
    .option(
      '--host <ID>',
      'a run on a kernel, of which the first variant counts; by default the newest on this one',
    )
    .option(
      '--baseline <VARIANT>',
      'label of the baseline in the run on the model; by default its first variant',
    )
    .option('--confidence <PERCENT>', 'of each interval', '95%')
    .option('--format <NAME>', reportFormats.join(', '), 'text')
    .option('--db <FILE>', 'the library to read')
    .option('--json', 'the same as --format json')
    .action(project)
}

async function project(options: Options): Promise<void> {
  const format = parseFormat(options)
  const confidence = parsePercent('--confidence', options.confidence) / 100
  await withLibrary(options, async library => {
    const model = await chosenRun(library, options.model, 'model')
    const host = await chosenRun(library, options.host, 'host')
    const labels = model.variantLabels
    const baselineIndex = options.baseline === undefined ? 0 : labels.indexOf(options.baseline)
    if (baselineIndex < 0)
      throw new Failure(
        'not-found',
        `The run on the model has no variant “${options.baseline ?? ''}”.`,
        `Choose one of: ${labels.join(', ')}.`,
      )
    const request = ProjectionRequest.safeParse({
      baseline: variantOf(model.id, baselineIndex),
      variants: [...labels.keys()]
        .filter(index => index !== baselineIndex)
        .map(index => variantOf(model.id, index)),
      host: variantOf(host.id, 0),
      confidence,
    })
    if (!request.success)
      throw new Failure(
        'not-comparable',
        'The run on the model has a single variant: nothing differs from the baseline.',
        'Run several: folio-lab run --target model --variant all-stages',
      )
    print(await library.queries.renderProjection({ request: request.data, format }))
  })
}

async function chosenRun(library: Library, id: string | undefined, target: TargetName): Promise<RunSummary> {
  const runs = await library.queries.listRuns({ includeDeleted: id !== undefined })
  const wanted = id === undefined ? undefined : await findRun(library, id)
  const run = runs.find(other => (wanted === undefined ? other.target === target : other.id === wanted))
  if (run) return run
  throw new Failure(
    'not-found',
    `The library holds no run on the target “${target}”.`,
    `Take one: folio-lab run --target ${target}`,
  )
}

function variantOf(runId: RunId, variantIndex: number): VariantReference {
  return { runId, variantIndex }
}
