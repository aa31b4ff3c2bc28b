/**
 * Which Electron a release may carry: none with holes that are known. The list is data of a certain
 * day; whoever raises the pinned version looks at Electron's advisories
 * (https://github.com/electron/electron/security/advisories) and at it.
 */

import { readFileSync } from 'node:fs'

/**
 * @typedef {{ major: number, version: string, why: string, source: string }} Floor
 * @typedef {{ checkedOn: string, minimumVersions: readonly Floor[] }} Floors
 */

/** @type {Floors} */
export const runtimeFloors = JSON.parse(readFileSync(new URL('runtime-floors.json', import.meta.url), 'utf8'))

/**
 * Why a release may not carry this version of Electron; undefined when it may. A major newer than
 * the list is newer than what was known on its day.
 *
 * @param {string} version
 * @param {Floors} [floors]
 * @returns {string | undefined}
 */
export function refuseRuntime(version, floors = runtimeFloors) {
  const { checkedOn, minimumVersions } = floors
  if (!/^\d+\.\d+\.\d+$/.test(version)) return `Electron “${version}” is not a stable version.`
  const newest = Math.max(...minimumVersions.map(({ major }) => major))
  const [major = 0] = version.split('.').map(Number)
  if (major > newest) return undefined
  const floor = minimumVersions.find(one => one.major === major)
  if (!floor)
    return `Electron ${version} gets no more fixes, or was not looked at on ${checkedOn} (build/package/runtime-floors.json).`
  const { compare } = new Intl.Collator('en', { numeric: true })
  if (compare(version, floor.version) >= 0) return undefined
  return `Electron ${version} is older than ${floor.version}: ${floor.why} (${floor.source}, ${checkedOn}).`
}
