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
import { unlessMissing } from '../fixtures/conditions.ts'
import { stubApt } from '../fixtures/stub-apt.ts'
import { violationsOf } from './accessibility.ts'
import { goTo, launch, makeDataHome, removeDataHome } from './application.ts'
import { takePicture } from './picture.ts'

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
  expect(readdirSync(packages)).toHaveLength(2)
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
  test('are counted by function in the window', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-functions-'))
    const packages = path.join(folder, 'folio-lab/kernels')
    mkdirSync(packages, { recursive: true })
    for (const { pattern } of steppingKernels) {
      const file = findTestKernel(pattern) ?? ''
      symlinkSync(file, path.join(packages, path.basename(file)))
    }
    vi.stubEnv('XDG_CACHE_HOME', folder)
    const dataHome = makeDataHome()
    const { page, close } = await launch(dataHome)
    onTestFinished(async () => {
      await close()
      removeDataHome(dataHome)
      rmSync(folder, { recursive: true })
    })

    await goTo(page, '/kernels')
    await page.getByTestId('count-functions').click()
    await page.getByTestId('functions-sum').waitFor({ timeout: 600_000 })
    expect(await page.getByTestId('functions-sum').textContent()).toMatch(/: \+3[0-9]{2}\.\d\d\./)
    const first = page.getByTestId('functions-table').getByRole('row').nth(1)
    expect(await first.textContent()).toContain('prot_commit_flush_ptes')
    expect(await page.getByRole('img').count()).toBeGreaterThanOrEqual(2)
    expect(await violationsOf(page)).toEqual([])
    await takePicture(page, 'functions')
  })
})
