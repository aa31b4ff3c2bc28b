import { libraryApi, mainApi } from '../../engine/contract/api.ts'
import { Failure } from '../../engine/contract/failure.ts'
import { connect, type Connection } from '../../engine/contract/ipc/connect.ts'
import type { WindowLab } from '../../engine/contract/window-lab.ts'

export type Lab = Readonly<{
  library: Connection<typeof libraryApi>
  main: Connection<typeof mainApi>
}>

const connected = new WeakMap<WindowLab, Lab>()

/** The rest of the application as this window reaches it. One connection serves the whole page. */
export function useLab(): Lab {
  // The preload is another program: its property is not part of the types of this one.
  const bridge = (window as Window & { readonly lab?: WindowLab }).lab
  if (!bridge)
    throw new Failure(
      'internal',
      'This page has no connection to Folio Lab.',
      'Close it and start Folio Lab.',
    )
  const known = connected.get(bridge)
  if (known) return known
  const { library, main } = bridge
  const lab = { library: connect(libraryApi, library), main: connect(mainApi, main) }
  connected.set(bridge, lab)
  return lab
}

/** The library as this window reaches it. */
export function useLibrary(): Lab['library'] {
  const { library } = useLab()
  return library
}
