/**
 * Entry of the library process: opens the database and answers `libraryApi` and `recordingApi`
 * on every port it is given.
 */
import path from 'node:path'
import { fleetApi, kernelsApi, libraryApi, libraryFilesApi, recordingApi } from '../contract/api.ts'
import { LibraryProcessOptions } from '../contract/engine-process.ts'
import { fleetRegistryPath } from '../contract/fleet.ts'
import type { Api, Handlers } from '../contract/api-type.ts'
import type { Port } from '../contract/port.ts'
import { serve } from '../contract/ipc/serve.ts'
import { largestRunFile } from '../contract/run-file.ts'
import type { Milliseconds } from '../contract/units.ts'
import { Fleets } from '../fleet/fleets.ts'
import { runTaker } from '../fleet/run-taker.ts'
import type { KernelSources } from '../contract/kernels.ts'
import { kernelFolder } from '../kernels/kernel-cache.ts'
import { KernelStore } from '../kernels/offered-kernels.ts'
import { readText } from '../files/read-text.ts'
import { acceptPorts } from '../process/parent-port.ts'
import { takeInCopy } from '../library/copies.ts'
import { openLibrary, type Library } from '../library/library.ts'

// Soon enough for a list, seldom enough not to disturb a measurement.
const watchInterval: Milliseconds = 2000

const options = LibraryProcessOptions.parse(JSON.parse(process.argv[2] ?? 'null'))
const opening = openLibrary({
  path: options.databasePath,
  isOwn: true,
  binding: options.sqliteBinding,
  now: Date.now,
})
opening.catch(() => undefined) // each request is answered with the failure

opening.then(watchOthers, () => undefined)

const fileHandlers: Handlers<typeof libraryFilesApi> = {
  copyTo: async ({ file }) => (await opening).copyTo(file),
  // The library need not have been opened: it may be what the copy is to replace.
  takeIn: ({ original, file }) => takeInCopy(original, file, options.sqliteBinding),
  importFile: async ({ file }) =>
    (await opening).importRun(() => readText(file, largestRunFile), 'imported').id,
}

const fleets = new Fleets(fleetRegistryPath(path.dirname(options.databasePath)))

const fleetHandlers: Handlers<typeof fleetApi> = {
  listFleets: async () => {
    const known = await runTaker(await opening).known()
    return fleets.statuses(known)
  },
  collectFleet: async name => fleets.collect(name, runTaker(await opening)),
  cancelFleet: name => fleets.cancel(name),
}

const kernelHandlers: Handlers<typeof kernelsApi> = {
  fetchedKernels: () => {
    const fetched = kernels().cached()
    return {
      folder: kernelFolder(process.env),
      fetched: fetched.map(({ release, file, bytes }) => ({ release, file, bytes })),
    }
  },
  offeredKernels: sources => kernels(sources).offered(),
  fetchKernel: async ({ release, ...sources }) => {
    await kernels(sources).fetch([release], () => undefined)
  },
  removeKernel: release => void kernels().remove([release]),
}

const ownSources: KernelSources = { suites: [], flavour: 'cloud-amd64' }

function kernels({ suites, flavour }: KernelSources = ownSources): KernelStore {
  return new KernelStore(process.env, suites, flavour)
}

acceptPorts((api, port) => {
  if (api === 'library') serveLibrary(port)
  else if (api === 'library-files') serve(libraryFilesApi, fileHandlers, port)
  else if (api === 'fleet') serve(fleetApi, fleetHandlers, port)
  else if (api === 'kernels') serve(kernelsApi, kernelHandlers, port)
  else if (api === 'recording')
    serve(
      recordingApi,
      onceOpen(recordingApi, library => library.recording),
      port,
    )
  else throw new Error(`the library process does not serve “${api}”`)
})

/**
 * The command line may write to the same file: windows learn of its runs, and of those
 * that it left unfinished.
 */
function watchOthers(library: Library): void {
  setInterval(() => {
    try {
      library.interruptAbandoned()
      library.tellForeignChanges()
    } catch (error) {
      console.error('looking for changes of other programs:', error)
    }
  }, watchInterval)
}

function serveLibrary(port: Port): void {
  const emit = serve(
    libraryApi,
    onceOpen(libraryApi, library => library.queries),
    port,
  )
  opening.then(
    library => port.onClose(library.onChange(ids => emit('runsChanged', { ids }))),
    () => undefined,
  )
}

/** Handlers that wait for the library; when it cannot be opened, each rejects with the reason. */
function onceOpen<A extends Api>(api: A, handlersOf: (library: Library) => Handlers<A>): Handlers<A> {
  const names: (keyof A['requests'])[] = Object.keys(api.requests)
  const handlers = names.map(name => [name, async (input: never) => handlersOf(await opening)[name](input)])
  // Each name of the very declaration, with its own handler behind it.
  return Object.fromEntries(handlers) as Handlers<A>
}
