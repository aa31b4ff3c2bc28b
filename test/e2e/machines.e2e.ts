/**
 * Other machines in the window: one that is reached over a real ssh, and a fleet of a real Slurm.
 */
import { renameSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { unlessMissing } from '../fixtures/conditions.ts'
import { LabProcess } from '../fixtures/lab-process.ts'
import { missingForSlurm, startCluster } from '../fixtures/slurm-cluster.ts'
import { missingForSsh, startSshServer } from '../fixtures/ssh-server.ts'
import { violationsOf } from './accessibility.ts'
import { goTo, launch, makeDataHome, removeDataHome, type Application } from './application.ts'

let dataHome: string

beforeAll(() => {
  dataHome = makeDataHome()
})

afterAll(() => removeDataHome(dataHome))

async function open(folder: string): Promise<Application> {
  vi.stubEnv('PATH', `${folder}:${process.env.PATH ?? ''}`)
  const started = await launch(dataHome)
  onTestFinished(() => started.close())
  return started
}

describe('machines', unlessMissing(missingForSsh()), () => {
  test('a machine is added, inspected, measured on, and taken off the list', async () => {
    const { machine, clientFolder, processes } = await startSshServer({ name: 'epyc' })
    const { page, ownLibrary, main } = await open(clientFolder)
    await goTo(page, '/machines')
    await page.getByText('No other machine yet').waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.getByTestId('add-machine').click()
    await page.getByTestId('machine-name').fill('two words')
    await page.getByTestId('machine-save').click()
    expect(await page.getByTestId('field-error').count()).toBe(2)
    await page.getByTestId('machine-name').fill('epyc')
    await page.getByTestId('machine-address').fill(machine.address)
    await page.getByTestId('machine-user').fill(machine.user ?? '')
    await page.getByTestId('machine-port').fill(String(machine.port))
    await page.getByTestId('machine-key').fill(machine.key ?? '')
    await page.getByTestId('machine-labels').fill('zen3, rack 4')
    await page.getByTestId('machine-save').click()
    await page.getByTestId('machine-verdict').waitFor()
    expect(await violationsOf(page)).toEqual([])
    await expect.poll(processes).toEqual([])

    await goTo(page, '/new-run')
    await page.getByTestId('run-on').selectOption('epyc')
    expect(await page.getByTestId('field-label').inputValue()).toBe('Quick on epyc')
    await page.getByText(/, Linux \d/).waitFor() // what it is, once it was looked at
    await page.getByText('The kernel of epyc, under one or more labels').waitFor()
    expect(await page.getByText(/this kernel/i).count()).toBe(0)
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('radio', { name: 'Model', exact: true }).click()
    for (const scheme of ['baseline', 'batch']) await page.getByTestId(`scheme-${scheme}`).check()
    await page.getByTestId('field-size').fill('32 MiB')
    await page.getByTestId('start-run').click()
    const all = { includeDeleted: false }
    await expect
      .poll(async () => (await ownLibrary.call.listRuns(all))[0]?.sampleCount ?? 0)
      .toBeGreaterThan(0)
    await main.call.cancelRun()
    await expect.poll(async () => (await ownLibrary.call.listRuns(all))[0]?.status).toBe('cancelled')
    const { environment } = await ownLibrary.call.getRun((await ownLibrary.call.listRuns(all))[0]?.id ?? '')
    expect(environment.machine).toBe('epyc')
    await expect.poll(processes).toEqual([])
    const cancelled = (await ownLibrary.call.listRuns(all))[0]?.id ?? ''

    await goTo(page, '/machines')
    await page.getByTestId('look').click()
    await page.getByTestId('calibrate-machine').click()
    await page.getByTestId('cancel-run').waitFor()
    await main.call.cancelRun()
    await expect
      .poll(async () => (await ownLibrary.call.listRuns(all))[0])
      .toMatchObject({
        label: 'Calibration of epyc',
        status: 'cancelled',
      })
    await expect.poll(processes).toEqual([])

    await goTo(page, '/machines')
    await page.getByTestId('ask-about-machine').click()
    await page.getByTestId('advise-on').waitFor()
    expect(await page.getByTestId('advise-on').inputValue()).toBe('epyc')
    await page.getByRole('heading', { name: 'Does the exclusive writer help on epyc?' }).waitFor()
    expect(await page.getByText('this CPU').count()).toBe(0)
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('radio', { name: /15 s/ }).click()
    await page.getByTestId('ask-exclusive-writer').click()
    await page.getByTestId('advice').waitFor()
    const [advice] = await ownLibrary.call.listAdvices()
    expect(advice?.environment.machine).toBe('epyc')
    await expect.poll(processes).toEqual([])

    await goTo(page, '/machines')
    await page.getByRole('button', { name: 'Remove epyc from the list' }).click()
    await page.getByText('No other machine yet').waitFor()
    // What was measured there is shown as before, and says what it would take to go on.
    await goTo(page, `/runs/${cancelled}`)
    await page.getByTestId('run-details').waitFor()
    await expect(main.call.resumeRun(cancelled)).rejects.toThrow('There is no machine “epyc” in the list.')
    await goTo(page, '/new-run')
    await page.getByTestId('estimate').waitFor()
    expect(await page.getByTestId('run-on').count()).toBe(0)
    expect(await page.getByTestId('field-label').inputValue()).not.toContain('epyc')
  })
})

describe('fleets', unlessMissing(missingForSlurm()), () => {
  test('the jobs of a fleet are shown, and their runs collected once', async () => {
    const cluster = await startCluster(['n1', 'n2'])
    const lab = new LabProcess([cluster.programFolder], dataHome)
    const { page } = await open(cluster.programFolder)
    await goTo(page, '/fleet')
    await page.getByText('No fleet yet').waitFor()
    const submitted = await lab.run(
      ...['fleet', 'submit', 'pair', '--folder', cluster.shared, '--nodes', 'n1,n2', '--target', 'model'],
      ...['--bench', 'remap', '--variant', 'baseline,all', '--size', '32M', '--samples', '6', '--with-node'],
    )
    expect(submitted.status).toBe(0)
    await expect
      .poll(async () => {
        await page.getByRole('button', { name: 'Look again' }).click()
        return page.locator('[data-testid=job][data-state=finished]').count()
      })
      .toBe(2)
    expect(await violationsOf(page)).toEqual([])
    await page.getByTestId('collect').click()
    await page.getByTestId('notice').getByText('pair: 2 new runs.').waitFor()
    await page.locator('[data-testid=job][data-state=collected]').nth(1).waitFor()
    await page.getByTestId('collect').click()
    await page.getByTestId('notice').getByText('pair: No new run, 2 in the library already.').waitFor()

    renameSync(path.join(cluster.shared, 'pair'), path.join(cluster.shared, 'moved'))
    await page.getByRole('button', { name: 'Look again' }).click()
    await page.getByTestId('fleet').getByText('The folder of the fleet is not here').waitFor()
    expect(await violationsOf(page)).toEqual([])
    await lab.run('fleet', 'add', path.join(cluster.shared, 'moved'))
    await page.getByRole('button', { name: 'Look again' }).click()
    await page.locator('[data-testid=job][data-state=collected]').nth(1).waitFor()
  })
})
