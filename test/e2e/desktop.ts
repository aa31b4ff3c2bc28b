/** What the desktop around the windows is told. */
import type { Application } from './application.ts'

const mostBlockers = 30 // more than a test starts; their numbers count up from 0

/** Notes from now on what the taskbar shows for the first window. */
export async function watchTaskbar({ electron }: Application): Promise<void> {
  await electron.evaluate(({ BrowserWindow }) => {
    const bars: number[] = []
    Object.assign(globalThis, { bars })
    const [window] = BrowserWindow.getAllWindows()
    if (window) window.setProgressBar = share => bars.push(share)
  })
}

/** Shares from 0 to 1 in the order they were shown; -1 takes the bar away. */
export function taskbarShares({ electron }: Application): Promise<number[]> {
  return electron.evaluate(() => (globalThis as unknown as { bars: number[] }).bars)
}

export function isKeptAwake({ electron }: Application): Promise<boolean> {
  return electron.evaluate(
    ({ powerSaveBlocker }, most) =>
      Array.from({ length: most }, (_, id) => id).some(id => powerSaveBlocker.isStarted(id)),
    mostBlockers,
  )
}

export type Message = Readonly<{ title: string; body: string }>

/** Notes the messages that the desktop is given from now on, as a desktop would that shows them. */
export async function watchMessages({ electron }: Application): Promise<void> {
  await electron.evaluate(({ Notification }) => {
    const shown: Electron.Notification[] = []
    Object.assign(globalThis, { shown })
    Notification.isSupported = () => true
    Notification.prototype.show = function (this: Electron.Notification) {
      shown.push(this)
    }
  })
}

export function messages({ electron }: Application): Promise<Message[]> {
  return electron.evaluate(() =>
    (globalThis as unknown as { shown: Message[] }).shown.map(({ title, body }) => ({ title, body })),
  )
}

/** Answers the newest message. */
export async function clickMessage({ electron }: Application): Promise<void> {
  await electron.evaluate(() => {
    const { shown } = globalThis as unknown as { shown: { emit: (event: string) => void }[] }
    shown.at(-1)?.emit('click')
  })
}

/** Whether somebody is looking at a window of the application. */
export async function setFocused({ electron }: Application, isFocused: boolean): Promise<void> {
  await electron.evaluate(({ BrowserWindow }, focused) => {
    for (const window of BrowserWindow.getAllWindows()) window.isFocused = () => focused
  }, isFocused)
}

export function clipboardText({ electron }: Application): Promise<string> {
  return electron.evaluate(({ clipboard }) => clipboard.readText())
}
