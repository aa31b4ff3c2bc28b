/**
 * Every command of the command line with its options, declared once: help, manual and
 * completion are made from it.
 */
import { Command } from 'commander'
import { showControls } from '../text/escape-text.ts'
import { addAdviseCommand } from './commands/advise.ts'
import { addAtlasCommand } from './commands/atlas.ts'
import { addBisectCommand } from './commands/bisect.ts'
import { addCalibrateCommand } from './commands/calibrate.ts'
import { addCompareCommand } from './commands/compare.ts'
import { addCountsCommand } from './commands/counts.ts'
import { addFactsCommand } from './commands/facts.ts'
import { addFleetCommand } from './commands/fleet.ts'
import { addFunctionsCommand } from './commands/functions.ts'
import { addHistoryCommand } from './commands/history.ts'
import { addKernelsCommand } from './commands/kernels.ts'
import { addListCommand } from './commands/list.ts'
import { addMachinesCommand } from './commands/machines.ts'
import { addPhoneCommand } from './commands/phone.ts'
import { addProjectCommand } from './commands/project.ts'
import { addReportCommand } from './commands/report.ts'
import { addReproCommand } from './commands/repro.ts'
import { addRunCommand } from './commands/run.ts'
import { addRunsCommand } from './commands/runs.ts'
import { addCompletionCommand } from './commands/completion.ts'
import { addManualCommand } from './commands/manual.ts'
import { applicationVersion } from './context.ts'

/** The command `folio-lab`, before it is given any words. */
export function makeProgram(): Command {
  const program = new Command('folio-lab')
    .description('Measures what Linux pays to account for mappings of large folios.')
    .version(applicationVersion)
    .configureOutput({
      writeOut: text => process.stdout.write(showControls(text)),
      writeErr: text => process.stderr.write(showControls(text)),
    })
    .exitOverride()
  addFactsCommand(program)
  addListCommand(program)
  addRunCommand(program)
  addCompareCommand(program)
  addHistoryCommand(program)
  addCountsCommand(program)
  addPhoneCommand(program)
  addProjectCommand(program)
  addCalibrateCommand(program)
  addAdviseCommand(program)
  addAtlasCommand(program)
  addRunsCommand(program)
  addReportCommand(program)
  addMachinesCommand(program)
  addFleetCommand(program)
  addKernelsCommand(program)
  addReproCommand(program)
  addBisectCommand(program)
  addFunctionsCommand(program)
  addManualCommand(program)
  addCompletionCommand(program)
  return program
}
