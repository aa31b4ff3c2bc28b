import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { expect, test } from 'vitest'
import type { KernelRow } from '../../view-models/plan-form.ts'
import KernelVariants from './KernelVariants.vue'

const row = { label: '6.1', kernel: '/k/vmlinuz-6.1', bootParameters: '' }

function mountKernels(kernels: readonly KernelRow[]) {
  return mount(KernelVariants, {
    props: {
      kernels,
      clock: 'instructions' as const,
      isBisection: false,
      change: '',
      errors: { 'kernels.0.bootParameters': 'Leave it out.' },
    },
    global: { plugins: [createPinia()] },
  })
}

test('the button beside a kernel adds it once more, and its boot parameters name the new variant', async () => {
  const list = mountKernels([row])
  await list.get('[data-testid="add-variant-0"]').trigger('click')
  const [[added] = []] = list.emitted<[KernelRow[]]>('kernels') ?? []
  expect(added).toEqual([row, row])
  const next = mountKernels(added ?? [])
  await next.get('[data-testid="field-boot-parameters-1"]').setValue('spec_rstack_overflow=off')
  expect(next.emitted<[KernelRow[]]>('kernels')?.at(-1)?.[0]).toEqual([
    row,
    {
      label: '6.1 (spec_rstack_overflow=off)',
      kernel: '/k/vmlinuz-6.1',
      bootParameters: 'spec_rstack_overflow=off',
    },
  ])
})

test('what is wrong with boot parameters is said beside their field', () => {
  const list = mountKernels([row])
  const field = list.get('[data-testid="field-boot-parameters-0"]')
  expect(field.attributes('aria-invalid')).toBe('true')
  expect(list.get(`#${field.attributes('aria-describedby') ?? ''}`).text()).toBe('Leave it out.')
})

test('the name of a kernel chooses its machine, another processor names the variant', async () => {
  const kernel = '/k/linux-image-6.12.1-cloud-arm64_6.12.1-1_arm64.deb'
  const list = mountKernels([row])
  await list.get('[data-testid="field-kernel-0"]').setValue(kernel)
  const [[typed] = []] = list.emitted<[KernelRow[]]>('kernels') ?? []
  const arm = {
    kernel,
    label: '6.12.1-cloud-arm64',
    bootParameters: '',
    armProcessor: 'neoverse-n1',
  } as const
  expect(typed).toEqual([{ ...row, kernel, armProcessor: 'neoverse-n1' }])
  const next = mountKernels([arm])
  await next.get('[data-testid="field-processor-0"]').setValue('cortex-a72')
  const [[other] = []] = next.emitted<[KernelRow[]]>('kernels') ?? []
  expect(other).toEqual([{ ...arm, armProcessor: 'cortex-a72', label: '6.12.1-cloud-arm64 (cortex-a72)' }])
  await next.get('[data-testid="field-processor-0"]').setValue('')
  expect(next.emitted<[KernelRow[]]>('kernels')?.at(-1)?.[0]).toEqual([
    { kernel, label: '6.12.1-cloud-arm64', bootParameters: '' },
  ])
})
