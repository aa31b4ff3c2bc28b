import { expect, test } from 'vitest'
import { inProject } from '../setup/paths.mjs'
import { bundledLicences } from './licences.mjs'
import { bom } from './sbom.mjs'

test('everything that is bundled is named with version, licence and address, each once', () => {
  const packages = bundledLicences(inProject('out'))
  const date = new Date('2026-01-01')
  const libraries = [{ name: 'libc6-dev', version: '2.36-9+deb12u9' }]
  const text = bom({ version: '1.2.3', date, electron: '45.4.1', packages, libraries })
  expect(text).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { timestamp: '2026-01-01T00:00:00.000Z', component: { name: 'folio-lab', version: '1.2.3' } },
  })
  const { components } = text
  expect(components).toHaveLength(packages.length + 2)
  expect(new Set(components.map(component => component['bom-ref'])).size).toBe(components.length)
  const purls = components.map(({ purl }) => purl)
  expect(purls).toContain('pkg:npm/electron@45.4.1')
  expect(purls).toContain('pkg:deb/debian/libc6-dev@2.36-9%2Bdeb12u9')
  expect(purls.some(purl => purl.startsWith('pkg:npm/%40fontsource-variable/inter@'))).toBe(true)
})
