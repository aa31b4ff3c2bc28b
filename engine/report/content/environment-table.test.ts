import { expect, test } from 'vitest'
import { exampleEnvironment } from '../../../test/fixtures/environment.ts'
import { environmentTable } from './environment-table.ts'

test('virtual machines are reported with their kernel, how they ran, and what booting cost', () => {
  const guest = {
    variantIndex: 1,
    emulator: '7.2.0',
    accelerator: 'tcg',
    note: 'No KVM.',
    bootSeconds: 7.36,
  } as const
  const { facts } = exampleEnvironment
  const { rows } = environmentTable({ ...exampleEnvironment, guests: [{ ...guest, facts }] })
  const texts = rows.map(cells => cells.map(({ text }) => text))
  expect(texts).toContainEqual([
    'virtual machine 2',
    `Linux ${facts.kernel.release} in QEMU 7.2.0, emulated, booted in 7.4 s. No KVM.`,
  ])
})
