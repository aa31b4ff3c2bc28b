import type { Page } from 'playwright-core'
import type { Port } from '../../engine/contract/port.ts'
import type { WindowLab } from '../../engine/contract/window-lab.ts'

/** Numbers of the test's requests begin here, out of the way of the page's own. */
const firstSeq = 1_000_000_000

type Envelope = Readonly<{ seq?: number; [field: string]: unknown }>
type LabWindow = Window & Readonly<{ lab: WindowLab }>

/**
 * A port of the page as one of the test: what the test posts goes through `window.lab`,
 * the only way a page has, and what main sends to the page arrives here at once, so
 * that it survives the page.
 */
export async function pagePort(page: Page, channel: keyof WindowLab): Promise<Port> {
  let receive: ((message: unknown) => void) | null = null
  await page.exposeFunction(`testReceives_${channel}`, (message: Envelope) => {
    if (message.seq === undefined) receive?.(message)
    else if (message.seq >= firstSeq) receive?.({ ...message, seq: message.seq - firstSeq })
  })
  await listenInPage(page, channel)
  page.on('load', () => {
    // A page that has gone in the meantime; `onClose` tells.
    listenInPage(page, channel).catch(() => undefined)
  })
  return {
    post(message) {
      const { seq = 0, ...rest } = message as Envelope // what `connect` posts
      const posted = page.evaluate(
        ([name, envelope]) => (window as unknown as LabWindow).lab[name].post(envelope),
        [channel, { ...rest, seq: seq + firstSeq }] as const,
      )
      posted.catch((error: unknown) => {
        const code = page.isClosed() ? 'port-closed' : 'internal'
        receive?.({ seq, failure: { code, message: String(error), advice: '' } })
      })
    },
    listen: receiver => (receive = receiver),
    onClose: closed => page.once('close', closed),
  }
}

/**
 * Has the present document hand on what it receives; a page that is reloaded has forgotten it.
 */
async function listenInPage(page: Page, channel: keyof WindowLab): Promise<void> {
  await page.evaluate(name => {
    const page = window as unknown as LabWindow & Record<string, (message: unknown) => void>
    page.lab[name].listen(message => page[`testReceives_${name}`]?.(message))
  }, channel)
}
