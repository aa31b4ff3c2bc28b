/**
 * Own variants of the model: the parts of the published series as switches, in any combination.
 * Agents know a combination as a free configuration, `free:exclusive=cmpxchg,scope=values,…`
 * (docs/protocol.md); people give it a short name.
 */
import { describeInputError, Failure } from './failure.ts'
import { returnsChoices, type Returns, type ReturnsChoice } from './returns.ts'
import { Label, stageNames } from './variant.ts'

type Choice = Readonly<{ word: string; title: string; summary: string }>

/**
 * The switches with their words; the first of each is what a word that was not given stands for.
 */
export const switches = [
  {
    key: 'exclusive',
    title: 'Exclusive writer',
    summary: 'Whether a lone writer updates with plain loads and stores.',
    choices: [
      { word: 'off', title: 'Off', summary: 'Every update is atomic.' },
      { word: 'cmpxchg', title: 'cmpxchg', summary: 'A compare-and-exchange detects a lone writer.' },
      { word: 'add-return', title: 'add-return', summary: 'An atomic addition detects a lone writer.' },
    ],
  },
  {
    key: 'scope',
    title: 'Inside the section',
    summary: 'Which counters are updated inside the sequence-counted section.',
    choices: [
      { word: 'values', title: 'Values', summary: 'The total mapcount and the rmap values.' },
      { word: 'all', title: 'All mapcounts', summary: 'The mapcounts of pages and of the folio too.' },
    ],
  },
  {
    key: 'batch',
    title: 'Batching',
    summary: 'Where one call accounts for all pages of a folio.',
    choices: [
      { word: 'none', title: 'None', summary: 'Every page has a call of its own.' },
      { word: 'remap', title: 'Remap', summary: 'When a huge entry becomes a table of page entries.' },
      { word: 'all', title: 'Remap, fork and zap', summary: 'At fork and at unmapping too.' },
    ],
  },
  {
    key: 'values',
    title: 'rmap values',
    summary: 'How the parts of an rmap ID are kept and found.',
    choices: [
      {
        word: 'precomputed',
        title: 'Precomputed',
        summary:
          '1 to 3 values, whose parts each process keeps. Room for 2,097,151 processes with folios of 256 KiB to 2 MiB.',
      },
      {
        word: 'table',
        title: 'Table',
        summary: '4 to 6 values, looked up in tables. Room for 16,777,215 processes.',
      },
      {
        word: 'wide',
        title: 'Precomputed, wide',
        summary: 'As precomputed up to 128 KiB, 4 values above. Room for 16,777,215 processes.',
      },
    ],
  },
  {
    key: 'pagecounts',
    title: 'Mapcount per page',
    summary: 'Whether each page has a mapcount of its own.',
    choices: [
      { word: 'on', title: 'On', summary: 'As in the series.' },
      { word: 'off', title: 'Off', summary: 'Statistics follow the total alone.' },
    ],
  },
  {
    key: 'ids',
    title: 'rmap IDs',
    summary: 'Which IDs processes have.',
    choices: [
      { word: 'dense', title: 'Lowest free', summary: 'As a kernel hands them out.' },
      { word: 'random', title: 'Any', summary: 'Random, from the seed, so that few parts of an ID are 0.' },
    ],
  },
  {
    key: 'idea',
    title: 'An idea of the mail threads',
    summary: 'Ideas that were proposed but never posted.',
    choices: [
      { word: 'none', title: 'None', summary: 'As posted.' },
      {
        word: 'skip-zero',
        title: 'Skip zeros',
        summary: 'A value is left alone where its part of the ID is 0.',
      },
      {
        word: 'lock',
        title: 'Bit spinlock',
        summary: 'With an ordinary sequence count instead of the atomic one.',
      },
      {
        word: 'entire-untracked',
        title: 'Entire mappings untracked',
        summary: 'Mapping the whole folio changes no value; the total answers instead.',
      },
      {
        word: 'total-in-sequence',
        title: 'Total in the sequence',
        summary: 'Total mapcount and sequence count share one word.',
      },
      { word: 'spread', title: 'Spread', summary: 'Each value on a cache line of its own.' },
      { word: 'squeezed', title: 'Squeezed', summary: 'Everything on one cache line; up to 2 MiB.' },
      { word: 'narrow', title: 'Narrow values', summary: '8 values of 32 bits: room for 65,535 processes.' },
      {
        word: 'give-up',
        title: 'Give up',
        summary: 'After 16 contended sections a folio counts as shared until it is freed.',
      },
    ],
  },
] as const satisfies readonly Readonly<{
  key: string
  title: string
  summary: string
  choices: readonly Choice[]
}>[]

type Switch = (typeof switches)[number]
export type SwitchKey = Switch['key']

/** One word for each switch. */
export type Switches = Readonly<{
  [K in SwitchKey]: Extract<Switch, { key: K }>['choices'][number]['word']
}>

/**
 * A combination with the name that it has in a run, and how its functions return; without that they
 * return as the run says for all others, which may be in several ways.
 */
export type OwnVariant = Readonly<{ name: string; switches: Switches; returns?: Returns }>

/** The same as the command line names it, where `host` is as the running kernel. */
export type NamedSwitches = Readonly<{ name: string; switches: Switches; returns?: ReturnsChoice }>

/** How the name of a combination begins. */
export const freePrefix = 'free:'

export const defaultSwitches: Switches = {
  exclusive: 'off',
  scope: 'values',
  batch: 'none',
  values: 'precomputed',
  pagecounts: 'on',
  ids: 'dense',
  idea: 'none',
}

/** What a name leaves out where it is the default, so that earlier names stay what they were. */
const oftenLeftOut: readonly SwitchKey[] = ['ids', 'idea']

/** The stages that are combinations of switches. */
const stageSwitches: Readonly<Partial<Record<(typeof stageNames)[number], Switches>>> = {
  'rmap-id': { ...defaultSwitches, values: 'table' },
  '123': defaultSwitches,
  batch: { ...defaultSwitches, batch: 'remap' },
  exclusive: { ...defaultSwitches, batch: 'remap', exclusive: 'cmpxchg' },
  nocmpxchg: { ...defaultSwitches, batch: 'remap', exclusive: 'add-return' },
  all: { ...defaultSwitches, batch: 'remap', exclusive: 'add-return', scope: 'all' },
}

/** The stages that can be opened and changed, in their order. */
export const switchableStages = stageNames.filter(stage => stageSwitches[stage] !== undefined)

/** What the agent calls the combination. */
export function schemeOfSwitches(chosen: Switches): string {
  return (
    freePrefix +
    switches
      .filter(({ key }) => !oftenLeftOut.includes(key) || chosen[key] !== defaultSwitches[key])
      .map(({ key }) => `${key}=${chosen[key]}`)
      .join(',')
  )
}

/**
 * The combination behind the name of a scheme, which may be a stage; null for a scheme that is not
 * a combination.
 */
export function switchesOfScheme(scheme: string): Switches | null {
  const stage = stageNames.find(name => name === scheme)
  if (stage !== undefined) return stageSwitches[stage] ?? null
  if (!scheme.startsWith(freePrefix)) return null
  const words = new Map(scheme.slice(freePrefix.length).split(',').map(splitPair))
  const found = switches.map(({ key, choices }) => [
    key,
    words.has(key) || !oftenLeftOut.includes(key)
      ? choices.find(({ word }) => word === words.get(key))?.word
      : defaultSwitches[key],
  ])
  return found.every(([, word]) => word !== undefined) ? (Object.fromEntries(found) as Switches) : null
}

/** Why the model does not hold a combination, as a sentence; null where it does. */
export function reasonAgainst({
  exclusive,
  scope,
  batch,
  values,
  pagecounts,
  idea,
}: Switches): string | null {
  if (idea === 'none') return null
  if (batch !== 'remap' || values !== 'precomputed' || pagecounts !== 'on')
    return 'Ideas only go with batching at remap, precomputed values and a mapcount per page.'
  if (idea === 'lock' && exclusive !== 'off')
    return 'A lock keeps other writers out by itself: the exclusive writer has to be off.'
  if (idea === 'lock') return null
  if (idea === 'total-in-sequence' && exclusive !== 'off')
    return 'An exclusive writer already updates the total cheaply, so there is nothing to save: it has to be off.'
  if (idea === 'give-up' && exclusive === 'off')
    return 'Only an exclusive writer notices that others write at the same time: choose one.'
  if (scope === 'all' && exclusive !== 'add-return')
    return 'With this idea all mapcounts are inside the section only with add-return, as in the stage “all”.'
  return null
}

/** The stage that a combination equals; null where it equals none. */
export function stageOfSwitches(chosen: Switches): string | null {
  const scheme = schemeOfSwitches(chosen)
  return (
    stageNames.find(stage => {
      const own = stageSwitches[stage]
      return own !== undefined && schemeOfSwitches(own) === scheme
    }) ?? null
  )
}

/** What a combination is, as a sentence for people. */
export function describeSwitches(chosen: Switches): string {
  const reason = reasonAgainst(chosen)
  if (reason !== null) return reason
  const stage = stageOfSwitches(chosen)
  if (stage !== null) return `This is the stage “${stage}” of the published series.`
  if (chosen.exclusive === 'off' && chosen.scope === 'all')
    return 'This is no stage: the series recommends it where atomic additions cost as little as plain ones, and for PREEMPT_RT.'
  const near = nearestStage(chosen)
  return `This is no stage and no kernel: it is “${near.stage}” with ${near.changes.join(', ')}.`
}

/** `exclusive=cmpxchg, batch=all`: every word of a combination, for people. */
export function wordsOfSwitches(chosen: Switches): string {
  return switches.map(({ key }) => `${key}=${chosen[key]}`).join(', ')
}

/** The stage with the fewest other words, and these words. */
function nearestStage(chosen: Switches): Readonly<{ stage: string; changes: readonly string[] }> {
  const [nearest] = switchableStages
    .map(stage => ({ stage, changes: changesFrom(stageSwitches[stage] ?? defaultSwitches, chosen) }))
    .sort((one, other) => one.changes.length - other.changes.length)
  return nearest ?? { stage: '123', changes: changesFrom(defaultSwitches, chosen) }
}

function changesFrom(from: Switches, to: Switches): string[] {
  return switches.filter(({ key }) => from[key] !== to[key]).map(({ key }) => `${key}=${to[key]}`)
}

/**
 * A short name for a combination: the words that are not the defaults, such as `cmpxchg+batch-all`.
 */
export function shortName(chosen: Switches): string {
  const parts = switches
    .filter(({ key }) => chosen[key] !== defaultSwitches[key])
    .map(({ key }) => shortWords[key]?.[chosen[key]] ?? `${key}-${chosen[key]}`)
  return parts.length === 0 ? 'as-123' : parts.join('+')
}

const shortWords: Readonly<Partial<Record<SwitchKey, Readonly<Record<string, string>>>>> = {
  exclusive: { cmpxchg: 'cmpxchg', 'add-return': 'add-return' },
  values: { table: 'table', wide: 'wide' },
  pagecounts: { off: 'no-pagecounts' },
  idea: Object.fromEntries(switches[6].choices.map(({ word }) => [word, word])),
}

/**
 * Reads `exclusive=cmpxchg,batch=all`. What is not named is as in the stage `123`, or in the stage
 * that `from=STAGE` names. Throws `bad-input` for an unknown word.
 */
export function readSwitches(text: string): Switches {
  const pairs = text.split(',').map(splitPair)
  const from = pairs.find(([key]) => key === 'from')?.[1]
  const chosen: Record<string, string> = { ...startOf(from) }
  const seen = new Set<string>()
  for (const [key, word] of pairs) {
    if (seen.has(key)) throw wrong(`“${key}” is given twice`, 'Give each switch once.')
    seen.add(key)
    if (key === 'from') continue
    const known = switches.find(other => other.key === key)
    if (!known)
      throw wrong(
        `there is no switch “${key}”`,
        `Choose among ${switches.map(other => other.key).join(', ')}; from=STAGE copies a stage.`,
      )
    const words: readonly string[] = known.choices.map(choice => choice.word)
    if (!words.includes(word))
      throw wrong(`${key}=${word} does not exist`, `Choose one of ${words.join(', ')}.`)
    chosen[key] = word
  }
  const reason = reasonAgainst(chosen as Switches)
  if (reason !== null) throw wrong(`idea=${chosen.idea ?? ''} does not go with the rest`, reason)
  return chosen as Switches
}

function startOf(stage: string | undefined): Switches {
  if (stage === undefined) return defaultSwitches
  const start = switchableStages.includes(stage as (typeof stageNames)[number])
    ? switchesOfScheme(stage)
    : null
  if (start) return start
  throw wrong(
    `from=${stage} names no stage that has switches`,
    `Choose one of ${switchableStages.join(', ')}.`,
  )
}

function splitPair(text: string): [string, string] {
  const at = text.indexOf('=')
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}

function wrong(what: string, advice: string): Failure {
  return new Failure('bad-input', `Own variant: ${what}.`, advice)
}

/**
 * `NAME:exclusive=cmpxchg,batch=all`, with `returns=KIND` among the switches; null for a text that
 * has no such form. Throws as `readSwitches`.
 */
export function readOwnVariant(text: string): NamedSwitches | null {
  const [, name, words] = /^([^:=,]+):(.*)$/.exec(text) ?? []
  if (name === undefined || words === undefined) return null
  const label = Label.safeParse(name)
  if (!label.success) throw wrong(describeInputError(label.error), 'Put a short name before the colon.')
  return { name: label.data, ...readWithReturns(words) }
}

/** Switches as `readSwitches` reads them, and `returns=KIND` among them. */
export function readWithReturns(text: string): Omit<NamedSwitches, 'name'> {
  const pairs = text.split(',')
  const [own, again] = pairs.filter(isReturns)
  const others = pairs.filter(pair => !isReturns(pair))
  const chosen = others.length === 0 ? defaultSwitches : readSwitches(others.join(','))
  if (own === undefined) return { switches: chosen }
  if (again !== undefined) throw wrong('“returns” is given twice', 'Give each switch once.')
  const [, word] = splitPair(own)
  const returns = returnsChoices.find(choice => choice === word)
  if (!returns) throw wrong(`returns=${word} does not exist`, `Choose one of ${returnsChoices.join(', ')}.`)
  return { switches: chosen, returns }
}

function isReturns(pair: string): boolean {
  return splitPair(pair)[0] === 'returns'
}
