/**
 * Who may import whom, as one table: eslint.config.js turns it into lint rules and
 * test/architecture.test.ts checks every import statement against it.
 *
 * A folder's rule is the most specific row that contains the file. `folders` are the other folders
 * it may import (its own is always allowed); `libraries` are the packages, where `node:*` stands
 * for Node's own modules and `*` for any package. Folders within one that `isApart` may import
 * nothing of each other. Test files may use any package and, inside engine or renderer, any folder
 * of it.
 *
 * @typedef {{ folder: string, folders: readonly string[], libraries: readonly string[],
 *   isApart?: boolean, why: string }} ImportRule
 */

const pure = 'pure: no input or output, no clock, no unseeded randomness'

/** What every folder that measures rests on. */
const measuring = [
  'engine/contract',
  'engine/text',
  'engine/process',
  'engine/statistics',
  'engine/plan',
  'engine/agent',
  'engine/machine',
]

/** What any part of a page may be made with. */
const ofPages = ['vue', 'vue-router', 'pinia', '@vueuse/core', 'reka-ui', '@lucide/vue']

/** What charts are drawn with. */
const drawing = ['chart.js', 'chartjs-chart-error-bars', 'chartjs-plugin-annotation']

/** @type {readonly ImportRule[]} */
export const importRules = [
  {
    folder: 'engine/contract',
    folders: [],
    libraries: ['zod'],
    why: 'what every other folder may import runs anywhere',
  },
  {
    folder: 'engine/text',
    folders: ['engine/contract'],
    libraries: [],
    why: 'words and numbers for people, wherever they are shown',
  },
  {
    folder: 'engine/process',
    folders: ['engine/contract'],
    libraries: ['node:*'],
    why: "knows Electron's parentPort by its structure only",
  },
  {
    folder: 'engine/files',
    folders: ['engine/contract', 'engine/text'],
    libraries: ['node:*'],
    why: 'what every writer and reader of files shares',
  },
  {
    folder: 'engine/process/library-lock.ts',
    folders: ['engine/contract', 'engine/files'],
    libraries: ['node:*', 'better-sqlite3'],
    why: 'locks a file the way SQLite does, and reads no database',
  },
  {
    folder: 'engine/statistics',
    folders: ['engine/contract', 'engine/text'],
    libraries: ['pure-rand', 'simple-statistics'],
    why: pure,
  },
  {
    folder: 'engine/plan',
    folders: ['engine/contract', 'engine/text', 'engine/statistics'],
    libraries: ['pure-rand'],
    why: pure,
  },
  {
    folder: 'engine/comparison',
    folders: ['engine/contract', 'engine/text', 'engine/machine', 'engine/statistics'],
    libraries: [],
    why: pure,
  },
  {
    folder: 'engine/chart',
    folders: ['engine/contract', 'engine/text'],
    libraries: [],
    why: pure,
  },
  {
    folder: 'engine/report',
    folders: ['engine/contract', 'engine/text', 'engine/statistics', 'engine/chart'],
    libraries: ['string-width'],
    why: pure,
  },
  {
    folder: 'engine/exchange',
    folders: ['engine/contract', 'engine/text', 'engine/statistics'],
    libraries: [],
    why: pure,
  },
  {
    folder: 'engine/vm',
    folders: ['engine/contract'],
    libraries: ['node:*', 'tar', 'xz-decompress'],
    why: 'knows kernels, QEMU and what they are started with, not what is measured in them',
  },
  {
    folder: 'engine/kernels',
    folders: ['engine/contract'],
    libraries: ['node:*'],
    why: 'finds and keeps packages of kernels, and neither opens nor boots them',
  },
  {
    folder: 'engine/agent',
    folders: ['engine/contract', 'engine/vm', 'engine/plan', 'engine/statistics'],
    libraries: ['node:*'],
    why: 'talks to the agent and to nothing else',
  },
  {
    folder: 'engine/remote',
    folders: ['engine/contract', 'engine/agent', 'engine/machine', 'engine/files'],
    libraries: ['node:*'],
    why: 'reaches other machines over ssh; what is measured there is the business of others',
  },
  {
    folder: 'engine/fleet',
    folders: [...measuring, 'engine/files', 'engine/exchange'],
    libraries: ['node:*', 'zod'],
    why: 'describes jobs, hands them to whoever runs them, and keeps what a node measures; knows no database',
  },
  {
    folder: 'engine/fleet/run-taker.ts',
    folders: ['engine/fleet', 'engine/library', 'engine/contract'],
    libraries: [],
    why: 'what a collection needs of the library',
  },
  {
    folder: 'engine/place',
    folders: [...measuring, 'engine/session', 'engine/remote'],
    libraries: [],
    why: 'this machine or another one, with all that measuring there takes',
  },
  {
    folder: 'engine/machine',
    folders: ['engine/contract', 'engine/text'],
    libraries: ['node:*'],
    why: 'knows the machine, not what is measured on it',
  },
  {
    folder: 'engine/library',
    folders: [
      'engine/contract',
      'engine/text',
      'engine/files',
      'engine/process',
      'engine/machine',
      'engine/statistics',
      'engine/plan',
      'engine/comparison',
      'engine/report',
      'engine/exchange',
    ],
    libraries: ['node:*'],
    why: 'owns the database; only database.ts touches the driver',
  },
  {
    folder: 'engine/library/database.ts',
    folders: ['engine/contract', 'engine/files', 'engine/library'],
    libraries: ['node:*', 'better-sqlite3'],
    why: 'the one door to SQLite',
  },
  {
    folder: 'engine/session',
    folders: measuring,
    libraries: ['node:*'],
    why: 'hands its samples over a port and never opens the database',
  },
  {
    folder: 'engine/advisor',
    folders: [...measuring, 'engine/session', 'engine/comparison'],
    libraries: ['node:*'],
    why: 'measures and concludes, and never opens the database',
  },
  {
    folder: 'engine/entry',
    folders: ['engine', 'package.json'],
    libraries: ['node:*'],
    why: 'where the utility processes and the runner of a fleet begin; nothing imports it',
  },
  {
    folder: 'engine/cli',
    folders: ['engine', 'package.json'],
    libraries: ['node:*', 'commander', 'picocolors'],
    why: 'composes the engine for the terminal',
  },
  {
    folder: 'main',
    folders: ['engine/contract', 'engine/text', 'engine/files', 'engine/process/data-folder.ts'],
    libraries: ['node:*', 'electron', 'zod'],
    why: 'reaches the engine through its processes',
  },
  {
    folder: 'renderer/view-models',
    folders: ['engine/contract', 'engine/text', 'engine/chart', 'engine/plan/presets.ts'],
    libraries: [],
    why: pure,
  },
  {
    folder: 'renderer/page',
    folders: ['engine/contract'],
    libraries: ['vue'],
    why: 'what the browser gives to a page, and the calls that leave it',
  },
  {
    folder: 'renderer/charts',
    folders: ['engine/contract', 'engine/text', 'engine/chart', 'renderer/view-models'],
    libraries: ['vue', '@vueuse/core', ...drawing],
    why: 'draws what others have computed',
  },
  {
    folder: 'renderer/ui',
    folders: ['engine/contract', 'engine/text', 'renderer/view-models', 'renderer/charts'],
    libraries: ['vue', 'reka-ui', '@lucide/vue', '@tanstack/vue-virtual', ...drawing],
    why: 'a part shows what it is given, on whichever screen it stands',
  },
  {
    folder: 'renderer/stores',
    folders: [
      'engine/contract',
      'engine/text',
      'engine/plan/presets.ts',
      'renderer/view-models',
      'renderer/page',
    ],
    libraries: ['vue', 'pinia'],
    why: 'a store outlives the screens that show it',
  },
  {
    folder: 'renderer/screens',
    isApart: true,
    folders: [
      'engine/contract',
      'engine/text',
      'engine/chart',
      'engine/plan/presets.ts',
      'renderer/view-models',
      'renderer/page',
      'renderer/charts',
      'renderer/ui',
      'renderer/stores',
    ],
    libraries: [...ofPages, '@tanstack/vue-virtual', ...drawing],
    why: 'a screen shares what others have too by a folder beside the screens',
  },
  {
    folder: 'renderer',
    folders: ['engine/contract'],
    libraries: [...ofPages, 'zod', '@fontsource-variable/inter'],
    why: 'the frame around the screens; runs in a sandboxed page',
  },
  { folder: 'build', folders: ['engine'], libraries: ['*'], why: 'nothing depends on it' },
  {
    folder: 'test',
    folders: ['engine', 'build'],
    libraries: ['*'],
    why: 'drives the application from outside',
  },
]

/**
 * The same for native-bench: which other folders a folder may include. Tests may include all.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const includeRules = {
  'native-bench/harness': [],
  'native-bench/memory': ['native-bench/harness'],
  'native-bench/host': ['native-bench/harness', 'native-bench/memory'],
  'native-bench/model/cost': ['native-bench/harness'],
  'native-bench/model/memory': ['native-bench/model/cost'],
  'native-bench/model/schemes': [
    'native-bench/harness',
    'native-bench/model/cost',
    'native-bench/model/memory',
  ],
  'native-bench/model/runner': [
    'native-bench/harness',
    'native-bench/model/cost',
    'native-bench/model/memory',
    'native-bench/model/schemes',
  ],
  'native-bench/model': [
    'native-bench/harness',
    'native-bench/memory',
    'native-bench/model/cost',
    'native-bench/model/schemes',
    'native-bench/model/runner',
  ],
  'native-bench/agent/facts': ['native-bench/harness', 'native-bench/memory'],
  'native-bench/agent': [
    'native-bench/harness',
    'native-bench/memory',
    'native-bench/host',
    'native-bench/model',
    'native-bench/agent/facts',
  ],
}

/** Folders whose results depend on their arguments alone. */
export const pureFolders = importRules.filter(rule => rule.why === pure).map(rule => rule.folder)

/**
 * @param {string} file path from the project root, with forward slashes
 * @returns {ImportRule | undefined}
 */
export function ruleFor(file) {
  return importRules
    .filter(rule => isInside(file, rule.folder))
    .sort((one, other) => other.folder.length - one.folder.length)[0]
}

/**
 * @param {string} file
 * @param {string} folder
 */
export function isInside(file, folder) {
  return file === folder || file.startsWith(`${folder}/`)
}

/**
 * Judges one import.
 *
 * @param {string} file the importing file, from the project root
 * @param {string} imported a file from the project root for a relative import,
 *   else the package specifier
 * @param {boolean} isRelative
 * @returns {string | undefined} why it is refused
 */
export function refuseImport(file, imported, isRelative) {
  const rule = ruleFor(file)
  if (!rule) return `${file} is in no folder of build/import-rules.mjs`
  const isTest = file.endsWith('.test.ts')
  if (isRelative) {
    const own = rule.isApart === true ? dirnameOf(file) : rule.folder
    const folders = [own, ...rule.folders, ...(isTest ? testFolders(file) : [])]
    if (folders.some(folder => isInside(imported, folder))) return undefined
    return `${rule.folder} may not import ${imported}: ${rule.why}`
  }
  if (isTest || rule.libraries.includes('*')) return undefined
  if (rule.libraries.some(library => isLibrary(imported, library))) return undefined
  return `${rule.folder} may not import the package ${imported}: ${rule.why}`
}

/** @param {string} file */
function testFolders(file) {
  const whole = ['engine', 'renderer'].filter(folder => isInside(file, folder))
  return [...whole, 'test/fakes', 'test/fixtures']
}

/** @param {string} file */
function dirnameOf(file) {
  return file.slice(0, file.lastIndexOf('/'))
}

/**
 * @param {string} specifier
 * @param {string} library
 */
function isLibrary(specifier, library) {
  if (library === 'node:*') return specifier.startsWith('node:')
  return specifier === library || specifier.startsWith(`${library}/`)
}
