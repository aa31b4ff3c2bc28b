/** What a package is made of, as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). */

import { spawnSync } from 'node:child_process'

/**
 * @typedef {object} Contents
 * @property {string} version of Folio Lab
 * @property {Date} date
 * @property {string} electron version of the runtime
 * @property {readonly Pick<import('./licences.mjs').PackageLicence, 'name' | 'version' |
 *   'licence'>[]} packages
 * @property {readonly { name: string, version: string }[]} libraries that the agent is linked
 *   with, as Debian names them
 */

/**
 * The same contents give the same text.
 *
 * @param {Contents} contents
 */
export function bom({ version, date, electron, packages, libraries }) {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: date.toISOString(),
      component: {
        type: 'application',
        'bom-ref': `folio-lab@${version}`,
        name: 'folio-lab',
        version,
        licenses: [{ expression: 'MIT' }],
      },
    },
    components: [
      component('framework', `pkg:npm/electron@${electron}`, 'electron', electron, 'MIT'),
      ...packages.map(({ name, version: own, licence }) =>
        component('library', `pkg:npm/${name.replace('@', '%40')}@${own}`, name, own, licence),
      ),
      ...libraries.map(({ name, version: own }) =>
        component('library', `pkg:deb/debian/${name}@${encodeURIComponent(own)}`, name, own),
      ),
    ],
  }
}

/**
 * @param {string} type
 * @param {string} purl
 * @param {string} name
 * @param {string} version
 * @param {string} [licence]
 */
function component(type, purl, name, version, licence) {
  return {
    type,
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(licence === undefined ? {} : { licenses: [{ expression: licence }] }),
  }
}

/** What is linked statically into the agent, where Debian's package database tells the versions. */
export function agentLibraries() {
  const names = ['libc6-dev', 'libstdc++-12-dev', 'libstdc++-13-dev', 'libstdc++-14-dev']
  const { stdout } = spawnSync('dpkg-query', ['--show', '--showformat=${Package} ${Version}\n', ...names], {
    encoding: 'utf8',
  })
  return (stdout ?? '')
    .split('\n')
    .filter(line => / \S/.test(line))
    .map(line => {
      const [name = '', version = ''] = line.split(' ')
      return { name, version }
    })
}
