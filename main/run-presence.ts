import { Notification, powerSaveBlocker, type BrowserWindow } from 'electron'
import type { Progress, RunOutcome } from '../engine/contract/run.ts'

const endings: Readonly<Record<RunOutcome['status'], string>> = {
  running: 'The run goes on',
  complete: 'The run is complete',
  cancelled: 'The run was cancelled',
  interrupted: 'The run was interrupted',
  failed: 'The run could not go on',
}

const noBar = -1 // Electron's value for no progress bar

/** How the desktop notices a run: no suspending, a bar on the taskbar entry, a message at its end. */
export class RunPresence {
  private readonly windows: () => readonly BrowserWindow[]
  private readonly isNotifying: () => boolean
  private readonly showRun: () => void
  private blocker: number | null = null

  /** `showRun` is called when the user answers the message. */
  constructor(windows: () => readonly BrowserWindow[], isNotifying: () => boolean, showRun: () => void) {
    this.windows = windows
    this.isNotifying = isNotifying
    this.showRun = showRun
  }

  began(): void {
    this.blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    this.showBar(0)
  }

  moved({ done, total }: Progress): void {
    this.showBar(total > 0 ? done / total : 0)
  }

  ended({ status, reason }: RunOutcome): void {
    if (this.blocker !== null) powerSaveBlocker.stop(this.blocker)
    this.blocker = null
    this.showBar(noBar)
    const isWatched = this.windows().some(window => window.isFocused())
    if (isWatched || !this.isNotifying() || !Notification.isSupported()) return
    const message = new Notification({ title: endings[status], body: reason })
    message.on('click', this.showRun)
    message.show()
  }

  private showBar(share: number): void {
    for (const window of this.windows()) window.setProgressBar(share)
  }
}
