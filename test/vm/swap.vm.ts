/** What swaps, in guests whose zram is a module of their kernel; and where there is none. */
import path from 'node:path'
import { copyFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { VirtualMachines } from '../../engine/agent/virtual-machines.ts'
import { Sample } from '../../engine/contract/sample.ts'
import { mebibyte } from '../../engine/contract/units.ts'
import { openKernelImage } from '../../engine/vm/kernel-image.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { agentPath, emulatorsOf, guestOf, newerKernel, olderKernel, whereMachinesRun } from './guests.ts'
import { lab } from './lab.ts'

const RunFile = z.object({ samples: z.array(Sample) })

describe('operations that swap', whereMachinesRun, () => {
  test('are counted on kernels whose zram is a module', async () => {
    const kernels = [`older=${olderKernel}`, `newer=${newerKernel}`]
    const operations = ['pageout', 'munmap-swapped-forked']
    const sizes = ['4K', '2M']
    const words = ['run', '--target', 'vm', '--kernel', kernels.join(), '--bench', operations.join()]
    const how = ['--folio', sizes.join(), '--size', '16M', '--samples', '2', '--warmup', '1', '--json']
    const folder = temporaryFolder('swap')
    const text = await lab(folder, [...words, ...how, '--clock', 'instructions'])
    const { run } = z.object({ run: z.object({ id: z.string() }) }).parse(JSON.parse(text))
    const file = await lab(folder, ['runs', 'export', run.id, '-'])
    const taken = RunFile.parse(JSON.parse(file)).samples
    expect(taken).toHaveLength(kernels.length * operations.length * sizes.length * (1 + 2))
    for (const { measurement } of taken) {
      expect(measurement.valid, measurement.reason ?? '').toBe(true)
      // A sample writes 4096 pages to swap, or drops what is there of each.
      expect(measurement.elapsedNs / measurement.work).toBeGreaterThan(50)
    }
  })

  test('are refused in words where the modules of a kernel are not there', async () => {
    const folder = temporaryFolder('swap')
    const image = await openKernelImage(newerKernel)
    const bare = path.join(folder, 'bzImage')
    await copyFile(`/proc/self/fd/${image.descriptor}`, bare)
    image.close()
    const booting = new VirtualMachines(agentPath).boot(guestOf(bare), { swapBytes: 16 * mebibyte })
    await expect(booting).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(
        /^The virtual machine of “test” has no swap: \/lib\/modules\/6\.12.* does not hold its zram\.$/,
      ) as string,
    })
    expect(emulatorsOf(process.pid)).toEqual([])
  })
})
