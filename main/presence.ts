import { Notification, powerSaveBlocker, type BrowserWindow } from 'electron'
import type { Ending } from './endings.ts'

const noBar = -1 // Electron's value for no progress bar

export type PresenceParts = Readonly<{
  windows: () => readonly BrowserWindow[]
  isNotifying: () => boolean
  /** Shows a screen; called when the user answers the message. */
  show: (path: string) => void
}>

/**
 * How the desktop notices that something is measured: no suspending, a bar on the taskbar
 * entry, a message at its end.
 */
export class Presence {
  private readonly parts: PresenceParts
  private blocker: number | null = null

  constructor(parts: PresenceParts) {
    this.parts = parts
  }

  began(): void {
    this.blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    this.showBar(0)
  }

  /** `share` of all there is to do, 0 to 1. */
  moved(share: number): void {
    this.showBar(share)
  }

  ended({ title, body, path }: Ending): void {
    const { windows, isNotifying, show } = this.parts
    if (this.blocker !== null) powerSaveBlocker.stop(this.blocker)
    this.blocker = null
    this.showBar(noBar)
    const isWatched = windows().some(window => window.isFocused())
    if (isWatched || !isNotifying() || !Notification.isSupported()) return
    const message = new Notification({ title, body })
    message.on('click', () => show(path))
    message.show()
  }

  private showBar(share: number): void {
    for (const window of this.parts.windows()) window.setProgressBar(share)
  }
}
