import { referenceKey, type VariantReference } from '../../engine/contract/comparison.ts'
import { RunId, type RunSummary } from '../../engine/contract/run.ts'

/** What is compared, as it stands in the address, so that a view can be reopened. */
export type Choice = Readonly<{ baseline: VariantReference | null; variants: readonly VariantReference[] }>

export const nothingChosen: Choice = { baseline: null, variants: [] }

type Query = Readonly<Record<string, unknown>>

/** The same as part of an address. */
export function choiceToQuery({ baseline, variants }: Choice): Record<string, string> {
  return {
    ...(baseline ? { baseline: referenceKey(baseline) } : {}),
    ...(variants.length > 0 ? { with: variants.map(referenceKey).join(',') } : {}),
  }
}

/** What an address says; parts that are not references are left out. */
export function choiceFromQuery(query: Query): Choice {
  const baseline = readReference(query.baseline)
  const words = typeof query.with === 'string' ? query.with.split(',') : []
  const variants = words.map(readReference).filter(reference => reference !== null)
  return normalise({ baseline, variants })
}

function readReference(text: unknown): VariantReference | null {
  if (typeof text !== 'string') return null
  const [id, index, ...rest] = text.split('.')
  const runId = RunId.safeParse(id)
  if (!runId.success || index === undefined || !/^\d{1,4}$/.test(index) || rest.length > 0) return null
  return { runId: runId.data, variantIndex: Number(index) }
}

/** The choice with `reference` as baseline; the former baseline becomes one of the variants. */
export function withBaseline(choice: Choice, reference: VariantReference): Choice {
  const others = choice.baseline ? [choice.baseline, ...choice.variants] : choice.variants
  return normalise({ baseline: reference, variants: others })
}

/**
 * The choice with `reference` added, or taken out when it was in. The first
 * one chosen is the baseline.
 */
export function toggled(choice: Choice, reference: VariantReference): Choice {
  const key = referenceKey(reference)
  if (choice.baseline && referenceKey(choice.baseline) === key)
    return { baseline: choice.variants[0] ?? null, variants: choice.variants.slice(1) }
  if (choice.variants.some(variant => referenceKey(variant) === key))
    return { ...choice, variants: choice.variants.filter(variant => referenceKey(variant) !== key) }
  if (!choice.baseline) return { ...choice, baseline: reference }
  return { ...choice, variants: [...choice.variants, reference] }
}

/**
 * All variants of some runs, given the newest first as lists have them, whatever their dates say:
 * against the oldest run's first variant, or the stored baseline if it is among them.
 */
export function choiceOfRuns(
  runs: readonly Pick<RunSummary, 'id' | 'variantLabels'>[],
  storedBaseline: VariantReference | null,
): Choice {
  const references = [...runs]
    .reverse()
    .flatMap(run => run.variantLabels.map((_, variantIndex) => ({ runId: run.id, variantIndex })))
  const [first] = references
  if (!first) return nothingChosen
  const stored = storedBaseline ? referenceKey(storedBaseline) : ''
  const baseline = references.find(reference => referenceKey(reference) === stored) ?? first
  return normalise({ baseline, variants: references })
}

/** The keys of all that is chosen, the baseline among them. */
export function choiceKeys({ baseline, variants }: Choice): ReadonlySet<string> {
  return new Set([...(baseline ? [baseline] : []), ...variants].map(referenceKey))
}

export type VariantRow = Readonly<{
  reference: VariantReference
  key: string
  label: string
  run: RunSummary
}>

/**
 * One row a variant of each run with samples: those of `first` on top, else
 * in the order of the runs.
 */
export function variantRows(runs: readonly RunSummary[], first: ReadonlySet<string>): readonly VariantRow[] {
  const rows = runs
    .filter(run => run.sampleCount > 0)
    .flatMap(run =>
      run.variantLabels.map((label, variantIndex) => {
        const reference = { runId: run.id, variantIndex }
        return { reference, key: referenceKey(reference), label, run }
      }),
    )
  return [...rows.filter(row => first.has(row.key)), ...rows.filter(row => !first.has(row.key))]
}

function normalise({ baseline, variants }: Choice): Choice {
  const seen = new Set(baseline ? [referenceKey(baseline)] : [])
  const distinct = variants.filter(variant => {
    const key = referenceKey(variant)
    return seen.has(key) ? false : seen.add(key)
  })
  return { baseline, variants: distinct }
}
