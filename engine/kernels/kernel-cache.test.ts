import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { kernelFolder, listCachedKernels, removeCachedKernel } from './kernel-cache.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'

function folderWith(...names: readonly string[]): string {
  const folder = temporaryFolder('cache')
  for (const name of names) writeFileSync(path.join(folder, name), 'x'.repeat(100))
  return folder
}

test('the cache is where the user keeps caches', () => {
  expect(kernelFolder({ XDG_CACHE_HOME: '/c' })).toBe('/c/folio-lab/kernels')
  expect(kernelFolder({ XDG_CACHE_HOME: '' })).toMatch(/\/\.cache\/folio-lab\/kernels$/)
})

test('kernels are listed by release, oldest first, and the package with the image is booted', () => {
  const folder = folderWith(
    'linux-image-7.0.1-cloud-amd64_7.0.1-1_amd64.deb',
    'linux-binary-7.0.1-cloud-amd64_7.0.1-1_amd64.deb',
    'linux-modules-7.0.1-cloud-amd64_7.0.1-1_amd64.deb',
    'linux-modules-7.1.1-cloud-amd64_7.1.1-1_amd64.deb',
    'linux-image-6.12.38+deb13-cloud-amd64_6.12.38-1_amd64.deb',
    'linux-image-6.1.0-50-cloud-amd64_6.1.176-1_amd64.deb',
    'notes.txt',
    'linux-image-6.1.deb',
  )
  const cached = listCachedKernels(folder)
  expect(cached.map(({ release, bytes }) => [release, bytes])).toEqual([
    ['6.1.0-50-cloud-amd64', 100],
    ['6.12.38+deb13-cloud-amd64', 100],
    ['7.0.1-cloud-amd64', 300],
  ])
  expect(path.basename(cached.at(-1)?.file ?? '')).toBe('linux-binary-7.0.1-cloud-amd64_7.0.1-1_amd64.deb')
})

test('the package tells for which architecture a kernel is, also where the release does not', () => {
  const cached = listCachedKernels(
    folderWith(
      'linux-image-6.1.0-50-cloud-arm64_6.1.176-1_arm64.deb',
      'linux-image-6.12.1-arm64-16k_6.12.1-1_arm64.deb',
      'linux-image-6.18.0-own_6.18.0-1_amd64.deb',
    ),
  )
  expect(cached.map(({ release, architecture }) => [release, architecture])).toEqual([
    ['6.1.0-50-cloud-arm64', 'arm64'],
    ['6.12.1-arm64-16k', 'arm64'],
    ['6.18.0-own', 'x86-64'],
  ])
})

test('a kernel is removed with all that belongs to it', () => {
  const folder = folderWith(
    'linux-image-7.0.1-cloud-amd64_7.0.1-1_amd64.deb',
    'linux-binary-7.0.1-cloud-amd64_7.0.1-1_amd64.deb',
    'linux-image-6.1.0-50-cloud-amd64_6.1.176-1_amd64.deb',
  )
  for (const kernel of listCachedKernels(folder))
    if (kernel.release.startsWith('7.')) removeCachedKernel(kernel)
  expect(listCachedKernels(folder).map(({ release }) => release)).toEqual(['6.1.0-50-cloud-amd64'])
})

test('a folder that is not there holds none', () => {
  expect(listCachedKernels('/no/such/folder')).toEqual([])
})
