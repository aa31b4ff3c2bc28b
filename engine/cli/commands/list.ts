import type { Command } from 'commander'
import { presetNames } from '../../plan/presets.ts'
import { returnsConsequences, returnsTitles } from '../../contract/returns.ts'
import { switches } from '../../contract/own-variant.ts'
import { metadataTable } from '../../report/content/metadata-table.ts'
import { left, textCell, type Table } from '../../report/content/table.ts'
import { renderText } from '../../report/format/text.ts'
import { startAgent, type CommonOptions } from '../context.ts'
import { print, printJson } from '../terminal.ts'

/** `list`: what can be run here. */
export function addListCommand(program: Command): void {
  program
    .command('list')
    .description('list benchmarks, schemes and presets')
    .option('--json', 'print them as JSON')
    .action(list)
}

async function list({ json }: CommonOptions): Promise<void> {
  const agent = await startAgent()
  await agent.close()
  const { targets, benchmarks, schemes, returns } = agent.hello
  if (json === true) printJson({ targets, benchmarks, schemes, switches, returns, presets: presetNames })
  else
    print(
      renderText([
        nameTable('Benchmarks', benchmarks),
        ...(schemes.length === 0
          ? []
          : [
              nameTable('Schemes of the model', schemes),
              metadataTable(schemes),
              switchTable(),
              nameTable(
                'Returns of the model (--returns)',
                returns.map(name => ({
                  name,
                  summary: `${returnsTitles[name]}. ${returnsConsequences[name]}`,
                })),
              ),
            ]),
        nameTable(
          'Presets',
          presetNames.map(name => ({ name, summary: presetSummaries[name] })),
        ),
      ]),
    )
}

const presetSummaries = {
  quick: 'All benchmarks in about a minute.',
  standard: 'All benchmarks at 1 GiB until intervals are ±1 % wide, or 15 minutes.',
  full: 'All benchmarks and task counts at 1 GiB until intervals are ±0.5 % wide.',
  sizes: 'munmap and fork with folios of every size, a page to 2 MiB, in a few minutes.',
  series: 'As the published tables over folio sizes: munmap, fork, cow-byte and cow-reuse-byte at 1 GiB.',
} as const

/** What own variants are made of. */
function switchTable(): Table {
  return {
    title: 'Switches of own variants of the model (--variant NAME:exclusive=cmpxchg,batch=all)',
    columns: [left('switch'), left('word'), left('what it is')],
    rows: switches.flatMap(({ key, choices }) =>
      choices.map(({ word, summary }, index) => [
        textCell(index === 0 ? key : ''),
        textCell(word),
        textCell(summary),
      ]),
    ),
    notes: [
      'A switch that is not given has its first word; all first words together are the stage 123. ' +
        'from=STAGE starts from another stage instead.',
    ],
  }
}

function nameTable(title: string, entries: readonly Readonly<{ name: string; summary: string }>[]): Table {
  return {
    title,
    columns: [left('name'), left('summary')],
    rows: entries.map(({ name, summary }) => [textCell(name), textCell(summary)]),
    notes: [],
  }
}
