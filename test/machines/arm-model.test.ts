/**
 * The model on 64-bit Arm, in an emulated processor: its threads run side by side, with as much of
 * Arm's freedom to reorder as the emulation takes (barriers are kept, and a host that orders more
 * shows less).
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { armTest } from '../../build/setup/agent.mjs'
import { findMachineTool } from '../../build/setup/machine-tools.mjs'
import { inProject } from '../../build/setup/paths.mjs'
import { unlessMissing } from '../fixtures/conditions.ts'

const emulator = findMachineTool('qemu-aarch64-static')
const program = inProject(`out/native/aarch64/test/model/${armTest}`)
const missing =
  emulator !== undefined && existsSync(program)
    ? undefined
    : 'a test built for 64-bit Arm (g++-aarch64-linux-gnu) and qemu-aarch64-static (qemu-user-static)'

test(
  'the seqcount and every scheme hold under concurrent writers on 64-bit Arm, and broken ones are caught',
  { ...unlessMissing(missing), timeout: 600_000 },
  () => {
    const words = [program, '--test-suite-exclude=long']
    const { status, stdout } = spawnSync(emulator ?? '', words, { encoding: 'utf8', timeout: 600_000 })
    expect(status, stdout).toBe(0)
    expect(stdout).toMatch(/test cases: +[1-9]\d* +\| +[1-9]\d* passed +\| +0 failed/)
  },
)
