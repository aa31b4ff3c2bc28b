/** What is ticked in the card of own variants, and the combinations that it makes. Pure. */
import {
  reasonAgainst,
  shortName,
  switches,
  switchesOfScheme,
  type OwnVariant,
  type SwitchKey,
  type Switches,
} from '../../../engine/contract/own-variant.ts'
import type { Returns } from '../../../engine/contract/returns.ts'

/** The ticked words of each switch, in the order of the switches. */
export type Ticked = Readonly<Record<SwitchKey, readonly string[]>>

/** The ticks of one combination: of each switch the one word that it has. */
export function tickedOf(chosen: Switches): Ticked {
  return Object.fromEntries(switches.map(({ key }) => [key, [chosen[key]]])) as unknown as Ticked
}

/** The ticks of a stage to begin with. */
export function tickedOfStage(stage: string): Ticked | null {
  const chosen = switchesOfScheme(stage)
  return chosen && tickedOf(chosen)
}

/** The ticks with one more or one less; words stay in the order of the switch. */
export function withTick(ticked: Ticked, key: SwitchKey, word: string, isTicked: boolean): Ticked {
  const words: readonly string[] =
    switches.find(other => other.key === key)?.choices.map(choice => choice.word) ?? []
  return {
    ...ticked,
    [key]: words.filter(other => (other === word ? isTicked : ticked[key].includes(other))),
  }
}

/** What the ticked words make. */
export type Combined = Readonly<{
  /** Every combination that the model holds; none where a switch has no word. */
  combinations: readonly Switches[]
  /** How many it does not hold, and why not. */
  leftOut: number
  reasons: readonly string[]
}>

/** Every combination of the ticked words that makes a variant, and why the others make none. */
export function combine(ticked: Ticked): Combined {
  const all = everyCombination(ticked)
  const reasons = all.flatMap(chosen => reasonAgainst(chosen) ?? [])
  return {
    combinations: all.filter(chosen => reasonAgainst(chosen) === null),
    leftOut: reasons.length,
    reasons: [...new Set(reasons)],
  }
}

/** Why a word makes no variant with what is ticked otherwise; null where it makes one. */
export function reasonAgainstWord(ticked: Ticked, key: SwitchKey, word: string): string | null {
  const { combinations, reasons } = combine({ ...ticked, [key]: [word] })
  return combinations.length > 0 ? null : (reasons[0] ?? null)
}

function everyCombination(ticked: Ticked): Switches[] {
  return switches.reduce<Record<string, string>[]>(
    (made, { key }) => made.flatMap(one => ticked[key].map(word => ({ ...one, [key]: word }))),
    [{}],
  ) as unknown as Switches[]
}

/** How the functions of a variant return: in one way, or as the run says for all others. */
export type OwnReturns = Returns | 'run'

/**
 * The variants that the card adds, each combination with each kind of returns: a single one under
 * the name that was typed, several under short names of ours. A name that is taken gets a number.
 */
export function variantsOf(
  combinations: readonly Switches[],
  kinds: readonly OwnReturns[],
  typed: string,
  taken: readonly string[],
): OwnVariant[] {
  const names = new Set(taken)
  const isSingle = combinations.length * kinds.length === 1
  return combinations.flatMap(chosen =>
    kinds.map(kind => {
      const short = kind === 'run' ? shortName(chosen) : `${shortName(chosen)} (${kind})`
      const name = freeName(isSingle && typed.trim() !== '' ? typed.trim() : short, names)
      names.add(name)
      return { name, switches: chosen, ...(kind === 'run' ? {} : { returns: kind }) }
    }),
  )
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted
  for (let number = 2; ; number++) {
    const name = `${wanted} ${number}`
    if (!taken.has(name)) return name
  }
}
