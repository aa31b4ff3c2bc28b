/** Kernels to boot in virtual machines, in the window: asked for, fetched, measured, removed. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { stubApt } from '../fixtures/stub-apt.ts'
import { violationsOf } from './accessibility.ts'
import { goTo, launch, makeDataHome, removeDataHome } from './application.ts'

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
