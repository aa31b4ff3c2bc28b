import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { listedKernels, stubApt, stubProgram } from '../../test/fixtures/stub-apt.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { parsePackages, sourcesOf } from './apt.ts'
import { flavourFrom, kernelsAmong, KernelStore } from './offered-kernels.ts'

let folder: string

beforeEach(() => {
  folder = temporaryFolder('apt')
  vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'cache'))
  vi.stubEnv('PATH', `${folder}:${process.env.PATH ?? ''}`)
})

function calls(): string {
  return readFileSync(path.join(folder, 'calls'), 'utf8')
}

test('kernels of one kind are found among packages, with the packages that hold image and modules', () => {
  const packages = parsePackages(listedKernels)
  expect(kernelsAmong(packages, 'cloud-amd64')).toEqual([
    {
      release: '6.12.38+deb13-cloud-amd64',
      version: '6.12.38-1',
      bytes: 30_000_000,
      packages: [{ name: 'linux-image-6.12.38+deb13-cloud-amd64', bytes: 30_000_000 }],
    },
    {
      release: '7.0.1+deb14-cloud-amd64',
      version: '7.0.1-1',
      bytes: 30_001_000,
      packages: [
        { name: 'linux-binary-7.0.1+deb14-cloud-amd64', bytes: 20_000_000 },
        { name: 'linux-modules-7.0.1+deb14-cloud-amd64', bytes: 10_000_000 },
        { name: 'linux-image-7.0.1+deb14-cloud-amd64', bytes: 1000 },
      ],
    },
  ])
  expect(kernelsAmong(packages, 'amd64').map(({ release }) => release)).toEqual(['6.12.38+deb13-amd64'])
})

test('a list of sources names suites, their archives and the keys, and nothing unsigned', () => {
  expect(sourcesOf(['trixie-backports', 'bookworm-security'], 'amd64')).toBe(
    'deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie-backports main\n' +
      'deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian-security bookworm-security main\n',
  )
  for (const suite of ['a b', '-x', 'trixie\ndeb x', ''])
    expect(() => new KernelStore(process.env, [suite], 'cloud-amd64')).toThrow('is not the name of a suite')
})

test('what is fetched is kept, listed, not fetched again, and removed', async () => {
  stubApt(folder)
  const store = new KernelStore(process.env, [], 'cloud-amd64')
  const told: string[] = []
  function fetch() {
    return store.fetch(['6.12', '7.0'], ({ release }) => told.push(release))
  }
  const fetched = await fetch()
  expect(fetched.map(({ release }) => release)).toEqual(told)
  expect(fetched.map(({ file }) => path.basename(file))).toEqual([
    'linux-image-6.12.38+deb13-cloud-amd64_1_amd64.deb',
    'linux-binary-7.0.1+deb14-cloud-amd64_1_amd64.deb',
  ])
  expect(await fetch()).toEqual(fetched)
  expect(told).toHaveLength(2)
  expect(store.remove(['6.1..6.20']).map(({ release }) => release)).toEqual(['6.12.38+deb13-cloud-amd64'])
  expect(store.cached().map(({ release }) => release)).toEqual(['7.0.1+deb14-cloud-amd64'])
  expect(() => store.remove(['6.12'])).toThrow('No kernel 6.12 was fetched.')
})

test('of a kernel whose modules are missing those alone are fetched, and all of it is removed', async () => {
  stubApt(folder)
  const store = new KernelStore(process.env, [], 'cloud-amd64')
  await store.fetch(['7.0'], () => undefined)
  const [kernel] = store.cached()
  const modules = kernel?.files.find(file => file.includes('linux-modules-')) ?? ''
  rmSync(modules)
  await store.fetch(['7.0'], ({ bytes }) => expect(bytes).toBe(10_000_000))
  expect(calls().trim().split('\n').at(-1)).toMatch(/download linux-modules-7\.0\.1\+deb14-cloud-amd64$/)
  expect(store.cached()).toEqual([kernel])
  store.remove(['7.0'])
  expect(readdirSync(path.dirname(modules))).toEqual([])
})

test('apt is told to refuse what is not signed, and to keep everything in the lab’s own folder', async () => {
  stubApt(folder)
  await new KernelStore(process.env, [], 'cloud-amd64').offered()
  for (const call of calls().trim().split('\n')) {
    expect(call).toContain('-o APT::Get::AllowUnauthenticated=false')
    expect(call).toContain('-o Acquire::AllowInsecureRepositories=false')
    expect(call).toContain(`-o Dir::State::lists=${folder}/cache/folio-lab/apt/own-sources/lists`)
  }
})

test('apt has a temporary folder of its own, whatever state the shared one is in', async () => {
  stubApt(folder)
  stubProgram(folder, 'apt-get', 'echo x > "$TMPDIR/key" || { echo "E: not signed" >&2; exit 100; }')
  vi.stubEnv('TMPDIR', path.join(folder, 'there is none'))
  await new KernelStore(process.env, [], 'cloud-amd64').offered(true)
  vi.stubEnv('TMPDIR', '/proc')
  await new KernelStore(process.env, [], 'cloud-amd64').offered(true)
})

test('apt is asked for arm64 packages on any machine, with lists of their own', async () => {
  stubApt(folder)
  await new KernelStore(process.env, ['trixie'], 'arm64-16k').offered()
  const [update = '', search = ''] = calls().trim().split('\n')
  for (const call of [update, search]) {
    expect(call).toContain('-o APT::Architecture=arm64 -o APT::Architectures=arm64')
    expect(call).toContain(`-o Dir::State::lists=${folder}/cache/folio-lab/apt/arm64_trixie/lists`)
  }
  expect(search).toContain('-arm64-16k$')
  expect(readFileSync(`${folder}/cache/folio-lab/apt/arm64_trixie/sources.list`, 'utf8')).toContain(
    '[arch=arm64 ',
  )
})

test('a kind of kernel tells its architecture, and one of another than is wanted is refused', () => {
  expect(flavourFrom(undefined, 'arm64')).toBe('cloud-arm64')
  expect(flavourFrom(undefined, 'x86-64')).toBe('cloud-amd64')
  expect(flavourFrom('arm64-16k', undefined)).toBe('arm64-16k')
  expect(flavourFrom('arm64-16k', 'arm64')).toBe('arm64-16k')
  expect(() => flavourFrom('cloud-amd64', 'arm64')).toThrow('“cloud-amd64” are for x86-64, not for arm64')
  expect(() => flavourFrom('riscv64', undefined)).toThrow('not a kind of Debian’s kernels that is known here')
})

test('a name that does not resolve is looked for once more in fresh lists', async () => {
  stubApt(folder)
  const store = new KernelStore(process.env, [], 'cloud-amd64')
  await store.offered()
  await expect(store.fetch(['6.99'], () => undefined)).rejects.toMatchObject({
    code: 'not-found',
    message: 'The package sources offer no kernel 6.99.',
    advice: expect.stringContaining('7.0.1+deb14-cloud-amd64') as string,
  })
  expect(calls().match(/apt-get .*update/g)).toHaveLength(2)
})

test('what apt says goes wrong is quoted', async () => {
  stubApt(folder)
  stubProgram(folder, 'apt-get', 'echo "E: The repository is not signed." >&2; exit 100')
  await expect(new KernelStore(process.env, [], 'cloud-amd64').offered()).rejects.toMatchObject({
    code: 'unreachable',
    message: '“apt-get update” failed: E: The repository is not signed.',
  })
})

test('without apt the alternative is explained', async () => {
  mkdirSync(path.join(folder, 'empty'))
  vi.stubEnv('PATH', path.join(folder, 'empty'))
  await expect(new KernelStore(process.env, [], 'cloud-amd64').offered()).rejects.toMatchObject({
    code: 'unsupported',
    advice: expect.stringContaining('--kernel') as string,
  })
})
