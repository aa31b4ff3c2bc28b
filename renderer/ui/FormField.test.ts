import { mount } from '@vue/test-utils'
import { h } from 'vue'
import { expect, test } from 'vitest'
import FormField from './FormField.vue'

function mountField(props: { label: string; hint?: string; error?: string }) {
  return mount(FormField, {
    props,
    slots: { default: (control: Record<string, unknown>) => h('input', control) },
  })
}

test('the label belongs to the control, and the hint describes it', () => {
  const field = mountField({ label: 'Region', hint: 'Such as 1G' })
  const input = field.get('input')
  expect(field.get('label').attributes('for')).toBe(input.attributes('id'))
  expect(field.get(`#${input.attributes('aria-describedby') ?? ''}`).text()).toBe('Such as 1G')
  expect(input.attributes('aria-invalid')).toBeUndefined()
})

test('an error takes the place of the hint and marks the control', () => {
  const field = mountField({ label: 'Region', hint: 'Such as 1G', error: 'Too large.' })
  const input = field.get('input')
  expect(input.attributes('aria-invalid')).toBe('true')
  expect(field.get(`#${input.attributes('aria-describedby') ?? ''}`).text()).toBe('Too large.')
})
