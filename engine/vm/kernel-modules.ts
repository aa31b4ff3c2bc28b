/**
 * The modules with which a kernel has swap in its virtual machine: zram, a device of compressed
 * memory, and what that needs.
 */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../contract/failure.ts'
import { gibibyte, mebibyte, type Bytes } from '../contract/units.ts'
import { createAnonymousFile } from './anonymous-file.ts'
import { kernelHeaderBytes } from './kernel-header.ts'
import { kernelFile } from './kernel-image.ts'
import { contentsOf, describeUnusable, isPackage, limited, modulesPackageOf } from './kernel-package.ts'
import { compressionOf, limitedWrite, unpack } from './unpack.ts'

export type KernelModule = Readonly<{
  /** As it calls itself, with underscores. */
  name: string
  contents: Buffer
}>

/**
 * Up to 6.11 zram asks the kernel's crypto interface for the compressor, which would start a
 * program to load its module; the guest has none.
 */
const wanted = ['lz4', 'zram']
const neededModule = 'zram'

/** The folders of a kernel's modules in which zram and what it needs lie. */
const folders = ['drivers/block/zram', 'mm', 'lib', 'crypto']
const modulePath = new RegExp(
  `(?:^|/)lib/modules/[^/]+/kernel/(?:${folders.join('|')})/(?:[^/]+/)*([\\w-]+)\\.ko(?:\\.(?:gz|xz|zst))?$`,
)

type ModuleLimits = Readonly<{
  /** Of all modules in those folders, as they are packed: 2 to 5 MiB in Debian's packages. */
  packedBytes: Bytes
  /** Of one, unpacked: 450 KiB at most. */
  moduleBytes: Bytes
  /** How much of a package is unpacked in search of them: all of it, up to 400 MiB of Debian's. */
  unpackedBytes: Bytes
}>

const moduleLimits: ModuleLimits = {
  packedBytes: 128 * mebibyte,
  moduleBytes: 16 * mebibyte,
  unpackedBytes: 2 * gibibyte,
}

/**
 * Those of the kernel that `kernel` means (as for `openKernelImage`) and that calls itself
 * `release`, in the order in which they are loaded: out of its package or the one with its modules
 * beside it, or, of an image, out of /lib/modules. Throws `unsupported` when there is no zram, and
 * `bad-input` for a damaged package.
 */
export async function swapModules(
  kernel: string,
  release: string,
  limits = moduleLimits,
): Promise<KernelModule[]> {
  const file = kernelFile(kernel)
  const places = isPackageFile(file) ? packagesOf(file) : [`/lib/modules/${release}`]
  const packed = new Map<string, Buffer>()
  for (const place of places.filter(name => existsSync(name)))
    for (const [name, bytes] of await modulesIn(place, limits)) packed.set(name, bytes)
  if (!packed.has(neededModule))
    throw new Failure('unsupported', `${namesOf(places)} its zram.`, adviceFor(places))
  return inOrder(packed, limits)
}

function packagesOf(file: string): string[] {
  const modules = modulesPackageOf(file)
  return modules === null ? [file] : [file, modules]
}

function namesOf(places: readonly string[]): string {
  const [one = '', other] = places
  if (other === undefined) return `${one} does not hold`
  return `Neither ${path.basename(one)} nor ${path.basename(other)} beside it holds`
}

function adviceFor([, modules]: readonly string[]): string {
  return modules === undefined || existsSync(modules)
    ? 'Give the package of the kernel, or one into which zram is built (CONFIG_SWAP=y, CONFIG_ZRAM=y).'
    : `Put ${path.basename(modules)} beside it: “folio-lab kernels fetch” fetches both.`
}

function isPackageFile(file: string): boolean {
  return withFile(file, descriptor => isPackage(beginningOf(descriptor)))
}

function beginningOf(descriptor: number): Buffer {
  const bytes = Buffer.alloc(kernelHeaderBytes)
  return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0))
}

function withFile<T>(file: string, use: (descriptor: number) => T): T {
  const descriptor = openSync(file, 'r')
  try {
    return use(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** The modules in a package or a folder, by name, as they are packed. */
function modulesIn(place: string, limits: ModuleLimits): Promise<Map<string, Buffer>> | Map<string, Buffer> {
  return place.startsWith('/lib/modules/') ? modulesInFolder(place) : modulesInPackage(place, limits)
}

function modulesInFolder(folder: string): Map<string, Buffer> {
  const files = folders
    .map(name => path.join(folder, 'kernel', name))
    .filter(name => existsSync(name))
    .flatMap(name =>
      readdirSync(name, { recursive: true, encoding: 'utf8' }).map(file => path.join(name, file)),
    )
  return new Map(
    files.flatMap(file => {
      const name = moduleName(file)
      return name === null ? [] : [[name, readFileSync(file)]]
    }),
  )
}

async function modulesInPackage(file: string, limits: ModuleLimits): Promise<Map<string, Buffer>> {
  const pieces = new Map<string, Uint8Array[]>()
  const write = limitedPieces(pieces, limits)
  const descriptor = openSync(file, 'r')
  try {
    const contents = contentsOf(descriptor, beginningOf(descriptor))
    const chunks = limited(contents.read(), limits.unpackedBytes, 'end')
    await contents.takeMembers(chunks, name => moduleName(name) !== null, write, 'all')
  } catch (error) {
    throw unusable(file, error)
  } finally {
    closeSync(descriptor)
  }
  return new Map([...pieces].map(([name, parts]) => [moduleName(name) ?? '', Buffer.concat(parts)]))
}

function limitedPieces(
  pieces: Map<string, Uint8Array[]>,
  { packedBytes }: ModuleLimits,
): (bytes: Uint8Array, member: string) => void {
  let member = ''
  const write = limitedWrite(
    bytes => pieces.set(member, [...(pieces.get(member) ?? []), Buffer.from(bytes)]),
    packedBytes,
    'its modules are',
  )
  return (bytes, name) => {
    member = name
    write(bytes)
  }
}

/** `zsmalloc` of `…/kernel/mm/zsmalloc.ko.xz`; null for what is no module of those folders. */
function moduleName(file: string): string | null {
  return modulePath.exec(file)?.[1]?.replaceAll('-', '_') ?? null
}

/** Each after those that it depends on. */
async function inOrder(packed: ReadonlyMap<string, Buffer>, limits: ModuleLimits): Promise<KernelModule[]> {
  const seen = new Set<string>()
  const ordered: KernelModule[] = []
  async function add(name: string): Promise<void> {
    const bytes = packed.get(name)
    if (bytes === undefined || seen.has(name)) return // built in, or there already
    seen.add(name)
    const contents = await unpacked(name, bytes, limits)
    for (const needed of dependenciesOf(contents)) await add(needed)
    ordered.push({ name, contents })
  }
  for (const name of wanted) await add(name)
  return ordered
}

async function unpacked(name: string, packed: Buffer, { moduleBytes }: ModuleLimits): Promise<Buffer> {
  const compression = compressionOf(packed)
  if (compression === null) return packed
  const file = createAnonymousFile()
  const pieces: Uint8Array[] = []
  const write = limitedWrite(bytes => pieces.push(bytes), moduleBytes, 'it is')
  try {
    file.write(packed)
    for await (const bytes of unpack(file.descriptor, [0, packed.length], compression)) write(bytes)
    return Buffer.concat(pieces)
  } catch (error) {
    throw unusable(`${name}.ko`, error)
  } finally {
    file.close()
  }
}

/** What a module says of itself, `NAME=value` between zero bytes (modinfo(8)). */
function dependenciesOf(module: Buffer): string[] {
  const name = '\0depends='
  const at = module.indexOf(name, 0, 'latin1')
  if (at < 0) return []
  const start = at + name.length
  const text = module.toString('latin1', start, module.indexOf(0, start))
  return text.split(',').filter(needed => needed !== '')
}

function unusable(name: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  return new Failure(
    'bad-input',
    `No modules can be taken out of “${name}”: ${describeUnusable(error)}.`,
    'Copy or fetch the package again.',
    { cause: error },
  )
}
