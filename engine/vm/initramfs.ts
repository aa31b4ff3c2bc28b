/**
 * The root file system of a virtual machine: an uncompressed cpio archive of format “newc”, which
 * every kernel with initramfs support unpacks (Linux,
 * Documentation/driver-api/early-userspace/buffer-format.rst).
 */

import type { KernelModule } from './kernel-modules.ts'

type Entry = Readonly<{
  path: string
  /** File type and permissions, as in `st_mode`. */
  mode: number
  contents: Uint8Array
  /** Major and minor number of a device file. */
  device: readonly [number, number]
}>

const directory = 0o040755
const executable = 0o100755
const file = 0o100644
const characterDevice = 0o020600
const nothing = new Uint8Array()

/**
 * An archive in which `init` is /init, with the console that the kernel opens for it, and modules
 * in /modules, whose names put them in this order.
 */
export function encodeInitramfs(init: Uint8Array, modules: readonly KernelModule[] = []): Buffer {
  const entries: readonly Entry[] = [
    { path: 'dev', mode: directory, contents: nothing, device: [0, 0] },
    { path: 'dev/console', mode: characterDevice, contents: nothing, device: [5, 1] },
    { path: 'init', mode: executable, contents: init, device: [0, 0] },
    ...(modules.length > 0 ? moduleEntries(modules) : []),
    { path: 'TRAILER!!!', mode: 0, contents: nothing, device: [0, 0] },
  ]
  return Buffer.concat(entries.flatMap((entry, index) => encodeEntry(entry, index + 1)))
}

function moduleEntries(modules: readonly KernelModule[]): Entry[] {
  return [
    { path: 'modules', mode: directory, contents: nothing, device: [0, 0] },
    ...modules.map(({ name, contents }, index) => {
      const number = String(index).padStart(2, '0')
      return { path: `modules/${number}-${name}.ko`, mode: file, contents, device: [0, 0] as const }
    }),
  ]
}

/** Header, path and contents, each filled up to a multiple of four bytes. */
function encodeEntry({ path, mode, contents, device }: Entry, inode: number): Uint8Array[] {
  const [major, minor] = device
  const links = 1
  const pathBytes = path.length + 1
  const numbers = [inode, mode, 0, 0, links, 0, contents.length, 0, 0, major, minor, pathBytes, 0]
  const header = `070701${numbers.map(number => number.toString(16).padStart(8, '0')).join('')}${path}\0`
  return [filled(Buffer.from(header, 'ascii')), filled(contents)]
}

function filled(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
}
