import type { ChildProcess } from 'node:child_process'
import path from 'node:path'
import { createRequire } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import { _electron, chromium, type ElectronApplication, type Page } from 'playwright-core'

/**
 * With this module loaded first, Electron is not `ready` before both debuggers of Playwright are
 * connected. Playwright passes it to the Electron that it finds by itself only; without it a window
 * that opens in the meantime races with them, and now and then none of the three goes on.
 */
const loader = path.join(
  path.dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')),
  'lib/server/electron/loader.js',
)

export type ElectronCommand = Readonly<{
  program: string
  /** The application's folder, and what comes before and after it. */
  words: readonly string[]
  environment: NodeJS.ProcessEnv
}>

/** Starts an application that is not packaged, to be driven by the caller, who closes it. */
export function launchElectron({
  program,
  words,
  environment,
}: ElectronCommand): Promise<ElectronApplication> {
  return _electron.launch({
    executablePath: program,
    args: ['-r', loader, ...words],
    env: Object.fromEntries(
      Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  })
}

/**
 * Where a program that was started with --remote-debugging-port=0 can be driven, as it says on
 * its standard error, once.
 */
export async function debuggingAddress({ stderr }: ChildProcess): Promise<string> {
  let text = ''
  for await (const part of stderr ?? []) {
    text += String(part)
    const [, address] = /DevTools listening on (ws:\S+)/.exec(text) ?? []
    if (address !== undefined) return address
  }
  throw new Error(`the window ended without a port: ${text}`)
}

const shownWithinMs = 60_000

/**
 * Drives the window of a program that was started with --remote-debugging-port=0, once its page
 * is there: whoever comes while it opens races with it, as above.
 */
export async function connectToWindow(program: ChildProcess): Promise<Page> {
  const address = await debuggingAddress(program)
  const { host } = new URL(address)
  const deadline = performance.now() + shownWithinMs
  while (!(await hasPage(host))) {
    if (performance.now() > deadline) throw new Error(`no page was shown within ${shownWithinMs / 1000} s`)
    await delay(100)
  }
  const browser = await chromium.connectOverCDP(address)
  const [page] = browser.contexts().flatMap(context => context.pages())
  if (!page) throw new Error('there is no window')
  return page
}

async function hasPage(host: string): Promise<boolean> {
  const response = await fetch(`http://${host}/json/list`)
  const targets = (await response.json()) as readonly { type: string; title: string }[]
  return targets.some(({ type, title }) => type === 'page' && title.endsWith('Folio Lab'))
}
