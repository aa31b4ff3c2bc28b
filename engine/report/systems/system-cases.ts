/** What every other system gets of a case: a name that it accepts, and the kernel that ran. */
import type { Facts } from '../../contract/environment.ts'
import type { Run } from '../../contract/run.ts'
import { formatBytes } from '../../text/size-text.ts'
import type { Variant } from '../../contract/variant.ts'
import { casesOf, type RunCase } from '../content/run-cases.ts'

export type SystemCase = RunCase &
  Readonly<{
    variant: Variant
    /** `cow`, `32MiB`, `2MiB`, `x1`: what tells the cell apart from others of the run. */
    cellWords: readonly string[]
    /**
     * The variant's label in letters, digits, dots, hyphens and underscores; unlike
     * that of any other variant.
     */
    variantWord: string
    /** Of the kernel that ran: in a virtual machine that of the guest. */
    facts: Facts
  }>

/** The cases of a run, each with names that any of the systems takes. */
export function systemCases(run: Run): SystemCase[] {
  const words = variantWords(run)
  return casesOf(run).flatMap(runCase => {
    const { benchmark, parameters, variantIndex } = runCase.case
    const variant = run.plan.variants[variantIndex]
    const variantWord = words[variantIndex]
    if (!variant || variantWord === undefined) return []
    const guest = run.environment.guests?.find(other => other.variantIndex === variantIndex)
    const { sizeBytes, folioBytes, tasks } = parameters
    const cellWords = [benchmark, sizeWord(sizeBytes), sizeWord(folioBytes), `x${tasks}`]
    return [{ ...runCase, variant, cellWords, variantWord, facts: guest?.facts ?? run.environment.facts }]
  })
}

/** The labels as words; two that would become the same get their number. */
function variantWords({ plan }: Run): string[] {
  const words = plan.variants.map(({ label }) => label.replaceAll(/[^A-Za-z0-9._-]+/g, '_'))
  return words.map((word, index) =>
    words.filter(other => other === word).length === 1 ? word : `${word}.${index + 1}`,
  )
}

function sizeWord(bytes: number): string {
  return formatBytes(bytes).replaceAll(' ', '')
}
