/**
 * Entry of the session process: one run of one plan, asked for over `sessionApi`,
 * recorded over `recordingApi`.
 */
import { randomInt } from 'node:crypto'
import { homedir } from 'node:os'
import { AdviceSession } from '../advisor/advice-session.ts'
import { recordingApi, sessionApi } from '../contract/api.ts'
import { SessionProcessOptions, type EngineApiName } from '../contract/engine-process.ts'
import type { Client } from '../contract/api-type.ts'
import { connect } from '../contract/ipc/connect.ts'
import type { Port } from '../contract/port.ts'
import { serve } from '../contract/ipc/serve.ts'
import { acceptPorts } from '../process/parent-port.ts'
import { runLockName } from '../process/machine-lock.ts'
import { acquireRunLock, runLockPlaces } from '../process/run-lock.ts'
import { otherMachine, thisMachine } from '../place/measuring-place.ts'
import { systemClock } from '../process/clock.ts'
import { compareFunctions } from '../session/compare-functions.ts'
import { countOperations } from '../session/count-operations.ts'
import { runPhone } from '../session/phone.ts'
import { showCounterexample } from '../session/show-counterexample.ts'
import { inspectMachine } from '../session/inspect-machine.ts'
import { Session } from '../session/session.ts'
import { defaultWaitSeconds, lookAtMachine, waitUntilQuiet } from '../session/wait-until-quiet.ts'

const options = SessionProcessOptions.parse(JSON.parse(process.argv[2] ?? 'null'))
const { agentPath, machine } = options
const place =
  machine === null
    ? thisMachine(agentPath)
    : otherMachine(machine, { agentPath, lockName: runLockName(process.env) })
const allPlaces = runLockPlaces(options.databasePath, options.sqliteBinding, process.env, homedir())
const lockPlaces = machine === null ? allPlaces : { ...allPlaces, name: null }

let connectRecording: (client: Client<typeof recordingApi>) => void
const recording = new Promise<Client<typeof recordingApi>>(resolve => (connectRecording = resolve))

process.once('SIGTERM', () => process.exit()) // not at once: what is temporary goes first
acceptPorts((api, port) => {
  port.onClose(() => process.exit(1)) // nobody to measure for; the agent ends with its input
  accept(api, port)
})

function accept(api: EngineApiName, port: Port): void {
  if (api === 'recording') connectRecording(connect(recordingApi, port).call)
  else if (api === 'session') serveSession(port)
  else throw new Error(`a session process has nothing to do with “${api}”`)
}

function serveSession(port: Port): void {
  let session: Session | undefined
  let advice: AdviceSession | undefined
  const waiting = new AbortController()
  const emit = serve(
    sessionApi,
    {
      inspectMachine: () =>
        inspectMachine(place.startLooking, options.applicationVersion, systemClock, place),
      machineLoad: () => lookAtMachine(place.watcher),
      countOperations: request => countOperations(place.startLooking, request),
      phone: request => runPhone(place.startLooking, request),
      counterexample: () => showCounterexample(place.startLooking),
      compareFunctions: async request => {
        const lock = await acquireRunLock(lockPlaces)
        try {
          return await compareFunctions(agentPath, request)
        } finally {
          await lock.release()
        }
      },
      start: async ({ id, plan, whenQuiet }) => {
        if (whenQuiet)
          await waitUntilQuiet({
            watcher: place.watcher,
            limitSeconds: defaultWaitSeconds,
            signal: waiting.signal,
            progressed: wait => emit('quietAwaited', wait),
          })
        await (await open()).start(id, plan)
      },
      resume: async id => (await open()).resume(id),
      pause: () => session?.pause(),
      proceed: () => session?.proceed(),
      cancel: () => {
        waiting.abort()
        session?.cancel()
      },
      advise: async ({ id, request }) => {
        advice ??= new AdviceSession({
          startAgent: place.startAgent,
          machine: place.machine,
          recording: await recording,
          acquireLock: () => acquireRunLock(lockPlaces),
          clock: systemClock,
          watcher: place.watcher,
          applicationVersion: options.applicationVersion,
          progressed: progress => emit('adviceProgressed', progress),
        })
        await advice.start(id, request, randomInt(2 ** 32))
        void advice.finished().then(outcome => emit('adviceEnded', outcome))
      },
      cancelAdvice: () => advice?.cancel(),
    },
    port,
  )

  async function open(): Promise<Session> {
    const client = await recording
    session ??= new Session({
      startAgent: place.startAgent,
      machine: place.machine,
      recording: client,
      acquireLock: () => acquireRunLock(lockPlaces),
      clock: systemClock,
      applicationVersion: options.applicationVersion,
      events: {
        progressed: progress => emit('progressed', progress),
        sampled: event => emit('sampled', event),
        ended: outcome => emit('ended', outcome),
      },
    })
    return session
  }
}
