import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mebibyte } from '../contract/units.ts'
import { schemeVariant } from '../contract/variant.ts'
import { encodeRequest, sampleWords } from './request-line.ts'

const cell = {
  benchmark: 'fork',
  parameters: { sizeBytes: 32 * mebibyte, folioBytes: 2 * mebibyte, tasks: 1 },
} as const

test('a host sample names its case and nothing of the model', () => {
  const words = sampleWords({ variant: { target: 'host', label: 'x' }, cell, seed: 7, cpus: [] })
  expect(encodeRequest('sample', '5', words)).toBe(
    'request=sample id=5 target=host benchmark=fork size=33554432 folio=2097152 tasks=1 seed=7 cpus=any\n',
  )
})

test('a model sample adds scheme, work, readers, form and returns', () => {
  const variant = schemeVariant('all', { label: 'x', readers: 2, returns: 'safe-ret' })
  const words = sampleWords({ variant, cell, seed: 7, cpus: [0, 2] })
  expect(encodeRequest('sample', '5', words)).toContain(
    'target=model benchmark=fork size=33554432 folio=2097152 tasks=1 seed=7 cpus=0,2 scheme=all work=full readers=2 form=sound returns=safe-ret\n',
  )
})

test('whatever a value holds, the line has one word for each key and decodes to it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), value => {
      const line = encodeRequest('facts', '1', { key: value })
      expect(line).toMatch(/^[A-Za-z0-9\-._~/:,+@=% ]+\n$/)
      const words = line.trim().split(' ')
      expect(words).toHaveLength(3)
      expect(decodeURIComponent(words[2]!.slice('key='.length))).toBe(value)
    }),
  )
})

test('a line that is too long is refused before it is sent', () => {
  const cpus = Array.from({ length: 1024 }, (_, cpu) => cpu)
  const words = sampleWords({ variant: { target: 'host', label: 'x' }, cell, seed: 7, cpus })
  expect(() => encodeRequest('sample', '5', words)).toThrow(/bytes long; the agent takes 4096/)
})
