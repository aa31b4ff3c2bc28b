import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Environment } from '../../engine/contract/environment.ts'
import type { QuietWait } from '../../engine/contract/machine-load.ts'
import type { Plan } from '../../engine/contract/plan.ts'
import type { Progress, RunId, RunOutcome } from '../../engine/contract/run.ts'
import type { Sample } from '../../engine/contract/sample.ts'
import { useLab, useLibrary } from '../page/lab.ts'
import { createTally, type Tally } from '../view-models/tally.ts'
import { useNotices } from './notices.ts'

type Current = Readonly<{
  runId: RunId
  label: string
  plan: Plan
  environment: Environment
  tally: Tally
}>

/** What was reported of a run before this window had read what is stored of it. */
type Early = Readonly<{ runId: RunId; samples: readonly Sample[]; outcome: RunOutcome | null }>

/** The run under way, or the one that ended last while this window was open. */
export const useSession = defineStore('session', () => {
  const current = shallowRef<Current | null>(null)
  const progress = shallowRef<Progress | null>(null)
  const outcome = shallowRef<RunOutcome | null>(null)
  /** What else ran while it was measured, so far; empty for a quiet run. */
  const disturbances = shallowRef<readonly string[]>([])
  /** Rises with every batch of samples: the tally grows in place. */
  const revision = ref(0)
  const isStarting = ref(false)
  /** How the wait for a quiet machine goes; null when nothing waits for one. */
  const quietWait = shallowRef<QuietWait | null>(null)
  const isPauseAsked = ref(false)
  const isCancelAsked = ref(false)
  let attaching: RunId | null = null
  let early: readonly Early[] = []

  const isRunning = computed(() => current.value !== null && outcome.value === null)

  /** Shows the run that is under way, if there is one. */
  async function attach(): Promise<void> {
    const running = await useLab().main.call.currentRun()
    if (!running) return
    await show(running.runId)
    if (current.value?.runId === running.runId) progress.value ??= running.progress
  }

  /**
   * Shows a run with all samples that are stored of it, and goes on with those
   * that are reported in the meantime.
   */
  async function show(runId: RunId): Promise<void> {
    if (attaching === runId || (current.value?.runId === runId && !outcome.value)) return
    attaching = runId
    try {
      const { summary, plan, environment, cells, samples } = await useLibrary().call.getRun(runId)
      const tally = createTally(cells, plan.variants)
      const told = early.filter(item => item.runId === runId)
      tally.add(samples)
      told.forEach(item => tally.add(item.samples))
      current.value = { runId, label: summary.label, plan, environment, tally }
      progress.value = null
      disturbances.value = summary.disturbances
      isPauseAsked.value = false
      isCancelAsked.value = false
      const stored =
        summary.status === 'running' ? null : { runId, status: summary.status, reason: summary.statusReason }
      outcome.value = told.find(item => item.outcome)?.outcome ?? stored
      revision.value += 1
    } finally {
      attaching = null
      early = []
    }
  }

  /** `machine`: the name of another one; null: this one. */
  async function start(plan: Plan, machine: string | null = null): Promise<void> {
    const { call } = useLab().main
    await launch(() => (machine === null ? call.startRun(plan) : call.startRunOn({ plan, machine })))
  }

  /** Starts a run as soon as the machine is quiet. */
  async function startWhenQuiet(plan: Plan): Promise<void> {
    await launch(() => useLab().main.call.startRunWhenQuiet(plan))
  }

  async function resume(runId: RunId): Promise<void> {
    await launch(async () => {
      await useLab().main.call.resumeRun(runId)
      return runId
    })
  }

  async function launch(call: () => Promise<RunId>): Promise<void> {
    isStarting.value = true
    try {
      await show(await call())
    } finally {
      isStarting.value = false
      quietWait.value = null
    }
  }

  async function pause(): Promise<void> {
    await ask(isPauseAsked, () => useLab().main.call.pauseRun())
  }

  async function proceed(): Promise<void> {
    await useLab().main.call.proceedRun()
  }

  async function cancel(): Promise<void> {
    await ask(isCancelAsked, () => useLab().main.call.cancelRun())
  }

  /** A request that could not be sent does not count. */
  async function ask(wish: { value: boolean }, call: () => Promise<void>): Promise<void> {
    wish.value = true
    try {
      await call()
    } catch (error) {
      wish.value = false
      throw error
    }
  }

  /** Follows the session; returns the function that ends it. */
  function listen(): () => void {
    const { main } = useLab()
    const stops = [
      main.on('progressed', next => {
        if (next.runId === current.value?.runId) {
          progress.value = next
          disturbances.value = next.disturbances
          if (next.phase === 'paused') isPauseAsked.value = false
        } else if (!isStarting.value) void useNotices().attempt(() => show(next.runId))
      }),
      main.on('quietAwaited', wait => {
        if (isStarting.value) quietWait.value = wait
      }),
      main.on('sampled', ({ runId, samples }) => {
        if (attaching === runId || current.value?.runId !== runId)
          early = [...early, { runId, samples, outcome: null }]
        else {
          current.value.tally.add(samples)
          revision.value += 1
        }
      }),
      main.on('ended', ended => {
        if (attaching === ended.runId || current.value?.runId !== ended.runId)
          early = [...early, { runId: ended.runId, samples: [], outcome: ended }]
        else outcome.value = ended
      }),
    ]
    return () => stops.forEach(stop => stop())
  }

  return {
    current,
    progress,
    outcome,
    disturbances,
    revision,
    isStarting,
    quietWait,
    isPauseAsked,
    isCancelAsked,
    isRunning,
    attach,
    start,
    startWhenQuiet,
    resume,
    pause,
    proceed,
    cancel,
    listen,
  }
})
