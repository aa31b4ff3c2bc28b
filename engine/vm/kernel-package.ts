/**
 * Takes the kernel image out of a package, as a stream and with limits: a package may be a
 * stranger's.
 */
import path from 'node:path'
import { Failure } from '../contract/failure.ts'
import { gibibyte, mebibyte, type Bytes } from '../contract/units.ts'
import { debianContents, isDebianPackage } from './debian-package.ts'
import type { PackageContents } from './package-contents.ts'
import { isRpmPackage, rpmContents } from './rpm-package.ts'
import type { Member } from './tar-member.ts'
import { inMebibytes, limitedWrite } from './unpack.ts'
import { UnusablePackage } from './unusable-package.ts'

/** Whether a file that begins so is a package of a kind that is known here. */
export function isPackage(bytes: Buffer): boolean {
  return isDebianPackage(bytes) || isRpmPackage(bytes)
}

export type PackageLimits = Readonly<{
  /** A distribution's image has 10 to 20 MiB; one with everything built in, some 100 MiB. */
  imageBytes: Bytes
  /**
   * How much is unpacked in search of the image, which is in front where
   * members are sorted by name.
   */
  unpackedBytes: Bytes
  /** How many links lead to the image at most. */
  links: number
}>

export const packageLimits: PackageLimits = {
  imageBytes: 256 * mebibyte,
  unpackedBytes: gibibyte,
  links: 4,
}

const imageName = /^boot\/vmlinuz(?:-[^/]*)?$|^(?:usr\/)?lib\/modules\/[^/]+\/vmlinuz(?:-virt\.efi)?$/
const moduleName = /^(?:usr\/)?lib\/modules\/.*\.ko(?:\.\w+)?$/

/**
 * Hands the bytes of the kernel image in the package that `descriptor` holds open to `write`.
 * Throws `bad-input` when there is none, or when the package is damaged or too large, and the
 * failures of `write`; `name` is for messages.
 */
export async function extractKernel(
  name: string,
  descriptor: number,
  beginning: Buffer,
  write: (bytes: Uint8Array) => void,
  limits = packageLimits,
): Promise<void> {
  try {
    await copyImage(contentsOf(descriptor, beginning), write, limits)
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(
      'bad-input',
      `No kernel can be taken out of the package “${name}”: ${describeUnusable(error)}.`,
      adviceFor(name, error),
      { cause: error },
    )
  }
}

/** Of the package that `descriptor` holds open; throws `UnusablePackage`. */
export function contentsOf(descriptor: number, beginning: Buffer): PackageContents {
  return isRpmPackage(beginning) ? rpmContents(descriptor) : debianContents(descriptor)
}

/** What the package of a kernel lacks that has it in another one. */
class NoImage extends UnusablePackage {}

/** Why a package is of no use, as the second half of a sentence. */
export function describeUnusable(error: unknown): string {
  if (error instanceof UnusablePackage) return error.message
  return `its contents are damaged (${error instanceof Error ? error.message : String(error)})`
}

function adviceFor(name: string, error: unknown): string {
  const other = error instanceof NoImage ? imagePackageOf(name) : null
  return other === null
    ? 'Give a package of a kernel image, such as linux-image-…-cloud-amd64, and not a meta-package.'
    : `Newer Debian packages keep the kernel in a separate package: put ${path.basename(other)} beside it, or use that one.`
}

/**
 * The package with the image that belongs to a `linux-image-*.deb` without one: of the same name,
 * but for its beginning, in the same folder. Null for other names.
 */
export function imagePackageOf(file: string): string | null {
  const { dir, base } = path.parse(file)
  const [, rest] = /^linux-image-(.*\.deb)$/.exec(base) ?? []
  return rest === undefined ? null : path.join(dir, `linux-binary-${rest}`)
}

/**
 * The package with the modules that belong to one of a kernel, which may hold them itself: of the
 * same name but for its beginning, in the same folder. Null for other names.
 */
export function modulesPackageOf(file: string): string | null {
  const { dir, base } = path.parse(file)
  const [, debian] = /^linux-(?:image|binary)-(.*\.deb)$/.exec(base) ?? []
  if (debian !== undefined) return path.join(dir, `linux-modules-${debian}`)
  const [, rpm] = /^kernel-core-(.*\.rpm)$/.exec(base) ?? []
  return rpm === undefined ? null : path.join(dir, `kernel-modules-core-${rpm}`)
}

async function copyImage(
  contents: PackageContents,
  write: (bytes: Uint8Array) => void,
  limits: PackageLimits,
): Promise<void> {
  const writeImage = limitedWrite(write, limits.imageBytes)
  const seen = { modules: false }
  let link: Member | undefined
  for (let followed = 0; followed <= limits.links; followed++) {
    const wanted = link?.linksTo
    const [member] = await contents.takeMembers(
      limited(contents.read(), limits.unpackedBytes),
      name => {
        seen.modules ||= moduleName.test(name)
        return wanted === undefined ? imageName.test(name) : name === wanted
      },
      writeImage,
      'first',
    )
    if (!member) throw link ? new UnusablePackage(danglingLink(link)) : noImage(seen.modules)
    if (member.linksTo === null) return
    link = member
  }
  throw new UnusablePackage('its kernel image is a link that leads through too many others')
}

function danglingLink({ name, linksTo }: Member): string {
  return `its ${name} is a link to ${linksTo ?? ''}, which it does not hold`
}

function noImage(holdsModules: boolean): NoImage {
  return new NoImage(
    holdsModules
      ? 'it holds modules of a kernel without the kernel itself'
      : 'it holds neither boot/vmlinuz nor lib/modules/…/vmlinuz',
  )
}

/** Throws `UnusablePackage` where more is unpacked in search of `what`. */
export async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  limit: Bytes,
  what = 'kernel image',
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > limit)
      throw new UnusablePackage(`there is no ${what} in the first ${inMebibytes(limit)} of its contents`)
    yield chunk
  }
}
