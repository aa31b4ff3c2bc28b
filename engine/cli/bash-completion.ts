/** Completion for bash, from the declarations of the commands. */
import type { Command } from 'commander'

/** A script to be sourced; zsh reads it after `bashcompinit`. */
export function bashCompletion(program: Command): string {
  const levels = levelsOf(program, '')
  return [
    '# Completion of folio-lab for bash; for zsh after: autoload -U bashcompinit && bashcompinit',
    '_folio_lab() {',
    "  local command='' words='' word",
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    case "$command $word" in',
    `      ${levels
      .filter(({ path }) => path !== '')
      .map(({ path }) => `'${path}'`)
      .join(' | ')}) command="$command $word" ;;`,
    '    esac',
    '  done',
    '  case "$command" in',
    ...levels.map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`),
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -o bashdefault -o default -F _folio_lab folio-lab',
    '',
  ].join('\n')
}

type Level = Readonly<{ path: string; words: readonly string[] }>

/** What may follow each command: the commands below it and its options. */
function levelsOf(command: Command, path: string): Level[] {
  const help = command.createHelp()
  const commands = help.visibleCommands(command)
  const options = help.visibleOptions(command).flatMap(({ long, short }) => long ?? short ?? [])
  return [
    { path, words: [...commands.map(child => child.name()), ...options] },
    ...commands
      .filter(child => child.name() !== 'help')
      .flatMap(child => levelsOf(child, `${path} ${child.name()}`)),
  ]
}
