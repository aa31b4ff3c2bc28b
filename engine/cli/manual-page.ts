/** The manual page (man(7)), from the declarations of the commands. */
import type { Command, Help } from 'commander'

/** Section 1, as `man` reads it. */
export function manualPage(program: Command): string {
  const help = program.createHelp()
  return [
    `.TH FOLIO\\-LAB 1 "" "Folio Lab ${program.version() ?? ''}" "User Commands"`,
    '.SH NAME',
    `folio\\-lab \\- ${escapeRoff('measure what Linux pays to account for mappings of large folios')}`,
    '.SH SYNOPSIS',
    '.B folio\\-lab',
    '.br',
    '.B folio\\-lab',
    '.I COMMAND',
    '[\\fIoptions\\fR]',
    '.SH DESCRIPTION',
    escapeRoff(program.description()),
    'Without a command, the packaged program opens its window. Results go to standard output, everything else to standard error.',
    ...options(program, help),
    '.SH COMMANDS',
    ...commandsBelow(program, help).flatMap(command => describe(command, help)),
    ...fixedSections,
    '',
  ].join('\n')
}

/** All commands that do something by themselves, those of groups after their group. */
function commandsBelow(command: Command, help: Help): Command[] {
  return help
    .visibleCommands(command)
    .filter(child => child.name() !== 'help')
    .flatMap(child => [child, ...commandsBelow(child, help)])
}

function describe(command: Command, help: Help): string[] {
  return [
    `.SS "${escapeRoff(help.commandUsage(command)).replaceAll('"', "'")}"`,
    escapeRoff(help.commandDescription(command)),
    ...options(command, help),
  ]
}

function options(command: Command, help: Help): string[] {
  return help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .flatMap(option => [
      '.TP',
      `\\fB${escapeRoff(help.optionTerm(option))}\\fR`,
      escapeRoff(help.optionDescription(option)),
    ])
}

/** Nothing in a text is taken as a request, and a hyphen stays one that can be copied. */
function escapeRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/\n/g, ' ')
    .replace(/^([.'])/, '\\&$1')
}

const fixedSections = [
  '.SH FILES',
  '.TP',
  '.I $XDG_DATA_HOME/folio\\-lab/library.sqlite',
  'The library of all runs, by default in ~/.local/share/folio\\-lab.',
  '.SH EXIT STATUS',
  '0 on success, 1 when something failed, 2 when the command line was wrong, 130 when a run was cancelled.',
]
