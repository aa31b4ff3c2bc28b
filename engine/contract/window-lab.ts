import type { Port } from './port.ts'

/**
 * What the preload script gives a page as `window.lab`: one port for each api, and nothing else.
 */
export type WindowLab = Readonly<{
  /** Speaks `libraryApi`. */
  library: Port
  /** Speaks `mainApi`. */
  main: Port
}>
