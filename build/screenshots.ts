/**
 * `npm run screenshots`: drives the real application and writes docs/screenshots/*.png, the
 * pictures of docs/guide.md. What they show was measured here, on the model and small regions: a
 * picture takes seconds, not minutes.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { launchElectron } from './launch-electron.ts'
import { launchOptions } from './runtime.mjs'
import { hasDisplay } from './setup/display.mjs'
import { inProject, root } from './setup/paths.mjs'
import { findTestKernel, missingForVirtualMachines, testKernels } from './setup/virtual-machine.mjs'
import { startVirtualDisplay } from './test/virtual-display.mjs'

const folder = inProject('docs/screenshots')
const largestBytes = 350_000 // so that the folder stays small
const patienceMs = 240_000

/** How each screen is reached, with the run and the advice that were measured before. */
const screens = {
  welcome: page => show(page, '/welcome', 'welcome-model'),
  machine: page => show(page, '/machine', 'preflight-verdict'),
  'new-run': page => show(page, '/new-run', 'estimate'),
  live: page => show(page, '/live', 'live-done'),
  runs: async page => {
    await show(page, '/runs', 'runs-row')
    await page.getByTestId('runs-row').first().locator('.open-link').click()
    await page.getByTestId('run-details').waitFor()
  },
  compare: async page => {
    await show(page, '/live', 'live-done')
    await page.getByTestId('open-compare').click()
    await page.getByTestId('compare-cell').first().waitFor()
  },
  cell: async page => {
    await screens.compare(page)
    await page.getByTestId('compare-cell').first().click()
    await page.getByTestId('sample-row').first().waitFor()
  },
  advisor: async page => {
    await show(page, '/advisor', 'advice-item')
    await page.getByTestId('advice-item').first().click()
    await page.getByTestId('advice').waitFor()
  },
  history: page => show(page, '/history', 'history-row'),
  settings: page => show(page, '/settings', 'settings'),
  about: page => show(page, '/about', 'about'),
} satisfies Record<string, (page: Page) => Promise<void>>

type Look = Readonly<{ suffix: string; theme: 'Light theme' | 'Dark theme'; width: number; height: number }>

/** Beside the usual look: light, 1280 by 800. */
const looks: readonly Look[] = [
  { suffix: 'dark', theme: 'Dark theme', width: 1280, height: 800 },
  { suffix: '900', theme: 'Light theme', width: 900, height: 600 },
  { suffix: '1920', theme: 'Dark theme', width: 1920, height: 1080 },
]

const display = hasDisplay() ? null : await startVirtualDisplay()
const dataHome = mkdtempSync(path.join(tmpdir(), 'folio-lab-pictures-'))
const { electron, words, env } = launchOptions()
const application = await launchElectron({
  program: electron,
  words: [...words, '--force-device-scale-factor=1', root],
  environment: { ...env, XDG_DATA_HOME: dataHome, ...(display && { DISPLAY: display.display }) },
})
mkdirSync(folder, { recursive: true })
try {
  const page = await application.firstWindow()
  page.setDefaultTimeout(patienceMs)
  await takeAll(page)
} finally {
  await application.close()
  display?.stop()
  rmSync(dataHome, { recursive: true, force: true })
}

async function takeScreens(page: Page, { suffix, theme, width, height }: Look): Promise<void> {
  await choose(page, theme)
  await resize(page, width, height)
  for (const [name, open] of Object.entries(screens)) {
    await open(page)
    await take(page, `${name}-${suffix}`)
    await page.keyboard.press('Escape') // the sheet of a cell covers the rest
  }
}

async function takeAll(page: Page): Promise<void> {
  await resize(page, 1280, 800)
  await choose(page, 'Light theme')
  await page.getByTestId('welcome-model').waitFor()
  await take(page, 'welcome')
  await page.evaluate(() => (location.hash = '#/runs'))
  await page.getByText('No runs yet').waitFor()
  await take(page, 'runs-empty')
  await page.evaluate(() => (location.hash = `#/runs/${crypto.randomUUID()}`))
  await page.getByTestId('error-banner').first().waitFor()
  await take(page, 'runs-error')

  await show(page, '/machine', 'preflight-verdict')
  await take(page, 'machine')

  await show(page, '/new-run', 'estimate')
  await take(page, 'new-run')
  await page.getByRole('radio', { name: 'Kernels', exact: true }).click()
  for (const [index, release] of ['6.1', '6.12'].entries()) {
    await page.getByTestId('add-kernel').click()
    await page.getByTestId(`field-kernel-label-${index}`).fill(release)
    await page.getByTestId(`field-kernel-${index}`).fill(`/kernels/vmlinuz-${release}`)
  }
  await take(page, 'new-run-kernels')
  await page.getByRole('radio', { name: 'Model', exact: true }).click()
  await page.getByTestId('published-table').click()
  await page.getByTestId('field-size').fill('32 MiB')
  await take(page, 'new-run-model')
  await page.getByTestId('field-tasks').fill('none')
  await page.getByTestId('start-run').click()
  await take(page, 'new-run-correction')
  await page.getByTestId('field-tasks').fill('1')

  await page.getByTestId('start-run').click()
  await page.getByTestId('live-progress').waitFor()
  await page.waitForFunction(
    () => Number(document.querySelector<HTMLElement>('[data-testid=live-progress]')?.dataset.share) > 0.4,
  )
  await take(page, 'live')
  await page.getByTestId('live-done').waitFor()
  await take(page, 'live-complete')
  await page.getByTestId('open-compare').click()
  await page.getByTestId('compare-cell').first().waitFor()
  await take(page, 'compare')
  await page.getByTestId('compare-cell').first().click()
  await page.getByTestId('sample-row').first().waitFor()
  await take(page, 'cell')
  await page.keyboard.press('Escape')

  await page.getByTestId('nav-advisor').click()
  await page.getByTestId('ask-exclusive-writer').click()
  await page.getByTestId('advice-running').waitFor()
  await page.waitForFunction(
    () => Number(document.querySelector<HTMLElement>('[data-testid=advice-progress]')?.dataset.share) > 0.4,
  )
  await take(page, 'advisor-running')
  await page.getByTestId('advice').waitFor()
  await take(page, 'advisor')

  for (const name of ['runs', 'history', 'settings', 'about'] as const) {
    await screens[name](page)
    await take(page, name)
  }
  await page.getByTestId('open-palette').click()
  await page.getByTestId('palette').waitFor()
  await take(page, 'commands')
  await page.keyboard.press('Escape')

  for (const look of looks) await takeScreens(page, look)

  await choose(page, 'Light theme')
  await resize(page, 1280, 800)
  const missing = missingForVirtualMachines()
  if (missing === undefined) await takeKernels(page)
  else console.warn(`No picture of kernels: it needs ${missing}.`)
}

/**
 * Two real kernels by counted instructions, in the form as it was left; needs what the tests
 * of virtual machines need.
 */
async function takeKernels(page: Page): Promise<void> {
  await show(page, '/new-run', 'estimate')
  await page.getByRole('radio', { name: 'Kernels', exact: true }).click()
  for (const [index, { series, pattern }] of testKernels.entries()) {
    await page.getByTestId(`field-kernel-label-${index}`).fill(series)
    await page.getByTestId(`field-kernel-${index}`).fill(findTestKernel(pattern) ?? '')
  }
  await page.getByTestId('preset-quick').click()
  await page.getByTestId('field-size').fill('32 MiB')
  await page.getByTestId('start-run').click()
  await page.getByTestId('live-progress').waitFor()
  await page.getByTestId('live-done').waitFor()
  await page.getByTestId('open-compare').click()
  await page.getByTestId('compare-cell').first().waitFor()
  await take(page, 'compare-kernels')
}

async function resize(page: Page, width: number, height: number): Promise<void> {
  await page.setViewportSize({ width, height })
}

async function show(page: Page, address: string, content: string): Promise<void> {
  await page.evaluate(hash => (location.hash = hash), `#${address}`)
  await page.getByTestId(content).first().waitFor()
}

/** Runs a command by its title, as a person does. */
async function choose(page: Page, title: string): Promise<void> {
  await page.getByTestId('open-palette').click()
  await page.getByTestId('palette-filter').fill(title)
  await page.keyboard.press('Enter')
}

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0)
  // Where the command was chosen.
  await page.evaluate(() => document.querySelector<HTMLElement>('.sidebar :focus')?.blur())
  await page.waitForTimeout(600) // charts and notices come to rest
  const file = path.join(folder, `${name}.png`)
  await page.screenshot({ path: file })
  const { size } = statSync(file)
  if (size > largestBytes) throw new Error(`${file} has ${size} bytes, more than ${largestBytes}.`)
  console.log(path.relative(root, file))
}
