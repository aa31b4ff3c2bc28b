import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Starts Xvfb on a display that it chooses itself, so that two test runs never share one.
 *
 * @returns {Promise<{ display: string, stop: () => void }>}
 */
export async function startVirtualDisplay() {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  })
  function stop() {
    server.kill()
  }
  process.once('exit', stop)
  const failed = once(server, 'exit').then(() => {
    throw new Error('Xvfb ended before it had a display.')
  })
  const announcement = server.stdio[3]
  if (!announcement) throw new Error('Xvfb was started without its announcement pipe.')
  const [number] = await Promise.race([once(announcement, 'data'), failed])
  failed.catch(() => undefined) // from here on its end is wanted, or shows in the tests
  return { display: `:${String(number).trim()}`, stop }
}
