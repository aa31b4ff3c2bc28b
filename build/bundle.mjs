/**
 * Bundles the application into out/: one file for each process, and the page.
 *
 * `node build/bundle.mjs` makes all of it; `node build/bundle.mjs page` or `processes` one part.
 */

import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import vue from '@vitejs/plugin-vue'
import { build as bundleProcess } from 'esbuild'
import { build as bundlePage } from 'vite'
import { asModule, forNode } from './bundle-process.mjs'
import { bundledLicences } from './package/licences.mjs'

const root = path.resolve(import.meta.dirname, '..')

/** What Chromium of the oldest runtime knows: Electron 33, see runtime.mjs. */
const pageTarget = 'chrome130'

const parts = { page: makePage, processes: makeProcesses }

async function makePage() {
  await bundlePage({
    configFile: false,
    root: path.join(root, 'renderer'),
    base: './',
    plugins: [vue()],
    logLevel: 'warn',
    build: {
      target: pageTarget,
      outDir: path.join(root, 'out/renderer'),
      emptyOutDir: true,
      sourcemap: true,
      assetsInlineLimit: 0, // the content security policy allows no data: sources
      rolldownOptions: {
        // What a start shows comes in one file: main serves each of them while
        // it has a window to open.
        output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } },
      },
      chunkSizeWarningLimit: 2000, // kB; read from disk, not from a network
    },
  })
}

async function makeProcesses() {
  rmSync(path.join(root, 'out/main'), { recursive: true, force: true })
  rmSync(path.join(root, 'out/engine'), { recursive: true, force: true })
  await bundleProcess({
    ...forNode,
    ...asModule,
    entryPoints: {
      'main/main': 'main/main.ts',
      'engine/library': 'engine/entry/library.ts',
      'engine/session': 'engine/entry/session.ts',
      'engine/cli': 'engine/cli/main.ts',
      'engine/runner': 'engine/entry/runner.ts',
    },
  })
  await bundleProcess({
    ...forNode,
    format: 'cjs', // what a sandboxed preload can be
    outExtension: { '.js': '.cjs' },
    entryPoints: { 'main/preload': 'main/preload.ts' },
  })
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter(name => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(', ')}. Parts are ${Object.keys(parts).join(' and ')}.`)
  process.exit(1)
}
try {
  for (const [name, make] of Object.entries(parts)) {
    if (wanted.length === 0 || wanted.includes(name)) await make()
  }
  if (wanted.length === 0)
    writeFileSync(
      path.join(root, 'out/licences.json'),
      JSON.stringify(bundledLicences(path.join(root, 'out'))),
    )
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
