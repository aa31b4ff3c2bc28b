/** A step from one kernel to the next: that it is there, and in which function. */
import { spawn } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import {
  findTestKernel,
  missingForSteppingKernels,
  steppingKernels,
} from '../../build/setup/virtual-machine.mjs'
import { unlessMissing } from '../fixtures/conditions.ts'
import { labProgram } from '../fixtures/lab-program.ts'

const [before = '', after = ''] = steppingKernels.map(({ pattern }) => findTestKernel(pattern) ?? '')

const Counted = z.object({
  sides: z.array(z.object({ label: z.string(), instructions: z.number(), work: z.number() })),
  differences: z.array(z.object({ name: z.string(), before: z.number(), after: z.number() })),
})

async function lab(words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [labProgram, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const status = await new Promise<number | null>(resolve => child.on('close', resolve))
  if (status !== 0) throw new Error(`folio-lab ended with ${String(status)}: ${output.stderr}`)
  return output.stdout
}

describe('mprotect of 400 KiB in single pages', unlessMissing(missingForSteppingKernels()), () => {
  test('takes 60 % more instructions since 6.17, in functions that are named and add up', async () => {
    const sides = `6.16=${before},6.17=${after}`
    const operation = ['--bench', 'mprotect', '--size', '400K', '--folio', '4K', '--warmup', '1']
    const counted = Counted.parse(
      JSON.parse(await lab(['functions', '--kernel', sides, ...operation, '--json'])),
    )
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
