/** How programs for Node are bundled, those of the application and those that tests start. */

import { inProject } from './setup/paths.mjs'

/** @type {import('esbuild').BuildOptions & { sourcemap: 'linked' }} */
export const forNode = {
  absWorkingDir: inProject(),
  outdir: 'out',
  bundle: true,
  platform: 'node',
  target: 'node20', // the oldest runtime that must run the result: Electron 33, see runtime.mjs
  external: ['electron', 'better-sqlite3'], // part of the runtime, or a native addon
  sourcemap: 'linked',
  logLevel: 'warning',
}

/** Bundled CommonJS packages call require(), which an ES module has to make for itself. */
export const asModule = /** @type {const} */ ({
  format: 'esm',
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
})
