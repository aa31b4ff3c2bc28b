/**
 * What people do besides measuring: restore what they deleted, run something again, find their way
 * by keyboard, read why a file was refused. Over a library of many runs.
 */
import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStartAgent } from '../../engine/agent/start-agent.ts'
import { agentPath } from '../../engine/cli/agent-path.ts'
import { systemClock } from '../../engine/process/clock.ts'
import { libraryPath } from '../../engine/process/data-folder.ts'
import { inspectMachine } from '../../engine/session/inspect-machine.ts'
import { openLibrary } from '../../engine/library/library.ts'
import { schemeVariant } from '../../engine/contract/variant.ts'
import { exampleAdvice, exampleAdviceId } from '../fixtures/advice.ts'
import { exampleEnvironment } from '../fixtures/environment.ts'
import { examplePlan, exampleSamples, newRunId } from '../fixtures/run.ts'
import { violationsOf } from './accessibility.ts'
import { takePicture } from './picture.ts'
import {
  dataFolderOf,
  goTo,
  launch,
  makeDataHome,
  removeDataHome,
  showScreen,
  type Application,
} from './application.ts'

const manyRuns = 120

const plan = examplePlan({
  label: 'to be repeated',
  target: 'model',
  benchmarks: ['munmap'],
  variants: ['baseline', 'all'].map(stage => schemeVariant(stage)),
  stopping: { kind: 'rounds', rounds: 12 },
})

let dataHome: string
let application: Application
let page: Page

beforeAll(async () => {
  dataHome = makeDataHome()
  mkdirSync(dataFolderOf(dataHome), { recursive: true })
  const library = await openLibrary({
    path: libraryPath(dataFolderOf(dataHome)),
    isOwn: true,
    binding: null,
    now: Date.now,
  })
  // The last is of this machine, so that it can be calibrated for it.
  const own = await inspectMachine(createStartAgent(agentPath(process.env)), '0.1.0', systemClock)
  for (let number = 1; number <= manyRuns; number++) {
    const id = newRunId()
    const isLast = number === manyRuns
    const labelled = { ...plan, label: isLast ? plan.label : `run ${number}` }
    const environment = isLast ? own.environment : exampleEnvironment
    await library.recording.beginRun({ id, plan: labelled, environment })
    if (isLast)
      for (const sample of exampleSamples(plan, () => 1_000_000))
        await library.recording.recordSample({ runId: id, sample })
    await library.recording.endRun({ runId: id, status: 'complete', reason: '' })
  }
  await library.recording.recordAdvice(exampleAdvice())
  library.close()
  application = await launch(dataHome)
  page = application.page
  await application.main.call.setSettings({
    ...(await application.main.call.getSettings()),
    isWelcomed: true,
  })
  await application.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setSize(1280, 800),
  )
})

afterAll(async () => {
  await application.close()
  removeDataHome(dataHome)
})

/** What has the focus, in its words. */
function focused(): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent.trim() ?? '')
}

async function focusList(): Promise<void> {
  await page.getByTestId('sort-sampleCount').focus() // the last header above the rows
  await page.keyboard.press('Tab') // the box of the current row
  await page.keyboard.press('Tab') // its name
}

test('a long list is one stop: arrows go through it, Enter reads on in the details, Escape comes back', async () => {
  await showScreen(page, '/runs')
  await page.getByTestId('runs-row').first().waitFor()
  await focusList()
  expect(await focused()).toBe(plan.label)
  await page.keyboard.press('ArrowDown')
  expect(await focused()).toBe('run 119')
  await page.keyboard.press('End')
  expect(await focused()).toBe('run 1')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.closest('[role=grid]') === null)).toBe(true)
  await page.keyboard.press('Shift+Tab')
  expect(await focused()).toBe('run 1')
  await page.keyboard.press('Home')
  expect(await focused()).toBe(plan.label)
  await page.keyboard.press('Enter')
  await page.getByTestId('run-details').waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H2')
  expect(await focused()).toBe(plan.label)
  expect(await violationsOf(page)).toEqual([])
  await takePicture(page, 'details-by-key')
  await page.keyboard.press('Escape')
  await page.getByTestId('run-details').waitFor({ state: 'detached' })
  await expect.poll(focused).toBe(plan.label)
})

test('Space chooses the run of the row', async () => {
  await showScreen(page, '/runs')
  await page.getByTestId('runs-row').first().waitFor()
  await focusList()
  await page.keyboard.press('Space')
  await page.getByTestId('compare-chosen').waitFor()
  await page.keyboard.press('Space')
  await page.getByTestId('compare-chosen').waitFor({ state: 'detached' })
})

test('a deleted run is found under Deleted, and is back with one click', async () => {
  await showScreen(page, '/runs')
  await page.getByRole('link', { name: 'run 118', exact: true }).click()
  await page.getByTestId('delete-run').click()
  await page.getByTestId('deleted-runs').click()
  expect(await page.locator('h1').innerText()).toBe('Deleted runs')
  expect(await page.getByTestId('runs-row').count()).toBe(1)
  expect(await violationsOf(page)).toEqual([])
  await takePicture(page, 'deleted')
  await page.getByRole('link', { name: 'run 118', exact: true }).click()
  await page.getByTestId('restore-run').waitFor()
  expect(await page.getByTestId('open-compare').count()).toBe(0)
  await takePicture(page, 'deleted-open')
  await page.getByTestId('restore-run').click()
  await page.getByTestId('open-compare').waitFor()
  expect(await page.locator('h1').innerText()).toBe('Runs')
  expect(await application.ownLibrary.call.listRuns({ includeDeleted: false })).toHaveLength(manyRuns)
})

test('Run again starts the same plan in another order, from the list and where the run has ended', async () => {
  const [first] = await application.ownLibrary.call.listRuns({ includeDeleted: false })
  await showScreen(page, `/runs/${first!.id}`)
  await page.getByTestId('run-again').click()
  await page.getByTestId('live-done').waitFor()
  await page.getByTestId('run-again').click()
  await expect
    .poll(async () => (await application.ownLibrary.call.listRuns({ includeDeleted: false })).length)
    .toBe(manyRuns + 2)
  await page.getByTestId('live-done').waitFor()
  const [third, second] = await application.ownLibrary.call.listRuns({ includeDeleted: false })
  expect([second!.label, third!.label]).toEqual([plan.label, plan.label])
  const plans = await Promise.all(
    [second!, third!].map(async ({ id }) => (await application.ownLibrary.call.getRun(id)).plan),
  )
  expect(plans[0]!.seed).not.toBe(plans[1]!.seed)
  expect(plans[1]).toEqual({ ...plan, seed: plans[1]!.seed })
})

test('Ctrl+Enter starts what New run holds, from any of its fields', async () => {
  await showScreen(page, '/new-run')
  await page.getByRole('radio', { name: 'Model', exact: true }).click()
  await page.getByTestId('scheme-baseline').check()
  await page.getByTestId('field-size').fill('32 MiB')
  await page.getByTestId('field-rounds').fill('1')
  expect(await page.getByTestId('field-label').inputValue()).toBe('10 benchmarks on the model')
  await page.getByTestId('field-rounds').press('Control+Enter')
  await page.getByTestId('live-done').waitFor()
  const [newest] = await application.ownLibrary.call.listRuns({ includeDeleted: false })
  expect(newest).toMatchObject({ label: '10 benchmarks on the model', status: 'complete' })
})

test('the list of commands leads into any field of New run, to type over what is there', async () => {
  await showScreen(page, '/new-run')
  await page.getByTestId('estimate').waitFor()
  for (const [words, name] of [
    ['field region', 'size'],
    ['field folio', 'folio'],
    ['field seed', 'seed'],
  ] as const) {
    await page.getByTestId('open-palette').click()
    await page.getByTestId('palette').waitFor()
    await page.keyboard.type(words)
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe(name)
    await page.getByTestId('palette').waitFor({ state: 'detached' })
    await page.keyboard.type('64')
    expect(await page.locator(`input[name=${name}]`).inputValue()).toBe('64')
  }
})

test('the list of commands begins with what the shown screen offers, and finds runs by name', async () => {
  await showScreen(page, '/new-run')
  await page.getByTestId('estimate').waitFor()
  await page.getByTestId('open-palette').click()
  await page.getByTestId('palette').waitFor()
  const titles = await page.getByTestId('palette').getByRole('option').allInnerTexts()
  expect(titles[0]).toContain('Start this run')
  await takePicture(page, 'palette-new-run')
  await page.keyboard.type('full matrix')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.getByTestId('field-label').inputValue()).toContain('Full matrix')
  await page.getByTestId('open-palette').click()
  await page.keyboard.type('run 42')
  await page.keyboard.press('Enter')
  await page.getByTestId('run-details').waitFor()
  expect(await page.getByTestId('run-details').locator('h2').innerText()).toBe('run 42')
  await page.getByTestId('open-palette').click()
  await page.keyboard.type('delete this')
  await page.keyboard.press('Enter')
  await page.getByTestId('undo').click()
  await expect
    .poll(async () =>
      (await application.ownLibrary.call.listRuns({ includeDeleted: true })).every(
        run => run.deletedAt === undefined,
      ),
    )
    .toBe(true)
})

test('files that are refused share a banner with the name of each, which goes when an import succeeds', async () => {
  const [first] = await application.ownLibrary.call.listRuns({ includeDeleted: false })
  const { text } = await application.ownLibrary.call.exportRun({ id: first!.id })
  function file(name: string, content: string) {
    return { name, mimeType: 'application/json', buffer: Buffer.from(content) }
  }
  await showScreen(page, '/runs')
  const input = page.locator('input[type=file]')
  await input.setInputFiles([file('shopping.json', 'milk'), file('twice.json', text)])
  const banner = page.getByTestId('error-banner')
  await banner.waitFor()
  const words = await banner.innerText()
  expect(words).toContain('2 of 2 files were not imported')
  expect(words).toContain('shopping.json: ')
  expect(words).toContain(`twice.json: This run is already in the library, as “${first!.label}”.`)
  await takePicture(page, 'refused')
  const other = text.replaceAll(first!.id, newRunId())
  await input.setInputFiles([file('good.json', other)])
  await banner.waitFor({ state: 'detached' })
})

test('after an advice come next steps: the stages in New run, kernels, a mail', async () => {
  await showScreen(page, `/advisor/${exampleAdviceId}`)
  await page.getByTestId('next-steps').waitFor()
  expect(await violationsOf(page)).toEqual([])
  await takePicture(page, 'next-steps')
  await page.getByTestId('next-mail').click()
  await page.getByTestId('notice').filter({ hasText: 'Copied the advice.' }).waitFor()
  const mail = await application.electron.evaluate(({ clipboard }) => clipboard.readText())
  expect(mail).toContain(exampleAdvice().sentence.slice(0, 20))
  await page.getByTestId('next-stages').click()
  await page.getByTestId('estimate').waitFor()
  expect(await page.getByTestId('scheme-nocmpxchg').isChecked()).toBe(true)
  expect(await page.getByTestId('field-label').inputValue()).toBe('Quick on the model')
  await goTo(page, `/advisor/${exampleAdviceId}`)
  await page.getByTestId('next-kernels').click()
  await page.getByTestId('field-suites').waitFor()
})

test('a comparison without verdicts offers the calibration that gives them, which shows how far it is', async () => {
  const runs = await application.ownLibrary.call.listRuns({ includeDeleted: false })
  const compared = runs.findLast(({ label }) => label === plan.label) // undisturbed
  await showScreen(page, `/compare?baseline=${compared!.id}.0&with=${compared!.id}.1`)
  const offer = page.getByTestId('calibration-offer')
  await offer.getByText('0 of 200 tables, about').waitFor()
  expect(await violationsOf(page)).toEqual([])
  await takePicture(page, 'calibration-offer')
  await page.getByTestId('calibrate-here').click()
  const live = page.getByTestId('calibration-progress')
  await live
    .filter({
      hasText: /Noise floor of the model on this machine: \d+ of 200 tables/,
    })
    .waitFor()
  await takePicture(page, 'calibration-live')
  await page.getByTestId('cancel-run').click()
  await page.getByTestId('live-done').waitFor()
  await live.filter({ hasText: /\d+ of 200 tables/ }).waitFor()
  await showScreen(page, '/machine')
  const host = page.getByTestId('calibration-host')
  await host.filter({ hasText: '0 of 200 tables, about' }).waitFor()
  await page.getByTestId('calibration-host').scrollIntoViewIfNeeded()
  await takePicture(page, 'calibration-machine')
})

test('with forced colours the open row and the shown screen have an outline, better and worse a word', async () => {
  await page.emulateMedia({ forcedColors: 'active' })
  const runs = await application.ownLibrary.call.listRuns({ includeDeleted: false })
  const compared = runs.find(({ label }) => label === plan.label)
  await goTo(page, `/runs/${compared!.id}`)
  await page.getByTestId('run-details').waitFor()
  await takePicture(page, 'forced-runs')
  function outline(selector: string): Promise<string> {
    const first = page.locator(selector).first()
    return first.evaluate(element => getComputedStyle(element).outlineStyle)
  }
  expect([await outline('.row-line.open'), await outline('.link.is-shown')]).toEqual(['solid', 'solid'])
  expect([await outline('.row-line:not(.open)'), await outline('.link:not(.is-shown)')]).toEqual([
    'none',
    'none',
  ])
  await page.getByTestId('open-compare').click()
  await page.getByTestId('compare-cell').first().waitFor()
  await takePicture(page, 'forced-compare')
  const words = await page.evaluate(() => {
    const cell = document.querySelector('[data-testid=compare-cell]')!
    return ['better', 'worse'].map(tone => {
      cell.classList.remove('better', 'worse')
      cell.classList.add(tone)
      return getComputedStyle(cell.querySelector('.percent')!, '::after').content
    })
  })
  expect(words).toEqual(['" better"', '" worse"'])
  await page.emulateMedia({ forcedColors: 'none' })
})
