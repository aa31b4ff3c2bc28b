import { expect, test } from 'vitest'
import { mebibyte } from '../contract/units.ts'
import { qemuArguments, type Machine } from './machine.ts'

const machine: Machine = {
  memoryBytes: 512 * mebibyte,
  cpus: 2,
  clock: 'wall',
  bootParameters: '',
  swapBytes: 0,
  accelerator: 'kvm',
}

function wordsOf(change: Partial<Machine> = {}): string[] {
  return qemuArguments({ ...machine, ...change }, { kernel: 3, initramfs: 4, console: 5, counter: null })
}

function valueOf(words: readonly string[], option: string): string {
  return words[words.indexOf(option) + 1] ?? ''
}

test('a machine has its memory, its processors, two serial ports and nothing else', () => {
  const words = wordsOf()
  expect(words).toContain('-nodefaults')
  expect(words).toContain('-no-user-config')
  expect(valueOf(words, '-m')).toBe('512M')
  expect(valueOf(words, '-smp')).toBe('2')
  expect(words.filter(word => word === '-serial')).toHaveLength(2)
  expect(words.filter(word => /^-(?:device|drive|nic|netdev|virtfs|monitor|qmp)$/.test(word))).toEqual([])
})

test('a machine whose operations swap out has more than twice as much swap, and no other has any', () => {
  expect(valueOf(wordsOf(), '-append')).not.toContain('swap')
  const command = valueOf(wordsOf({ swapBytes: 64 * mebibyte }), '-append')
  expect(command).toContain(` folio_swap_bytes=${144 * mebibyte}`)
})

test('what a user names never reaches an option: files are descriptors', () => {
  expect(valueOf(wordsOf(), '-kernel')).toBe('/proc/self/fd/3')
  expect(valueOf(wordsOf(), '-initrd')).toBe('/proc/self/fd/4')
  expect(wordsOf()).toContain('socket,id=console,fd=5')
})

test('the words of a variant stand before those of the lab, so that the lab has the last one', () => {
  const command = valueOf(wordsOf({ bootParameters: 'spec_rstack_overflow=off quiet' }), '-append')
  expect(command).toMatch(/^spec_rstack_overflow=off quiet console=ttyS0 .*nowatchdog$/)
  expect(valueOf(wordsOf(), '-append')).toMatch(/^console=ttyS0 /)
})

test('a kernel that cannot go on ends its machine', () => {
  expect(wordsOf()).toContain('-no-reboot')
  expect(valueOf(wordsOf(), '-append')).toMatch(/\bpanic=-1\b.*\boops=panic\b/)
})

test('only counted instructions fix the processor and its clock', () => {
  const counted = wordsOf({ clock: 'instructions', accelerator: 'tcg' })
  expect(valueOf(counted, '-icount')).toBe('shift=0,sleep=off')
  expect(valueOf(counted, '-cpu')).toBe('qemu64')
  expect(valueOf(counted, '-append')).toMatch(/nokaslr.*folio_sample_grid_ns=\d+/)
  expect(valueOf(wordsOf(), '-cpu')).toBe('host')
  expect(valueOf(wordsOf({ accelerator: 'tcg' }), '-cpu')).toBe('max')
  for (const words of [wordsOf(), wordsOf({ accelerator: 'tcg' })]) {
    expect(words).not.toContain('-icount')
    expect(valueOf(words, '-append')).not.toContain('folio_sample_grid_ns')
  }
})

test('a counting plugin gets the place to write to, and its path may contain commas', () => {
  const counter = { plugin: '/a,b/count.so', descriptor: 5 }
  const words = qemuArguments(machine, { kernel: 3, initramfs: 4, console: 6, counter })
  expect(valueOf(words, '-plugin')).toBe('/a,,b/count.so,fd=5')
  expect(wordsOf()).not.toContain('-plugin')
})

test('a machine for arm64 has a console of its kind and the port of the agent on the PCI bus', () => {
  const words = wordsOf({ armProcessor: 'neoverse-n1', accelerator: 'tcg', clock: 'instructions' })
  expect(valueOf(words, '-machine')).toBe('virt')
  expect(words.filter(word => word === '-serial')).toHaveLength(1)
  expect(valueOf(words, '-device')).toBe('pci-serial,chardev=agent')
  expect(valueOf(words, '-append')).toMatch(/^console=ttyAMA0 .*nokaslr folio_sample_grid_ns=\d+$/)
})

test('its counted instructions are single ones, on the processor that was chosen, and start alike', () => {
  const counted = { clock: 'instructions', accelerator: 'tcg' } as const
  const words = wordsOf({ ...counted, armProcessor: 'cortex-a72' })
  expect(valueOf(words, '-cpu')).toBe('cortex-a72,cntfrq=1000000000')
  expect(valueOf(words, '-icount')).toBe('shift=0,sleep=off')
  expect(valueOf(words, '-seed')).toBe('1')
  expect(valueOf(wordsOf({ ...counted, armProcessor: 'max' }), '-cpu')).toMatch(
    /^max,pauth-impdef=on,cntfrq=/,
  )
  expect(valueOf(wordsOf({ armProcessor: 'max', accelerator: 'tcg' }), '-cpu')).toBe('max,pauth-impdef=on')
  expect(valueOf(wordsOf({ armProcessor: 'max' }), '-cpu')).toBe('host')
})
