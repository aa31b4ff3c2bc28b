import log from 'electron-log/node'

/** One file for main and, line by line, for what the engine's processes write to their standard streams. */
export type Logger = Readonly<{
  info: (message: string) => void
  warn: (message: string) => void
  error: (message: string, error?: unknown) => void
}>

const largestLogBytes = 2 * 1024 * 1024 // then the file becomes main.old.log and a new one begins

export function openLog(file: string): Logger {
  log.transports.file.resolvePathFn = () => file
  log.transports.file.maxSize = largestLogBytes
  log.transports.console.level = 'warn'
  return {
    info: message => log.info(message),
    warn: message => log.warn(message),
    error: (message, error) => (error === undefined ? log.error(message) : log.error(message, error)),
  }
}
