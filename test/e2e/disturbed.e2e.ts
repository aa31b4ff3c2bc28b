/**
 * A run beside a real loop on the CPU that it is measured on: every screen says so, with the
 * figure, and judges nothing.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunId } from '../../engine/contract/run.ts'
import { schemeVariant } from '../../engine/contract/variant.ts'
import { firstAllowedCpu, occupyCpu } from '../fixtures/busy-cpu.ts'
import { examplePlan } from '../fixtures/run.ts'
import { violationsOf } from './accessibility.ts'
import { launch, makeDataHome, removeDataHome, showScreen, type Application } from './application.ts'
import { takePicture } from './picture.ts'

const cpu = firstAllowedCpu()
const figure =
  /(?:other programs used|the hypervisor took) [\d.]+ % of (?:a CPU|the CPUs)|[\d.]+ % of the samples/i
const plan = examplePlan({
  label: 'beside a loop',
  target: 'model',
  benchmarks: ['munmap', 'fork'],
  variants: ['baseline', 'exclusive'].map(stage => schemeVariant(stage)),
  cpus: [cpu],
})

let dataHome: string
let application: Application
let page: Page
let runId: RunId
let endLoop: (() => Promise<void>) | undefined

beforeAll(async () => {
  dataHome = makeDataHome()
  application = await launch(dataHome)
  page = application.page
  const { main } = application
  await main.call.setSettings({ ...(await main.call.getSettings()), isWelcomed: true })
  endLoop = await occupyCpu(cpu)
})

afterAll(async () => {
  await endLoop?.()
  await application.close()
  removeDataHome(dataHome)
})

test('New run warns with the figure, and waits for a quiet machine until it is told not to', async () => {
  await showScreen(page, '/new-run')
  const warning = page.getByTestId('not-quiet')
  await warning.waitFor()
  expect(await warning.innerText()).toMatch(figure)
  await takePicture(page, 'new-run')
  await page.getByTestId('start-when-quiet').click()
  await page.getByTestId('quiet-wait').waitFor()
  expect(await page.getByTestId('quiet-wait').innerText()).toMatch(figure)
  await page.getByTestId('cancel-start').click()
  await page.getByTestId('quiet-wait').waitFor({ state: 'detached' })
  expect(await application.ownLibrary.call.listRuns({ includeDeleted: true })).toEqual([])
})

test('Live shows the figure while the run lasts and when it has ended', async () => {
  await showScreen(page, '/live')
  runId = await application.main.call.startRun(plan)
  await page.getByTestId('live-done').waitFor()
  expect(await page.getByTestId('disturbed').innerText()).toMatch(figure)
  expect(await page.getByTestId('live-done').innerText()).toMatch(/^The run is complete, but was disturbed\./)
  expect(await violationsOf(page)).toEqual([])
  await takePicture(page, 'live')
})

test('Compare has the figure in a banner, numbers in every cell, and no colour', async () => {
  await showScreen(page, `/runs/${runId}`)
  await page.getByTestId('open-compare').click()
  await page.getByTestId('compare-cell').first().waitFor()
  expect(await page.getByTestId('disturbed').innerText()).toMatch(figure)
  const cells = await page.getByTestId('compare-cell').all()
  expect(cells).toHaveLength(2)
  for (const cell of cells) {
    expect(await cell.innerText()).toMatch(/\d[\s\S]*disturbed/)
    expect(await cell.getAttribute('class')).not.toMatch(/better|worse/)
  }
  await takePicture(page, 'compare')
})

test('the list of runs and the details are marked', async () => {
  await showScreen(page, `/runs/${runId}`)
  await page.getByTestId('run-details').waitFor()
  expect(await page.getByTestId('run-details').innerText()).toMatch(figure)
  expect(await page.getByTestId('disturbed-mark').count()).toBe(1)
  await takePicture(page, 'run-details')
})

test('History marks the run', async () => {
  await showScreen(page, '/history')
  await page.getByTestId('history-row').first().waitFor()
  expect(await page.getByTestId('disturbed-mark').count()).toBe(1)
  expect(await page.getByTestId('disturbed').innerText()).toMatch(figure)
  await takePicture(page, 'history')
})

test('what the window exports says so', async () => {
  const { call } = application.ownLibrary
  const { text } = await call.exportRun({ id: runId })
  expect(text).toMatch(figure)
  for (const format of ['text', 'csv', 'html'] as const)
    expect(await call.renderRuns({ ids: [runId], format })).toMatch(figure)
})
