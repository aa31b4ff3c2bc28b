/**
 * `npm run bench:advisor [-- --sessions N] [--seconds S] [--only returns]`: whether the
 * advisor can be relied on, here.
 *
 *     this kernel’s returns  N advices in a row: no verdict contradicts another on the same part,
 *                            and nine of ten agree; with safe RET none says “helps” of munmap, of
 *                            fork, or of the whole
 *     plain returns          the same; where the kernel has safe RET, none says “hurts” of the
 *                            whole, and nine of ten “helps”
 *     load on another core   nothing is resolved
 *     a slow exclusive path  what helped or made no difference hurts (an agent of its own, CMake
 *                            preset test-slow-exclusive)
 *
 * Ends with status 1 when one of these is broken. Leave the machine alone while it runs: 20 advices
 * under each kind of returns and the two others take at most 41 × 40 s and 60 s, half an hour; the
 * agents, where they are not built yet, some 2 minutes each on two processors. `--only returns`
 * leaves the last two out and needs no other agent.
 */
import { spawn } from 'node:child_process'
import { randomInt, randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { advise } from '../../engine/advisor/advise.ts'
import { startChildAgent } from '../../engine/agent/child-agent.ts'
import {
  AdviceRequest,
  adviceVerdicts,
  type Advice,
  type AdviceVerdict,
} from '../../engine/contract/advice.ts'
import { recordingApi } from '../../engine/contract/api.ts'
import { connect } from '../../engine/contract/ipc/connect.ts'
import { serve } from '../../engine/contract/ipc/serve.ts'
import type { Percent } from '../../engine/contract/units.ts'
import { openLibrary } from '../../engine/library/library.ts'
import { publishedReferences } from '../../engine/comparison/published-tables.ts'
import { createPortPair } from '../../engine/process/node-port.ts'
import { acquireRunLock, runLockPlaces } from '../../engine/process/run-lock.ts'
import { renderMarkdown } from '../../engine/report/format/markdown.ts'
import { left, numberCell, right, textCell, type Table } from '../../engine/report/content/table.ts'
import { systemClock } from '../../engine/process/clock.ts'
import { signedPercent } from '../../engine/statistics/words.ts'
import { buildNative } from './build-native.ts'

const agreeingShare = 0.9
const slowedSeconds = 60 // a slowed operation leaves fewer rounds for the same time
const whole = 'the whole answer'

/** One statement of an advice: on a part of it, or on the whole, which has no number. */
type Statement = Readonly<{ about: string; verdict: AdviceVerdict; percent: Percent | null }>

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '40' },
    only: { type: 'string' },
  },
})
const sessions = Number(values.sessions)
if (!Number.isInteger(sessions) || sessions < 1) throw new Error('--sessions is a whole number of at least 1')
if (values.only !== undefined && values.only !== 'returns') throw new Error('--only is “returns”')
const request = AdviceRequest.parse({ question: 'exclusive-writer', budgetSeconds: Number(values.seconds) })
const isWhole = values.only === undefined

const release = buildNative('release', 'folio-agent')
const seconds = 2 * sessions * request.budgetSeconds + (isWhole ? request.budgetSeconds + slowedSeconds : 0)
console.error(`${2 * sessions}${isWhole ? ' + 2' : ''} advices, at most ${(seconds / 60).toFixed(1)} min`)

const library = await openLibrary({
  path: path.join(mkdtempSync(path.join(tmpdir(), 'folio-lab-bench-')), 'library.sqlite'),
  ...{ isOwn: true, binding: null, now: Date.now },
})
const { ends, close } = createPortPair()
serve(recordingApi, library.recording, ends[0])
const recording = connect(recordingApi, ends[1]).call

const ofKernel = await askOften('host')
const plain = await askOften('plain')
const broken = [
  ...tellRow('with the returns of this kernel', ofKernel),
  ...tellRow('with plain returns', plain),
  ...tellReturns(ofKernel, plain),
  ...(isWhole ? [...tellLoad(await askUnderLoad()), ...tellSlowed(ofKernel, await askSlowed())] : []),
]
close()
library.close()
console.log(broken.length === 0 ? 'All kept.' : `Broken: ${broken.join('; ')}`)
process.exitCode = broken.length === 0 ? 0 : 1

async function askOften(returns: AdviceRequest['returns']): Promise<Advice[]> {
  const advices: Advice[] = []
  for (let session = 1; session <= sessions; session++)
    advices.push(await ask(release, `${returns} ${session} of ${sessions}`, { ...request, returns }))
  return advices
}

/**
 * A program that only its slowness tells from the other: what was published of this
 * core says nothing of it.
 */
async function askSlowed(): Promise<Advice> {
  const slow = buildNative('test-slow-exclusive', 'folio-agent')
  return ask(slow, 'slow exclusive path', { ...request, budgetSeconds: slowedSeconds }, [])
}

/**
 * What was published for the EPYC: with safe RET neither munmap nor fork gets faster; and
 * with plain returns it helps.
 */
function tellReturns(those: readonly Advice[], others: readonly Advice[]): string[] {
  const isSafe = those.some(({ returns }) => returns === 'safe-ret')
  const helping = those.flatMap(statementsOf).filter(({ about, verdict }) => {
    return verdict === 'helps' && (about === whole || /^(munmap|fork),/.test(about))
  })
  const helped = countOf(
    others.map(({ verdict }) => verdict),
    'helps',
  )
  const contradictions = [...those, ...others].reduce(
    (sum, advice) => sum + (advice.contradictions?.length ?? 0),
    0,
  )
  console.log(
    `Returns of this kernel: ${those[0]?.returns ?? '?'}. They say “helps” of munmap, fork or the whole ${helping.length} times; with plain ` +
      `returns the whole is “helps” in ${helped} of ${others.length}. Against the table published for this core: ${contradictions} parts.\n`,
  )
  if (!isSafe) return []
  return [
    ...helping.map(({ about }) => `${about}: helps with safe RET`),
    ...(helped < agreeingShare * others.length
      ? [`with plain returns it helps in ${helped} of ${others.length}`]
      : []),
  ]
}

/** Prints what was said how often about each part; returns the parts on which sessions disagree. */
function tellRow(name: string, advices: readonly Advice[]): string[] {
  const rows = [...group(advices.flatMap(statementsOf))].map(([about, statements]) => {
    const verdicts = statements.map(({ verdict }) => verdict)
    return { about, verdicts, percents: statements.flatMap(({ percent }) => percent ?? []) }
  })
  const disturbed = advices.filter(({ disturbances }) => disturbances.length > 0)
  const table: Table = {
    title: `${advices.length} advices in a row ${name}, each at most ${request.budgetSeconds} s`,
    columns: [left('part'), ...adviceVerdicts.map(right), right('least'), right('most'), left('agreement')],
    rows: rows.map(({ about, verdicts, percents }) => [
      textCell(about),
      ...adviceVerdicts.map(verdict => numberCell(countOf(verdicts, verdict), String)),
      numberCell(percents.length > 0 ? Math.min(...percents) : null, signedPercent),
      numberCell(percents.length > 0 ? Math.max(...percents) : null, signedPercent),
      textCell(isConsistent(verdicts) ? 'kept' : 'BROKEN'),
    ]),
    notes: [`${disturbed.length} of them were disturbed, which leaves nothing resolved.`],
  }
  console.log(renderMarkdown([table]))
  return [
    // Agreement that nothing is resolved would be worth nothing.
    ...(disturbed.length > (1 - agreeingShare) * advices.length
      ? [`${disturbed.length} of ${advices.length} ${name} were disturbed: leave the machine alone`]
      : []),
    ...rows
      .filter(({ verdicts }) => !isConsistent(verdicts))
      .map(({ about }) => `${about} ${name}: no agreement`),
  ]
}

function isConsistent(verdicts: readonly AdviceVerdict[]): boolean {
  const contradicts = verdicts.includes('helps') && verdicts.includes('hurts')
  return !contradicts && countOf(verdicts, mostFrequent(verdicts)) >= agreeingShare * verdicts.length
}

/** Under load nothing may be resolved. */
function tellLoad(advice: Advice): string[] {
  const resolved = statementsOf(advice).filter(({ verdict }) => verdict !== 'not-resolved')
  console.log(`Under load: ${advice.sentence}\n`)
  return resolved.map(({ about, verdict }) => `${about}: ${verdict} under load`)
}

/**
 * What helped or made no difference must hurt once it is slowed; a part that is only timed on
 * the side may go unresolved.
 */
function tellSlowed(before: readonly Advice[], after: Advice): string[] {
  const usual = new Map(
    [...group(before.flatMap(statementsOf))].map(([about, statements]) => [
      about,
      mostFrequent(statements.map(({ verdict }) => verdict)),
    ]),
  )
  const rows = statementsOf(after).map(statement => ({
    ...statement,
    was: usual.get(statement.about) ?? 'not-resolved',
  }))
  const unmoved = rows.filter(
    ({ was, verdict }) => was !== 'hurts' && was !== 'not-resolved' && verdict !== 'hurts',
  )
  const table: Table = {
    title: 'With a slow exclusive path',
    columns: [left('part'), left('before'), left('slowed'), right('change')],
    rows: rows.map(({ about, was, verdict, percent }) => [
      textCell(about),
      textCell(was),
      textCell(verdict),
      numberCell(percent, signedPercent),
    ]),
    notes: [after.sentence],
  }
  console.log(renderMarkdown([table]))
  return [
    ...(after.verdict === 'hurts' ? [] : [`${whole}: ${after.verdict} with a slow exclusive path`]),
    ...unmoved.map(({ about, was, verdict }) => `${about}: ${was}, and slowed ${verdict}`),
  ]
}

function statementsOf({ parts, candidates, verdict }: Advice): Statement[] {
  return [
    ...parts.map(part => ({
      about: `${part.operation}, ${part.setting.label}, ${candidates[part.candidate]?.label ?? ''}`,
      verdict: part.verdict,
      percent: part.percent,
    })),
    { about: whole, verdict, percent: null },
  ]
}

function group(statements: readonly Statement[]): Map<string, Statement[]> {
  const groups = new Map<string, Statement[]>()
  for (const statement of statements)
    groups.set(statement.about, [...(groups.get(statement.about) ?? []), statement])
  return groups
}

function mostFrequent(verdicts: readonly AdviceVerdict[]): AdviceVerdict {
  return adviceVerdicts.toSorted((a, b) => countOf(verdicts, b) - countOf(verdicts, a))[0] ?? 'not-resolved'
}

function countOf(verdicts: readonly AdviceVerdict[], wanted: AdviceVerdict): number {
  return verdicts.filter(verdict => verdict === wanted).length
}

async function askUnderLoad(): Promise<Advice> {
  const load = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
  try {
    return await ask(release, 'load on another core')
  } finally {
    load.kill()
  }
}

async function ask(
  agentPath: string,
  name: string,
  asked: AdviceRequest = request,
  references = publishedReferences(),
): Promise<Advice> {
  const id = randomUUID()
  const lock = await acquireRunLock(runLockPlaces(null, null, process.env, homedir()))
  try {
    const advice = await advise(id, asked, randomInt(2 ** 32), {
      startAgent: () => startChildAgent(agentPath),
      clock: systemClock,
      applicationVersion: 'bench',
      references,
      recording,
      signal: new AbortController().signal,
      progressed: () => undefined,
    })
    console.error(`${name}, ${advice.elapsedSeconds.toFixed(1)} s: ${advice.sentence}`)
    return advice
  } finally {
    await lock.release()
  }
}
