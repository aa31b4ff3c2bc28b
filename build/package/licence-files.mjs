import { existsSync } from 'node:fs'
import path from 'node:path'
import { inProject } from '../setup/paths.mjs'

/** What Debian says of the libraries that the agent contains: it is linked statically. */
const agentLibraries = [
  { from: '/usr/share/doc/libc6/copyright', to: 'GNU C Library.txt' },
  { from: '/usr/share/common-licenses/LGPL-2.1', to: 'LGPL-2.1.txt' },
  { from: '/usr/share/doc/libstdc++6/copyright', to: 'GNU C++ Library.txt' },
  { from: '/usr/share/common-licenses/GPL-3', to: 'GPL-3.txt' },
]

/**
 * Licences that are files of the package, beside those of npm packages
 * (out/licences.json) and Electron's own.
 *
 * @param {boolean} isTestBuild which may leave out what this machine does not have
 * @returns {{ from: string, to: string }[]}
 */
export function licenceFiles(isTestBuild) {
  const missing = agentLibraries.filter(({ from }) => !existsSync(from)).map(({ from }) => from)
  if (missing.length > 0 && !isTestBuild)
    throw new Error(`A release carries the licences of what the agent is linked with: ${missing.join(', ')}`)
  return [
    { from: inProject('LICENSE'), to: 'licences/Folio Lab.txt' },
    ...agentLibraries
      .filter(({ from }) => existsSync(from))
      .map(({ from, to }) => ({ from, to: path.join('licences', to) })),
  ]
}
