/**
 * The fields of a new run that are typed: all that is known of each in one row, from which follow
 * its place on the screen, how it is read, and where the plan says that it is wrong. Pure.
 */
import type { Bytes } from '../../engine/contract/units.ts'
import { parseBytes } from '../../engine/text/size-text.ts'
import { readCpuList, readNumber, readNumbers } from './number-list.ts'

export const textFieldNames = [
  'readers',
  'memory',
  'guestCpus',
  'size',
  'folio',
  'tasks',
  'rounds',
  'resolution',
  'minimumRounds',
  'maximumRounds',
  'budget',
  'warmupRounds',
  'seed',
  'cpus',
] as const
export type TextFieldName = (typeof textFieldNames)[number]

/** What decides whether a field is there to be filled in. */
export type FormKind = Readonly<{
  target: 'host' | 'model' | 'vm'
  stopping: 'rounds' | 'resolution'
}>

export type TextField = Readonly<{
  label: string
  hint?: string
  section: 'model' | 'machine' | 'memory' | 'folio' | 'repetition' | 'order'
  /** What a touch screen offers to type with; letters where nothing is said. */
  keyboard?: 'numeric' | 'decimal'
  /** Where its value stands in a plan; `variants` stands for each of them. */
  path: string
  /** Whether a preset decides it. */
  isPreset: boolean
  isAsked: (form: FormKind) => boolean
  /** Whether the text is a value at all; what the value may be is the plan's business. */
  isReadable: (text: string) => boolean
  /** What to write instead of a text that is none. */
  advice: string
}>

function always(): boolean {
  return true
}

function isNumber(text: string): boolean {
  return !Number.isNaN(readNumber(text))
}

function isSize(text: string): boolean {
  return parseBytes(text) !== null
}

/** Sizes between commas; NaN for what is none. */
export function readSizes(text: string): Bytes[] {
  return text
    .split(',')
    .filter(part => part.trim() !== '')
    .map(part => parseBytes(part.trim()) ?? NaN)
}

function orNothing(isReadable: (text: string) => boolean): (text: string) => boolean {
  return text => text.trim() === '' || isReadable(text)
}

const number = { keyboard: 'numeric', isReadable: isNumber, advice: 'Enter a number.' } as const
const memory = { section: 'memory', isPreset: true, isAsked: always } as const
const repetition = { ...number, section: 'repetition', isPreset: true } as const

function isModel({ target }: FormKind): boolean {
  return target === 'model'
}

function isGuest({ target }: FormKind): boolean {
  return target === 'vm'
}

function isByRounds({ stopping }: FormKind): boolean {
  return stopping === 'rounds'
}

function isByResolution({ stopping }: FormKind): boolean {
  return stopping === 'resolution'
}

/** In the order of the screen. */
export const textFields: Readonly<Record<TextFieldName, TextField>> = {
  readers: {
    ...number,
    label: 'Readers',
    hint: 'Concurrent threads that ask whether a folio is exclusive',
    section: 'model',
    path: 'variants.readers',
    isPreset: false,
    isAsked: isModel,
  },
  memory: {
    label: 'Memory of each machine',
    hint: 'Leave empty to use what the largest case needs',
    section: 'machine',
    path: 'variants.memoryBytes',
    isPreset: false,
    isAsked: isGuest,
    isReadable: orNothing(isSize),
    advice: 'Enter a size such as 1 GiB, or leave it empty to use what the largest case needs.',
  },
  guestCpus: {
    ...number,
    label: 'CPUs of each machine',
    section: 'machine',
    path: 'variants.cpus',
    isPreset: false,
    isAsked: isGuest,
  },
  size: {
    ...memory,
    label: 'Region',
    hint: 'Such as 64 MiB or 1G',
    path: 'sizeBytes',
    isReadable: isSize,
    advice: 'Enter a size such as 64 MiB, 1G or 4096.',
  },
  folio: {
    ...memory,
    section: 'folio',
    label: 'Folio sizes',
    hint: 'Such as 4K, 64K, 2M: every benchmark runs with each size. 4 KiB are single pages.',
    path: 'folioSizes',
    isReadable: text => !readSizes(text).some(Number.isNaN),
    advice: 'Enter sizes such as 2 MiB or 4K, 64K, 2M.',
  },
  tasks: {
    ...memory,
    label: 'Tasks',
    hint: 'Processes of the throughput benchmarks',
    path: 'tasks',
    isReadable: text => !readNumbers(text).some(Number.isNaN),
    advice: 'Enter numbers such as 1, 2, 4.',
  },
  rounds: {
    ...repetition,
    label: 'Rounds',
    hint: 'At least 6; fewer give no interval',
    path: 'stopping.rounds',
    isAsked: isByRounds,
  },
  resolution: {
    ...repetition,
    label: 'Precision in ± %',
    hint: 'Ends when every interval is this narrow',
    keyboard: 'decimal',
    path: 'stopping.resolutionPercent',
    isAsked: isByResolution,
  },
  minimumRounds: {
    ...repetition,
    label: 'Minimum rounds',
    path: 'stopping.minimumRounds',
    isAsked: isByResolution,
  },
  maximumRounds: {
    ...repetition,
    label: 'Maximum rounds',
    path: 'stopping.maximumRounds',
    isAsked: isByResolution,
  },
  budget: {
    ...repetition,
    label: 'Time limit in minutes',
    hint: 'Leave empty for no limit',
    keyboard: 'decimal',
    path: 'stopping.budgetSeconds',
    isAsked: isByResolution,
    isReadable: orNothing(isNumber),
    advice: 'Enter a number of minutes, or leave it empty for no limit.',
  },
  warmupRounds: {
    ...repetition,
    label: 'Warm-up rounds',
    hint: 'Recorded but excluded from statistics',
    path: 'warmupRounds',
    isAsked: always,
  },
  seed: {
    ...number,
    label: 'Seed',
    hint: 'The same seed gives the same order of samples',
    section: 'order',
    path: 'seed',
    isPreset: false,
    isAsked: always,
  },
  cpus: {
    label: 'CPUs',
    hint: 'Such as 0-3,8; leave empty to let the scheduler decide',
    section: 'order',
    path: 'cpus',
    isPreset: false,
    isAsked: always,
    isReadable: text => !readCpuList(text).some(Number.isNaN),
    advice: 'Enter a CPU list such as 0-3,8, or leave it empty.',
  },
}

/** The fields of a section that this form asks for. */
export function fieldsOf(section: TextField['section'], form: FormKind): readonly TextFieldName[] {
  return textFieldNames.filter(name => textFields[name].section === section && textFields[name].isAsked(form))
}

/** The field whose value stands there in a plan. */
export function fieldAt(path: string): TextFieldName | undefined {
  return textFieldNames.find(name => textFields[name].path === path)
}
