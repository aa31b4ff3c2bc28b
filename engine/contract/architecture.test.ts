import { expect, test } from 'vitest'
import { architectureNamed, hasLargePagesByName } from './architecture.ts'

test.each([
  ['6.12.38+deb13-cloud-arm64', 'arm64'],
  ['6.12-arm64-16k', 'arm64'],
  ['/k/linux-image-6.9.0_6.9.0-1_arm64.deb', 'arm64'],
  ['/k/kernel-core-6.11.4-301.fc41.aarch64.rpm', 'arm64'],
  ['/build/arch/arm64/boot/Image', 'arm64'],
  ['Image.gz', 'arm64'],
  ['6.1.0-50-cloud-amd64', 'x86-64'],
  ['/k/kernel-core-6.11.4-301.fc41.x86_64.rpm', 'x86-64'],
  ['/build/arm64/bzImage', 'x86-64'],
  ['/arm64/vmlinuz', null],
  ['6.12', null],
  ['6.12-charm64', null],
])('%s is for %s', (name, architecture) => {
  expect(architectureNamed(name)).toBe(architecture)
})

test('a name tells pages of 16 KiB', () => {
  expect(hasLargePagesByName('/k/linux-image-6.12.1-arm64-16k_6.12.1-1_arm64.deb')).toBe(true)
  expect(hasLargePagesByName('6.12-arm64-16k')).toBe(true)
  expect(hasLargePagesByName('/arm64-16k/vmlinuz-6.12-cloud-arm64')).toBe(false)
})
