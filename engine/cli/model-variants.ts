/** Variants of the model as the command line names them. */
import {
  freePrefix,
  readOwnVariant,
  readWithReturns,
  schemeOfSwitches,
  shortName,
  switches,
} from '../contract/own-variant.ts'
import { returnsChoices, type ReturnsChoice } from '../contract/returns.ts'
import { stageNames } from '../contract/variant.ts'

/**
 * The label that a variant has in its run, the scheme that the agent knows, and how its functions
 * return where that is set for it alone.
 */
export type NamedScheme = Readonly<{ label: string; scheme: string; returns?: ReturnsChoice }>

/** For the help of every option that takes them. */
export const ownVariantHelp = `
Own variants of the model are combinations of switches: NAME:SWITCH=WORD,SWITCH=WORD…
${switches.map(({ key, choices }) => `  ${key.padEnd(12)}${choices.map(({ word }) => word).join(', ')}`).join('\n')}
  returns     how its functions return: ${returnsChoices.join(', ')}; otherwise as --returns says
  from        a stage to begin with; by default 123, which the first word of each switch makes up
Example: --variant 123,mine:exclusive=cmpxchg,batch=all,again:from=all,exclusive=off`

const keys = ['from', 'returns', ...switches.map(({ key }) => key)].join('|')
const betweenVariants = new RegExp(`,(?!(?:${keys})=)`)

/**
 * The variants of a list: names of schemes, `all-stages`, `all-schemes`, own variants, and
 * `LABEL=SCHEME`, so that one scheme can be entered twice. Whether a scheme exists is known to the
 * agent. Throws `bad-input` for an unknown switch or word.
 */
export function readModelVariants(text: string, schemes: readonly string[]): NamedScheme[] {
  return text
    .split(betweenVariants)
    .map(word => word.trim())
    .filter(word => word !== '')
    .flatMap(name => (name === 'all-stages' ? stageNames : name === 'all-schemes' ? schemes : name))
    .map(name => readModelVariant(name, schemes))
}

function readModelVariant(text: string, schemes: readonly string[]): NamedScheme {
  if (schemes.includes(text) || text.startsWith('copy:')) return { label: text, scheme: text }
  if (text.startsWith(freePrefix)) {
    const { switches: chosen, ...returns } = readWithReturns(text.slice(freePrefix.length))
    return { label: shortName(chosen), scheme: schemeOfSwitches(chosen), ...returns }
  }
  const [, label, scheme] = /^([^:=]+)=(.+)$/.exec(text) ?? []
  if (label !== undefined && scheme !== undefined) return { ...readModelVariant(scheme, schemes), label }
  const own = readOwnVariant(text)
  if (!own) return { label: text, scheme: text }
  const { name, switches: chosen, ...returns } = own
  return { label: name, scheme: schemeOfSwitches(chosen), ...returns }
}
