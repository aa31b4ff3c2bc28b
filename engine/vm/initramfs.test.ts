import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeInitramfs } from './initramfs.ts'

type Entry = Readonly<{ path: string; mode: number; contents: Buffer; device: readonly number[] }>

/**
 * Reads an archive as the kernel does (Documentation/driver-api/early-userspace/buffer-format.rst).
 */
function decode(archive: Buffer): Entry[] {
  const entries: Entry[] = []
  for (let at = 0; at < archive.length;) {
    const fields = [...Array(13).keys()].map(index =>
      parseInt(archive.toString('ascii', at + 6 + 8 * index, at + 14 + 8 * index), 16),
    )
    expect(archive.toString('ascii', at, at + 6)).toBe('070701')
    const [, mode = 0, , , , , size = 0, , , major = 0, minor = 0, pathBytes = 0] = fields
    const path = archive.toString('ascii', at + 110, at + 110 + pathBytes - 1)
    expect(archive[at + 110 + pathBytes - 1]).toBe(0)
    const start = aligned(at + 110 + pathBytes)
    entries.push({ path, mode, contents: archive.subarray(start, start + size), device: [major, minor] })
    at = aligned(start + size)
  }
  return entries
}

function aligned(offset: number): number {
  return 4 * Math.ceil(offset / 4)
}

test('the archive holds the program as /init, its console, and an end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), init => {
      const archive = encodeInitramfs(init)
      expect(archive.length % 4).toBe(0)
      expect(decode(archive)).toEqual([
        { path: 'dev', mode: 0o040755, contents: Buffer.alloc(0), device: [0, 0] },
        { path: 'dev/console', mode: 0o020600, contents: Buffer.alloc(0), device: [5, 1] },
        { path: 'init', mode: 0o100755, contents: Buffer.from(init), device: [0, 0] },
        { path: 'TRAILER!!!', mode: 0, contents: Buffer.alloc(0), device: [0, 0] },
      ])
    }),
  )
})

test('modules lie in a folder of their own, in the order of their names', () => {
  const modules = ['zsmalloc', 'zram'].map(name => ({ name, contents: Buffer.from(name) }))
  const archive = encodeInitramfs(Buffer.from('x'), modules)
  expect(decode(archive).slice(3, -1)).toEqual([
    { path: 'modules', mode: 0o040755, contents: Buffer.alloc(0), device: [0, 0] },
    { path: 'modules/00-zsmalloc.ko', mode: 0o100644, contents: Buffer.from('zsmalloc'), device: [0, 0] },
    { path: 'modules/01-zram.ko', mode: 0o100644, contents: Buffer.from('zram'), device: [0, 0] },
  ])
})
