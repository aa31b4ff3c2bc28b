/**
 * Stands in for the preload: serves a page from handlers in the same process,
 * through the real contract.
 */
import { libraryApi, mainApi } from '../../engine/contract/api.ts'
import type { Api, Handlers } from '../../engine/contract/api-type.ts'
import type { Port } from '../../engine/contract/port.ts'
import { serve, type Emit } from '../../engine/contract/ipc/serve.ts'

export type FakeLab = Readonly<{
  emitLibrary: Emit<typeof libraryApi>
  emitMain: Emit<typeof mainApi>
}>

/**
 * Puts `window.lab` in place; requests without a handler are refused as unknown.
 * Returns what sends events.
 */
export function installWindowLab(
  library: Partial<Handlers<typeof libraryApi>>,
  main: Partial<Handlers<typeof mainApi>>,
): FakeLab {
  const libraryLine = serveLine(libraryApi, library)
  const mainLine = serveLine(mainApi, main)
  Object.assign(window, { lab: { library: libraryLine.port, main: mainLine.port } })
  return { emitLibrary: libraryLine.emit, emitMain: mainLine.emit }
}

type Receive = (message: unknown) => void

function serveLine<A extends Api>(api: A, handlers: Partial<Handlers<A>>): { port: Port; emit: Emit<A> } {
  const receivers: { page?: Receive; server?: Receive } = {}
  const port = portOf(receivers, 'page', 'server')
  // A missing handler is answered by serve() as an unknown request, which is
  // what a test wants to see.
  return { port, emit: serve(api, handlers as Handlers<A>, portOf(receivers, 'server', 'page')) }
}

function portOf(
  receivers: { page?: Receive; server?: Receive },
  own: 'page' | 'server',
  other: 'page' | 'server',
): Port {
  return {
    post: message => queueMicrotask(() => receivers[other]?.(structuredClone(message))),
    listen: receive => {
      receivers[own] = receive
    },
    onClose: () => undefined,
  }
}
