/** Set-up on machines that lack something: each gets a sentence and a command, and status 1. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { asRoot } from '../../test/fixtures/conditions.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { inProject } from './paths.mjs'

const isRoot = process.getuid?.() === 0
const nobody = 65_534 // the user without rights, on every Linux
const unreachable = 'http://127.0.0.1:9' // the discard port: nothing listens there

vi.setConfig({ testTimeout: 120_000 }) // each starts a set-up, on a machine that may be busy

let folder: string
let checkout: string

beforeEach(() => {
  folder = temporaryFolder('setup')
  chmodSync(folder, 0o755) // another user must reach it
  checkout = path.join(folder, 'checkout')
  for (const part of ['package.json', 'package-lock.json', 'build', 'native-bench']) {
    cpSync(inProject(part), path.join(checkout, part), { recursive: true })
  }
})

/** Makes the checkout look as after npm ci. */
function installNodePackages(): void {
  const modules = path.join(checkout, 'node_modules')
  mkdirSync(path.join(modules, '.bin'), { recursive: true })
  cpSync(inProject('node_modules/.package-lock.json'), path.join(modules, '.package-lock.json'))
  writeFileSync(path.join(modules, '.bin/node'), '')
}

/** A PATH on which only these programs are: a file of this content, or what a link leads to. */
function makePath(programs: Readonly<Record<string, { script: string } | { link: string }>>): string {
  const bin = path.join(folder, 'bin')
  mkdirSync(bin)
  for (const [name, program] of Object.entries(programs)) {
    const file = path.join(bin, name)
    if ('link' in program) symlinkSync(program.link, file)
    else writeFileSync(file, program.script, { mode: 0o755 })
  }
  return bin
}

type Situation = Readonly<{ env?: NodeJS.ProcessEnv; uid?: number; nodeWords?: readonly string[] }>

function setUp(purpose: string, { env, uid, nodeWords = [] }: Situation = {}) {
  const words = [...nodeWords, path.join(checkout, 'build/setup.mjs'), purpose]
  const { status, stderr } = spawnSync(uid === undefined ? process.execPath : nodeForAnyone(), words, {
    cwd: checkout,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  return { status, stderr }
}

/** This checkout, and its Node with it, may lie where only its owner gets. */
function nodeForAnyone(): string {
  const node = path.join(folder, 'node')
  cpSync(process.execPath, node)
  chmodSync(node, 0o755)
  return node
}

test('without the registry it says where packages come from and what to run', () => {
  const env = { npm_config_registry: unreachable, npm_config_cache: path.join(folder, 'npm-cache') }
  const { status, stderr } = setUp('lab', { env })
  expect(stderr).toContain('set-up: installing the Node packages')
  expect(stderr).toContain('The npm registry cannot be reached. With a connection to it, run:  npm ci')
  expect(status).toBe(1)
})

test('without a compiler it names what is missing and the command that installs it', () => {
  installNodePackages()
  const { status, stderr } = setUp('lab', { env: { PATH: makePath({}) } })
  expect(stderr).toContain('g++ and cmake not found')
  expect(stderr).toContain('apt-get install -y g++ cmake make')
  expect(status).toBe(1)
})

test('without root it prints the one command that installs system packages, and runs nothing', () => {
  installNodePackages()
  const ran = path.join(folder, 'apt-get-ran')
  const PATH = makePath({ 'apt-get': { script: `#!/bin/sh\n: > ${ran}\n` } })
  chmodSync(folder, 0o777)
  const { status, stderr } = setUp('test', { env: { PATH }, ...(isRoot ? { uid: nobody } : {}) })
  expect(stderr).toMatch(/sudo apt-get update && sudo apt-get install -y --no-install-recommends .*xvfb/)
  expect(stderr).not.toContain('set-up: installing')
  expect(status).toBe(1)
})

test('as root without a package mirror it shows what failed and the command', asRoot, () => {
  installNodePackages()
  const script = '#!/bin/sh\necho "Could not resolve host" >&2\nexit 100\n'
  const { status, stderr } = setUp('test', { env: { PATH: makePath({ 'apt-get': { script } }) } })
  expect(stderr).toContain('Could not resolve host')
  expect(stderr).toMatch(/apt-get install -y --no-install-recommends .*xvfb/)
  expect(status).toBe(1)
})

/**
 * A package manager that knows no package until its lists are refreshed, and
 * writes down what it is asked.
 */
function makeFreshMachine(): Readonly<{ env: NodeJS.ProcessEnv; asked: () => string[] }> {
  const log = path.join(folder, 'asked')
  const lists = path.join(folder, 'lists')
  const note = `#!/bin/sh\necho "\${0##*/} $*" >> ${log}\nfor word; do last=$word; done\n`
  const PATH = makePath({
    'apt-get': {
      script:
        `${note}case "$*" in *update) : > ${lists};; *download*) [ -e ${lists} ] && : > "\${last}_1_amd64.deb";; ` +
        `*install*) [ -e ${lists} ];; esac\n`,
    },
    'apt-cache': {
      script:
        `${note}[ -e ${lists} ] && echo linux-image-6.1.0-9-cloud-amd64 && echo linux-image-6.1.0-37-cloud-amd64 ` +
        '&& echo linux-image-6.12.38+deb12-cloud-amd64 && echo linux-image-6.12.38+deb12-rt-amd64\n',
    },
    'qemu-system-x86_64': { script: '#!/bin/sh\n' },
    Xvfb: { script: '#!/bin/sh\n' },
    'clang-format': { script: '#!/bin/sh\n' },
    'clang-tidy': { script: '#!/bin/sh\n' },
  })
  chmodSync(folder, 0o777)
  return {
    env: { PATH, XDG_CACHE_HOME: path.join(folder, 'cache'), HOME: folder },
    asked: () => readFileSync(log, 'utf8').trim().split('\n'),
  }
}

/** Sets up a fresh machine; whether the package lists were this user's own. */
function setUpFreshMachine(uid?: number): boolean {
  installNodePackages()
  const { env, asked } = makeFreshMachine()
  const { stderr } = setUp('test', { env, ...(uid === undefined ? {} : { uid }) })
  expect(stderr).not.toContain('virtual machines cannot run')
  expect(readdirSync(path.join(folder, 'cache/folio-lab/kernels')).toSorted()).toEqual([
    'linux-image-6.1.0-37-cloud-amd64_1_amd64.deb',
    'linux-image-6.12.38+deb12-cloud-amd64_1_amd64.deb',
  ])
  expect(asked().filter(line => line.endsWith('update'))).toHaveLength(1)
  const own = `Dir::State::Lists=${path.join(folder, 'cache/folio-lab/apt-lists')}`
  return asked().some(line => line.includes(own))
}

test(
  'root gets the kernels of the tests though the package lists are missing: they are refreshed once',
  asRoot,
  () => {
    expect(setUpFreshMachine()).toBe(false)
  },
)

test('another user gets them with package lists of its own', () => {
  expect(setUpFreshMachine(isRoot ? nobody : undefined)).toBe(true)
})

test('a kernel that cannot be had is named with what the package manager said', () => {
  installNodePackages()
  const PATH = makePath({
    'apt-get': { script: '#!/bin/sh\necho "E: Could not resolve deb.example" >&2\nexit 100\n' },
    'apt-cache': { script: '#!/bin/sh\n' },
    'qemu-system-x86_64': { script: '#!/bin/sh\n' },
    Xvfb: { script: '#!/bin/sh\n' },
    'clang-format': { script: '#!/bin/sh\n' },
    'clang-tidy': { script: '#!/bin/sh\n' },
  })
  const { stderr } = setUp('test', { env: { PATH, XDG_CACHE_HOME: path.join(folder, 'cache') } })
  expect(stderr).toMatch(/The kernel 6\.1 cannot be fetched: .*Could not resolve deb\.example/)
  expect(stderr).toMatch(/the tests of virtual machines cannot run: they need .*cloud kernel 6\.1 .*6\.12/)
})

test('an agent that cannot be built beside what is fetched is reported when all is done; tests of it are not', () => {
  installNodePackages()
  const { env } = makeFreshMachine()
  const cmake = path.join(env.PATH!, 'cmake')
  writeFileSync(path.join(env.PATH!, 'g++'), '', { mode: 0o755 })
  writeFileSync(cmake, '#!/bin/sh\necho "no space left"\nexit 1\n', { mode: 0o755 })
  expect(setUp('agent-tests', { env })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/no space left\n.*"cmake --preset release" failed/) as string,
  })
  const beside = setUp('test', { env })
  expect(beside.stderr).toContain('"cmake --preset release" failed')
  expect(beside.status).toBe(1)

  writeFileSync(cmake, '#!/bin/sh\ncase "$*" in *TESTS*) exit 1;; esac\n', { mode: 0o755 })
  expect(setUp('agent-tests', { env }).status).toBe(0)
})

test('without a package manager that it knows it names the packages', () => {
  installNodePackages()
  const { status, stderr } = setUp('test', { env: { PATH: makePath({}) } })
  expect(stderr).toMatch(/System packages are missing for the tests: .*xvfb/)
  expect(stderr).toContain('install what your distribution calls them')
  expect(status).toBe(1)
})

test('an old Node is refused with an explanation', () => {
  const pretend =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } })"
  const { status, stderr } = setUp('lab', { nodeWords: ['--import', `data:text/javascript,${pretend}`] })
  expect(stderr).toContain('Node 18.20.4 is too old, Folio Lab needs Node 20 or newer')
  expect(status).toBe(1)
})

test('an unknown purpose is refused with those there are', () => {
  const { status, stderr } = setUp('everything')
  expect(stderr).toContain(
    'There is no set-up for "everything". Choose one of: lab, start, test, agent, aarch64, agent-tests, all-agents.',
  )
  expect(status).toBe(1)
})
