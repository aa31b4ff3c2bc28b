/** Where the numbers of a document are from: every export begins with it. Pure. */
import type { Advice } from '../../contract/advice.ts'
import type { Atlas } from '../../contract/atlas.ts'
import type { Comparison } from '../../contract/comparison.ts'
import type { Environment, Facts } from '../../contract/environment.ts'
import type { History } from '../../contract/history.ts'
import type { MachineComparison } from '../../contract/machine-comparison.ts'
import type { Projection } from '../../contract/projection.ts'
import type { Run } from '../../contract/run.ts'
import { processorName } from '../../text/machine-text.ts'
import { shellWord } from '../../text/shell-word.ts'
import { isoTime } from '../../text/time-text.ts'
import type { Timestamp } from '../../contract/units.ts'
import { repeatCommand } from './repeat-command.ts'

/** A run as provenance needs it, without its samples. */
export type SourceRun = Pick<Run, 'summary' | 'plan' | 'environment'>

/** Name and text; a command is kept as one, so that each format can break its lines. */
export type ProvenanceFact = Readonly<{ name: string; text: string; isCommand?: true }>
export type Provenance = readonly ProvenanceFact[]

/** The most runs that are described; the rest, as of machines side by side, is counted. */
export const mostSources = 4
const idCharacters = 8

/** Every run with what distinguishes it from the one before: machine, kernel, versions, command. */
export function runProvenance(runs: readonly SourceRun[], total: number = runs.length): Provenance {
  const shown = runs.slice(0, mostSources)
  const facts = shown.flatMap((run, index) => {
    const before = index === 0 ? [] : factsOf(shown[index - 1])
    return factsOf(run).filter(
      ({ name, text }) => !before.some(other => other.name === name && other.text === text),
    )
  })
  if (total <= shown.length) return facts
  return [...facts, { name: 'Further runs', text: String(total - shown.length) }]
}

function factsOf(run: SourceRun | undefined): ProvenanceFact[] {
  if (run === undefined) return []
  const { summary, environment } = run
  const { id, label, status, createdAt } = summary
  return [
    { name: 'Run', text: `“${label}” (${shortId(id)}), ${status}` },
    { name: 'Date', text: dateText(createdAt) },
    ...machineFacts(environment),
    measuredWith(run),
  ]
}

function measuredWith(run: SourceRun): ProvenanceFact {
  const command = repeatCommand(run)
  if (command !== null) return commandFact('Measured with', command)
  const text = `no single command; the whole plan: folio-lab runs export ${shortId(run.summary.id)} FILE`
  return { name: 'Measured with', text }
}

function machineFacts({ facts, guests = [], agentVersion, applicationVersion }: Environment): Provenance {
  const booted = guests.map(({ facts: { kernel }, emulator, accelerator }) => {
    return `${kernel.release} (QEMU ${emulator}, ${accelerator === 'kvm' ? 'KVM' : 'emulated'})`
  })
  const { release } = facts.kernel
  return [
    { name: 'CPU', text: processorText(facts) },
    {
      name: 'Kernel',
      text: booted.length === 0 ? release : `${[...new Set(booted)].join(', ')} on ${release}`,
    },
    { name: 'Folio Lab', text: `${applicationVersion}, agent ${agentVersion}` },
  ]
}

function processorText(facts: Facts): string {
  const { cpu, virtualisation } = facts
  const cores = cpu.cores === null ? [] : [`${cpu.cores} ${cpu.cores === 1 ? 'core' : 'cores'}`]
  const guest = virtualisation.hypervisor === null ? [] : [`virtual machine (${virtualisation.hypervisor})`]
  return [processorName(facts), ...cores, ...guest].join(', ')
}

/** The runs compared, and the command that compares them again. */
export function comparisonProvenance(
  { baseline, variants, thresholdPercent, confidence, objections }: Comparison,
  runs: readonly SourceRun[],
): Provenance {
  const ids = [...new Set([baseline, ...variants].map(({ reference }) => reference.runId))]
  const words = [
    ...['compare', '--run', ...ids.map(shortId), '--baseline', baseline.variant.label],
    ...['--threshold', `${thresholdPercent}%`, '--confidence', `${Number((100 * confidence).toFixed(4))}%`],
    ...(objections.length > 0 ? ['--insist'] : []),
  ]
  return [...runProvenance(runs, ids.length), labCommand('Compared with', words)]
}

/** The newest run of a history speaks for its machine; the command shows all of them. */
export function historyProvenance({ cell, points }: History, runs: readonly SourceRun[]): Provenance {
  const newest = points.at(-1)
  const { sizeBytes, folioBytes, tasks } = cell.parameters
  const ofNewest =
    newest === undefined ? [] : ['--run', shortId(newest.reference.runId), '--variant', newest.variantLabel]
  const words = [
    ...['history', '--bench', cell.benchmark, ...ofNewest],
    ...['--size', String(sizeBytes), '--folio', String(folioBytes), '--tasks', String(tasks)],
  ]
  return [...runProvenance(runs, points.length), labCommand('Shown with', words)]
}

/** The run on the model and the one on the kernel. */
export function projectionProvenance({ baseline, host }: Projection, runs: readonly SourceRun[]): Provenance {
  const words = [
    ...['project', '--model', shortId(baseline.reference.runId), '--host', shortId(host.reference.runId)],
    ...['--baseline', baseline.variant.label],
  ]
  return [...runProvenance(runs), labCommand('Projected with', words)]
}

/** Where the numbers of machines side by side are from. `runs`: the first of them. */
export function machinesProvenance(
  { baseline, machines, thresholdPercent }: MachineComparison,
  runs: readonly SourceRun[],
): Provenance {
  const words = ['compare', '--by', 'machine', '--baseline', baseline, '--threshold', `${thresholdPercent}%`]
  return [...runProvenance(runs, machines.length), labCommand('Compared with', words)]
}

/** Where the numbers of an atlas are from. `runs`: the first of them. */
export function atlasProvenance({ machines }: Atlas, runs: readonly SourceRun[]): Provenance {
  const total = machines.filter(({ runId }) => runId !== null).length
  return [...runProvenance(runs, total), labCommand('Shown with', ['atlas'])]
}

/** Where an advice is from: its question, its machine, the command that asks it again. */
export function adviceProvenance({
  question,
  createdAt,
  budgetSeconds,
  returns,
  environment,
}: Advice): Provenance {
  const words = ['--question', question, '--budget', `${budgetSeconds}s`, '--returns', returns]
  return [
    { name: 'Advice', text: question.replace('-', ' ') },
    { name: 'Date', text: dateText(createdAt) },
    ...machineFacts(environment),
    labCommand('Measured with', ['advise', ...words]),
  ]
}

function labCommand(name: string, words: readonly string[]): ProvenanceFact {
  return commandFact(name, ['folio-lab', ...words.map(shellWord)].join(' '))
}

function commandFact(name: string, text: string): ProvenanceFact {
  return { name, text, isCommand: true }
}

function shortId(id: string): string {
  return id.slice(0, idCharacters)
}

/** `2025-10-09 08:53 UTC`. */
function dateText(at: Timestamp): string {
  return `${isoTime(at).slice(0, 16).replace('T', ' ')} UTC`
}
