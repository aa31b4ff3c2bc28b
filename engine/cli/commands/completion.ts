import type { Command } from 'commander'
import { bashCompletion } from '../bash-completion.ts'
import { print } from '../terminal.ts'

/** `completion`: what makes the shell complete commands and options. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print what makes bash complete commands and options: source <(folio-lab completion)')
    .action(() => print(bashCompletion(program)))
}
