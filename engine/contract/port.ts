/**
 * Two-way message line. Adapters exist for Electron's ports, Node's ports and the
 * preload's pair of functions.
 */
export type Port = Readonly<{
  post: (message: unknown) => void
  /** Registers the one receiver of messages. */
  listen: (receive: (message: unknown) => void) => void
  /** Called once when the other side is gone. */
  onClose: (closed: () => void) => void
}>
