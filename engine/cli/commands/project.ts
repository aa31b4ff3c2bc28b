import type { Command } from 'commander'
import type { VariantReference } from '../../contract/comparison.ts'
import { Failure } from '../../contract/failure.ts'
import { ProjectionRequest } from '../../contract/projection.ts'
import { reportFormats, type ReportFormat } from '../../contract/report-format.ts'
import { hostReturns, returnsChoices, returnsTitles } from '../../contract/returns.ts'
import { isMeasuredForItself, type RunId, type RunSummary } from '../../contract/run.ts'
import type { TargetName } from '../../contract/variant.ts'
import type { Library } from '../../library/library.ts'
import { renderMarkdown } from '../../report/format/markdown.ts'
import { renderText } from '../../report/format/text.ts'
import { systemClock } from '../../process/clock.ts'
import { inspectMachine } from '../../session/inspect-machine.ts'
import { applicationVersion, findRun, startAgent, withLibrary, type CommonOptions } from '../context.ts'
import { parseChoice, parseFormat, parsePercent, parseReturns } from '../parse.ts'
import { print, printJson } from '../terminal.ts'
import { checkModel } from './check-model.ts'

type Options = CommonOptions &
  Readonly<{
    model?: string
    host?: string
    baseline?: string
    format: string
    confidence: string
    returns: string
    check?: boolean
  }>

/**
 * `project`: what the extra times of the model would change on a measured kernel,
 * beside the published tables.
 */
export function addProjectCommand(program: Command): void {
  program
    .command('project')
    .description('estimate a kernel’s change from results of the model; nothing is measured')
    .option('--model <ID>', 'a run of stages on the model; by default the newest')
    .option(
      '--host <ID>',
      'a run on a kernel, whose first variant is used; by default the newest on this kernel',
    )
    .option(
      '--baseline <VARIANT>',
      'label of the baseline in the run on the model; by default its first variant',
    )
    .option(
      '--returns <NAME>',
      `variants of the run on the model to take: ${returnsChoices.join(', ')}; host: as the measured kernel returns`,
      'host',
    )
    .option(
      '--check',
      'instead measure both for some minutes, to see how much of this kernel’s time the model explains',
    )
    .option('--confidence <PERCENT>', 'confidence level of each interval', '95%')
    .option('--format <NAME>', reportFormats.join(', '), 'text')
    .option('--db <FILE>', 'the library to read')
    .option('--json', 'the same as --format json')
    .action(project)
}

async function project(options: Options): Promise<void> {
  const format = parseFormat(options)
  const confidence = parsePercent('--confidence', options.confidence) / 100
  if (options.check === true) return check(options, format)
  await withLibrary(options, async library => {
    const model = await chosenRun(library, options.model, 'model')
    const host = await chosenRun(library, options.host, 'host')
    const labels = model.variantLabels
    const kept = await indicesOf(library, model.id, host.id, options)
    const baselineIndex = options.baseline === undefined ? (kept[0] ?? -1) : labels.indexOf(options.baseline)
    if (baselineIndex < 0)
      throw new Failure(
        'not-found',
        `The run on the model has no variant “${options.baseline ?? ''}”.`,
        `Choose one of: ${labels.join(', ')}.`,
      )
    const request = ProjectionRequest.safeParse({
      baseline: variantOf(model.id, baselineIndex),
      variants: kept.filter(index => index !== baselineIndex).map(index => variantOf(model.id, index)),
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

/**
 * The variants of the run on the model whose functions return as was asked for, or as
 * the measured kernel’s do.
 */
async function indicesOf(
  library: Library,
  modelId: RunId,
  hostId: RunId,
  options: Options,
): Promise<readonly number[]> {
  const [model, host] = [await library.queries.getRun(modelId), await library.queries.getRun(hostId)]
  const { variants } = model.plan
  const held = [...new Set(variants.flatMap(other => (other.target === 'model' ? [other.returns] : [])))]
  const choice = parseChoice('--returns', options.returns, returnsChoices)
  const kernel = host.environment.facts.cpu.kernelReturns
  const kind = choice === 'host' ? hostReturns({ kernel }) : choice
  const kept = [...variants.keys()].filter(index => {
    const variant = variants[index]
    return variant?.target === 'model' && variant.returns === kind
  })
  if (kept.length > 0) return kept
  throw new Failure(
    'not-comparable',
    `The run on the model has no variant with ${returnsTitles[kind]}; it has ${held.map(other => returnsTitles[other]).join(', ')}.`,
    `Start one: folio-lab run --target model --variant all-stages --returns ${kind}. Or project what the run has: --returns ${held[0] ?? 'plain'}.`,
  )
}

async function check(options: Options, format: ReportFormat): Promise<void> {
  const report = await inspectMachine(startAgent, applicationVersion, systemClock)
  const offer = { kernel: report.environment.facts.cpu.kernelReturns, held: report.hello.returns }
  const [returns = 'plain'] = parseReturns(options.returns, offer)
  await withLibrary(options, async library => {
    const { shares, table } = await checkModel(library, report, returns)
    if (format === 'json') printJson(shares)
    else print(format === 'markdown' ? renderMarkdown([table]) : renderText([table]))
  })
}

async function chosenRun(library: Library, id: string | undefined, target: TargetName): Promise<RunSummary> {
  const runs = await library.queries.listRuns({ includeDeleted: id !== undefined })
  const wanted = id === undefined ? undefined : await findRun(library, id)
  const run = runs.find(other =>
    wanted === undefined ? isMeasuredForItself(other) && other.target === target : other.id === wanted,
  )
  if (run) return run
  throw new Failure(
    'not-found',
    `The library holds no run on the target “${target}”.`,
    `Start one: folio-lab run --target ${target}`,
  )
}

function variantOf(runId: RunId, variantIndex: number): VariantReference {
  return { runId, variantIndex }
}
