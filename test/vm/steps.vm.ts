/** A step from one kernel to the next: that it is there, and in which function. */
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import {
  findTestKernel,
  missingForSteppingKernels,
  steppingKernels,
} from '../../build/setup/virtual-machine.mjs'
import { unlessMissing } from '../fixtures/conditions.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { lab } from './lab.ts'

const [before = '', after = ''] = steppingKernels.map(({ pattern }) => findTestKernel(pattern) ?? '')

const Counted = z.object({
  sides: z.array(z.object({ label: z.string(), instructions: z.number(), work: z.number() })),
  differences: z.array(z.object({ name: z.string(), before: z.number(), after: z.number() })),
})

describe('mprotect of 400 KiB in single pages', unlessMissing(missingForSteppingKernels()), () => {
  test('takes 60 % more instructions since 6.17, in functions that are named and add up', async () => {
    const sides = `6.16=${before},6.17=${after}`
    const operation = ['--bench', 'mprotect', '--size', '400K', '--folio', '4K', '--warmup', '1']
    const words = ['functions', '--kernel', sides, ...operation, '--json']
    const counted = Counted.parse(JSON.parse(await lab(temporaryFolder('steps'), words)))
    const [old = NaN, recent = NaN] = counted.sides.map(({ instructions, work }) => instructions / work)
    expect(100 * (recent / old - 1)).toBeGreaterThan(60)

    function sumOf(side: 'before' | 'after'): number {
      return counted.differences.reduce((sum, row) => sum + row[side], 0)
    }
    const difference = recent - old
    expect(Math.abs(sumOf('after') - sumOf('before') - difference)).toBeLessThan(0.005 * difference)
    const grown = counted.differences.slice(0, 3).map(({ name }) => name)
    expect(grown).toContain('prot_commit_flush_ptes')
  })
})
