/** Everything that can be done, as the list of commands shows it. */

export type CommandAction =
  | Readonly<{ kind: 'show'; path: string }>
  | Readonly<{ kind: 'theme'; theme: 'system' | 'light' | 'dark' }>
  | Readonly<{ kind: 'run'; what: 'pause' | 'proceed' | 'cancel' }>
  | Readonly<{ kind: 'cancel-advice' }>
  | Readonly<{ kind: 'window' | 'inspect' | 'folder' | 'print' | 'back-up' | 'restore' }>
  | Readonly<{ kind: 'calibrate'; target: 'host' | 'model' }>
  /** What only the screen that is shown can do. */
  | Readonly<{ kind: 'call'; call: () => unknown; takesFocus?: boolean | undefined }>

type Offer = Readonly<{
  title: string
  /** As it is pressed; empty where there is none. */
  shortcut: string
  action: CommandAction
}>

/** A command under the heading of its kind. */
export type Command = Offer &
  Readonly<{ group: 'Under way' | 'On this screen' | 'Go to' | 'Anywhere' | 'Runs' }>

/** What a screen offers while it is shown. */
export type ScreenCommand = Readonly<{
  title: string
  shortcut?: string
  /** Whether it moves the focus, which then does not return to where it was before the list. */
  takesFocus?: boolean
  call: () => unknown
}>

const screens: readonly Offer[] = [
  { title: 'New run', shortcut: 'Ctrl N', action: { kind: 'show', path: '/new-run' } },
  { title: 'Machine', shortcut: 'Ctrl 1', action: { kind: 'show', path: '/machine' } },
  { title: 'Live', shortcut: 'Ctrl 2', action: { kind: 'show', path: '/live' } },
  { title: 'Runs', shortcut: 'Ctrl 3', action: { kind: 'show', path: '/runs' } },
  { title: 'Deleted runs', shortcut: '', action: { kind: 'show', path: '/runs?deleted' } },
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

const always: readonly Offer[] = [
  { title: 'Inspect this machine again', shortcut: '', action: { kind: 'inspect' } },
  {
    title: 'Calibrate this kernel: measure its noise floor, 10 min',
    shortcut: '',
    action: { kind: 'calibrate', target: 'host' },
  },
  {
    title: 'Calibrate the model: measure its noise floor, 10 min',
    shortcut: '',
    action: { kind: 'calibrate', target: 'model' },
  },
  { title: 'New window', shortcut: 'Ctrl Shift N', action: { kind: 'window' } },
  { title: 'Print this screen', shortcut: 'Ctrl P', action: { kind: 'print' } },
  { title: 'Copy the library to a file', shortcut: '', action: { kind: 'back-up' } },
  { title: 'Restore the library from a copy', shortcut: '', action: { kind: 'restore' } },
  { title: 'Open the data folder', shortcut: '', action: { kind: 'folder' } },
  { title: 'Light theme', shortcut: '', action: { kind: 'theme', theme: 'light' } },
  { title: 'Dark theme', shortcut: '', action: { kind: 'theme', theme: 'dark' } },
  { title: 'Theme of the system', shortcut: '', action: { kind: 'theme', theme: 'system' } },
]

/** What the list of commands depends on. */
type CommandContext = Readonly<{
  underWay: 'none' | 'sampling' | 'paused' | 'advice'
  /** What the screen that is shown offers. */
  onScreen: readonly ScreenCommand[]
  /** Runs that can be opened by their names. */
  runs: readonly Readonly<{ id: string; label: string }>[]
}>

/** The commands that make sense now: about what is under way and the shown screen first. */
export function commandsFor({ underWay, onScreen, runs }: CommandContext): readonly Command[] {
  return [
    ...underWayOffers[underWay].map(offer => ({ ...offer, group: 'Under way' as const })),
    ...onScreen.map(({ title, shortcut = '', takesFocus, call }) => ({
      title,
      shortcut,
      action: { kind: 'call' as const, call, takesFocus },
      group: 'On this screen' as const,
    })),
    ...screens.map(offer => ({ ...offer, group: 'Go to' as const })),
    ...always.map(offer => ({ ...offer, group: 'Anywhere' as const })),
    ...runs.map(({ id, label }) => ({
      title: `Open run “${label}”`,
      shortcut: '',
      action: { kind: 'show' as const, path: `/runs/${id}` },
      group: 'Runs' as const,
    })),
  ]
}

const cancelRun: Offer = {
  title: 'Cancel the run; samples are kept',
  shortcut: '',
  action: { kind: 'run', what: 'cancel' },
}

const underWayOffers: Readonly<Record<CommandContext['underWay'], readonly Offer[]>> = {
  none: [],
  advice: [{ title: 'Cancel the advice', shortcut: '', action: { kind: 'cancel-advice' } }],
  sampling: [{ title: 'Pause the run', shortcut: '', action: { kind: 'run', what: 'pause' } }, cancelRun],
  paused: [{ title: 'Resume the run', shortcut: '', action: { kind: 'run', what: 'proceed' } }, cancelRun],
}

/**
 * Commands whose title holds every word of `text`; those that begin with it come first. Without a
 * text all but the runs, which are found by their names alone.
 */
export function filterCommands(commands: readonly Command[], text: string): readonly Command[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return commands.filter(({ group }) => group !== 'Runs')
  const words = wanted.split(/\s+/)
  const found = commands.filter(({ title }) => words.every(word => title.toLowerCase().includes(word)))
  const begins = found.filter(({ title }) => title.toLowerCase().startsWith(wanted))
  return [...begins, ...found.filter(command => !begins.includes(command))]
}
