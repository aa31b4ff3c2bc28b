/**
 * How functions return: what a kernel is patched to at boot, and what the
 * model can be compiled with.
 */
import * as z from 'zod'
import { lineCharacters, textUpTo } from './bounds.ts'
import { Failure } from './failure.ts'
import { orElse } from './or-else.ts'

export const returnsNames = ['plain', 'safe-ret', 'untrained', 'stuffing', 'aligned-thunk'] as const
export const Returns = z.enum(returnsNames)
export type Returns = z.infer<typeof Returns>

/** What was stored before kinds were distinguished had plain returns. */
export const StoredReturns = z.preprocess(orElse<Returns>('plain'), Returns)

/** What can be asked for: a kind, or the one of the running kernel. No plan holds `host`. */
export const returnsChoices = ['host', ...returnsNames] as const
export type ReturnsChoice = (typeof returnsChoices)[number]

/**
 * How the running kernel returns, and where that was read; null where the machine does not say.
 */
export type KernelReturns = Readonly<{ kind: Returns | null; source: string }>
export const KernelReturns = z.preprocess(
  orElse<KernelReturns>({ kind: null, source: 'not recorded' }), // earlier facts
  z.object({ kind: Returns.nullable(), source: textUpTo(lineCharacters) }),
)

export const returnsTitles: Readonly<Record<Returns, string>> = {
  plain: 'plain returns',
  'safe-ret': 'safe RET',
  untrained: 'untrained return thunk',
  stuffing: 'call-depth tracking',
  'aligned-thunk': 'aligned return thunks',
}

/** What each kind means for a measurement, one sentence. */
export const returnsConsequences: Readonly<Record<Returns, string>> = {
  plain:
    'Functions return with a plain ret, which is predicted well, so that atomic instructions show their full cost.',
  'safe-ret':
    'Every return in the kernel is mispredicted on purpose (AMD Zen 1 to 4), which hides the cost of atomic instructions: schemes with more calls cost more, and schemes with fewer atomics save less.',
  untrained:
    'Every return goes through a thunk that untrains the return predictor (AMD Zen 1 and 2), so that each call of a function costs more.',
  stuffing:
    'Every call is counted and every return goes through a thunk (Intel, retbleed=stuff), so that each call of a function costs more.',
  'aligned-thunk':
    'Returns in the lower half of a cache line go through an aligned thunk (Intel, ITS), so that some calls cost one more jump.',
}

/** What is known of a machine and its agent when kinds are chosen. */
export type ReturnsOffer = Readonly<{ kernel: KernelReturns; held: readonly Returns[] }>

/** The kind that `host` stands for; plain where the machine does not say. */
export function hostReturns({ kernel }: Pick<ReturnsOffer, 'kernel'>): Returns {
  return kernel.kind ?? 'plain'
}

/**
 * The kinds of the choices, each once. Throws `bad-input` for one that the
 * agent’s model does not hold.
 */
export function resolveReturns(choices: readonly ReturnsChoice[], offer: ReturnsOffer): Returns[] {
  const kinds = [...new Set(choices.map(choice => (choice === 'host' ? hostReturns(offer) : choice)))]
  for (const kind of kinds)
    if (!offer.held.includes(kind))
      throw new Failure(
        'bad-input',
        `The model of this agent was not compiled with ${returnsTitles[kind]} (${kind}).`,
        `Choose among ${offer.held.join(', ')} (--returns).`,
      )
  return kinds
}

/** The fact with its consequence, for people; null where the machine does not say. */
export function describeKernelReturns({ kind, source }: KernelReturns): string | null {
  return kind === null ? null : `${returnsTitles[kind]} (${source}). ${returnsConsequences[kind]}`
}
