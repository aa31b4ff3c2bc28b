import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { exampleFacts } from '../../test/fixtures/environment.ts'
import { factsFrom } from './facts.ts'

const lines = `
# a comment
CONFIG_TRANSPARENT_HUGEPAGE=y
# CONFIG_DEBUG_VM is not set
CONFIG_HZ=250
CONFIG_CC_VERSION_TEXT="gcc 12 \\"x\\""
CONFIG_UNRELATED=y
CONFIG_PREEMPT_VOLUNTARY=m
`
const options = {
  CONFIG_TRANSPARENT_HUGEPAGE: 'y',
  CONFIG_DEBUG_VM: 'n',
  CONFIG_HZ: '250',
  CONFIG_CC_VERSION_TEXT: 'gcc 12 \\"x\\"',
  CONFIG_PREEMPT_VOLUNTARY: 'm',
}

function configOf(file: Buffer | null) {
  const raw = { kernelConfig: file?.toString('base64') ?? null, machineId: null }
  return factsFrom(exampleFacts, raw).kernel.config
}

test('of the configuration of the kernel, packed or not, the options that bear on benchmarks are facts', () => {
  expect(configOf(Buffer.from(lines))).toEqual(options)
  expect(configOf(gzipSync(lines))).toEqual(options)
})

test('a configuration that is missing, damaged or far too large is none', () => {
  expect(configOf(null)).toEqual({})
  expect(configOf(gzipSync(lines).subarray(0, 40))).toEqual({})
  expect(configOf(gzipSync(lines.repeat(100_000)))).toEqual({})
})

test("the machine's id is hashed, and stands nowhere in the facts", () => {
  const machineId = '3d1219c7c4c5404aaa1f6d2a48adfda4'
  const facts = factsFrom(exampleFacts, { kernelConfig: null, machineId })
  expect(facts.identity.machineIdHash).toBe(
    '3cdcab0d7aa2915c69533e4df301d9c54d97ff9d9f199e756fdc3eb46e806496',
  )
  expect(JSON.stringify(facts)).not.toContain(machineId)
})

test('a machine without an id has no hash either', () => {
  const facts = factsFrom(exampleFacts, { kernelConfig: null, machineId: null })
  expect(facts.identity.machineIdHash).toBeNull()
})
