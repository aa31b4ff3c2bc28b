import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makePackage, makeTar } from '../../test/fixtures/debian-package.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { tinyKernel } from '../../test/fixtures/tiny-kernel.ts'
import { tinyArmKernel } from '../../test/fixtures/tiny-arm-kernel.ts'
import { makeCompressedEfiImage, makeUnifiedImage } from '../../test/fixtures/unified-image.ts'
import { kibibyte, mebibyte } from '../contract/units.ts'
import { packageLimits } from './kernel-package.ts'
import { openKernelImage } from './kernel-image.ts'

let folder: string

beforeEach(() => {
  folder = temporaryFolder('image')
})

afterEach(() => vi.unstubAllEnvs())

function write(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name)
  writeFileSync(file, bytes)
  return file
}

async function releaseOf(name: string): Promise<string> {
  const image = await openKernelImage(name)
  image.close()
  return image.release
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

test('an image is opened as a file and out of a package, whatever is in its path', async () => {
  mkdirSync(path.join(folder, 'a,b=c'))
  expect(await releaseOf(write('a,b=c/bzImage', tinyKernel()))).toBe('6.6.6-tiny')
  const contents = makeTar([{ path: 'boot/vmlinuz-6.6.6', content: tinyKernel() }])
  expect(await releaseOf(write('a,b=c/k.deb', makePackage(contents)))).toBe('6.6.6-tiny')
})

test('an image may be compressed, part of a unified image, and both inside of a package', async () => {
  expect(await releaseOf(write('bzImage.gz', gzipSync(tinyKernel())))).toBe('6.6.6-tiny')
  expect(await releaseOf(write('bzImage.zst', zstdCompressSync(tinyKernel())))).toBe('6.6.6-tiny')
  const unified = makeUnifiedImage(tinyKernel())
  expect(await releaseOf(write('linux.efi', unified))).toBe('6.6.6-tiny')
  const contents = makeTar([{ path: 'boot/vmlinuz-6.6.6', content: gzipSync(unified) }])
  expect(await releaseOf(write('k.deb', makePackage(contents)))).toBe('6.6.6-tiny')
})

test('the kernel beside a package of Debian that has none is opened in its place', async () => {
  const stub = write(
    'linux-image-6.6.6_amd64.deb',
    makePackage(makeTar([{ path: './doc', content: tinyKernel() }])),
  )
  await expect(openKernelImage(stub)).rejects.toMatchObject({
    code: 'bad-input',
    advice: expect.stringContaining('put linux-binary-6.6.6_amd64.deb beside it') as string,
  })
  const contents = makeTar([{ path: './usr/lib/modules/6.6.6/vmlinuz', content: tinyKernel() }])
  write('linux-binary-6.6.6_amd64.deb', makePackage(contents))
  expect(await releaseOf(stub)).toBe('6.6.6-tiny')
})

test('an arm64 image is opened as it is and as newer kernels compress it, and tells its release', async () => {
  async function headerOf(name: string, bytes: Uint8Array): Promise<object> {
    const { close, descriptor, name: _, ...header } = await openKernelImage(write(name, bytes))
    close()
    return header
  }
  const arm = tinyArmKernel({ flags: 0b100 })
  const header = { architecture: 'arm64', release: '6.6.6-tiny-arm64', pageBytes: 16 * kibibyte }
  expect(await headerOf('Image', arm)).toEqual(header)
  for (const compress of [gzipSync, zstdCompressSync])
    expect(await headerOf('vmlinuz.efi', makeCompressedEfiImage(compress(arm)))).toEqual(header)
  expect(await headerOf('Image', tinyArmKernel({ banner: 'Linux version %s' }))).toMatchObject({
    release: 'unknown release',
  })
  const late = Buffer.concat([arm.subarray(0, 64), Buffer.alloc(4 * mebibyte - 70), arm.subarray(64)])
  expect(await headerOf('Image', late)).toEqual(header)
})

test('what is no image is named, and leaves nothing open', async () => {
  const fifo = path.join(folder, 'fifo')
  execFileSync('mkfifo', [fifo])
  const riscv = Buffer.from(`${'MZ'.padEnd(0x38)}RSC\u0005`.padEnd(1000))
  const refused: readonly (readonly [string, string, RegExp])[] = [
    [path.join(folder, 'none'), 'not-found', /There is no kernel/],
    [folder, 'bad-input', /is not a file/],
    [fifo, 'bad-input', /is not a file/],
    [write('text', Buffer.from('text')), 'bad-input', /is not a bootable kernel image/],
    [
      write('riscv.deb', makePackage(makeTar([{ path: './boot/vmlinuz-6.1', content: riscv }]))),
      'bad-input',
      /the image of a RISC-V kernel/,
    ],
    [
      write('empty.deb', makePackage(makeTar([{ path: './doc', content: riscv }]))),
      'bad-input',
      /holds neither boot\/vmlinuz/,
    ],
    [write('cut.gz', gzipSync(tinyKernel()).subarray(0, 200)), 'bad-input', /unexpected end of file/],
    [write('cut.efi', makeUnifiedImage(tinyKernel()).subarray(0, -4000)), 'bad-input', /it was cut/],
    [write('riscv.efi', makeUnifiedImage(riscv)), 'bad-input', /the image of a RISC-V kernel/],
    [
      write('cut-zboot.efi', makeCompressedEfiImage(gzipSync(tinyKernel())).subarray(0, -100)),
      'bad-input',
      /it was cut/,
    ],
    [write('bomb.gz', gzipSync(Buffer.alloc(2 * mebibyte))), 'bad-input', /image is larger than 1 MiB/],
  ]
  const before = openDescriptors()
  for (const [name, code, message] of refused)
    await expect(openKernelImage(name, { ...packageLimits, imageBytes: mebibyte })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
  expect(openDescriptors()).toBe(before)
})

test('a missing folder for temporary files is named with the way out', async () => {
  const file = write('k.deb', makePackage(makeTar([{ path: './boot/vmlinuz-6.1', content: tinyKernel() }])))
  vi.stubEnv('TMPDIR', path.join(folder, 'none'))
  await expect(openKernelImage(file)).rejects.toMatchObject({
    code: 'not-permitted',
    message: `No temporary file can be written in ${path.join(folder, 'none')}: it does not exist.`,
    advice: expect.stringContaining('TMPDIR') as string,
  })
})
