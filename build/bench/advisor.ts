/**
 * `npm run bench:advisor [-- --sessions N] [--seconds S]`: whether the advisor can be relied on, on this machine.
 *
 *     sessions in a row      no part helps in one and hurts in another; nine of ten agree on every part
 *     load on another core   nothing is resolved
 *     a slow exclusive path  hurts (an agent of its own, CMake preset test-slow-exclusive)
 *
 * Ends with status 1 when one of the three is broken. Leave the machine alone meanwhile; 22 sessions of 20 s take 8 minutes.
 */
import { spawn } from 'node:child_process'
import { randomInt, randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { advise } from '../../engine/advisor/advise.ts'
import { watchProcessors } from '../../engine/advisor/watch-processors.ts'
import { startChildAgent } from '../../engine/agent/child-agent.ts'
import type { Advice, AdviceVerdict } from '../../engine/contract/advice.ts'
import { publishedReferences } from '../../engine/library/references.ts'
import { acquireRunLock, runLockName } from '../../engine/process/run-lock.ts'
import { systemClock } from '../../engine/session/clock.ts'
import { buildNative } from './build-native.ts'

const agreeingShare = 0.9

const { values } = parseArgs({
  options: { sessions: { type: 'string', default: '20' }, seconds: { type: 'string', default: '20' } },
})
const sessions = Number(values.sessions)
const release = buildNative('release', 'folio-agent')
const slow = buildNative('test-slow-exclusive', 'folio-agent')

const isRepeated = await tryRepeating()
const isCareful = await tryLoad()
const isFlipped = (await ask(slow)).verdict === 'hurts'
report('a slow exclusive path hurts', isFlipped)
if (!isRepeated || !isCareful || !isFlipped) process.exitCode = 1

async function tryRepeating(): Promise<boolean> {
  const byPart = new Map<string, AdviceVerdict[]>()
  for (let session = 0; session < sessions; session++) {
    for (const { operation, setting, candidate, verdict } of (await ask(release)).parts) {
      const part = `${operation}, ${setting.label}, candidate ${candidate}`
      byPart.set(part, [...(byPart.get(part) ?? []), verdict])
    }
  }
  return [...byPart].map(([part, verdicts]) => report(part, isConsistent(verdicts), verdicts)).every(Boolean)
}

function isConsistent(verdicts: readonly AdviceVerdict[]): boolean {
  const counts = [...new Set(verdicts)].map(wanted => verdicts.filter(verdict => verdict === wanted).length)
  const contradicts = verdicts.includes('helps') && verdicts.includes('hurts')
  return !contradicts && Math.max(...counts) >= agreeingShare * verdicts.length
}

async function tryLoad(): Promise<boolean> {
  const load = spawn(process.execPath, ['-e', 'for (;;);'])
  try {
    const { parts } = await ask(release)
    const verdicts = parts.map(({ verdict }) => verdict)
    return report(
      'load leaves nothing resolved',
      verdicts.every(verdict => verdict === 'not-resolved'),
      verdicts,
    )
  } finally {
    load.kill()
  }
}

async function ask(agentPath: string): Promise<Advice> {
  const id = randomUUID()
  const lock = await acquireRunLock(runLockName(process.env), id)
  try {
    const request = { question: 'exclusive-writer' as const, budgetSeconds: Number(values.seconds) }
    const advice = await advise(id, request, randomInt(2 ** 32), {
      startAgent: () => startChildAgent(agentPath),
      clock: systemClock,
      watchProcessors,
      applicationVersion: 'bench',
      references: publishedReferences(),
      signal: new AbortController().signal,
      progressed: () => undefined,
    })
    console.log(advice.sentence)
    return advice
  } finally {
    await lock.release()
  }
}

function report(what: string, isKept: boolean, verdicts: readonly AdviceVerdict[] = []): boolean {
  const counts = [...new Set(verdicts)].map(
    wanted => `${verdicts.filter(verdict => verdict === wanted).length} × ${wanted}`,
  )
  console.log(`${isKept ? 'kept  ' : 'BROKEN'}  ${what}${counts.length > 0 ? `: ${counts.join(', ')}` : ''}`)
  return isKept
}
