import type { Facts } from './environment.ts'

/** Releases from which on a scheme of the model does what upstream does, the newest first. */
const schemesByRelease = [
  [6, 15, 'mm-id'],
  [6, 12, 'upstream-6.12'],
  [6, 10, 'upstream-6.10'],
  [6, 9, 'upstream-6.9'],
  [6, 8, 'upstream-6.8'],
] as const

/** The scheme of the model that accounts as this kernel does, by its release and configuration. */
export function schemeOfKernel({ release, config }: Pick<Facts['kernel'], 'release' | 'config'>): string {
  const [major = 0, minor = 0] = release.split('.').map(part => Number.parseInt(part, 10))
  const found = schemesByRelease.find(
    ([ofMajor, ofMinor]) => major > ofMajor || (major === ofMajor && minor >= ofMinor),
  )
  if (!found) return 'baseline'
  const [, , scheme] = found
  return scheme === 'mm-id' && config.CONFIG_NO_PAGE_MAPCOUNT === 'y' ? 'mm-id-nopagemapcount' : scheme
}
