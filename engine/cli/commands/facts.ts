import type { Command } from 'commander'
import { environmentTable } from '../../report/content/environment-table.ts'
import { left, textCell, type Table } from '../../report/content/table.ts'
import { renderText } from '../../report/format/text.ts'
import type { PreflightCheck } from '../../contract/environment.ts'
import { systemClock } from '../../process/clock.ts'
import { inspectMachine } from '../../session/inspect-machine.ts'
import { applicationVersion, onOption, withPlaces, type CommonOptions, type OnOption } from '../context.ts'
import { print, printJson } from '../terminal.ts'

/** `facts`: what this machine is and whether it is fit to measure. */
export function addFactsCommand(program: Command): void {
  program
    .command('facts')
    .description('show what this machine is and whether it is fit to measure')
    .option(...onOption)
    .option('--json', 'print all facts as JSON')
    .action(facts)
}

async function facts(options: CommonOptions & OnOption): Promise<void> {
  const reports = await withPlaces(options, places =>
    Promise.all(
      places.map(place => inspectMachine(place.startLooking, applicationVersion, systemClock, place)),
    ),
  )
  if (options.json === true) printJson(reports.length === 1 ? reports[0] : reports)
  else
    for (const { environment, preflight } of reports)
      print(renderText([environmentTable(environment), preflightTable(preflight)]))
}

function preflightTable(checks: readonly PreflightCheck[]): Table {
  return {
    title: 'Preflight checks',
    columns: [left('check'), left('status'), left('finding')],
    rows: checks.map(({ title, status, finding }) => [title, status, finding].map(textCell)),
    notes: checks
      .filter(({ remedy }) => remedy !== '')
      .map(({ title, consequence, remedy }) => `${title}: ${consequence} Fix: ${remedy}`),
  }
}
