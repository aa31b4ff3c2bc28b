import type { Command } from 'commander'
import { manualPage } from '../manual-page.ts'
import { print } from '../terminal.ts'

/** `manual`: the manual page, for `man -l -` and for packages. */
export function addManualCommand(program: Command): void {
  program
    .command('manual')
    .description('print the manual page: folio-lab manual | man -l -')
    .action(() => print(manualPage(program)))
}
