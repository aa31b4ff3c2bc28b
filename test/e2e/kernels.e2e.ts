/** Kernels to boot in virtual machines, in the window: asked for, fetched, measured, removed. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  findTestKernel,
  missingForSteppingKernels,
  steppingKernels,
} from '../../build/setup/virtual-machine.mjs'
import { benchmarkNames } from '../../engine/contract/benchmark.ts'
import { unlessMissing } from '../fixtures/conditions.ts'
import { stubApt } from '../fixtures/stub-apt.ts'
import { violationsOf } from './accessibility.ts'
import { goTo, launch, makeDataHome, removeDataHome, type Application } from './application.ts'
import { takePicture } from './picture.ts'

const bootsMs = 600_000 // two guests, beside whatever else runs here

afterEach(() => {
  vi.unstubAllEnvs() // the other test finds kernels where set-up has put them
})

test('a kernel is found, fetched, chosen for a run, and removed', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-kernels-'))
  const dataHome = makeDataHome()
  stubApt(folder)
  const packages = path.join(folder, 'folio-lab/kernels')
  mkdirSync(packages, { recursive: true })
  vi.stubEnv('PATH', `${folder}:${process.env.PATH ?? ''}`)
  vi.stubEnv('XDG_CACHE_HOME', folder)
  const { page, close } = await launch(dataHome)
  onTestFinished(async () => {
    await close()
    removeDataHome(dataHome)
    rmSync(folder, { recursive: true })
  })

  await goTo(page, '/kernels')
  await page.getByText('No kernel fetched yet').waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.getByTestId('field-suites').fill('No Suite')
  await page.getByTestId('field-error').waitFor()
  await page.getByTestId('field-suites').fill('')
  await page.getByTestId('ask').click()
  await page.getByRole('button', { name: 'Fetch 7.0.1+deb14-cloud-amd64' }).click()
  await page.getByRole('button', { name: 'Measure 7.0.1+deb14-cloud-amd64' }).waitFor()
  expect(readdirSync(packages).map(name => name.replace(/_.*/, ''))).toEqual(
    ['binary', 'image', 'modules'].map(part => `linux-${part}-7.0.1+deb14-cloud-amd64`),
  )
  expect(await violationsOf(page)).toEqual([])

  await page.getByRole('button', { name: 'Measure 7.0.1+deb14-cloud-amd64' }).click()
  await page.getByRole('radio', { name: 'Kernels', exact: true, checked: true }).waitFor()
  expect(await page.getByLabel('Label of kernel 1').inputValue()).toBe('7.0.1+deb14-cloud-amd64')

  await goTo(page, '/kernels')
  await page.getByRole('button', { name: 'Remove 7.0.1+deb14-cloud-amd64' }).click()
  await page.getByRole('button', { name: 'Fetch 7.0.1+deb14-cloud-amd64' }).waitFor()
  expect(readdirSync(packages)).toEqual([])
})

describe('two kernels', unlessMissing(missingForSteppingKernels()), () => {
  /** The window with the two kernels fetched, as set-up has fetched them. */
  async function launchWithKernels(): Promise<Application> {
    const folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-two-kernels-'))
    const packages = path.join(folder, 'folio-lab/kernels')
    mkdirSync(packages, { recursive: true })
    for (const { pattern } of steppingKernels) {
      const file = findTestKernel(pattern) ?? ''
      symlinkSync(file, path.join(packages, path.basename(file)))
    }
    vi.stubEnv('XDG_CACHE_HOME', folder)
    const dataHome = makeDataHome()
    const application = await launch(dataHome)
    onTestFinished(async () => {
      await application.close()
      removeDataHome(dataHome)
      rmSync(folder, { recursive: true })
    })
    return application
  }

  test('are counted by function in the window', async () => {
    const { page } = await launchWithKernels()
    await goTo(page, '/kernels')
    await page.getByTestId('count-functions').click()
    await page.getByTestId('functions-sum').waitFor({ timeout: bootsMs })
    expect(await page.getByTestId('functions-sum').textContent()).toMatch(/: \+3[0-9]{2}\.\d\d\./)
    const first = page.getByTestId('functions-table').getByRole('row').nth(1)
    expect(await first.textContent()).toContain('prot_commit_flush_ptes')
    expect(await page.getByRole('img').count()).toBeGreaterThanOrEqual(2)
    expect(await violationsOf(page)).toEqual([])
    await takePicture(page, 'functions')
  })

  test('are searched for the first that changed', async () => {
    const { page } = await launchWithKernels()
    for (const { series } of steppingKernels) {
      await goTo(page, '/kernels')
      await page
        .getByRole('button', { name: new RegExp(`^Measure ${series.replace('.', '\\.')}\\.`) })
        .click()
      await page.getByRole('radio', { name: 'Kernels', exact: true, checked: true }).waitFor()
    }
    await page.getByTestId('field-bisection').check()
    await page.getByTestId('field-change').fill('50')
    for (const name of benchmarkNames) {
      const box = page.getByTestId(`benchmark-${name}`)
      if (await box.isEnabled()) await box.setChecked(name === 'mprotect')
    }
    await page.getByTestId('field-size').fill('400K')
    await page.getByTestId('field-folio').fill('4K')
    await page.getByTestId('field-rounds').fill('1')
    await takePicture(page, 'bisection-form')
    await page.getByTestId('start-run').click()
    await page.getByTestId('live-done').waitFor({ timeout: bootsMs })

    await goTo(page, '/runs')
    await page.getByTestId('runs-row').first().locator('.open-link').click()
    const sentence = page.getByTestId('bisection-sentence')
    await expect.poll(() => sentence.textContent()).toMatch(/first .* 6\.17\./)
    const rows = page.getByTestId('bisection-table').locator('tbody tr')
    expect(await rows.count()).toBe(2)
    const changed = await rows.nth(1).textContent()
    expect(changed).toContain('first that changed')
    // Counted instructions are the same on any machine.
    expect(changed).toMatch(/\+7\d\.\d\s%$/)
    expect(await violationsOf(page)).toEqual([])
    await takePicture(page, 'bisection-findings')
  })
})
