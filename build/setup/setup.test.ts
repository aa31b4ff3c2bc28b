/** Set-up on machines that lack something: each gets a sentence and a command, and status 1. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { asRoot } from '../test/conditions.ts'
import { inProject } from './paths.mjs'

const isRoot = process.getuid?.() === 0
const nobody = 65_534 // the user without rights, on every Linux
const unreachable = 'http://127.0.0.1:9' // the discard port: nothing listens there

let folder: string
let checkout: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-setup-'))
  chmodSync(folder, 0o755) // another user must reach it
  checkout = path.join(folder, 'checkout')
  for (const part of ['package.json', 'package-lock.json', 'build', 'native-bench']) {
    cpSync(inProject(part), path.join(checkout, part), { recursive: true })
  }
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

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
}, 120_000)

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

test('without a package manager that it knows it names the packages', () => {
  installNodePackages()
  const { status, stderr } = setUp('test', { env: { PATH: makePath({}) } })
  expect(stderr).toMatch(/System packages are missing for the tests: .*xvfb/)
  expect(stderr).toContain('install what your distribution calls them')
  expect(status).toBe(1)
})

test('an old Node is refused in words', () => {
  const pretend =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } })"
  const { status, stderr } = setUp('lab', { nodeWords: ['--import', `data:text/javascript,${pretend}`] })
  expect(stderr).toContain('Node 18.20.4 is too old, Folio Lab needs Node 20 or newer')
  expect(status).toBe(1)
})

test('an unknown purpose is refused with those there are', () => {
  const { status, stderr } = setUp('everything')
  expect(stderr).toContain('There is no set-up for "everything". Choose one of: lab, start, test.')
  expect(status).toBe(1)
})
