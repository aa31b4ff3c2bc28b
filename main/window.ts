import { BrowserWindow, nativeTheme, screen, type Rectangle, type Session } from 'electron'
import * as z from 'zod'
import type { Logger } from './logging.ts'
import { pageAddress, pageOrigin } from './page-files.ts'
import { readStored, writeStored } from './stored-value.ts'
import { isWithinReach } from './window-place.ts'

const WindowState = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().positive(),
  height: z.int().positive(),
  maximised: z.boolean(),
})
type WindowState = z.infer<typeof WindowState>

const initialSize = { width: 1280, height: 840 }
const smallest = { width: 900, height: 600 } // below it the percent-change matrix does not fit
const reloadPauseMs = 10_000 // a page that ends sooner after a reload would end again
// The page's canvas (renderer/styles/tokens.css), until it has painted.
const background = { light: '#f6f6f8', dark: '#101114' }
const cascade = 32 // pixels that a further window lies to the right of and below the one before

export type WindowParts = Readonly<{
  session: Session
  preload: string
  stateFile: string
  /** For the task list; null: the icon of Electron. */
  icon: string | null
  log: Logger
}>

/**
 * Opens a window on `path` of the page (renderer/router.ts): sandboxed, unable to leave it, beside
 * `other` or at the place where the last one was closed.
 */
export function openWindow(
  { session, preload, stateFile, icon, log }: WindowParts,
  path: string,
  other: BrowserWindow | null,
): BrowserWindow {
  const state = other ? null : readStored(stateFile, WindowState.nullable(), null).value
  const address = `${pageAddress}#${path}`
  const window = new BrowserWindow({
    ...(other ? beside(other) : initialPlace(state)),
    ...(icon === null ? {} : { icon }),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: {
      session,
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false, // its dictionaries would be fetched from the network
    },
  })
  if (state?.maximised) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => keepState(window, stateFile, log))
  confine(window, log)
  void window.loadURL(address)
  return window
}

/**
 * Keeps the window on its page: no navigation, no further windows, no
 * permissions, no attached views.
 */
function confine(window: BrowserWindow, log: Logger): void {
  const { webContents } = window
  let reloadedAt = 0
  webContents.setWindowOpenHandler(({ url }) => {
    log.warn(`window: refused to open ${url}`)
    return { action: 'deny' }
  })
  webContents.on('will-frame-navigate', event => {
    if (event.isMainFrame && isOwn(event.url)) return
    log.warn(`window: refused to go to ${event.url}`)
    event.preventDefault()
  })
  // An empty page asks nobody and cannot be prevented: whoever went there is led back.
  webContents.on('did-navigate', (_event, url) => {
    if (isOwn(url)) return
    log.warn(`window: led back from ${url}`)
    void window.loadURL(pageAddress)
  })
  webContents.on('will-attach-webview', event => event.preventDefault())
  webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.error(`window: its page ended (${reason}, code ${exitCode})`)
    const now = Date.now()
    if (now - reloadedAt < reloadPauseMs) return
    reloadedAt = now
    window.reload()
  })
}

/** Lets no page use a camera, a place, a device, or anything else that is asked for. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
}

function isOwn(address: string): boolean {
  return address.startsWith(`${pageOrigin}/`)
}

function workAreas(): Rectangle[] {
  return screen.getAllDisplays().map(display => display.workArea)
}

function beside(other: BrowserWindow): Rectangle {
  const { x, y, width, height } = other.getNormalBounds()
  return { x: x + cascade, y: y + cascade, width, height }
}

function initialPlace(state: WindowState | null): Partial<Rectangle> {
  return state && isWithinReach(state, workAreas()) ? placeOf(state) : initialSize
}

function placeOf({ x, y, width, height }: WindowState): Rectangle {
  return { x, y, width, height }
}

function keepState(window: BrowserWindow, file: string, log: Logger): void {
  const state: WindowState = { ...window.getNormalBounds(), maximised: window.isMaximized() }
  try {
    writeStored(file, state)
  } catch (error) {
    log.warn(`window: its place was not kept: ${String(error)}`) // no reason to stay open
  }
}
