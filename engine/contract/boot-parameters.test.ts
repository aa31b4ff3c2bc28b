import { expect, test } from 'vitest'
import { mebibyte } from './units.ts'
import { bootParameterCharacters, labBootParameters } from './boot-parameters.ts'
import type { ArmProcessor } from './architecture.ts'
import type { ClockName } from './clock-name.ts'
import { KernelVariant, withArmProcessors, withBootParameters } from './variant.ts'

function read(bootParameters: unknown, clock: ClockName = 'wall', armProcessor?: ArmProcessor) {
  return KernelVariant.safeParse({
    target: 'vm',
    label: '6.12',
    kernel: '/k',
    ...(bootParameters === undefined ? {} : { bootParameters }),
    memoryBytes: 512 * mebibyte,
    cpus: 1,
    clock,
    ...(armProcessor === undefined ? {} : { armProcessor }),
  })
}

function complaint(bootParameters: string, clock?: ClockName): string | undefined {
  return read(bootParameters, clock)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join()
}

test.each([
  ['spec_rstack_overflow=off', 'spec_rstack_overflow=off'],
  ['  a=1   b ', 'a=1 b'],
  ['dyndbg="file mm/rmap.c +p"  quiet', 'dyndbg="file mm/rmap.c +p" quiet'],
  ['panic_on_warn=1 init_on_alloc=1 tsc_early_khz=1', 'panic_on_warn=1 init_on_alloc=1 tsc_early_khz=1'],
  ['', ''],
  [undefined, ''], // of before
])('%j is read as %j', (text, words) => {
  expect(read(text).data?.bootParameters).toBe(words)
})

test.each([
  ['a\nb', /printable ASCII characters on one line/],
  ['a\0b', /printable ASCII characters on one line/],
  ['a\tb', /printable ASCII characters on one line/],
  ['ä=1', /printable ASCII characters on one line/],
  ['x'.repeat(bootParameterCharacters + 1), /at most 1024 characters/],
  ['a="b c', /a double quote .* is not closed/],
  ['quiet -- sh', /“--” would give the words after it to the agent/],
  ['rdinit=/bin/sh', /with “rdinit” the kernel would not start the agent/],
  ['"rdinit=/bin/sh"', /with “rdinit” the kernel would not start the agent/],
  ['quiet console=tty0', /“console” is set by the lab itself/],
  ['nowatchdog', /“nowatchdog” is set by the lab itself/],
])('%j is refused, with the reason', (text, message) => {
  expect(complaint(text)).toMatch(/^bootParameters: /)
  expect(complaint(text)).toMatch(message)
})

test('every word of the lab is refused, however its name is written, and only where the lab says it', () => {
  for (const clock of ['wall', 'instructions'] as const)
    for (const word of labBootParameters(clock, 'x86-64', mebibyte)) {
      expect(complaint(word, clock)).toMatch(/set by the lab itself/)
      expect(complaint(word.replaceAll('_', '-'), clock)).toMatch(/set by the lab itself/)
    }
  expect(read('earlycon=x', 'wall').success).toBe(true)
  expect(read('earlycon=x', 'wall', 'max').success).toBe(false)
  expect(read('tsc=x', 'instructions', 'max').success).toBe(true)
  expect(complaint('nokaslr', 'instructions')).toMatch(/“nokaslr” is set by the lab itself/)
  expect(read('nokaslr', 'wall').success).toBe(true)
})

test('the words of the lab and the longest of a variant fit into the command line of a kernel', () => {
  const all = [
    'x'.repeat(bootParameterCharacters),
    ...labBootParameters('instructions', 'x86-64', mebibyte),
  ].join(' ')
  expect(all.length).toBeLessThan(2048)
})

test('each text makes one variant of each kernel more, named by it', () => {
  const kernels = ['6.1', '6.12'].map(label => ({ ...read('').data!, label }))
  const labels = withBootParameters(kernels, ['', 'a=1', ' a=1 ', 'b=2']).map(({ label }) => label)
  expect(labels).toEqual(['6.1', '6.1 (a=1)', '6.1 (b=2)', '6.12', '6.12 (a=1)', '6.12 (b=2)'])
  const long = withBootParameters(kernels.slice(0, 1), [`a=${'x'.repeat(90)}`, `a=${'x'.repeat(91)}`])
  expect(long.map(({ label }) => label)).toEqual([
    '6.1',
    '6.1 (boot parameters 1)',
    '6.1 (boot parameters 2)',
  ])
  for (const variant of long) expect(KernelVariant.safeParse(variant).success).toBe(true)
})

test('each arm64 kernel is measured on each processor, named by it where there are several', () => {
  const [x86, arm] = [read('').data!, read('', 'instructions', 'max').data!]
  const kernels = [x86, { ...arm, label: '6.12-arm64' }]
  expect(withArmProcessors(kernels, ['cortex-a72'])).toEqual([
    x86,
    { ...arm, label: '6.12-arm64', armProcessor: 'cortex-a72' },
  ])
  expect(withArmProcessors(kernels, ['neoverse-n1', 'cortex-a72']).map(({ label }) => label)).toEqual([
    '6.12',
    '6.12-arm64 (neoverse-n1)',
    '6.12-arm64 (cortex-a72)',
  ])
})
