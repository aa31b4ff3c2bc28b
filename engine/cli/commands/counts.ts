import type { Command } from 'commander'
import { expandCells } from '../../plan/expand-cells.ts'
import { operationCountsTables } from '../../report/content/operation-counts-table.ts'
import { returnsChoices } from '../../contract/returns.ts'
import { renderText } from '../../report/format/text.ts'
import { countOperations } from '../../session/count-operations.ts'
import { inspectMachine } from '../../session/inspect-machine.ts'
import { systemClock } from '../../process/clock.ts'
import { applicationVersion, startAgent, type CommonOptions } from '../context.ts'
import { print, printJson } from '../terminal.ts'
import { ownVariantHelp } from '../model-variants.ts'
import { planFrom } from '../plan-options.ts'

type Options = CommonOptions &
  Readonly<
    Record<'bench' | 'variant' | 'size' | 'folio' | 'tasks' | 'readers' | 'work' | 'form' | 'returns', string>
  >

/** `counts`: what each scheme of the model does for a page, counted rather than timed. */
export function addCountsCommand(program: Command): void {
  program
    .command('counts')
    .description(
      'count what schemes of the model do: atomics, plain accesses, locks per page; nothing is timed',
    )
    .option('--bench <LIST>', 'benchmarks separated by commas, or “all”', 'remap,munmap,fork,cow')
    .option('--variant <LIST>', 'schemes, “all-stages”, “all-schemes”, or own variants', 'all-stages')
    .option('--size <BYTES>', 'size of the region', '32M')
    .option('--folio <LIST>', 'folio sizes, such as 64K,2M', '2M')
    .option(
      '--tasks <LIST>',
      'task counts for anon-cow-seq, anon-cow-rand, read-mapcount and read-shared',
      '1',
    )
    .option('--readers <N>', 'concurrent reader threads that ask “exclusive?”', '0')
    .option('--work <KIND>', 'full operations, or accounting: the accounting calls alone', 'full')
    .option('--form <NAME>', 'sound: the corrected code; posted: exactly as posted in 2023', 'sound')
    .option('--returns <LIST>', `how functions return: ${returnsChoices.join(', ')}`, 'host')
    .option('--json', 'print the counts as JSON')
    .addHelpText('after', ownVariantHelp)
    .action(count)
}

async function count(options: Options): Promise<void> {
  const report = await inspectMachine(startAgent, applicationVersion, systemClock)
  const plan = planFrom({ ...options, ...otherwise }, report)
  const variants = plan.variants.flatMap(variant => (variant.target === 'model' ? [variant] : []))
  const cases = await countOperations(startAgent, { variants, cells: expandCells(plan) })
  if (options.json === true) printJson(cases)
  else print(renderText(operationCountsTables(cases)))
}

/** What a run has and counting does not need. */
const otherwise = { preset: 'quick', target: 'model', seed: '1', clock: 'instructions' }
