import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tinyKernel } from '../../test/fixtures/tiny-kernel.ts'
import { tinyArmKernel } from '../../test/fixtures/tiny-arm-kernel.ts'
import { readKernelHeader } from './kernel-header.ts'

function releaseOf(bytes: Buffer): string | null {
  return readKernelHeader('k', bytes).release
}

function changed(offset: number, ...bytes: readonly number[]): Buffer {
  const image = tinyKernel()
  image.set(bytes, offset)
  return image
}

test('the release is the first word of what an image says about itself', () => {
  expect(releaseOf(tinyKernel({ version: '6.12.38+deb13-cloud-amd64 (debian) #1 SMP' }))).toBe(
    '6.12.38+deb13-cloud-amd64',
  )
  expect(releaseOf(tinyKernel({ version: '6.9.0-rc1' }))).toBe('6.9.0-rc1')
})

test('a release that is missing, too long or no plain text is not repeated', () => {
  for (const version of ['', ' x', '6.9\u001b[2J x', '6.9<b> x', 'x'.repeat(65), 'x'.repeat(4000)])
    expect(releaseOf(tinyKernel({ version }))).toBe('unknown release')
  expect(releaseOf(changed(0x20e, 0xff, 0xff))).toBe('unknown release') // beyond the image
  expect(releaseOf(tinyKernel({ version: 'x'.repeat(64) }))).toBe('x'.repeat(64))
})

test.each([
  [0b000, null],
  [0b010, 4096],
  [0b100, 16384],
  [0b110, 65536],
])(
  'an arm64 image with the flags %i has pages of %j bytes, and no release in its header',
  (flags, pageBytes) => {
    expect(readKernelHeader('k', tinyArmKernel({ flags }))).toEqual({
      architecture: 'arm64',
      release: null,
      pageBytes,
    })
  },
)

test.each<readonly [string, Buffer, string]>([
  ['nothing', Buffer.alloc(0), 'it is empty'],
  ['an ELF file', Buffer.from('\u007fELF'.padEnd(1000)), 'it is an ELF file'],
  ['half an arm64 header', tinyArmKernel().subarray(0, 0x3c), 'it does not begin with the boot header'],
  [
    'a big-endian arm64 image',
    tinyArmKernel({ flags: 0b011 }),
    'it is the image of a big-endian arm64 kernel',
  ],
  [
    'a RISC-V image',
    Buffer.from(`${'MZ'.padEnd(0x38)}RSC\u0005`.padEnd(1000)),
    'it is the image of a RISC-V kernel',
  ],
  ['an EFI zboot image', Buffer.from('MZ\0\0zimg'.padEnd(1000)), 'it is an EFI image that is compressed'],
  ['something compressed', Buffer.from([0x1f, 0x8b, 8]), 'it is gzip-compressed'],
  ['an initramfs', Buffer.from('070701'), 'it is an initramfs'],
  [
    'anything else',
    Buffer.from('#!/bin/sh'),
    'it does not begin with the boot header of an x86-64 or arm64 kernel',
  ],
  ['half a header', tinyKernel().subarray(0, 0x210), 'it does not begin with the boot header'],
  ['a zImage', changed(0x211, 0), 'it is a zImage'],
  ['a 32-bit kernel', changed(0x236, 0, 0), 'it is the image of a 32-bit kernel'],
])('%s is refused as what it is', (_what, bytes, words) => {
  expect(() => releaseOf(bytes)).toThrow(
    expect.objectContaining({ code: 'bad-input', message: expect.stringContaining(words) as string }),
  )
})

test('whatever the bytes, there is a plain release or a refusal', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0x1f0, max: 0x270 }), fc.nat(255))), damages => {
      const image = tinyKernel()
      for (const [at, value] of damages) image[at] = value
      try {
        expect(releaseOf(image)).toMatch(/^(?:[\w.+~-]{1,64}|unknown release)$/)
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-input' })
      }
    }),
  )
})
