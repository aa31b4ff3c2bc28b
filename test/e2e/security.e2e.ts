/** What a hostile page could try, tried from inside the real page. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { libraryApi, mainApi, recordingApi, sessionApi } from '../../engine/contract/api.ts'
import type { Api } from '../../engine/contract/api-type.ts'
import type { WindowLab } from '../../engine/contract/window-lab.ts'
import { launch, makeDataHome, readLog, removeDataHome, type Application } from './application.ts'

const preloadFile = path.resolve(import.meta.dirname, '../../out/main/preload.cjs')

let application: Application
let dataHome: string
/** Another origin. It counts who comes. */
let stranger: Server
let strangerAddress: string
let visits: string[] = []

beforeAll(async () => {
  stranger = createServer((request, response) => {
    visits.push(request.url ?? '')
    response.setHeader('access-control-allow-origin', '*')
    response.end('<!doctype html><title>stranger</title>')
  })
  await new Promise<void>(resolve => stranger.listen(0, '127.0.0.1', resolve))
  strangerAddress = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
  dataHome = makeDataHome()
  application = await launch(dataHome)
})

afterAll(async () => {
  await application.close()
  stranger.close()
  removeDataHome(dataHome)
})

test('the page has no Node and gets two ports, nothing else', async () => {
  const found = await application.page.evaluate(() => {
    const page = window as unknown as Record<string, unknown> & { lab: WindowLab }
    return {
      node: ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer'].filter(name => name in page),
      lab: Object.entries(page.lab).map(([name, port]) => [name, Object.keys(port).sort()]),
    }
  })
  const members = ['listen', 'onClose', 'post']
  expect(found).toEqual({
    node: [],
    lab: [
      ['library', members],
      ['main', members],
    ],
  })
})

test('the window is isolated and sandboxed', async () => {
  const preferences = await application.electron.evaluate(({ webContents }) => {
    // Electron leaves this method out of its types.
    const [contents] = webContents.getAllWebContents() as unknown as [
      { getLastWebPreferences: () => Record<string, unknown> },
    ]
    const { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag } =
      contents.getLastWebPreferences()
    return { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag }
  })
  expect(preferences).toEqual({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  })
})

test('neither an inline script, nor text made code, nor a handler attribute runs', async () => {
  const ran = await application.page.evaluate(async () => {
    const page = window as unknown as Record<string, unknown>
    const script = document.createElement('script')
    script.textContent = 'window.ranInline = true'
    document.head.append(script)
    setTimeout('window.ranText = true', 0) // eslint-disable-line @typescript-eslint/no-implied-eval -- what is tested
    await new Promise(resolve => setTimeout(resolve, 0)) // would have come after it
    const image = document.createElement('img')
    image.setAttribute('onerror', 'window.ranHandler = true')
    // Called after it.
    const failed = new Promise(resolve => image.addEventListener('error', resolve))
    image.src = './none.png'
    document.body.append(image)
    await failed
    script.remove()
    image.remove()
    return ['ranInline', 'ranText', 'ranHandler'].filter(name => name in page)
  })
  expect(ran).toEqual([])
})

test('nothing is loaded from elsewhere', async () => {
  visits = []
  const outcomes = await application.page.evaluate(async address => {
    const refusals: string[] = []
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      refusals.push(`${effectiveDirective} ${blockedURI}`)
    })
    async function refusalOf(word: string): Promise<void> {
      while (!refusals.some(refusal => refusal.includes(word)))
        await new Promise(resolve => setTimeout(resolve, 10))
    }
    function loaded(element: HTMLElement): Promise<string> {
      return new Promise(resolve => {
        element.onload = () => resolve('loaded')
        element.onerror = () => resolve('refused')
        document.body.append(element)
      })
    }
    const image = Object.assign(document.createElement('img'), { src: `${address}/image.png` })
    const script = Object.assign(document.createElement('script'), { src: `${address}/script.js` })
    const style = Object.assign(document.createElement('link'), {
      rel: 'stylesheet',
      href: `${address}/x.css`,
    })
    const elements = await Promise.all([loaded(image), loaded(script), loaded(style)])
    const fetched = await fetch(`${address}/fetch`).then(
      () => 'loaded',
      () => 'refused',
    )
    const socket = await new Promise<string>(resolve => {
      try {
        const line = new WebSocket(address.replace('http', 'ws'))
        line.onopen = () => resolve('loaded')
        line.onerror = () => resolve('refused')
      } catch {
        resolve('refused')
      }
    })
    const frame = document.createElement('iframe')
    frame.src = `${address}/frame`
    document.body.append(frame)
    const beacon = navigator.sendBeacon(`${address}/beacon`)
    await refusalOf('frame-src')
    await refusalOf('/beacon')
    for (const element of [image, script, style, frame]) element.remove()
    return [...elements, fetched, socket, beacon ? 'beacon queued' : 'refused']
  }, strangerAddress)
  expect(outcomes.slice(0, 5)).toEqual(['refused', 'refused', 'refused', 'refused', 'refused'])
  expect(visits).toEqual([])
})

test('the session itself ends requests for anything but the page', async () => {
  visits = []
  const outcome = await application.electron.evaluate(
    ({ session }, address) =>
      session.defaultSession.fetch(address).then(
        () => 'loaded',
        (error: unknown) => String(error),
      ),
    strangerAddress,
  )
  expect(outcome).toContain('ERR_BLOCKED_BY_CLIENT')
  expect(visits).toEqual([])
})

test('the page cannot be led elsewhere', async () => {
  visits = []
  const home = application.page.url()
  for (const address of [
    strangerAddress,
    'file:///etc/passwd',
    'folio-lab://other/index.html',
    'data:text/html,<title>data</title>',
    'chrome://gpu',
    `${strangerAddress}/last`,
  ]) {
    await application.page.evaluate(target => void (location.href = target), address)
    await application.page.evaluate(target => {
      const link = Object.assign(document.createElement('a'), { href: target })
      document.body.append(link)
      link.click()
      link.remove()
    }, address)
  }
  await expect.poll(() => readLog(dataHome)).toContain(`refused to go to ${strangerAddress}/last`)
  expect(application.page.url()).toBe(home)
  expect(await application.page.evaluate(() => 'lab' in window)).toBe(true)
  expect(visits).toEqual([])
})

test('the page opens no window', async () => {
  const opened = await application.page.evaluate(address => {
    const link = Object.assign(document.createElement('a'), { href: address, target: '_blank' })
    document.body.append(link)
    link.click()
    link.remove()
    return [window.open(address), window.open('about:blank'), window.open('folio-lab://app/index.html')]
  }, strangerAddress)
  expect(opened).toEqual([null, null, null])
  const windows = await application.electron.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows().length,
  )
  expect(windows).toBe(1)
})

test('every permission is denied', async () => {
  const answers = await application.page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read']
    const states = await Promise.all(
      names.map(async name => (await navigator.permissions.query({ name: name as PermissionName })).state),
    )
    function outcome(promise: Promise<unknown>): Promise<string> {
      return promise.then(
        () => 'allowed',
        () => 'denied',
      )
    }
    return [
      ...states,
      await outcome(navigator.mediaDevices.getUserMedia({ audio: true })),
      await outcome(navigator.clipboard.readText()),
      await outcome(
        new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
      ),
      await Notification.requestPermission(),
    ]
  })
  expect(answers).toEqual(answers.map(() => 'denied'))
})

test.each([
  ['folio-lab://app/index.html', 200],
  ['folio-lab://app/', 404],
  ['folio-lab://app/none.js', 404],
  ['folio-lab://app/../main/main.js', 404],
  ['folio-lab://app/%2e%2e/main/main.js', 404],
  ['folio-lab://app/..%2fmain%2fmain.js', 404],
  ['folio-lab://app/assets/..%2f..%2fmain%2fmain.js', 404],
  ['folio-lab://app/..%5cmain%5cmain.js', 404],
  ['folio-lab://app/%2fetc%2fpasswd', 404],
  ['folio-lab://other/index.html', 404],
])('%s is answered with %d', async (address, status) => {
  const answer = await application.electron.evaluate(async ({ session }, asked) => {
    const response = await session.defaultSession.fetch(asked)
    return { status: response.status, policy: response.headers.get('content-security-policy') }
  }, address)
  expect(answer.status).toBe(status)
  if (status === 200) expect(answer.policy).toContain("default-src 'none'; script-src 'self';")
})

test('a page of another origin with the same preload is not heard', async () => {
  const { electron } = application
  await electron.evaluate(
    async ({ BrowserWindow }, [address, preload]) => {
      const forger = new BrowserWindow({
        show: false,
        // A session that may go there.
        webPreferences: { preload, sandbox: true, partition: 'forger' },
      })
      await forger.loadURL(address)
      await forger.webContents.executeJavaScript(
        `answers = []
         const { main, library } = lab
         main.listen(answer => answers.push(answer))
         library.listen(answer => answers.push(answer))
         main.post({ seq: 1, method: 'versions' })
         library.post({ seq: 1, method: 'location' })
         true`,
      )
    },
    [strangerAddress, preloadFile] as const,
  )
  for (const channel of ['main', 'library'])
    await expect
      .poll(() => readLog(dataHome))
      .toContain(`refused a message on “${channel}” from ${strangerAddress}`)
  const answers = await electron.evaluate(async ({ BrowserWindow }, address) => {
    const forger = BrowserWindow.getAllWindows().find(({ webContents }) =>
      webContents.getURL().startsWith(address),
    )
    const heard: unknown = await forger?.webContents.executeJavaScript('answers')
    forger?.destroy()
    return heard
  }, strangerAddress)
  expect(answers).toEqual([])
})

describe('a page of the application with bad messages', () => {
  test.each([
    ['main', mainApi],
    ['library', libraryApi],
  ] as const)('%s answers every request with wrong input by bad-input', async (channel, api: Api) => {
    for (const method of Object.keys(api.requests))
      expect(await ask(channel, method, { no: 'such input' }), method).toMatchObject({
        failure: { code: 'bad-input', message: expect.stringContaining(method) as string },
      })
  })

  test('requests between engine processes are not to be had from a page', async () => {
    const inner = [...Object.keys(recordingApi.requests), ...Object.keys(sessionApi.requests)]
    const forbidden = inner.filter(method => !(method in libraryApi.requests))
    expect(forbidden).toContain('recordSample')
    for (const method of [...forbidden, 'constructor', '__proto__', 'toString'])
      expect(await ask('library', method, null), method).toMatchObject({ failure: { code: 'bad-input' } })
  })

  test('messages without an envelope are dropped and nothing breaks', async () => {
    await application.page.evaluate(() => {
      const { library, main } = (window as unknown as { lab: WindowLab }).lab
      const circular: Record<string, unknown> = {}
      circular.self = circular
      const odd = [null, undefined, 7, 'x', [], {}, { seq: '1' }, { seq: NaN, method: 'versions' }, circular]
      for (const message of odd) {
        main.post(message)
        library.post(message)
      }
    })
    expect(await application.main.call.versions()).toHaveProperty('Electron')
    expect(await application.ownLibrary.call.listRuns({ includeDeleted: false })).toEqual([])
  })
})

test('a page that emptied itself is led back', async () => {
  const returned = application.page.waitForURL('folio-lab://app/**')
  await application.page.evaluate(() => void (location.href = 'about:blank'))
  await returned
  await application.page.waitForFunction(() => 'lab' in window)
  expect(readLog(dataHome)).toContain('led back from about:blank')
})

let nextSeq = 2_000_000_000

/** Sends an envelope as it is, without the client that would refuse to. */
function ask(channel: keyof WindowLab, method: string, input: unknown): Promise<unknown> {
  return application.page.evaluate(
    ([name, seq, asked, given]) =>
      new Promise(resolve => {
        const { lab } = window as unknown as { lab: WindowLab }
        lab[name].listen(message => {
          if ((message as { seq?: number }).seq === seq) resolve(message)
        })
        lab[name].post({ seq, method: asked, input: given })
      }),
    [channel, nextSeq++, method, input] as const,
  )
}
