import { closeSync, fstatSync, openSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { damaged } from '../../test/fixtures/damaged.ts'
import { makeArchive, makePackage, makeTar, type TarEntry } from '../../test/fixtures/debian-package.ts'
import { makeCpio, makeRpm } from '../../test/fixtures/rpm-package.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { Failure } from '../contract/failure.ts'
import { mebibyte } from '../contract/units.ts'
import { extractKernel, imagePackageOf, isPackage } from './kernel-package.ts'

const name = 'boot/vmlinuz-6.9'
const image = Buffer.from('the image '.repeat(100))
const other = { path: './boot/System.map-6.9', content: Buffer.from('no image') }
const whole: TarEntry = { path: `./${name}`, content: image }
const limits = { imageBytes: mebibyte, unpackedBytes: 4 * mebibyte, links: 4 }

/** A tar archive with boot/vmlinuz-6.9 of the words “the image, xz”, compressed with xz. */
const xzContents =
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4Cf/AHFdABcLyMfqmSTrYdnbb8qiwEq94wGxNnW6583dMbICUSXRnXpLz9RhHoF6DObYCwfss8iTlwc1' +
  'GUqKIT9yEdAYeAD8dE2bX2344MU2U8Y90RvVtMReR1vYmWuEEY58JyKrmn0oX3Z/PmA/EIc1p/9rfQAAAAAAAJCgfmVO1eG7AAGNAYBQAADgYv7d' +
  'scRn+wIAAAAABFla'

let folder: string

beforeEach(() => {
  folder = temporaryFolder('package')
})

afterEach(() => {
  // Nothing is unpacked beside it.
  expect(readdirSync(folder).filter(file => file !== 'k.deb')).toEqual([])
})

/** The kernel image of a package, read as the lab does. */
async function imageOf(bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, 'k.deb')
  writeFileSync(file, bytes)
  const descriptor = openSync(file, 'r')
  const pieces: Uint8Array[] = []
  try {
    const start = Buffer.from(bytes.subarray(0, 100))
    await extractKernel(file, descriptor, start, bytes => pieces.push(Buffer.from(bytes)), limits)
    fstatSync(descriptor) // it is the caller's, and still open
  } finally {
    closeSync(descriptor)
  }
  return Buffer.concat(pieces).toString()
}

function packageOf(...entries: readonly TarEntry[]): Buffer {
  return makePackage(makeTar(entries))
}

test('a package is known by its beginning', () => {
  expect(isPackage(packageOf(whole))).toBe(true)
  expect(isPackage(makeArchive([['other', Buffer.from('x')]]))).toBe(false)
  expect(isPackage(Buffer.alloc(0))).toBe(false)
})

test.each([
  ['./', './boot/vmlinuz-6.9'],
  ['nothing', 'boot/vmlinuz-6.9'],
  ['a slash', '/boot/vmlinuz-6.9'],
  ['./, and no release', './boot/vmlinuz'],
  ['the folder of its modules', './usr/lib/modules/6.9/vmlinuz'],
])('an image whose name begins with %s is found among other members', async (_what, member) => {
  expect(await imageOf(packageOf(other, { path: member, content: image }, other))).toBe(image.toString())
})

test('contents may be compressed with gzip, zstd and xz', async () => {
  const contents = makeTar([other, whole])
  expect(await imageOf(makePackage(gzipSync(contents), 'data.tar.gz'))).toBe(image.toString())
  expect(await imageOf(makePackage(zstdCompressSync(contents), 'data.tar.zst'))).toBe(image.toString())
  expect(await imageOf(makePackage(Buffer.from(xzContents, 'base64'), 'data.tar.xz'))).toBe('the image, xz')
})

test('one package after another is unpacked, whether it is read to its end or left before', async () => {
  const sound = Buffer.from(xzContents, 'base64')
  for (let time = 0; time < 5; time++) {
    expect(await imageOf(makePackage(sound, 'data.tar.xz'))).toBe('the image, xz')
    await expect(imageOf(makePackage(sound.subarray(0, 100), 'data.tar.xz'))).rejects.toThrow('damaged')
  }
})

test('links to the image are followed, symbolic and hard ones, in front of it and behind', async () => {
  const image_ = { path: './image', content: image }
  const symbolic = { path: `./${name}`, linksTo: '../image' }
  const hard = { path: `./${name}`, linksTo: './image', isHard: true }
  const absolute = { path: `./${name}`, linksTo: '/boot/first' }
  for (const entries of [
    [symbolic, image_],
    [image_, symbolic],
    [image_, hard],
    [absolute, { path: './boot/first', linksTo: '../image' }, image_],
  ])
    expect(await imageOf(packageOf(...entries))).toBe(image.toString())
})

test('a link leads nowhere but to members of the package', async () => {
  for (const target of ['/etc/passwd', '../../../../etc/passwd', '../gone'])
    await expect(imageOf(packageOf(other, { path: `./${name}`, linksTo: target }))).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(
        /its boot\/vmlinuz-6\.9 is a link to (etc\/passwd|gone), which it does not hold/,
      ) as string,
    })
  await expect(imageOf(packageOf({ path: `./${name}`, linksTo: 'vmlinuz-6.9' }))).rejects.toThrow(
    'a link that leads through too many others',
  )
})

test.each<readonly [string, () => Uint8Array, RegExp]>([
  [
    'without an image',
    () => packageOf(other),
    /it holds neither boot\/vmlinuz nor lib\/modules\/…\/vmlinuz\./,
  ],
  [
    'of modules alone',
    () => packageOf({ path: './lib/modules/6.9/kernel/mm/zsmalloc.ko.xz', content: image }),
    /it holds modules of a kernel without the kernel itself\./,
  ],
  ['without contents', () => makeArchive([['debian-binary', Buffer.from('2.0\n')]]), /has no contents/],
  ['that is cut within its contents', () => packageOf(whole).subarray(0, -700), /it is truncated/],
  ['that is cut within its list', () => makePackage(Buffer.alloc(0)).subarray(0, -20), /it is truncated/],
  [
    'whose contents are cut',
    () => makePackage(makeTar([whole]).subarray(0, 900)),
    /its contents are damaged \(.*Truncated/,
  ],
  [
    'whose compressed contents are cut',
    () => makePackage(gzipSync(makeTar([whole])).subarray(0, 60), 'data.tar.gz'),
    /its contents are damaged \(unexpected end of file\)/,
  ],
  [
    'whose contents are something else',
    () => makePackage(Buffer.alloc(4096, 'x')),
    /its contents are damaged/,
  ],
  ['whose xz is nothing of the kind', () => makePackage(image, 'data.tar.xz'), /its contents are damaged/],
  ['with an old compression', () => makePackage(image, 'data.tar.bz2'), /unknown format \(data\.tar\.bz2\)/],
  [
    'that is compressed twice',
    () => makePackage(gzipSync(gzipSync(makeTar([whole]))), 'data.tar.gz'),
    /its contents are damaged/,
  ],
])('a package %s is refused in words', async (_what, make, words) => {
  await expect(imageOf(make())).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(words) as string,
    advice: expect.stringContaining('linux-image-') as string,
  })
})

test('a bomb is given up at the limit, whether the image itself is large or what is before it', async () => {
  const zeros = Buffer.alloc(8 * mebibyte)
  const large = gzipSync(makeTar([{ path: `./${name}`, content: zeros }]))
  await expect(imageOf(makePackage(large, 'data.tar.gz'))).rejects.toThrow(
    /its kernel image is larger than 1 MiB/,
  )
  const late = gzipSync(makeTar([{ path: './aaa', content: zeros }, whole]))
  await expect(imageOf(makePackage(late, 'data.tar.gz'))).rejects.toThrow(
    /no kernel image in the first 4 MiB of its contents/,
  )
})

test('what the folder for temporary files says is passed on', async () => {
  const file = path.join(folder, 'k.deb')
  writeFileSync(file, packageOf(whole))
  const descriptor = openSync(file, 'r')
  const full = new Failure('disk-full', 'no space')
  await expect(
    extractKernel(file, descriptor, Buffer.from('!<arch>\n'), () => {
      throw full
    }),
  ).rejects.toBe(full)
  closeSync(descriptor)
})

test('a damaged package is refused or gives an image, and never anything else', async () => {
  const sound = makePackage(gzipSync(makeTar([other, whole])), 'data.tar.gz')
  await fc.assert(
    fc.asyncProperty(damaged(sound, 0, 4), async contents => {
      await imageOf(contents).catch((error: unknown) => expect(error).toMatchObject({ code: 'bad-input' }))
    }),
    { numRuns: 60 },
  )
})

test('an image is taken out of an RPM package, however it is compressed and wherever it lies', async () => {
  const [before, after] = [
    { path: './lib/modules/6.9/.config', content: Buffer.from('CONFIG=y') },
    { path: './lib/modules/6.9/symvers', content: image },
  ]
  for (const member of [
    './lib/modules/6.9/vmlinuz',
    './boot/vmlinuz-6.9',
    '/usr/lib/modules/6/vmlinuz-virt.efi',
  ]) {
    const cpio = makeCpio([before, { path: member, content: image }, after])
    for (const payload of [cpio, gzipSync(cpio), zstdCompressSync(cpio)]) {
      expect(isPackage(makeRpm(payload))).toBe(true)
      expect(await imageOf(makeRpm(payload))).toBe(image.toString())
    }
  }
})

test('a symbolic link of an RPM package leads to the image of the package and nowhere else', async () => {
  function link(linksTo: string): TarEntry {
    return { path: './boot/vmlinuz-6.9', linksTo }
  }
  const far = { path: './lib/modules/6.9/vmlinuz', content: image }
  expect(await imageOf(makeRpm(makeCpio([link('../lib/modules/6.9/vmlinuz'), far])))).toBe(image.toString())
  await expect(imageOf(makeRpm(makeCpio([link('/etc/passwd')])))).rejects.toThrow(
    'a link to etc/passwd, which it does not hold',
  )
})

test.each<readonly [string, () => Uint8Array, RegExp]>([
  ['without an image', () => makeRpm(makeCpio([other])), /it holds neither boot\/vmlinuz/],
  ['cut within its headers', () => makeRpm(makeCpio([whole])).subarray(0, 120), /it is truncated/],
  ['whose archive is cut', () => makeRpm(makeCpio([whole]).subarray(0, 300)), /ends too early/],
  ['whose headers are something else', () => makeRpm(makeCpio([whole])).fill('x', 96, 110), /it is damaged/],
  ['compressed in another way', () => makeRpm(Buffer.from('BZh9 and so on, for a while')), /unknown format/],
  [
    'with an archive of another format',
    () => makeRpm(Buffer.from('0707070 is old'.repeat(20))),
    /cannot be read/,
  ],
  [
    'that is a bomb',
    () => makeRpm(gzipSync(makeCpio([{ path: './boot/vmlinuz', content: Buffer.alloc(8 * mebibyte) }]))),
    /its kernel image is larger than 1 MiB/,
  ],
])('an RPM package %s is refused in words', async (_what, make, words) => {
  await expect(imageOf(make())).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(words) as string,
  })
})

test('a damaged RPM package is refused or gives an image, and never anything else', async () => {
  const sound = makeRpm(gzipSync(makeCpio([other, whole])))
  await fc.assert(
    fc.asyncProperty(damaged(sound, 4, 4), async contents => {
      await imageOf(contents).catch((error: unknown) => expect(error).toMatchObject({ code: 'bad-input' }))
    }),
    { numRuns: 60 },
  )
})

test('a package of Debian without its image names the one that has it', async () => {
  expect(imagePackageOf('/k/linux-image-7.0.1-cloud-amd64_7.0.1-1_amd64.deb')).toBe(
    '/k/linux-binary-7.0.1-cloud-amd64_7.0.1-1_amd64.deb',
  )
  expect(imagePackageOf('/k/other.deb')).toBeNull()
  const file = path.join(folder, 'k.deb')
  writeFileSync(file, packageOf(other))
  const descriptor = openSync(file, 'r')
  const name = 'linux-image-7.0.1-cloud-amd64_7.0.1-1_amd64.deb'
  await expect(
    extractKernel(name, descriptor, Buffer.from('!<arch>\n'), () => undefined),
  ).rejects.toMatchObject({
    advice: expect.stringContaining(
      'put linux-binary-7.0.1-cloud-amd64_7.0.1-1_amd64.deb beside it',
    ) as string,
  })
  closeSync(descriptor)
})
