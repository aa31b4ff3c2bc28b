import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { damaged } from '../../test/fixtures/damaged.ts'
import { makePackage, makeTar, type TarEntry } from '../../test/fixtures/debian-package.ts'
import { makeCpio, makeRpm } from '../../test/fixtures/rpm-package.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { tinyKernel } from '../../test/fixtures/tiny-kernel.ts'
import { mebibyte } from '../contract/units.ts'
import { swapModules } from './kernel-modules.ts'
import { modulesPackageOf } from './kernel-package.ts'

const release = '7.3.4-cloud-amd64'
const debian = `${release}_7.3.4-1_amd64.deb`

let folder: string

beforeEach(() => {
  folder = temporaryFolder('modules')
})

function write(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name)
  writeFileSync(file, bytes)
  return file
}

/** What a module says of itself, and something around it. */
function module(...needed: readonly string[]): Buffer {
  return Buffer.from(`\u007fELF\0license=GPL\0depends=${needed.join()}\0name=x\0`)
}

function entry(place: string, content: Uint8Array): TarEntry {
  return { path: `./usr/lib/modules/${release}/kernel/${place}`, content }
}

const zram = module('zsmalloc', 'lz4_compress')
const modules: readonly TarEntry[] = [
  entry('crypto/lz4.ko', module('lz4_compress')),
  entry('crypto/zstd.ko.gz', gzipSync(module())),
  entry('drivers/block/brd.ko', module()),
  entry('drivers/block/zram/zram.ko.zst', zstdCompressSync(zram)),
  entry('lib/lz4/lz4_compress.ko', module()),
  entry('mm/zsmalloc.ko.gz', gzipSync(module())),
  entry('net/zram.ko', module('nothing')),
]

function packageOf(entries: readonly TarEntry[]): Buffer {
  return makePackage(gzipSync(makeTar(entries)), 'data.tar.gz')
}

async function namesOf(kernel: string): Promise<string[]> {
  return (await swapModules(kernel, release)).map(({ name }) => name)
}

test('zram and what it needs are taken out of the package of a kernel, unpacked and in order', async () => {
  const file = write(`linux-image-${debian}`, packageOf(modules))
  expect(await namesOf(file)).toEqual(['lz4_compress', 'lz4', 'zsmalloc', 'zram'])
  expect((await swapModules(file, release)).at(-1)?.contents).toEqual(zram)
})

test('newer kernels have their modules in a package beside the image', async () => {
  const image = packageOf([{ path: `./usr/lib/modules/${release}/vmlinuz`, content: tinyKernel() }])
  const file = write(`linux-binary-${debian}`, image)
  await expect(swapModules(file, release)).rejects.toMatchObject({
    code: 'unsupported',
    message: `Neither linux-binary-${debian} nor linux-modules-${debian} beside it holds its zram.`,
    advice: `Put linux-modules-${debian} beside it: “folio-lab kernels fetch” fetches both.`,
  })
  write(`linux-modules-${debian}`, packageOf(modules))
  expect(await namesOf(file)).toEqual(['lz4_compress', 'lz4', 'zsmalloc', 'zram'])
})

test('packages of other distributions hold them too, or have them beside', async () => {
  expect(modulesPackageOf('/k/kernel-core-6.17.4-300.fc43.x86_64.rpm')).toBe(
    '/k/kernel-modules-core-6.17.4-300.fc43.x86_64.rpm',
  )
  expect(modulesPackageOf('/k/kernel-default-6.17.rpm')).toBeNull()
  const file = write('kernel-default-7.3.rpm', makeRpm(gzipSync(makeCpio(modules))))
  expect(await namesOf(file)).toEqual(['lz4_compress', 'lz4', 'zsmalloc', 'zram'])
})

test('what is built into the kernel is not missed', async () => {
  const file = write('k.deb', packageOf([entry('drivers/block/zram/zram.ko', module('zsmalloc'))]))
  expect(await namesOf(file)).toEqual(['zram'])
})

test('an image alone has no modules, and says where they were looked for', async () => {
  await expect(swapModules(write('bzImage', tinyKernel()), 'no-such-release')).rejects.toMatchObject({
    code: 'unsupported',
    message: '/lib/modules/no-such-release does not hold its zram.',
    advice: expect.stringContaining('CONFIG_ZRAM=y') as string,
  })
})

test('modules that need each other end', async () => {
  const circle = [
    entry('drivers/block/zram/zram.ko', module('zsmalloc')),
    entry('mm/zsmalloc.ko', module('zram')),
  ]
  expect(await namesOf(write('k.deb', packageOf(circle)))).toEqual(['zsmalloc', 'zram'])
})

const limits = { packedBytes: mebibyte, moduleBytes: mebibyte, unpackedBytes: 4 * mebibyte }
const zeros = Buffer.alloc(2 * mebibyte)

test.each<readonly [string, readonly TarEntry[], RegExp]>([
  ['that are large', [entry('mm/a.ko', zeros)], /“.*k\.deb”: its modules are larger than 1 MiB\.$/],
  [
    'one of which is a bomb',
    [entry('drivers/block/zram/zram.ko.gz', gzipSync(zeros))],
    /“zram\.ko”: it is larger than 1 MiB\.$/,
  ],
  [
    'one of which is damaged',
    [entry('drivers/block/zram/zram.ko.gz', gzipSync(zram).subarray(0, 30))],
    /“zram\.ko”: its contents are damaged/,
  ],
  [
    'behind a bomb',
    [{ path: './aaa', content: Buffer.alloc(8 * mebibyte) }, ...modules],
    /there is no end in the first 4 MiB/,
  ],
])('modules %s are refused in words', async (_what, entries, message) => {
  const file = write('k.deb', packageOf(entries))
  await expect(swapModules(file, release, limits)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(message) as string,
  })
})

test('a damaged package is refused or gives modules, and never anything else', async () => {
  const sound = packageOf(modules)
  await fc.assert(
    fc.asyncProperty(damaged(sound, 30, 3), async contents => {
      await swapModules(write('k.deb', contents), release, limits).catch((error: unknown) =>
        expect(error).toMatchObject({ code: expect.stringMatching(/^(bad-input|unsupported)$/) as string }),
      )
    }),
    { numRuns: 40 },
  )
})
