/**
 * The licences of the npm packages that the bundles contain, for the About screen and
 * for whoever gets a package.
 */

import { globSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { inProject } from '../setup/paths.mjs'

/**
 * Shipped without being in a source map: an addon beside the bundles, a typeface
 * that a style sheet names.
 */
const besideBundles = ['better-sqlite3', '@fontsource-variable/inter']

/**
 * @typedef {object} PackageLicence
 * @property {string} name
 * @property {string} version
 * @property {string} licence its SPDX expression
 * @property {string} text
 */

/**
 * Reads which packages entered the bundles in `folder` from their source maps.
 *
 * @param {string} folder
 * @returns {PackageLicence[]} by name
 */
export function bundledLicences(folder) {
  const maps = globSync('{main,engine,renderer}/**/*.map', { cwd: folder })
  const sources = maps.flatMap(
    map =>
      /** @type {{ sources: string[] }} */ (JSON.parse(readFileSync(path.join(folder, map), 'utf8'))).sources,
  )
  const names = new Set([...besideBundles, ...sources.flatMap(source => packageOf(source) ?? [])])
  return [...names].sort().map(readLicence)
}

/**
 * @param {string} source a module's path
 * @returns {string | null} its package, named from the project's node_modules; null for
 *   the project's own modules
 */
export function packageOf(source) {
  const [, name] = /(?:^|\/)node_modules\/((?:.+\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(source) ?? []
  return name ?? null
}

/**
 * @param {string} name
 * @returns {PackageLicence}
 */
function readLicence(name) {
  const folder = inProject('node_modules', name)
  const {
    name: title,
    version,
    license,
  } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry))
  if (file === undefined && license === undefined) throw new Error(`The package ${name} states no licence.`)
  const text =
    file === undefined
      ? `Licensed under ${license}; its package holds no text of it.`
      : readFileSync(path.join(folder, file), 'utf8')
  return { name: title, version, licence: license, text }
}
