/** Whether two variants were measured alike. Pure. */
import { bootParameterWords } from '../contract/boot-parameters.ts'
import { Failure } from '../contract/failure.ts'
import { pageBytesOf, type Guest } from '../contract/environment.ts'
import { returnsTitles } from '../contract/returns.ts'
import { formatBytes } from '../text/size-text.ts'
import { architectureOf, clockOf, type Variant } from '../contract/variant.ts'
import { fingerprint } from '../machine/fingerprint.ts'
import { machineName } from '../text/machine-text.ts'
import { placementOf, placementWords } from '../machine/placement.ts'
import type { MeasuredRun } from './measured-run.ts'

type Measured = Readonly<{ run: MeasuredRun; variant: Variant; variantIndex: number }>

/**
 * Why the two should not be compared, one sentence each without a full stop; none when
 * they were measured alike.
 */
export function objectionsTo(baseline: Measured, other: Measured): string[] {
  const [before, after] = [baseline.variant.label, other.variant.label]
  return [
    ...differing(workOf(baseline.variant), workOf(other.variant)).map(
      ([one, two]) => `“${before}” measured ${one}, “${after}” measured ${two}`,
    ),
    ...differing(guestText(baseline), guestText(other)).map(
      ([one, two]) => `“${before}” ran in ${one}, “${after}” in ${two}`,
    ),
    ...differing(pageText(baseline), pageText(other)).map(
      ([one, two]) =>
        `“${before}” has pages of ${one}, “${after}” of ${two}, and what is counted is counted for each page`,
    ),
    ...(baseline.run === other.run ? [] : objectionsToEnvironment(baseline, other)),
  ]
}

/**
 * What the labels of two variants need not show: how the functions of a model return, what a kernel
 * was booted with, on which of Arm's processors.
 */
export function variantNotes(baseline: Variant, other: Variant): string[] {
  if (baseline.target === 'model' && other.target === 'model')
    return noteOf(baseline, other, ({ returns }) => returnsTitles[returns])
  if (baseline.target !== 'vm' || other.target !== 'vm') return []
  return [
    ...noteOf(baseline, other, ({ bootParameters }) => bootParameterWords(bootParameters)),
    ...noteOf(baseline, other, ({ armProcessor }) =>
      armProcessor === undefined ? 'an x86-64 processor' : `the arm64 processor ${armProcessor}`,
    ),
  ]
}

function noteOf<Compared extends Variant>(
  baseline: Compared,
  other: Compared,
  wordsOf: (variant: Compared) => string,
): string[] {
  return differing(wordsOf(baseline), wordsOf(other)).map(
    ([before, after]) => `“${baseline.label}” has ${before}, “${other.label}” ${after}.`,
  )
}

function objectionsToEnvironment(baseline: Measured, other: Measured): string[] {
  const [before, after] = [baseline.variant.label, other.variant.label]
  const [one, two] = [baseline.run.environment, other.run.environment]
  return [
    ...(fingerprint(one.facts) === fingerprint(two.facts)
      ? []
      : [`These runs come from different machines (${machineName(one.facts)}; ${machineName(two.facts)})`]),
    ...differing(placementText(baseline), placementText(other)).map(
      ([former, latter]) => `“${before}” was measured ${former}, “${after}” ${latter}`,
    ),
    ...differing(one.agentVersion, two.agentVersion).map(
      ([former, latter]) =>
        `These runs were measured by different versions of the agent (${former}; ${latter})`,
    ),
  ]
}

/**
 * Throws `not-comparable` for counted instructions beside times: not even `insist` turns one into
 * the other.
 */
export function refuseOtherClock(baseline: Variant, others: readonly Variant[]): void {
  const other = others.find(variant => clockOf(variant) !== clockOf(baseline))
  if (other === undefined) return
  const counted = clockOf(baseline) === 'instructions' ? baseline : other
  const timed = counted === baseline ? other : baseline
  throw new Failure(
    'not-comparable',
    `“${counted.label}” has counted instructions and “${timed.label}” times, which cannot be compared.`,
    'Choose runs with the same clock; “folio-lab report ID ID” shows both in one document, each in tables of its own.',
  )
}

/** Throws `not-comparable` with the reasons, if there are any. */
export function refuseFor(objections: readonly string[]): void {
  if (objections.length === 0) return
  throw new Failure(
    'not-comparable',
    `${objections.join('. ')}.`,
    'Choose runs that were measured under the same conditions, or compare anyway, without verdicts (--insist).',
  )
}

function differing(one: string, other: string): [string, string][] {
  return one === other ? [] : [[one, other]]
}

/** What was executed, in words; kernels do the same work wherever they run. */
function workOf(variant: Variant): string {
  return variant.target === 'model' ? `the model with ${variant.work} work` : 'the time of a kernel'
}

/** The machine around a kernel, in words: a virtual one as it was made, else the real one. */
function guestText({ run, variant, variantIndex }: Measured): string {
  if (variant.target !== 'vm') return 'no virtual machine'
  const guest = run.environment.guests?.find(other => other.variantIndex === variantIndex)
  const { cpus, memoryBytes } = variant
  return `an ${architectureOf(variant)} virtual machine of ${cpus} CPUs and ${formatBytes(memoryBytes)}${guest ? emulatorText(guest) : ''}`
}

/** Of the pages of a kernel in a virtual machine; empty for others. */
function pageText({ run, variant, variantIndex }: Measured): string {
  return variant.target === 'vm' ? formatBytes(pageBytesOf(run.environment, variantIndex)) : ''
}

/** Counted instructions are the same on whatever processors they are counted. */
function placementText({ run, variant }: Measured): string {
  if (clockOf(variant) === 'instructions') return ''
  return placementWords(placementOf(run.plan.cpus, run.environment.facts))
}

function emulatorText({ emulator, accelerator }: Guest): string {
  return ` (QEMU ${emulator}, ${accelerator})`
}
