import { connect } from 'node:net'
import path from 'node:path'

const answerLimitMs = 3000 // of a display on another machine, such as behind ssh
const largestPort = 65_535

/** @returns {boolean} whether the environment names a display */
export function hasDisplay() {
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/**
 * Asks the displays that the environment names whether they are there: a window that cannot be
 * opened says so in words that nobody understands.
 *
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {Promise<string | null>} what is wrong; null when a display answers
 */
export async function findDisplayFault({ DISPLAY, WAYLAND_DISPLAY, XDG_RUNTIME_DIR = '' }) {
  const places = [
    ...(WAYLAND_DISPLAY ? [{ path: path.resolve(XDG_RUNTIME_DIR, WAYLAND_DISPLAY) }] : []),
    ...(DISPLAY ? placesOfX(DISPLAY) : []),
  ]
  for (const place of places) if (await answers(place)) return null
  const named = [
    ...(DISPLAY ? [`DISPLAY is “${DISPLAY}”`] : []),
    ...(WAYLAND_DISPLAY ? [`WAYLAND_DISPLAY is “${WAYLAND_DISPLAY}”`] : []),
  ]
  return `${named.join(' and ')}, but no display answers there.`
}

/**
 * Where the X server of a `HOST:DISPLAY.SCREEN` listens (X(7)).
 *
 * @param {string} display
 * @returns {(Readonly<{ path: string }> | Readonly<{ host: string, port: number }>)[]}
 */
function placesOfX(display) {
  const [, host = '', number = ''] = /^(.*):(\d+)(?:\.\d+)?$/.exec(display) ?? []
  if (number === '') return display.startsWith('/') ? [{ path: display }] : []
  const socket = `/tmp/.X11-unix/X${number}`
  if (host === '' || host === 'unix') return [{ path: socket }, { path: `\0${socket}` }]
  const port = 6000 + Number(number)
  return port > largestPort ? [] : [{ host: host.replace(/^\[(.*)\]$/, '$1'), port }]
}

/**
 * @param {Readonly<{ path: string }> | Readonly<{ host: string, port: number }>} place
 * @returns {Promise<boolean>}
 */
function answers(place) {
  return new Promise(resolve => {
    const socket = connect(place)
    socket.setTimeout(answerLimitMs, () => socket.destroy())
    socket.once('error', () => resolve(false)).once('close', () => resolve(false))
    socket.once('connect', () => {
      resolve(true)
      socket.destroy()
    })
  })
}
