import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

// `-r MODULE`, as in Node: Playwright preloads its driver so, which then takes
// its own words out of argv.
const preload = process.argv.indexOf('-r')
const [, preloaded] = preload === -1 ? [] : process.argv.splice(preload, 2)
if (preloaded !== undefined) createRequire(import.meta.url)(path.resolve(preloaded))

const given = process.argv.slice(1).find(word => !word.startsWith('-'))
if (given === undefined) {
  console.error('Usage: electron FOLDER')
  app.exit(1)
} else {
  const folder = path.resolve(given)
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  // Electron's own default application uses these two; its public types leave them out.
  /** @typedef {{ setVersion(version: string): void, setAppPath(folder: string): void }} Loader */
  const loader = /** @type {import('electron').App & Loader} */ (app)
  loader.setName(manifest.productName ?? manifest.name)
  loader.setVersion(manifest.version)
  loader.setAppPath(folder)
  await import(pathToFileURL(path.join(folder, manifest.main)).href)
}
