/** An arm64 kernel in an emulated machine: that it measures, exactly, and on which processor. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { armKernel, findTestKernel, missingForArmMachines } from '../../build/setup/virtual-machine.mjs'
import { VirtualMachines } from '../../engine/agent/virtual-machines.ts'
import { Sample } from '../../engine/contract/sample.ts'
import { kibibyte } from '../../engine/contract/units.ts'
import { unlessMissing } from '../fixtures/conditions.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { tinyArmKernel } from '../fixtures/tiny-arm-kernel.ts'
import { tinyKernel } from '../fixtures/tiny-kernel.ts'
import { agentPath, emulatorsOf, guestOf, newerKernel } from './guests.ts'
import { startLab } from './lab.ts'

const kernel = findTestKernel(armKernel.pattern) ?? ''

const RunJson = z.object({
  run: z.object({ id: z.string(), status: z.string() }),
  environment: z.object({
    guests: z.array(
      z.object({
        basePageBytes: z.number(),
        facts: z.object({ kernel: z.object({ architecture: z.string() }) }),
      }),
    ),
  }),
})

const RunFile = z.object({
  plan: z.object({ variants: z.array(z.object({ label: z.string() })) }),
  samples: z.array(Sample),
})

let folder: string

beforeEach(() => {
  folder = temporaryFolder('arm')
})

async function runLab(words: readonly string[]) {
  const { output, ended } = startLab(folder, words)
  return { status: await ended, ...output }
}

/** Instructions of each sample of the run, warm-up left out, by variant. */
async function countsOf(id: string): Promise<ReadonlyMap<string, number[]>> {
  const { stdout } = await runLab(['runs', 'export', id, '-'])
  const { plan, samples } = RunFile.parse(JSON.parse(stdout))
  expect(samples.every(({ measurement }) => measurement.valid)).toBe(true)
  return new Map(
    plan.variants.map(({ label }, index) => [
      label,
      samples.flatMap(({ warmup, variantIndex, measurement }) =>
        warmup || variantIndex !== index ? [] : [measurement.elapsedNs],
      ),
    ]),
  )
}

describe('an arm64 kernel', unlessMissing(missingForArmMachines()), () => {
  test('repeats its counts, and takes more instructions where the processor has no atomic ones', async () => {
    const words = ['run', '--target', 'vm', '--kernel', `arm=${kernel}`, '--cpu', 'neoverse-n1,cortex-a72']
    const operation = ['--bench', 'fork', '--size', '32M', '--samples', '2', '--warmup', '2', '--json']
    const { status, stdout, stderr } = await runLab([...words, ...operation])
    expect(status, stderr).toBe(0)
    const { run, environment } = RunJson.parse(JSON.parse(stdout))
    expect(
      environment.guests.map(({ basePageBytes, facts }) => [basePageBytes, facts.kernel.architecture]),
    ).toEqual([
      [4 * kibibyte, 'aarch64'],
      [4 * kibibyte, 'aarch64'],
    ])
    const counts = await countsOf(run.id)
    for (const [name, values] of counts)
      expect(Math.max(...values) / Math.min(...values), `${name}: ${values.join()}`).toBeLessThan(1.001)
    const [withAtomics = NaN, without = NaN] = [...counts.values()].map(values => Math.min(...values))
    expect([...counts.keys()]).toEqual(['arm (neoverse-n1)', 'arm (cortex-a72)'])
    expect(without / withAtomics).toBeGreaterThan(1.05)

    const compared = await runLab(['compare', '--run', run.id, '--baseline', 'arm (neoverse-n1)', '--json'])
    expect(compared.stdout).toContain(
      '“arm (neoverse-n1)” has the arm64 processor neoverse-n1, “arm (cortex-a72)” the arm64 processor cortex-a72.',
    )
  })

  test('an image for another machine is refused by what it is, before anything boots', async () => {
    const files = {
      x86: path.join(folder, 'bzImage'),
      arm: path.join(folder, 'Image'),
      large: path.join(folder, 'Image-16k'),
    }
    writeFileSync(files.x86, tinyKernel())
    writeFileSync(files.arm, tinyArmKernel())
    writeFileSync(files.large, tinyArmKernel({ flags: 0b100 }))
    const machines = new VirtualMachines(agentPath)
    await expect(machines.boot(guestOf(files.x86, { armProcessor: 'neoverse-n1' }))).rejects.toMatchObject({
      code: 'bad-input',
      message: `“${files.x86}” is a kernel for x86-64, and the virtual machine of “test” is for arm64.`,
      advice: expect.stringContaining('--arch x86-64') as string,
    })
    await expect(machines.boot(guestOf(files.arm))).rejects.toMatchObject({
      code: 'bad-input',
      message: `“${files.arm}” is a kernel for arm64, and the virtual machine of “test” is for x86-64.`,
    })
    await expect(machines.boot(guestOf(files.large, { armProcessor: 'cortex-a72' }))).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('has pages of 16 KiB, which a cortex-a72 does not have') as string,
    })
    expect(emulatorsOf(process.pid)).toEqual([])
  })

  test('a package for x86-64 and a processor that is none are refused with what to write', async () => {
    const x86 = await runLab([
      'run',
      '--target',
      'vm',
      '--arch',
      'arm64',
      '--kernel',
      newerKernel,
      '--bench',
      'fork',
    ])
    expect(x86).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is a kernel for x86-64, and the virtual machine') as string,
    })
    const unknown = await runLab(['run', '--target', 'vm', '--kernel', kernel, '--cpu', 'k8'])
    expect(unknown).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Choose one of: neoverse-n1, cortex-a72, max.') as string,
    })
  })
})
