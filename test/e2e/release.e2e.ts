/**
 * The archives of a release as those who get them use them: unpacked elsewhere by another user,
 * installed, started, upgraded and purged by apt, and made twice.
 */
import { execFile, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectToWindow } from '../../build/launch-electron.ts'
import { requireRuntime } from '../../build/runtime.mjs'
import { inProject, projectNode } from '../../build/setup/paths.mjs'
import { canMakeDeb } from '../../build/package/archives.mjs'
import { unlessImpossible } from '../fixtures/conditions.ts'
import { newRunId } from '../fixtures/run.ts'

const run = promisify(execFile)
const isTestBuild = requireRuntime().kind === 'fallback'
const output = inProject(isTestBuild ? 'dist/test' : 'dist')
const isRoot = process.getuid?.() === 0
const nobody = 65_534

const modelRun = [
  'run',
  '--target',
  'model',
  '--bench',
  'munmap',
  '--variant',
  'baseline,all',
  '--size',
  '32M',
  '--samples',
  '2',
]

/** Waits for whoever else installs packages at this time. */
const aptOptions = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0']

let folder: string

/** Of its own, so that runs of other tests do not stand in the way. */
const runLock = `folio-lab-test-${newRunId()}`

/** Makes all archives again, and returns their names and hashes. */
async function makeArchives(): Promise<Record<string, string>> {
  rmSync(output, { recursive: true, force: true })
  await run(projectNode, ['build/package.mjs', ...(isTestBuild ? ['--test-build'] : [])], {
    cwd: inProject('.'),
  })
  const names = readdirSync(output).filter(name => /\.(tar\.gz|deb|json)$/.test(name))
  return Object.fromEntries(
    names.map(name => [
      name,
      createHash('sha256')
        .update(readFileSync(path.join(output, name)))
        .digest('hex'),
    ]),
  )
}

let archives: Record<string, string>

function archive(ending: string): string {
  return path.join(output, Object.keys(archives).find(name => name.endsWith(ending)) ?? '')
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-release-'))
  chmodSync(folder, 0o755)
  archives = await makeArchives()
}, 600_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('two builds give the same bytes', { timeout: 600_000 }, async () => {
  expect(Object.keys(archives)).toContainEqual(expect.stringMatching(/\.tar\.gz$/))
  expect(await makeArchives()).toEqual(archives)
})

test('the hashes beside the archives are theirs', async () => {
  const sums = readdirSync(output).find(name => name.startsWith('SHA256SUMS')) ?? ''
  const { stdout } = await run('sha256sum', ['--check', sums], { cwd: output })
  expect(stdout).toMatch(/\.tar\.gz: OK\n/)
})

test(
  'the tar.gz runs from another folder by another user',
  unlessImpossible(isRoot ? undefined : 'only root can become another user'),
  async () => {
    const place = path.join(folder, 'unpacked here')
    mkdirSync(place)
    await run('tar', ['--extract', '--gzip', '--file', archive('.tar.gz'), '--directory', place])
    const [name = ''] = readdirSync(place)
    expect(name).toMatch(/^folio-lab-\d+\.\d+\.\d+/)
    const home = path.join(folder, 'home of nobody')
    mkdirSync(home)
    spawnSync('chown', ['65534:65534', home])
    const { stdout } = await run(path.join(place, name, 'folio-lab'), [...modelRun, '--json'], {
      uid: nobody,
      gid: nobody,
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, FOLIO_LAB_RUN_LOCK: runLock },
    })
    expect(JSON.parse(stdout)).toMatchObject({ run: { status: 'complete' } })
    expect(existsSync(path.join(home, '.local/share/folio-lab/library.sqlite'))).toBe(true)
  },
)

const noSystem = !isRoot
  ? 'needs root'
  : !canMakeDeb()
    ? 'this system has no dpkg'
    : process.env.CI !== 'true' && existsSync('/opt/folio-lab')
      ? 'folio-lab is installed here, and this would purge it'
      : undefined

describe('the deb', unlessImpossible(noSystem), () => {
  function environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: folder,
      FOLIO_LAB_RUN_LOCK: runLock,
      DEBIAN_FRONTEND: 'noninteractive',
    }
  }

  async function labOutput(...words: string[]): Promise<string> {
    return (await run('folio-lab', words, { env: environment() })).stdout
  }

  async function apt(...words: string[]): Promise<void> {
    await run('apt-get', [...aptOptions, ...words], { env: { ...process.env, ...environment() } })
  }

  // Also what an earlier attempt left, when it was killed before it could clean up.
  async function purge(): Promise<void> {
    if (spawnSync('dpkg', ['--status', 'folio-lab']).status === 0) await apt('purge', 'folio-lab')
  }
  beforeAll(purge)
  afterAll(purge)

  test(
    'is installed by apt, with command, manual, completion, menu entry and file type',
    { timeout: 300_000 },
    async () => {
      await apt('install', archive('.deb'))
      expect(await labOutput('--version')).toMatch(/^\d+\.\d+\.\d+/)
      const { stdout } = await run('dpkg', ['--listfiles', 'folio-lab'])
      for (const file of [
        '/usr/bin/folio-lab',
        '/usr/share/man/man1/folio-lab.1.gz',
        '/usr/share/bash-completion/completions/folio-lab',
        '/usr/share/applications/folio-lab.desktop',
        '/usr/share/mime/packages/folio-lab.xml',
        '/usr/share/icons/hicolor/256x256/apps/folio-lab.png',
        '/usr/share/doc/folio-lab/copyright',
        '/opt/folio-lab/resources/sbom.cdx.json',
      ])
        expect(stdout.split('\n')).toContain(file)
      const types = readFileSync('/usr/share/mime/globs2', 'utf8')
      expect(types).toContain('application/x-folio-lab-run+json:*.folio-run.json')
    },
  )

  test('measures from the path, and its window opens', async () => {
    expect(JSON.parse(await labOutput(...modelRun, '--json'))).toMatchObject({ run: { status: 'complete' } })
    const words = ['--no-sandbox', '--remote-debugging-port=0']
    const program = spawn('/opt/folio-lab/folio-lab-window', words, {
      env: { ...environment(), DISPLAY: process.env.DISPLAY, XAUTHORITY: process.env.XAUTHORITY },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    try {
      const page = await connectToWindow(program)
      await page.evaluate(() => (location.hash = '#/runs'))
      await page.getByTestId('runs-row').waitFor({ timeout: 60_000 })
    } finally {
      if (program.exitCode === null) {
        const ended = once(program, 'exit')
        program.kill('SIGTERM')
        await ended
      }
    }
  })

  test('an upgrade keeps the library', { timeout: 300_000 }, async () => {
    const before = await labOutput('runs', 'list', '--json')
    const tree = path.join(folder, 'newer')
    await run('dpkg-deb', ['--raw-extract', archive('.deb'), tree])
    const control = path.join(tree, 'DEBIAN/control')
    writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, 'Version: 99.0'))
    const newer = path.join(folder, 'newer.deb')
    await run('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, newer])
    await apt('install', newer)
    expect((await run('dpkg-query', ['--show', '--showformat=${Version}', 'folio-lab'])).stdout).toBe('99.0')
    expect(await labOutput('runs', 'list', '--json')).toBe(before)
  })

  test('purging removes all but the data of its users', { timeout: 120_000 }, async () => {
    await purge()
    expect(existsSync('/opt/folio-lab')).toBe(false)
    expect(existsSync('/usr/bin/folio-lab')).toBe(false)
    expect(existsSync('/usr/share/applications/folio-lab.desktop')).toBe(false)
    expect(existsSync(path.join(folder, '.local/share/folio-lab/library.sqlite'))).toBe(true)
  })
})
