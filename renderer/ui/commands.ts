/** Everything that can be done from anywhere, as the list of commands shows it. */

export type CommandAction =
  | Readonly<{ kind: 'show'; path: string }>
  | Readonly<{ kind: 'theme'; theme: 'system' | 'light' | 'dark' }>
  | Readonly<{ kind: 'run'; what: 'pause' | 'proceed' | 'cancel' }>
  | Readonly<{ kind: 'cancel-advice' }>
  | Readonly<{ kind: 'window' | 'inspect' | 'calibrate' | 'folder' }>

export type Command = Readonly<{
  title: string
  /**
   * As it is pressed; empty where there is none. The application menu binds them (main/menu.ts).
   */
  shortcut: string
  action: CommandAction
}>

const screens: readonly Command[] = [
  { title: 'New run', shortcut: 'Ctrl N', action: { kind: 'show', path: '/new-run' } },
  { title: 'Machine', shortcut: 'Ctrl 1', action: { kind: 'show', path: '/machine' } },
  { title: 'Live', shortcut: 'Ctrl 2', action: { kind: 'show', path: '/live' } },
  { title: 'Runs', shortcut: 'Ctrl 3', action: { kind: 'show', path: '/runs' } },
  { title: 'Compare', shortcut: 'Ctrl 4', action: { kind: 'show', path: '/compare' } },
  { title: 'History', shortcut: 'Ctrl 5', action: { kind: 'show', path: '/history' } },
  {
    title: 'Advisor: does the exclusive writer help here?',
    shortcut: 'Ctrl 6',
    action: { kind: 'show', path: '/advisor' },
  },
  {
    title: 'Machines: other machines to measure on',
    shortcut: 'Ctrl 7',
    action: { kind: 'show', path: '/machines' },
  },
  { title: 'Fleet: jobs on many machines', shortcut: 'Ctrl 8', action: { kind: 'show', path: '/fleet' } },
  {
    title: 'Kernels: fetch kernels to boot in virtual machines',
    shortcut: '',
    action: { kind: 'show', path: '/kernels' },
  },
  {
    title: 'Model: memory after a fork, answers, metadata, the counterexample',
    shortcut: '',
    action: { kind: 'show', path: '/model' },
  },
  {
    title: 'Atlas: the answers and stages of all machines',
    shortcut: '',
    action: { kind: 'show', path: '/atlas' },
  },
  { title: 'Settings', shortcut: 'Ctrl ,', action: { kind: 'show', path: '/settings' } },
  { title: 'Welcome', shortcut: '', action: { kind: 'show', path: '/welcome' } },
  { title: 'About Folio Lab, versions and licences', shortcut: '', action: { kind: 'show', path: '/about' } },
]

const always: readonly Command[] = [
  { title: 'Inspect this machine again', shortcut: '', action: { kind: 'inspect' } },
  { title: 'Calibrate this machine: measure its noise floor', shortcut: '', action: { kind: 'calibrate' } },
  { title: 'New window', shortcut: 'Ctrl Shift N', action: { kind: 'window' } },
  { title: 'Open the data folder', shortcut: '', action: { kind: 'folder' } },
  { title: 'Light theme', shortcut: '', action: { kind: 'theme', theme: 'light' } },
  { title: 'Dark theme', shortcut: '', action: { kind: 'theme', theme: 'dark' } },
  { title: 'Theme of the system', shortcut: '', action: { kind: 'theme', theme: 'system' } },
]

/** The commands that make sense now, those about what is under way first. */
export function commandsFor(underWay: 'none' | 'sampling' | 'paused' | 'advice'): readonly Command[] {
  if (underWay === 'none') return [...screens, ...always]
  if (underWay === 'advice')
    return [
      { title: 'Cancel the advice', shortcut: '', action: { kind: 'cancel-advice' } },
      ...screens,
      ...always,
    ]
  const first: Command =
    underWay === 'paused'
      ? { title: 'Resume the run', shortcut: '', action: { kind: 'run', what: 'proceed' } }
      : { title: 'Pause the run', shortcut: '', action: { kind: 'run', what: 'pause' } }
  const cancel: Command = {
    title: 'Cancel the run; samples are kept',
    shortcut: '',
    action: { kind: 'run', what: 'cancel' },
  }
  return [first, cancel, ...screens, ...always]
}

/** Commands whose title holds every word of `text`; those that begin with it come first. */
export function filterCommands(commands: readonly Command[], text: string): readonly Command[] {
  const wanted = text.trim().toLowerCase()
  const words = wanted.split(/\s+/)
  const found = commands.filter(({ title }) => words.every(word => title.toLowerCase().includes(word)))
  const begins = found.filter(({ title }) => title.toLowerCase().startsWith(wanted))
  return [...begins, ...found.filter(command => !begins.includes(command))]
}
