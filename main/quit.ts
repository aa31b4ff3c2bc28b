import { app } from 'electron'

export type Quit = Readonly<{
  /** Ends the application in an orderly way; with `ask`, only if the user agrees. */
  request: (ask: boolean) => Promise<void>
  /** Whether windows may close: everything else has ended. */
  isReady: () => boolean
}>

/** Every way to quit leads here: menu, window button, session end and signals. */
export function installQuit(mayQuit: () => Promise<boolean>, endEverything: () => Promise<void>): Quit {
  let state: 'open' | 'asking' | 'ending' | 'ready' = 'open'

  app.on('before-quit', event => {
    if (state === 'ready') return
    event.preventDefault()
    void request(true)
  })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => void request(false))
  return { request, isReady: () => state === 'ready' }

  async function request(ask: boolean): Promise<void> {
    if (state === 'ending' || state === 'ready' || (state === 'asking' && ask)) return
    if (ask) {
      state = 'asking'
      const answer = await mayQuit()
      if (!isStillAsking()) return // a signal did not wait for the answer
      state = 'open'
      if (!answer) return
    }
    state = 'ending'
    await endEverything()
    state = 'ready'
    app.quit()
  }

  function isStillAsking(): boolean {
    return state === 'asking'
  }
}
