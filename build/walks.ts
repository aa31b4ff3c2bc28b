/**
 * `npm run walks [-- WORD …]`: does common tasks in the real window and on the command line as a
 * person would, and counts clicks, keys and seconds. Prints the table of docs/usability.md; with
 * words, only the tasks whose names contain one of them. A task that does not finish in time is a
 * dead end: a picture of it stays in the temporary folder, and the exit status is 1.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { RunId, type Run } from '../engine/contract/run.ts'
import { openLibrary } from '../engine/library/library.ts'
import { libraryPath } from '../engine/process/data-folder.ts'
import { launchElectron } from './launch-electron.ts'
import { launchOptions } from './runtime.mjs'
import { hasDisplay } from './setup/display.mjs'
import { inProject, projectNode, root } from './setup/paths.mjs'
import { findTestKernel, missingForVirtualMachines, testKernels } from './setup/virtual-machine.mjs'
import { startVirtualDisplay } from './test/virtual-display.mjs'

const patienceMs = 60_000
/** A name of its own, so that runs of others on this machine keep none of these from starting. */
const runLock = `folio-lab-walks-${process.pid}`

/** What a person does, counted. */
type Person = Readonly<{
  page: Page
  application: ElectronApplication
  click: (testId: string) => Promise<void>
  clickName: (role: 'radio' | 'button' | 'link' | 'menuitem', name: string) => Promise<void>
  type: (testId: string, text: string) => Promise<void>
  /** Opens a list of choices and takes one. */
  choose: (testId: string, index: number) => Promise<void>
  press: (keys: string) => Promise<void>
  /** Types into what has the focus. */
  write: (text: string) => Promise<void>
  /** The list of commands by its key, which belongs to the menu. */
  pressCtrlK: () => Promise<void>
  see: (testId: string) => Promise<void>
}>

type Walk = Readonly<{ task: string; go: (person: Person) => Promise<string> }>

/** A task on the command line: its commands, and what becomes of them. */
type CommandWalk = Readonly<{
  task: string
  commands: readonly (readonly string[])[]
  /** Exit status of each; 0 unless the task is about a mistake. */
  status?: number
  /** What the person gets, from all that was printed. */
  result: (output: string) => string
}>

const manyRuns = 300

/** A run of the stages on another processor, as somebody else would send it; measured once. */
function colleaguesRun(): string {
  const file = path.join(dataHome, 'colleague.folio-run.json')
  if (existsSync(file)) return file
  function lab(...command: string[]): string {
    return execFileSync(
      projectNode,
      [inProject('engine/cli/main.ts'), ...command, '--db', path.join(dataHome, 'theirs.sqlite')],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        env: {
          ...process.env,
          XDG_DATA_HOME: path.join(dataHome, 'colleague'),
          FOLIO_LAB_RUN_LOCK: runLock,
        },
      },
    )
  }
  const words = ['--target', 'model', '--variant', 'all-stages', '--bench', 'remap,munmap,fork']
  lab('run', ...words, '--size', '32M', '--samples', '6')
  const [run] = JSON.parse(lab('runs', 'list', '--json')) as { id: string }[]
  const text = lab('runs', 'export', run?.id ?? '', '-')
  writeFileSync(file, text.replaceAll(/"name": ?"[^"]*CPU[^"]*"/g, '"name":"Example CPU of a colleague"'))
  return file
}

const walks: readonly Walk[] = [
  {
    task: 'First start: does the exclusive writer help here?',
    async go({ click, see }) {
      await click('welcome-advice')
      await see('advice')
      return 'one sentence, within the 60 s that the question takes'
    },
  },
  {
    task: 'What next after the answer: all stages',
    async go({ click, type, see }) {
      await click('next-stages')
      await type('field-size', '32 MiB')
      await click('start-run')
      await see('live-done')
      return 'a button below the answer leads there'
    },
  },
  {
    task: 'The stages as a matrix, then as CSV',
    async go({ click, see, application }) {
      await click('open-compare')
      await see('compare-cell')
      await click('export-menu')
      await click('copy-csv')
      await see('notice')
      const csv = await application.evaluate(({ clipboard }) => clipboard.readText())
      return `${csv.split('\n').length} lines on the clipboard`
    },
  },
  {
    task: 'Overlay a published table',
    async go({ choose, see }) {
      await choose('published-table', 1)
      await see('published')
      return 'a diamond with the published change in every cell'
    },
  },
  {
    task: 'Every export of the comparison',
    async go({ page, click, see }) {
      for (const format of ['mail', 'text', 'markdown', 'csv', 'latex', 'json']) {
        await click('export-menu')
        await click(`copy-${format}`)
        await see('notice')
      }
      await page.keyboard.press('Escape')
      return 'two clicks each; HTML by “Save as a file”'
    },
  },
  {
    task: 'What a word on the screen means',
    async go({ page }) {
      await page.getByText('Ignore changes below', { exact: true }).first().hover()
      await page.getByRole('tooltip').first().waitFor()
      return 'point at any underlined word, or reach it with Tab'
    },
  },
  {
    task: 'A variant of my own, of the switches of the series',
    async go({ click, clickName, type, see }) {
      await click('nav-new-run')
      await clickName('radio', 'Model')
      await click('new-own-variant')
      await click('switch-exclusive-cmpxchg')
      await click('switch-exclusive-off')
      await type('own-variant-name', 'mine')
      await click('add-own-variant')
      await type('field-rounds', '6')
      await click('start-run')
      await see('live-done')
      return 'a sentence in the card says which stage it equals'
    },
  },
  {
    task: 'A/A of this kernel, then the calibration that gives verdicts',
    async go({ click, clickName, type, see }) {
      await click('nav-new-run')
      await clickName('radio', 'This kernel')
      await type('field-size', '32 MiB')
      await click('start-run')
      await see('live-done')
      await click('nav-machine')
      await click('calibrate-host')
      await see('calibration-progress')
      await click('cancel-run')
      await see('live-done')
      return 'Live says how many of 200 tables there are and what the rest takes'
    },
  },
  {
    task: 'Two kernels side by side',
    async go({ click, clickName, type, see }) {
      const missing = missingForVirtualMachines()
      if (missing !== undefined) return `not walked here: it needs ${missing}`
      await click('nav-new-run')
      await clickName('radio', 'Kernels')
      for (const [index, { series, pattern }] of testKernels.entries()) {
        await click('add-kernel')
        await type(`field-kernel-label-${index}`, series)
        await type(`field-kernel-${index}`, findTestKernel(pattern) ?? '')
      }
      await type('field-size', '4 MiB')
      await click('start-run')
      await see('live-done')
      return 'counted instructions, exact; fetched kernels need no typing (Kernels, Measure)'
    },
  },
  {
    task: 'A run cancelled and resumed',
    async go({ click, clickName, type, page }) {
      await click('nav-new-run')
      await clickName('radio', 'Model')
      await type('field-size', '32 MiB')
      await click('start-run')
      await page.waitForFunction(
        () => Number(document.querySelector<HTMLElement>('[data-testid=live-progress]')?.dataset.share) > 0.1,
      )
      await click('cancel-run')
      await click('resume-run')
      await page.locator('[data-testid=live-done][data-status=complete]').waitFor()
      return 'it continues where it stopped, and completes'
    },
  },
  {
    task: 'Deleted by mistake, restored later',
    async go({ page, click, see }) {
      await click('nav-runs')
      await page.getByTestId('runs-row').first().getByRole('link').first().click()
      await click('delete-run')
      await click('deleted-runs')
      await page.getByTestId('runs-row').first().getByRole('link').first().click()
      await click('restore-run')
      await see('open-compare')
      return 'for at least a day, under Deleted'
    },
  },
  {
    task: 'A colleague’s run beside mine',
    async go({ page, click, see }) {
      await click('nav-runs')
      await page.locator('input[type=file]').setInputFiles(colleaguesRun())
      await see('notice')
      await page.getByTestId('runs-row').first().getByRole('link').first().click()
      await click('open-machines')
      await see('machines-pair')
      return 'each machine against its own baseline'
    },
  },
  {
    task: 'A run by keyboard alone',
    async go({ page, pressCtrlK, write, press, see }) {
      await pressCtrlK()
      await write('new run')
      await press('Enter')
      await see('estimate')
      await pressCtrlK()
      await write('quick')
      await press('Enter')
      await pressCtrlK()
      await write('region')
      await press('Enter')
      await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'size')
      await write('4M')
      await press('Control+Enter')
      await see('live-done')
      return 'Ctrl K leads to the screen, the preset and the field; Ctrl Enter starts'
    },
  },
  {
    task: 'Wrong input',
    async go({ click, type, press, see }) {
      await click('nav-new-run')
      await type('field-size', 'a lot')
      await press('Control+Enter')
      await see('field-error')
      await type('field-size', '32 MiB')
      return 'explained beside its field, which has the focus; nothing is started'
    },
  },
  {
    task: 'Every folio size',
    async go({ click, clickName, type, see }) {
      await click('nav-new-run')
      await clickName('radio', 'Model')
      await click('all-stages')
      await click('preset-sizes')
      await type('field-size', '4 MiB')
      await click('start-run')
      await see('live-done')
      return 'one column per size, and a chart over sizes'
    },
  },
]

/** Over a library of many runs. */
const libraryWalks: readonly Walk[] = [
  {
    task: `One run among ${manyRuns}, by typing`,
    async go({ page, click, type }) {
      await click('nav-runs')
      await type('runs-filter', 'run 42')
      await page.getByTestId('runs-row').getByRole('link', { name: 'run 42', exact: true }).click()
      await page.getByTestId('run-details').waitFor()
      return 'the filter looks in labels, notes, kernels, machines, benchmarks and status'
    },
  },
  {
    task: `The last of ${manyRuns} runs and its details, by keyboard alone`,
    async go({ page, press }) {
      await page.evaluate(() => (location.hash = '#/runs'))
      await page.getByTestId('runs-filter').fill('')
      await page.getByTestId('sort-sampleCount').focus()
      for (const keys of ['Tab', 'Tab', 'End', 'Enter']) await press(keys)
      await page.waitForFunction(() => document.activeElement?.tagName === 'H2')
      return 'the list is one Tab stop; Enter moves into the details'
    },
  },
]

const commandWalks: readonly CommandWalk[] = [
  {
    task: 'Help: all commands, and the options of one',
    commands: [['help'], ['help', 'run']],
    result: output => `${output.trimEnd().split('\n').length} lines`,
  },
  {
    task: 'Does the exclusive writer help here?',
    commands: [['advise', '--budget', '20s']],
    result: () => 'one sentence with its numbers',
  },
  {
    task: 'The stages, then a short mail',
    commands: [
      ['run', '--target', 'model', '--variant', 'all-stages', '--size', '32M', '--samples', '9'],
      ['compare', '--format', 'mail'],
    ],
    result: () => 'provenance, finding and matrix, ready to paste',
  },
  {
    task: 'Wrong input',
    commands: [['run', '--size', '3G5'], ['run', '--bench', 'mumap'], ['rnu']],
    status: 2,
    result: () => 'each refused in one sentence, with what to enter instead',
  },
]

const wanted = process.argv.slice(2)
const display = hasDisplay() ? null : await startVirtualDisplay()
const dataHome = mkdtempSync(path.join(tmpdir(), 'folio-lab-walks-'))
console.log('| task | clicks | keys | seconds | result |\n| --- | ---: | ---: | ---: | --- |')
try {
  await takeInWindow(walks)
  if (libraryWalks.some(isWanted)) await storeManyRuns()
  await takeInWindow(libraryWalks)
  for (const walk of commandWalks.filter(isWanted)) takeCommands(walk)
} finally {
  display?.stop()
  rmSync(dataHome, { recursive: true, force: true })
}

function isWanted({ task }: Readonly<{ task: string }>): boolean {
  return wanted.length === 0 || wanted.some(word => task.includes(word))
}

async function takeInWindow(all: readonly Walk[]): Promise<void> {
  const chosen = all.filter(isWanted)
  if (chosen.length === 0) return
  const { electron, words, env } = launchOptions()
  const application = await launchElectron({
    program: electron,
    words: [...words, root],
    environment: {
      ...env,
      XDG_DATA_HOME: dataHome,
      FOLIO_LAB_RUN_LOCK: runLock,
      ...(display && { DISPLAY: display.display }),
    },
  })
  try {
    const page = await application.firstWindow()
    page.setDefaultTimeout(patienceMs)
    await page.locator('h1').first().waitFor()
    for (const walk of chosen) await take(walk, page, application)
  } finally {
    await application.close()
  }
}

/** Runs without samples, which a list shows as it shows any other. */
async function storeManyRuns(): Promise<void> {
  const { plan, environment } = JSON.parse(readFileSync(colleaguesRun(), 'utf8')) as Pick<
    Run,
    'plan' | 'environment'
  >
  const library = await openLibrary({
    path: libraryPath(path.join(dataHome, 'folio-lab')),
    isOwn: true,
    binding: null,
    now: Date.now,
  })
  for (let number = 1; number <= manyRuns; number++) {
    const id = RunId.parse(randomUUID())
    await library.recording.beginRun({ id, plan: { ...plan, label: `run ${number}` }, environment })
    await library.recording.endRun({ runId: id, status: 'complete', reason: '' })
  }
  library.close()
}

function takeCommands({ task, commands, status = 0, result }: CommandWalk): void {
  const begin = Date.now()
  const outcomes = commands.map(command =>
    spawnSync(projectNode, [inProject('engine/cli/main.ts'), ...command], {
      encoding: 'utf8',
      env: {
        ...process.env,
        XDG_DATA_HOME: dataHome,
        FOLIO_LAB_RUN_LOCK: runLock,
      },
    }),
  )
  const isAsExpected = outcomes.every(outcome => outcome.status === status)
  if (!isAsExpected) process.exitCode = 1
  const printed = outcomes.map(({ stdout, stderr }) => stdout + stderr).join('')
  const keys = commands.reduce((sum, command) => sum + ['folio-lab', ...command].join(' ').length + 1, 0)
  const words = isAsExpected ? result(printed) : `DEAD END: ${printed.trim().split('\n').at(-1) ?? ''}`
  console.log(`| ${task} | 0 | ${keys} | ${secondsSince(begin)} | ${words} |`)
}

function secondsSince(begin: number): string {
  return ((Date.now() - begin) / 1000).toFixed(0)
}

async function take({ task, go }: Walk, page: Page, application: ElectronApplication): Promise<void> {
  const counts = { clicks: 0, keys: 0 }
  const person: Person = {
    page,
    application,
    async click(testId) {
      counts.clicks += 1
      await page.getByTestId(testId).first().click()
    },
    async clickName(role, name) {
      counts.clicks += 1
      await page.getByRole(role, { name, exact: true }).click()
    },
    async type(testId, text) {
      counts.keys += text.length
      await page.getByTestId(testId).fill(text)
    },
    async choose(testId, index) {
      counts.clicks += 2
      await page.getByTestId(testId).selectOption({ index })
    },
    async press(keys) {
      counts.keys += 1
      await page.keyboard.press(keys)
    },
    async write(text) {
      counts.keys += text.length
      await page.keyboard.type(text)
    },
    async pressCtrlK() {
      counts.keys += 1
      await application.evaluate(({ Menu }) => {
        const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? []
        items.find(({ accelerator }) => accelerator === 'CommandOrControl+K')?.click()
      })
      await page.getByTestId('palette-filter').waitFor()
    },
    see: testId => page.getByTestId(testId).first().waitFor(),
  }
  const begin = Date.now()
  const result = await go(person).catch(async (error: unknown) => {
    process.exitCode = 1
    const name = task.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
    await page.screenshot({ path: path.join(tmpdir(), `folio-lab-dead-end-${name}.png`) })
    return `DEAD END: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`
  })
  console.log(`| ${task} | ${counts.clicks} | ${counts.keys} | ${secondsSince(begin)} | ${result} |`)
}
