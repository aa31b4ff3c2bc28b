/**
 * better-sqlite3 carries a binary for Node-API 10, which Electron has from version 36. For the
 * fallback runtime (Node-API 9) its own sources are compiled, unchanged, against the experimental
 * interface that became 10.
 */

import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { headersFolder } from './fallback-electron.mjs'
import { fallbackVersion } from './fallback-folder.mjs'
import { cacheFolder, inProject } from './paths.mjs'
import { run } from './programs.mjs'
import { say, SetupStop } from './talk.mjs'

const sources = inProject('node_modules/better-sqlite3')
const addonDefines = [
  'NAPI_EXPERIMENTAL',
  'NODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT',
  'NAPI_DISABLE_CPP_EXCEPTIONS',
  'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
]

/**
 * Compiles it into the cache folder, once for all checkouts.
 *
 * @param {string} electron the runtime that must load it
 * @returns {Promise<string>} the addon's file
 */
export async function buildSqliteBinding(electron) {
  const version = JSON.parse(readFileSync(path.join(sources, 'package.json'), 'utf8')).version
  const file = path.join(
    cacheFolder(),
    `better-sqlite3-${version}-electron-${fallbackVersion}/better_sqlite3.node`,
  )
  if (existsSync(file)) return file
  say(`compiling better-sqlite3 ${version} for Electron ${fallbackVersion} (g++, about 1 min)`)
  await mkdir(cacheFolder(), { recursive: true })
  const workshop = await mkdtemp(path.join(cacheFolder(), 'making-sqlite-'))
  try {
    const addon = await compile(workshop, path.join(path.dirname(electron), headersFolder))
    probe(electron, addon)
    await mkdir(path.dirname(file), { recursive: true })
    await rename(addon, file)
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
  return file
}

/**
 * @param {string} workshop
 * @param {string} nodeHeaders of the runtime's own Node: newer ones no longer declare what
 *   was experimental in it
 */
async function compile(workshop, nodeHeaders) {
  const headers = [inProject('node_modules/node-addon-api'), nodeHeaders]
  const sqlite = path.join(workshop, 'sqlite3.o')
  const driver = path.join(workshop, 'better_sqlite3.o')
  const addon = path.join(workshop, 'better_sqlite3.node')
  const sqliteFolder = path.join(sources, 'deps/sqlite3')
  const common = ['-c', '-O1', '-fPIC', '-DNDEBUG', '-w']
  await Promise.all([
    compiler([
      ...common,
      ...['-x', 'c', '-std=c99', ...sqliteDefines().map(define => `-D${define}`)],
      ...[path.join(sqliteFolder, 'sqlite3.c'), '-o', sqlite],
    ]),
    compiler([
      ...common,
      ...['-std=c++20', '-fvisibility=hidden', '-fvisibility-inlines-hidden'],
      ...addonDefines.map(define => `-D${define}`),
      ...[...headers, sqliteFolder].flatMap(folder => ['-I', folder]),
      ...[path.join(sources, 'src/better_sqlite3.cpp'), '-o', driver],
    ]),
  ])
  const link = ['-shared', '-s', '-Wl,-Bsymbolic', '-Wl,--exclude-libs,ALL']
  await compiler([...link, driver, sqlite, '-o', addon, '-ldl', '-lpthread', '-lm'])
  return addon
}

/** The options that the package compiles SQLite with, from its own list. */
function sqliteDefines() {
  const list = readFileSync(path.join(sources, 'deps/defines.gypi'), 'utf8')
  return [...list.matchAll(/'((?:HAVE|SQLITE)_[^']+)'/g)].map(([, define]) => define ?? '')
}

/** @param {readonly string[]} words */
async function compiler(words) {
  const child = spawn('g++', words, { stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', text => (errors += text))
  const status = await new Promise(resolve => {
    child.once('error', error => {
      errors += error.message
      resolve(undefined)
    })
    child.once('close', resolve)
  })
  if (status === 0) return
  throw new SetupStop(
    'better-sqlite3 could not be compiled.',
    'Folio Lab needs g++ 12 or newer; on Debian:  apt-get install -y g++',
    errors,
  )
}

/**
 * A binding that loads and runs a statement in the runtime itself is one that works there.
 *
 * @param {string} electron
 * @param {string} nativeBinding
 */
function probe(electron, nativeBinding) {
  const script =
    `const db = require('better-sqlite3')(':memory:', { nativeBinding: ${JSON.stringify(nativeBinding)} });` +
    "if (db.prepare('select 1 + 1').pluck().get() !== 2) process.exit(1)"
  const { ok, output } = run(electron, ['-e', script], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } })
  if (ok) return
  throw new SetupStop(
    'The compiled better-sqlite3 does not work in the fallback runtime.',
    'This is a defect of Folio Lab: please report it with the output above.',
    output,
  )
}
