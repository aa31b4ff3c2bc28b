import type { Command } from 'commander'
import { countFunctions, counterPluginOf, type FunctionCounts } from '../../agent/count-functions.ts'
import { VirtualMachines } from '../../agent/virtual-machines.ts'
import {
  benchmarkNames,
  benchmarkOf,
  controlBenchmarkNames,
  type BenchmarkName,
} from '../../contract/benchmark.ts'
import type { Cell } from '../../contract/case.ts'
import { Failure } from '../../contract/failure.ts'
import { functionDifferences, type CountedSide } from '../../contract/function-counts.ts'
import { Plan } from '../../contract/plan.ts'
import { functionTable } from '../../report/content/function-tables.ts'
import { renderText } from '../../report/format/text.ts'
import { formatBytes } from '../../text/size-text.ts'
import { agentPath } from '../agent-path.ts'
import type { CommonOptions } from '../context.ts'
import { archOption, armProcessorOption, kernelsFrom } from '../kernel-options.ts'
import { parseChoice, parseList, parseSize, parseWholeNumber } from '../parse.ts'
import { planFailure } from '../plan-failure.ts'
import { print, printJson, say } from '../terminal.ts'

type Options = Pick<CommonOptions, 'json'> &
  Readonly<{
    kernel?: string
    bench: string
    size: string
    folio: string
    warmup: string
    memory?: string
    append?: string[]
    arch?: string
    cpu?: string
  }>

/** `functions`: in which functions of a kernel two operations differ. */
export function addFunctionsCommand(program: Command): void {
  program
    .command('functions')
    .description(
      'show how the instructions of an operation spread over kernel functions, and where two kernels differ',
    )
    .requiredOption(
      '--kernel <LIST>',
      'two kernels, as for “run --target vm”; or one, and two of another option',
    )
    .option('--bench <LIST>', 'the operation, or two of them', 'munmap')
    .option('--size <BYTES>', 'size of the region', '4M')
    .option('--folio <LIST>', 'size of a folio, or two of them', '2M')
    .option('--append <WORDS>', 'boot parameters: compares the same kernel without and with them', collect)
    .option(...archOption)
    .option(...armProcessorOption)
    .option('--warmup <N>', 'warm-up passes, which are not counted', '3')
    .option('--memory <BYTES>', 'memory of the virtual machine')
    .option('--json', 'print all functions as JSON')
    .action(functions)
}

function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}

async function functions(options: Options): Promise<void> {
  const cells = cellsFrom(options)
  const benchmarks = [...new Set(cells.map(({ benchmark }) => benchmark))]
  const sizeBytes = parseSize('--size', options.size)
  const { bench, folio, warmup, json, size, ...kernelOptions } = options
  const kernels = kernelsFrom(
    { ...kernelOptions, clock: 'instructions' },
    { benchmarks, tasks: [1], sizeBytes },
  )
  if (kernels.length * cells.length !== 2)
    throw new Failure(
      'bad-input',
      `Exactly two sides are compared; these options name ${kernels.length * cells.length}.`,
      'Give two kernels, or one kernel and two of --bench, --folio or --cpu, or one --append.',
    )
  const agent = agentPath(process.env)
  const machines = new VirtualMachines(agent)
  const passes = parseWholeNumber('--warmup', warmup)
  const sides: CountedSide[] = []
  for (const kernel of kernels) {
    say(`counting in ${kernel.label}`)
    const counted = await countFunctions(machines, counterPluginOf(agent), kernel, cells, passes)
    sides.push(
      ...counted.map((counts, index) =>
        sideOf(counts, kernels.length > 1 ? kernel.label : labelOf(cells, index)),
      ),
    )
  }
  const [one, other] = sides
  if (!one || !other) throw new Error('a side was not counted')
  if (json === true) printJson({ sides: sides.map(asJson), differences: functionDifferences(one, other) })
  else print(renderText([functionTable(titleOf(cells, kernels), unitOf(cells), one, other)]))
}

function cellsFrom({ bench, size, folio }: Options): Cell[] {
  const sizeBytes = parseSize('--size', size)
  const benchmarks = parseList(bench).map(name => parseChoice('--bench', name, benchmarkNames))
  return benchmarks.flatMap(benchmark =>
    parseList(folio).map(text => checked(benchmark, sizeBytes, parseSize('--folio', text))),
  )
}

/** Checked as a plan of it would be. */
function checked(benchmark: BenchmarkName, sizeBytes: number, folioBytes: number): Cell {
  if (benchmarkOf(benchmark).metric !== 'time')
    throw new Failure(
      'bad-input',
      `${benchmark} measures throughput, which counted instructions do not have.`,
    )
  const plan = Plan.safeParse({
    label: 'functions',
    target: 'host',
    benchmarks: [benchmark],
    variants: [{ target: 'host', label: 'one' }],
    sizeBytes,
    folioSizes: [folioBytes],
    tasks: [1],
    stopping: { kind: 'rounds', rounds: 1 },
    warmupRounds: 0,
    seed: 0,
    changeSettings: false,
    cpus: [],
  })
  if (!plan.success) throw planFailure(plan.error, 'functions')
  return { benchmark, parameters: { sizeBytes, folioBytes, tasks: 1 } }
}

function sideOf({ functions, instructions, work }: FunctionCounts, label: string): CountedSide {
  return { label, functions, instructions, work }
}

function asJson({ functions, ...side }: CountedSide): object {
  return { ...side, functions: Object.fromEntries(functions) }
}

/** What distinguishes the cells of one kernel. */
function labelOf(cells: readonly Cell[], index: number): string {
  const cell = cells[index]
  if (!cell) return ''
  const isSameOperation = new Set(cells.map(({ benchmark }) => benchmark)).size === 1
  return isSameOperation ? formatBytes(cell.parameters.folioBytes) : cell.benchmark
}

function titleOf(cells: readonly Cell[], kernels: readonly Readonly<{ label: string }>[]): string {
  const [cell] = cells
  if (!cell) return ''
  const { sizeBytes, folioBytes } = cell.parameters
  const operation = [...new Set(cells.map(({ benchmark }) => benchmark))].join(' and ')
  const folios = [...new Set(cells.map(({ parameters }) => formatBytes(parameters.folioBytes)))].join(' and ')
  const names = kernels.map(({ label }) => label).join(' and ')
  return `${operation} of ${formatBytes(sizeBytes)} in folios of ${folios || formatBytes(folioBytes)}, ${names}`
}

function unitOf(cells: readonly Cell[]): string {
  return cells.every(({ benchmark }) => controlBenchmarkNames.some(name => name === benchmark))
    ? 'call'
    : 'page'
}
