/**
 * Walks one plan: brings the machine into a known state, takes the samples in the order of the
 * schedule, has each one stored before the next begins, and decides at block ends whether to stop.
 * It knows no database, no window and no process.
 */
import type { Agent, SampleRequest, StartAgent } from '../agent/agent.ts'
import type { recordingApi } from '../contract/api.ts'
import { mostSwapBytes } from '../contract/benchmark.ts'
import type { Environment, Facts, Guest } from '../contract/environment.ts'
import { Failure, toFailureRecord } from '../contract/failure.ts'
import type { Client } from '../contract/api-type.ts'
import type { Plan } from '../contract/plan.ts'
import { peakMemoryBytes } from '../plan/presets.ts'
import type { Progress, RunId, RunOutcome } from '../contract/run.ts'
import type { Measurement, Sample, SamplePlace } from '../contract/sample.ts'
import type { Nanoseconds } from '../contract/units.ts'
import { clockOf } from '../contract/variant.ts'
import { expandCells } from '../plan/expand-cells.ts'
import { bisect } from '../plan/bisect.ts'
import { bootOf } from '../plan/boot-schedule.ts'
import { maximumRounds, replacements, sampleSeed, schedule, scheduleBlock } from '../plan/schedule.ts'
import type { RunLock } from '../process/run-lock.ts'
import { admitKernel, admitPlan } from './admit-plan.ts'
import { bisectionWords, hasChanged, isOfKernel, notMeasured, reasonAgainst } from '../plan/bisection.ts'
import type { Clock } from '../process/clock.ts'
import { nothingValid } from './invalid-cases.ts'
import { ProgressMeter } from './progress-meter.ts'
import { refuseOtherGuest, refuseOtherMachine } from './refuse-other-machine.ts'
import { lostRounds, storedMeasurement, voidReasonOf } from './lost-rounds.ts'
import { isOutOfTime, reasonToStop } from './resolution.ts'
import { SampleBatches } from './sample-batches.ts'
import { isGone, takeSideBySide, type KernelLane } from './side-by-side.ts'
import { guestOf, machinesThatFit, tryKernels, type TriedKernel } from './try-kernels.ts'

// An agent that keeps dying will die again: then the run ends and says why.
const maximumRestarts = 3

const progressInterval: Nanoseconds = 100e6 // a window redraws no faster

export type SessionParts = Readonly<{
  startAgent: StartAgent
  recording: Client<typeof recordingApi>
  acquireLock: () => Promise<RunLock>
  clock: Clock
  applicationVersion: string
  /** The name of another machine that it runs on; without one, this machine. */
  machine?: string | null
  events: SessionEvents
  /**
   * Asked after every round: why the run may end before its plan says so,
   * for people; null to go on.
   */
  reasonToEnd?: (samples: readonly Sample[]) => string | null
}>

export type SessionEvents = Readonly<{
  progressed: (progress: Progress) => void
  sampled: (event: Readonly<{ runId: RunId; samples: Sample[] }>) => void
  ended: (outcome: RunOutcome) => void
}>

/** What is fixed once a run has begun. */
type Walk = Readonly<{
  runId: RunId
  plan: Plan
  cells: ReturnType<typeof expandCells>
  session: number
  /** Stored samples of earlier sessions and of this one. */
  samples: Sample[]
  /** This machine. */
  host: Facts
  /** The virtual machines that a bisection has booted so far. */
  guests: Guest[]
  lock: RunLock
  meter: ProgressMeter
  batches: SampleBatches
  startedNs: Nanoseconds
}>

/** A run as far as it has come. */
type StoredRun = Readonly<{
  plan: Plan
  session: number
  samples: readonly Sample[]
  environment: Environment
}>

export class Session {
  readonly #parts: SessionParts
  #agent: Agent | undefined
  /** Of a kernel in a virtual machine: which boot of the run `#agent` is. */
  #bootIndex: number | undefined
  /** Kernels that have booted, until the run has a use for them. */
  #tried: TriedKernel[] = []
  #walk: Walk | undefined
  #restarts = 0
  readonly #cancellation = new AbortController()
  #isPaused = false
  readonly #sleepers = new Set<() => void>()
  /** Guests that run side by side. */
  readonly #guests = new Set<Agent>()
  #place: SamplePlace | null = null
  /** What comes after `#place`, as far as its block goes: then it is decided whether to stop. */
  #next: SamplePlace | null = null
  #lastProgressNs = -Infinity
  #lastPhase: Progress['phase'] | undefined
  #finished: Promise<RunOutcome> | undefined

  constructor(parts: SessionParts) {
    this.#parts = parts
  }

  /**
   * Starts a new run; resolves when it is recorded. Rejects when it cannot begin,
   * and then nothing is stored.
   */
  start(runId: RunId, plan: Plan): Promise<void> {
    return this.#begin(async lock => {
      const environment = await this.#prepare(plan)
      await this.#parts.recording.beginRun({ id: runId, plan, environment })
      return this.#newWalk(runId, { plan, samples: [], session: 0, environment }, lock)
    })
  }

  /** Goes on with a run that ended early; resolves when it is recorded as running again. */
  resume(runId: RunId): Promise<void> {
    return this.#begin(async lock => {
      const stored = await this.#parts.recording.reopenRun(runId)
      const walk = this.#newWalk(runId, stored, lock)
      try {
        refuseOtherMachine(stored.environment, await this.#prepare(stored.plan), stored.plan.cpus)
      } catch (error) {
        await this.#parts.recording.endRun({ runId, status: 'interrupted', reason: messageOf(error) })
        throw error
      }
      return walk
    })
  }

  /** Resolves with how the run ended; a run must have been started. */
  async finished(): Promise<RunOutcome> {
    if (!this.#finished) throw new Error('no run was started')
    return this.#finished
  }

  /** Stops before the next cell, so that the samples of a round that are compared stay together. */
  pause(): void {
    this.#isPaused = true
  }

  proceed(): void {
    this.#isPaused = false
    this.#wakeAll()
  }

  /** Ends the run at once, also in the middle of a sample, which is then not stored. */
  cancel(): void {
    this.#cancellation.abort()
    this.#wakeAll()
    void this.#closeAgents()
    for (const guest of this.#guests) void guest.close()
  }

  async #closeAgents(): Promise<void> {
    const tried = this.#tried.map(({ agent }) => agent)
    await Promise.all([...(this.#agent ? [this.#agent] : []), ...tried].map(agent => agent.close()))
  }

  #wakeAll(): void {
    for (const wake of this.#sleepers) wake()
    this.#sleepers.clear()
  }

  get #isCancelled(): boolean {
    return this.#cancellation.signal.aborted
  }

  async #begin(record: (lock: RunLock) => Promise<Walk>): Promise<void> {
    if (this.#walk) throw new Failure('busy', 'This session already has a run.', 'Wait for it or cancel it.')
    const lock = await this.#parts.acquireLock()
    try {
      this.#walk = await record(lock)
    } catch (error) {
      await this.#closeAgents()
      await lock.release()
      throw this.#isCancelled ? new Failure('cancelled', 'Cancelled before the first sample.') : error
    }
    this.#finished = this.#run(this.#walk)
  }

  #newWalk(runId: RunId, stored: StoredRun, lock: RunLock): Walk {
    const { plan, session, samples } = stored
    const guests = [...(stored.environment.guests ?? [])]
    const cells = expandCells(plan)
    const meter = new ProgressMeter(runId, plan, cells)
    for (const sample of samples) meter.count(sample)
    const batches = new SampleBatches(batch => this.#parts.events.sampled({ runId, samples: batch }))
    const startedNs = this.#parts.clock.monotonicNs()
    const host = stored.environment.facts
    return {
      runId,
      plan,
      cells,
      session,
      samples: [...samples],
      host,
      guests,
      lock,
      meter,
      batches,
      startedNs,
    }
  }

  /** Starts the agent and makes sure that the plan can run here. */
  async #prepare(plan: Plan): Promise<Environment> {
    const { startAgent, applicationVersion, clock, machine } = this.#parts
    const agent = await startAgent()
    this.#agent = agent
    const facts = await agent.facts()
    admitPlan(plan, agent.hello, facts)
    const environment = {
      facts,
      agentVersion: agent.hello.agent,
      applicationVersion,
      capturedAt: clock.now(),
      ...(machine ? { machine } : {}),
    }
    if (plan.target === 'vm') return { ...environment, guests: await this.#tryKernels(plan, facts) }
    await this.#applySettings(plan)
    return environment
  }

  /**
   * Ends the agent of this machine, which would only take memory, and leaves
   * those of the first kernels.
   */
  async #tryKernels(plan: Plan, host: Facts): Promise<Guest[]> {
    await this.#agent?.close()
    const kernels = plan.bisection ? [0] : [...plan.variants.keys()]
    this.#agent = undefined
    const { guests, kept } = await tryKernels(plan, kernels, host, index => this.#boot(plan, index))
    this.#tried = kept
    return guests
  }

  /** The agent of a kernel that has booted and that the run has had no use for. */
  #takeTried(variantIndex: number): Agent | undefined {
    const tried = this.#tried.find(kernel => kernel.variantIndex === variantIndex)
    this.#tried = this.#tried.filter(kernel => kernel !== tried)
    return tried?.agent
  }

  /** Ends the agent that is there and starts the one that measures this variant. */
  async #startAgent(plan: Plan, variantIndex: number): Promise<void> {
    const tried = this.#takeTried(variantIndex)
    await this.#closeAgents() // one guest at a time
    this.#tried = []
    this.#agent = tried ?? (await this.#boot(plan, variantIndex))
    if (this.#isCancelled) await this.#agent.close()
    await this.#applySettings(plan)
  }

  #boot(plan: Plan, variantIndex: number): Promise<Agent> {
    const variant = plan.variants[variantIndex]
    const kernel = variant?.target === 'vm' ? variant : undefined
    const swapBytes = mostSwapBytes(plan.benchmarks, plan.sizeBytes)
    return this.#parts.startAgent(kernel, this.#cancellation.signal, swapBytes)
  }

  /**
   * Settings of this machine are changed when the plan allows it; a virtual
   * machine is the run's own.
   */
  async #applySettings({ target, changeSettings, folioSizes }: Plan): Promise<void> {
    const isWanted = target === 'vm' || (target === 'host' && changeSettings)
    if (!isWanted) return
    const agent = this.#requireAgent()
    for (const folioBytes of folioSizes)
      if (folioBytes !== agent.hello.basePageBytes) await agent.settings(folioBytes)
  }

  /** Sees to it that the sample at this place is taken in the boot that the schedule has for it. */
  async #bootFor(walk: Walk, place: SamplePlace): Promise<void> {
    const { plan } = walk
    if (plan.target !== 'vm') return
    const boot = bootOf(plan, place, maximumRounds(plan))
    if (boot === this.#bootIndex) return
    this.#bootIndex = undefined
    this.#place = place
    this.#tell(walk, 'booting')
    await this.#startAgent(plan, place.variantIndex)
    if (plan.bisection) await this.#meetGuest(walk, place.variantIndex)
    await this.#condition(walk)
    if (!place.warmup) await this.#warmUp(walk, place)
    this.#bootIndex = boot
  }

  /**
   * Stores what a kernel that a bisection boots for the first time is, and holds it to
   * that when it boots again.
   */
  async #meetGuest({ runId, plan, guests }: Walk, variantIndex: number): Promise<void> {
    const { machine, ...agent } = this.#requireAgent()
    if (!machine) throw new Error('a kernel was booted outside of a virtual machine')
    const guest = guestOf(agent, machine, variantIndex, await agent.facts())
    admitKernel(plan, variantIndex, agent.hello, guest.facts)
    const known = guests.find(other => other.variantIndex === variantIndex)
    if (known) {
      refuseOtherGuest(known, guest)
      return
    }
    await this.#parts.recording.recordGuest({ runId, guest })
    guests.push(guest)
  }

  /**
   * What the warm-up passes after a boot do, where an interruption has cut them off
   * from the samples to come.
   */
  async #warmUp(
    { plan, cells }: Walk,
    { variantIndex }: SamplePlace,
    agent = this.#requireAgent(),
  ): Promise<void> {
    const variant = plan.variants[variantIndex]
    if (!variant || plan.warmupRounds === 0) return
    for (const cell of cells) await agent.sample({ cell, variant, seed: plan.seed, cpus: plan.cpus })
  }

  async #run(walk: Walk): Promise<RunOutcome> {
    const outcome = await this.#finish(walk, await this.#outcomeOf(walk))
    this.#parts.events.ended(outcome)
    return outcome
  }

  /** Takes the samples; whatever goes wrong becomes the outcome. */
  async #outcomeOf(walk: Walk): Promise<RunOutcome> {
    const { runId, plan } = walk
    try {
      if (plan.target !== 'vm') await this.#persist(walk, () => this.#condition(walk))
      const reason = await this.#takeSamples(walk)
      const invalid = plan.bisection ? null : nothingValid(plan, walk.cells, walk.samples)
      return invalid === null
        ? { runId, status: 'complete', reason }
        : { runId, status: 'failed', reason: `${reason} ${invalid}` }
    } catch (error) {
      if (this.#isCancelled) return { runId, status: 'cancelled', reason: 'Cancelled.' }
      return { runId, status: 'failed', reason: messageOf(error) }
    }
  }

  /** Ends the agent, records the outcome and frees the lock, in this order. */
  async #finish(walk: Walk, outcome: RunOutcome): Promise<RunOutcome> {
    this.#place = null
    this.#next = null
    this.#tell(walk, 'finishing')
    await this.#closeAgents()
    walk.batches.flush()
    try {
      await this.#parts.recording.endRun(outcome)
      return outcome
    } catch (error) {
      return { ...outcome, status: 'failed', reason: `${outcome.reason} ${messageOf(error)}`.trim() }
    } finally {
      await walk.lock.release()
    }
  }

  /**
   * Touches as much memory as the plan will, so that a hypervisor has handed it out
   * before a sample needs it.
   */
  async #condition(walk: Walk): Promise<void> {
    const { plan } = walk
    if (plan.target === 'model' || plan.variants.some(variant => clockOf(variant) === 'instructions')) return
    this.#tell(walk, 'conditioning')
    await this.#requireAgent().condition(peakMemoryBytes(plan.benchmarks, plan.tasks, plan.sizeBytes), () =>
      this.#tell(walk, 'conditioning'),
    )
  }

  /** Returns why the run is complete. */
  async #takeSamples(walk: Walk): Promise<string> {
    const { plan, cells, samples } = walk
    if (plan.bisection) return this.#bisect(walk)
    if (plan.variants.every(variant => clockOf(variant) === 'instructions')) await this.#takeCounted(walk)
    const stored = new Set(samples.map(sample => sample.scheduleIndex))
    for (const block of schedule(plan)) {
      const ended = await this.#takeMissing(walk, block, stored)
      if (ended !== null) return ended
      const reason = reasonToStop(plan, cells, samples)
      if (reason !== null) return stopWords[reason]
    }
    const lost = lostRounds(plan, cells.length, samples)
    for (const round of replacements(plan, lost.isLacking)) {
      const ended = await this.#takeMissing(walk, round, stored)
      if (ended !== null) return ended
      if (isOutOfTime(plan, samples)) return `${stopWords.time}${lost.words()}`
    }
    return `${stopWords.rounds}${lost.words()}`
  }

  /**
   * Takes all samples of kernels whose instructions are counted, as many kernels at a time as fit.
   */
  async #takeCounted(walk: Walk): Promise<void> {
    const { plan, samples, host } = walk
    const stored = new Set(samples.map(sample => sample.scheduleIndex))
    const missing = scheduleBlock(plan, 0).filter(place => !stored.has(place.scheduleIndex))
    const kernels = [...new Set(missing.map(({ variantIndex }) => variantIndex))].map(index =>
      missing.filter(({ variantIndex }) => variantIndex === index),
    )
    const lane: KernelLane = {
      start: place => this.#startGuest(walk, place),
      take: (agent, place) => this.#takeIn(walk, agent, place),
      goOn: async () => {
        await this.#waitWhilePaused(walk)
        if (this.#isCancelled) throw new Error('cancelled')
      },
    }
    await takeSideBySide(lane, kernels, machinesThatFit(plan.variants, host))
  }

  /** A guest that other guests run beside. */
  async #startGuest(walk: Walk, place: SamplePlace): Promise<Agent> {
    const { plan } = walk
    const tried = this.#takeTried(place.variantIndex)
    if (!tried) this.#tell(walk, 'booting')
    const agent = tried ?? (await this.#boot(plan, place.variantIndex))
    this.#guests.add(agent)
    if (this.#isCancelled) await agent.close()
    for (const folioBytes of plan.folioSizes) await agent.settings(folioBytes)
    if (!place.warmup) await this.#warmUp(walk, place, agent)
    return agent
  }

  async #takeIn(walk: Walk, agent: Agent, place: SamplePlace): Promise<void> {
    this.#place = place
    this.#next = null
    this.#tell(walk, 'sampling')
    await this.#record(walk, place, () => agent.sample(this.#requestFor(walk, place)))
  }

  /**
   * Takes the samples of those kernels alone that the search asks for; returns what it has found.
   */
  async #bisect(walk: Walk): Promise<string> {
    const { plan, samples } = walk
    const places = scheduleBlock(plan, 0)
    await this.#takeKernel(walk, places, 0)
    const reason = reasonAgainst(samples.filter(({ variantIndex }) => variantIndex === 0))
    if (reason !== null) throw new Failure('boot-failed', reason, 'Put a kernel that can be measured first.')
    const result = await bisect(plan.variants.length, async index => {
      await this.#takeKernel(walk, places, index)
      return hasChanged(walk, index)
    })
    return bisectionWords(plan, result)
  }

  /**
   * Takes what is missing of one kernel. That it cannot be measured is a finding too: an
   * invalid sample says why.
   */
  async #takeKernel(walk: Walk, all: readonly SamplePlace[], variantIndex: number): Promise<void> {
    const stored = new Set(walk.samples.map(sample => sample.scheduleIndex))
    const missing = all.filter(
      place => place.variantIndex === variantIndex && !stored.has(place.scheduleIndex),
    )
    this.#restarts = 0
    for (const [index, place] of missing.entries()) {
      if (reasonAgainst(walk.samples.filter(sample => sample.variantIndex === variantIndex)) !== null) return
      this.#next = missing[index + 1] ?? null
      try {
        await this.#takeSample(walk, place)
      } catch (error) {
        if (!isOfKernel(error) || this.#isCancelled) throw error
        const startedAt = this.#parts.clock.now()
        await this.#store(walk, { ...place, startedAt, roundTripNs: 0, measurement: notMeasured(error) })
      }
    }
  }

  /**
   * Takes what is not stored yet; returns why the run ends with one of these
   * rounds, null when it goes on.
   */
  async #takeMissing(
    walk: Walk,
    places: readonly SamplePlace[],
    stored: ReadonlySet<number>,
  ): Promise<string | null> {
    const missing = places.filter(place => !stored.has(place.scheduleIndex))
    for (const [index, place] of missing.entries()) {
      this.#next = missing[index + 1] ?? null
      await this.#takeSample(walk, place)
      if (this.#next?.round === place.round) continue
      const reason = this.#parts.reasonToEnd?.(walk.samples) ?? null
      if (reason !== null) return reason
    }
    return null
  }

  async #takeSample(walk: Walk, place: SamplePlace): Promise<void> {
    if (place.cellIndex !== this.#place?.cellIndex || place.round !== this.#place.round)
      await this.#waitWhilePaused(walk)
    if (this.#isCancelled) throw new Error('cancelled')
    await this.#bootFor(walk, place)
    this.#place = place
    this.#tell(walk, 'sampling')
    await this.#record(walk, place, () => this.#measure(walk, place))
  }

  async #record(walk: Walk, place: SamplePlace, measure: () => Promise<Measurement>): Promise<void> {
    const { clock } = this.#parts
    const startedAt = clock.now()
    const startedNs = clock.monotonicNs()
    const measurement = await measure()
    const roundTripNs = clock.monotonicNs() - startedNs
    await this.#store(walk, { ...place, startedAt, roundTripNs, measurement })
  }

  async #store(walk: Walk, taken: Omit<Sample, 'session' | 'voidReason'>): Promise<void> {
    const measurement = storedMeasurement(walk.plan, taken, taken.measurement)
    const disturbed = voidReasonOf(walk.plan, taken, measurement)
    const session = { ...taken, measurement, session: walk.session }
    const sample = disturbed === null ? session : { ...session, voidReason: disturbed }
    await this.#parts.recording.recordSample({ runId: walk.runId, sample })
    walk.samples.push(sample)
    walk.meter.count(sample)
    walk.batches.add(sample)
  }

  /** One measurement; an agent that dies is restarted and asked again. */
  async #measure(walk: Walk, place: SamplePlace): Promise<Measurement> {
    const request = this.#requestFor(walk, place)
    for (;;) {
      try {
        return await this.#requireAgent().sample(request)
      } catch (error) {
        await this.#restart(walk, place, error)
      }
    }
  }

  /** What needs the agent and no place of the schedule; begun again with another one if it dies. */
  async #persist(walk: Walk, act: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await act()
        return
      } catch (error) {
        await this.#restart(walk, null, error)
      }
    }
  }

  #requestFor({ plan, cells }: Walk, place: SamplePlace): SampleRequest {
    const cell = cells[place.cellIndex]
    const variant = plan.variants[place.variantIndex]
    if (!cell || !variant)
      throw new Error(`the schedule names cell ${place.cellIndex}, which is not in the plan`)
    return { cell, variant, seed: sampleSeed(plan, place), cpus: plan.cpus }
  }

  /**
   * Starts the agent again if `error` tells that it is gone, again if that one dies as well; throws
   * `error` when that is not it, or not any more. `place`: of the sample that is to be taken.
   */
  async #restart(walk: Walk, place: SamplePlace | null, error: unknown): Promise<void> {
    if (!isGone(error) || this.#isCancelled || this.#restarts === maximumRestarts) throw error
    this.#restarts++
    this.#bootIndex = undefined
    if (place && walk.plan.target === 'vm') return this.#bootFor(walk, { ...place, warmup: false })
    try {
      await this.#startAgent(walk.plan, place?.variantIndex ?? 0)
    } catch (again) {
      await this.#restart(walk, place, again)
    }
  }

  async #waitWhilePaused(walk: Walk): Promise<void> {
    if (!this.#isPaused || this.#isCancelled) return
    this.#tell(walk, 'paused')
    await new Promise<void>(resolve => this.#sleepers.add(resolve))
    return this.#waitWhilePaused(walk)
  }

  /** Says at once that a phase begins, and how it goes on not too often. */
  #tell(walk: Walk, phase: Progress['phase']): void {
    const now = this.#parts.clock.monotonicNs()
    if (phase === this.#lastPhase && now - this.#lastProgressNs < progressInterval) return
    this.#lastProgressNs = now
    this.#lastPhase = phase
    const elapsedSeconds = (now - walk.startedNs) / 1e9
    this.#parts.events.progressed(walk.meter.progress(phase, elapsedSeconds, this.#place, this.#next))
  }

  #requireAgent(): Agent {
    if (!this.#agent) throw new Error('the agent was not started')
    return this.#agent
  }
}

const stopWords = {
  resolution: 'Every interval is as narrow as requested.',
  rounds: 'All rounds were run.',
  time: 'The time limit was reached.',
} as const

function messageOf(error: unknown): string {
  const { message, advice } = toFailureRecord(error)
  return `${message} ${advice}`.trim()
}
